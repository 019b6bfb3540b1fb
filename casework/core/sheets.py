"""Lines of CSV, and cells that no spreadsheet runs.

A spreadsheet runs a cell that begins with = + - @, a tab or a line end, and some read their full-width forms alike;
such text gets an apostrophe before it. A number that is really a number stays one, a negative one too (OWASP,
"CSV Injection").
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_DANGEROUS_BEFORE = ("\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def guarded(cell: Any) -> Any:
    """The cell, with an apostrophe before text that a spreadsheet would run."""
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    # White space before the sign, and NUL, which is nothing to some of them, do not make it harmless.
    runs = cell.lstrip("\x00").startswith(_DANGEROUS_BEFORE) or cell.lstrip(
        "\x00\ufeff \u00a0\u3000"
    ).startswith(_DANGEROUS)
    return f"'{cell}" if runs else cell


def line_of(cells: Sequence[Any]) -> str:
    """One line of CSV, harmless to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def lines_of(
    header: Sequence[tuple[str, str]], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[str]:
    """CSV line by line: first what the rows mean (name, words), then the columns and the rows, however many."""
    for words in header:
        yield line_of(words)
    yield line_of(columns)
    for row in rows:
        yield line_of(row)
