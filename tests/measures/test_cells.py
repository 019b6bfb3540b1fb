"""Figures that grow and shrink: taking out and putting in is the same as counting anew."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.measures.cells import Cell, CellKey, Counted, Drift, apply, count_all
from casework.measures.stats import summarise

MONTHS = st.sampled_from(["2026-01", "2026-02", "2026-03"])


@st.composite
def facts(draw: st.DrawFn) -> Counted:
    """A case that is open, answered, or ended without an answer."""
    days = draw(st.none() | st.floats(0, 400) | st.sampled_from([0.0, 1.0, 1.0]))
    is_open = days is None and draw(st.booleans())
    month = draw(MONTHS)
    return Counted(
        kind="complaint",
        service_id=draw(st.none() | st.integers(1, 2)),
        category_id=None,
        team_id=draw(st.integers(1, 2)),
        channel="phone",
        received_month=draw(MONTHS),
        acknowledged_month=None,
        answered_month=None if days is None else month,
        closed_month=None if is_open else month,
        acknowledge_days=None,
        respond_days=days,
        close_days=None if is_open else days or 0.0,
        acknowledge_within=None,
        respond_within=None if days is None else draw(st.none() | st.booleans()),
        is_open=is_open,
    )


def seen(cells: dict[CellKey, Cell]) -> dict[CellKey, Any]:
    return {key: (cell.figures(), cell.packed()) for key, cell in cells.items() if cell.n}


@given(st.lists(facts(), max_size=25), st.data())
def test_changing_cases_gives_what_counting_anew_gives(before: list[Counted], data: st.DataObject) -> None:
    cells = count_all(before)
    after: list[Counted | None] = [data.draw(st.just(fact) | st.none() | facts()) for fact in before]
    new = data.draw(st.lists(facts(), max_size=5))
    pairs = [*zip(before, after, strict=True), *((None, fact) for fact in new)]
    apply(pairs, lambda key: cells.setdefault(key, Cell()))
    assert seen(cells) == seen(count_all([fact for fact in [*after, *new] if fact is not None]))


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=60))
def test_a_cell_sums_up_as_the_statistics_do(days: list[float]) -> None:
    cell = Cell()
    for value in days:
        cell.add(value)
    summary, figures = summarise(days), cell.figures()
    assert (figures["closed_n"], figures["median"], figures["p90"]) == (
        summary.n,
        summary.median,
        summary.p90,
    )
    assert figures["mean"] == pytest.approx(summary.mean)


@given(st.lists(st.floats(0, 5000), max_size=30))
def test_a_cell_kept_and_read_again_is_the_same(days: list[float]) -> None:
    cell = Cell()
    for value in days:
        cell.add(value, within=value < 100)
    again = Cell(
        n=cell.n, within_n=cell.within_n, with_standard_n=cell.with_standard_n, figures=cell.packed()
    )
    assert again.figures() == cell.figures()


def test_taking_out_what_is_not_there_is_noticed() -> None:
    cell = Cell()
    cell.add(3.0)
    with pytest.raises(Drift):
        cell.remove(4.0)
    with pytest.raises(Drift):
        Cell().remove(None)


def test_a_case_that_ended_without_an_answer_is_not_waited_for() -> None:
    withdrawn = Counted(
        "complaint",
        None,
        None,
        None,
        "web",
        "2026-01",
        None,
        None,
        "2026-01",
        None,
        None,
        2.0,
        None,
        None,
        False,
    )
    cells = count_all([withdrawn])
    assert CellKey("time_to_respond", "", "", "all", "all", "all") not in cells
    assert cells[CellKey("time_to_close", "", "", "all", "all", "all")].n == 1
    assert cells[CellKey("received", "team", "none", "received", "month", "2026-01")].n == 1
