"""Figures as CSV and JSON: the same rows as on the screen, every one of them, with what they mean at the top.

A spreadsheet runs a cell that begins with = + - @, a tab or a carriage return; such text gets an apostrophe before
it. A number that is really a number stays one, a negative one too (OWASP, "CSV Injection").
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.measures.definitions import Definition
from casework.measures.queries.figures import Row

COLUMNS = (
    "group", "period", "n", "closed_n", "open_n", "mean", "median", "p90", "within_n", "with_standard_n",
    "within_pct",
)  # fmt: skip
UNITS = {"days": 1.0, "hours": 24.0}
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def as_data(row: Row, unit: str = "days") -> dict[str, Any]:
    """A figure as a row of JSON; times in `unit`, a key of UNITS."""
    data: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    for name in ("mean", "median", "p90"):
        if data[name] is not None:
            data[name] *= UNITS[unit]
    return data


def lines_of(
    header: Sequence[tuple[str, str]], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[str]:
    """CSV line by line: first what the figures mean (name, words), then the columns and the rows, however many."""
    for words in header:
        yield line_of(words)
    yield line_of(columns)
    for row in rows:
        yield line_of(row)


def line_of(cells: Sequence[Any]) -> str:
    """One line of CSV, harmless to a spreadsheet."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def guarded(cell: Any) -> Any:
    """The cell, with an apostrophe before text that a spreadsheet would run."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def header_of(
    definition: Definition, *, filters: str, zone: str, computed_at: datetime | None
) -> list[tuple[str, str]]:
    """What stands above the figures of an export."""
    when = computed_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if computed_at else "not yet"
    return [
        ("Measure", definition.title),
        ("Definition", f"{definition.name}, version {definition.version}"),
        ("What it counts", definition.counts),
        ("Leaves out", definition.exclusions),
        ("Placed by", definition.placed_by),
        ("Unit", definition.unit),
        ("Filter", filters or "None"),
        ("Time zone", zone),
        ("Computed at", when),
    ]
