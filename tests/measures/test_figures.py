"""Figures against tables computed by hand, kept or counted when asked."""

from itertools import product
from typing import Any

import pytest

from casework.core.errors import Invalid, NotFound
from casework.measures.definitions import COHORTS, DEFINITIONS, check_dimension, definition_of
from casework.measures.queries.cases import WHICH, Behind, cases_behind, conditions
from casework.measures.queries.figures import Asked, Row, figures, is_stored, monthly
from casework.measures.queries.levels import levels_of
from casework.measures.rules import PERIOD_KINDS
from casework.measures.services import refresh
from tests.cast import NOW, Cast
from tests.measures.conftest import Made


def ask(name: str, **more: Any) -> Asked:
    return Asked(definition=definition_of(name), now=NOW, this_month="2026-11", **more)


def short(rows: list[Row]) -> list[tuple[Any, ...]]:
    return [(r.group, r.period, r.n, r.closed_n, r.open_n, r.mean, r.median, r.p90) for r in rows]


@pytest.fixture
def winter(make_case: Made, cast: Cast) -> None:
    """Four answered cases of 1, 2, 3 and 10 days, one of them late and one without a date; one waits and is late."""
    make_case("2026-01-30 09:00", answered="2026-01-31 09:00", due="2026-02-01 17:00")
    make_case("2026-01-30 09:00", answered="2026-02-01 09:00", due="2026-02-01 17:00")
    make_case("2026-02-02 09:00", answered="2026-02-05 09:00", team_id=cast.clinics.id)
    make_case(
        "2026-02-02 09:00", answered="2026-02-12 09:00", due="2026-02-05 17:00", team_id=cast.clinics.id
    )
    make_case("2026-02-20 09:00", due="2026-02-24 17:00")
    refresh(NOW)


@pytest.mark.usefixtures("winter")
def test_the_whole_is_what_it_is_by_hand() -> None:
    (row,) = figures(ask("time_to_respond"))
    assert (row.n, row.closed_n, row.open_n) == (5, 4, 1)
    assert (row.mean, row.median) == (4.0, 2.5)
    assert row.p90 == pytest.approx(7.9)
    assert (row.within_n, row.with_standard_n) == (2, 3)
    assert row.within_pct == pytest.approx(200 / 3)


@pytest.mark.usefixtures("winter")
def test_by_month_answered_only_the_answered_are_counted() -> None:
    assert short(figures(ask("time_to_respond", period_kind="month"))) == [
        ("All", "2026-01", 1, 1, 0, 1.0, 1.0, 1.0),
        ("All", "2026-02", 3, 3, 0, 5.0, 3.0, pytest.approx(8.6)),
    ]


@pytest.mark.usefixtures("winter")
def test_by_month_received_those_who_wait_are_there_too() -> None:
    rows = figures(ask("time_to_respond", period_kind="month", cohort="received"))
    assert [(r.period, r.n, r.closed_n, r.open_n, r.median) for r in rows] == [
        ("2026-01", 2, 2, 0, 1.5),
        ("2026-02", 3, 2, 1, 6.5),
    ]


@pytest.mark.usefixtures("winter")
def test_quarters_and_years_are_counted_from_the_facts() -> None:
    quarter = figures(ask("time_to_respond", period_kind="quarter"))
    year = figures(ask("time_to_respond", period_kind="year"))
    assert [(r.period, r.n, r.median) for r in [*quarter, *year]] == [("2026-Q1", 4, 2.5), ("2026", 4, 2.5)]


@pytest.mark.usefixtures("winter")
def test_teams_are_apart() -> None:
    rows = figures(ask("time_to_respond", by="team"))
    assert [(r.group, r.n, r.closed_n, r.median) for r in rows] == [
        ("Clinics", 2, 2, 6.5),
        ("Environmental health", 3, 2, 1.5),
    ]


@pytest.mark.usefixtures("winter")
def test_months_limit_the_periods() -> None:
    rows = figures(ask("time_to_respond", period_kind="month", months=("2026-02", "2026-02")))
    assert [r.period for r in rows] == ["2026-02"]
    (whole,) = figures(ask("time_to_respond", cohort="answered", months=("2026-02", "2026-03")))
    assert (whole.period, whole.n, whole.median) == ("all", 3, 3.0)


@pytest.mark.usefixtures("winter")
def test_kept_figures_are_those_that_counting_gives(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        ask("time_to_respond", by=by, period_kind=kind, narrow=narrow)
        for kind in ("all", "month")
        for by, narrow in [("", ()), ("team", ()), ("channel", ()), ("", (("team", str(cast.clinics.id)),))]
    ] + [ask("received", by="team", period_kind="month"), ask("closed", period_kind="month")]
    assert all(is_stored(one) for one in asked)
    kept = [figures(one) for one in asked]
    monkeypatch.setattr("casework.measures.queries.figures.is_stored", lambda _asked: False)
    assert [figures(one) for one in asked] == kept


@pytest.mark.usefixtures("winter")
def test_two_filters_at_once_count_their_common_cases(cast: Cast) -> None:
    narrow = (("team", str(cast.clinics.id)), ("service", str(cast.inspections.id)))
    found = monthly(["time_to_respond", "received"], narrow)
    assert [(r.period, r.n) for r in found["time_to_respond"]] == [("2026-02", 2)]
    assert [(r.period, r.n) for r in found["received"]] == [("2026-02", 2)]


@pytest.mark.usefixtures("winter")
def test_levels_are_those_at_the_end_of_each_month() -> None:
    opened = levels_of("open", now=NOW)[""].by_period("month", until="2026-03")
    assert opened == [("2026-01", 1), ("2026-02", 1), ("2026-03", 1)]
    late = figures(ask("overdue_now", period_kind="month"))
    assert [(r.period, r.n) for r in late][:2] == [("2026-02", 1), ("2026-03", 1)]
    assert [r.n for r in figures(ask("overdue_now"))] == [1]


def test_a_paused_case_is_not_late(make_case: Made) -> None:
    make_case("2026-02-20 09:00", due="2026-02-24 17:00", is_paused=True)
    refresh(NOW)
    assert figures(ask("overdue_now")) == []


@pytest.mark.usefixtures("winter")
@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_every_number_has_as_many_cases_behind_it(name: str, cast: Cast) -> None:
    for kind, cohort in product(PERIOD_KINDS, COHORTS if name.startswith("time") else ("",)):
        check_numbers(ask(name, period_kind=kind, cohort="" if cohort == "answered" else cohort), cast)


def check_numbers(asked: Asked, cast: Cast) -> None:
    for row in figures(asked):
        numbers = {"all": row.n, "closed": row.closed_n, "open": row.open_n, "within": row.within_n}
        if row.with_standard_n is not None and row.within_n is not None:
            numbers["late"] = row.with_standard_n - row.within_n
        if asked.definition.shape == "share":
            numbers["all"] = row.with_standard_n or 0
        for which, n in numbers.items():
            if n is not None and (row.closed_n is not None or which == "all"):
                behind = Behind(asked=asked, period=row.period, which=which)
                assert cases_behind(behind, cast.dana).total == n, (which, row)


def test_what_is_not_there_is_answered_with_a_sentence() -> None:
    with pytest.raises(NotFound, match="time_to_respond"):
        definition_of("speed")
    with pytest.raises(NotFound, match="service, category, team"):
        check_dimension("mood")
    for wrong in ({"which": "some"}, {"period": "2026-13"}, {"period": "soon"}):
        with pytest.raises(Invalid):
            conditions(Behind(asked=ask("received"), **wrong))
    assert set(WHICH) == {"all", "closed", "open", "within", "late"}
