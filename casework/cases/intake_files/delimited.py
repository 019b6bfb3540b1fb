"""Text tables (CSV and its kin), row by row, never the whole file in memory."""

import csv
import io
from collections.abc import Callable, Generator, Iterator
from typing import IO

from casework.cases.intake_files.rows import RowProblem, SourceError, SourceRow

_CANDIDATES = ",;\t|"
_SAID = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}
_SAMPLE_RECORDS = 50
_LONGEST_FIELD = 16 << 20

Records = Generator[tuple[int, list[str]], None, None]
"""The line a record starts on, and its fields; closing it closes the file."""


def find_delimiter(sample: str, wanted: str | None) -> tuple[str, str]:
    """The delimiter and a sentence saying that it was taken: the one wanted, or the one that fits the sample.

    `sample` is the beginning of the file. A candidate fits by the number of names it makes of the header,
    times the share of rows it cuts into as many.
    """
    if wanted is not None:
        return wanted, f"Fields are separated by {_SAID.get(wanted, repr(wanted))}, as the mapping says."
    scores = {candidate: _fit(sample, candidate) for candidate in _CANDIDATES}
    best = max(_CANDIDATES, key=lambda candidate: scores[candidate])
    if scores[best] == 0.0:
        return ",", "No delimiter was found: the file seems to have one column."
    return best, f"Fields are separated by {_SAID[best]} (detected)."


def _fit(sample: str, delimiter: str) -> float:
    counts = []
    try:
        for fields in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if fields:
                counts.append(len(fields))
            if len(counts) == _SAMPLE_RECORDS:
                break
    except csv.Error:
        return 0.0
    if not counts or counts[0] < 2:
        return 0.0
    return counts[0] * sum(n == counts[0] for n in counts) / len(counts)


def read_records(opened: Callable[[], IO[bytes]], *, name: str, encoding: str, delimiter: str) -> Records:
    """All records with the physical line on which each starts; blank lines are passed over.

    Raises SourceError when a quotation mark is never closed: it swallows every row after it.
    """
    # The limit belongs to the whole process; long letters are ordinary here, and the default is 128 KiB.
    csv.field_size_limit(_LONGEST_FIELD)
    with io.TextIOWrapper(opened(), encoding=encoding, newline="") as lines:
        yield from _records(lines, name=name, delimiter=delimiter)


def _records(lines: Iterator[str], *, name: str, delimiter: str) -> Records:
    recent: list[str] = []
    at_end = False

    def remembered() -> Iterator[str]:
        nonlocal at_end
        for line in lines:
            recent.append(line)
            yield line
        at_end = True

    reader = csv.reader(remembered(), delimiter=delimiter)
    start = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error as error:
            raise SourceError(
                f"{name} cannot be read from line {start} on ({error}); mend that row."
            ) from None
        if fields is None:
            return
        # A record ended by the end of the file, and not of a line, may have begun with a lone quotation mark.
        if at_end and _is_unclosed(recent, delimiter):
            raise SourceError(
                f"{name} opens a quotation mark in the row that starts on line {start} and never closes it, "
                "so no row after it can be told apart; mend that row."
            )
        if fields:
            yield start, fields
        start = reader.line_num + 1
        recent.clear()


def _is_unclosed(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def to_rows(records: Records, header: list[str]) -> Iterator[SourceRow | RowProblem]:
    """Records under their column names. Fields left out at the end are empty; too many are a problem."""
    width = len(header)
    for line, fields in records:
        n = len(fields)
        if n < width:
            fields += [""] * (width - n)
        values = dict(zip(header, fields, strict=False))
        if n > width:
            yield RowProblem(
                line,
                f"The row has {n} fields, but the header names {width}; "
                "look for a stray delimiter or quotation mark.",
                values,
            )
        else:
            yield SourceRow(line, values)
