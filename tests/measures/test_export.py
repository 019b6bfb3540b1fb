"""Exports: what a spreadsheet would run is made harmless, and numbers stay numbers."""

import csv
import io

import pytest

from casework.measures.definitions import definition_of
from casework.measures.export import COLUMNS, as_data, guarded, header_of, line_of, lines_of
from casework.measures.queries.figures import Row
from tests.cast import NOW

CELLS = [
    ("=1+1", "'=1+1"),
    ("+44 20", "'+44 20"),
    ("-dash", "'-dash"),
    ("@sum", "'@sum"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    (" =1", "' =1"),
    ("-1|calc", "'-1|calc"),
    ("-12.5", "-12.5"),
    (-12.5, -12.5),
    ("Food = safe", "Food = safe"),
    (None, None),
]


@pytest.mark.parametrize(("cell", "safe"), CELLS)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: object, safe: object) -> None:
    assert guarded(cell) == safe


def test_commas_quotes_and_line_breaks_come_back_as_they_were() -> None:
    cells = ['Parks, "north"', "two\nlines", "1"]
    assert list(csv.reader(io.StringIO(line_of(cells), newline=""))) == [cells]


def test_times_may_be_hours_and_counts_stay_counts() -> None:
    row = Row(
        group_id="", group="All", period="all", n=2, closed_n=2, median=1.5, within_n=1, with_standard_n=2
    )
    data = as_data(row, "hours")
    assert list(data) == list(COLUMNS)
    assert (data["median"], data["mean"], data["n"], data["within_pct"]) == (36.0, None, 2, 50.0)


def test_an_export_says_what_its_figures_mean() -> None:
    header = header_of(
        definition_of("received"), filters="Team: Parks", zone="America/Chicago", computed_at=NOW
    )
    lines = list(lines_of(header, COLUMNS, ([1], [2])))
    text = "".join(lines)
    assert "received, version 1" in text
    assert "Filter,Team: Parks" in text
    assert "Computed at,2026-11-23T09:00:00-06:00" in text
    assert len(lines) == len(header) + 3
