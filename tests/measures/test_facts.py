"""A case becomes a fact: days on the wall clock, months in the agency's zone, in time or late."""

import pytest

from casework.cases.models import ClockState
from casework.core.db import db, transaction
from casework.measures.models import CaseFact
from casework.measures.services import mark_all_stale, refresh
from tests.cast import NOW
from tests.measures.conftest import Made, add_clock

SPANS = [
    ("a day", "2026-03-02 09:00", "2026-03-03 09:00", 1.0),
    ("over the hour that is lost in spring", "2026-03-07 09:00", "2026-03-08 09:00", 1.0),
    ("over the hour that comes twice in autumn", "2026-10-31 09:00", "2026-11-01 09:00", 1.0),
    ("an hour and a half", "2026-03-02 09:00", "2026-03-02 10:30", 0.0625),
    ("nothing at all", "2026-03-02 09:00", "2026-03-02 09:00", 0.0),
    ("a leap day", "2024-02-28 12:00", "2024-03-01 12:00", 2.0),
]


def fact_of(case_id: int) -> CaseFact:
    refresh(NOW)
    return db.session.get_one(CaseFact, case_id, populate_existing=True)


@pytest.mark.parametrize(("start", "end", "days"), [row[1:] for row in SPANS], ids=[row[0] for row in SPANS])
def test_days_are_those_of_the_wall_clock(make_case: Made, start: str, end: str, days: float) -> None:
    fact = fact_of(make_case(start, answered=end).id)
    assert fact.respond_days == pytest.approx(days, abs=1e-12)
    assert fact.close_days == fact.respond_days


def test_the_hour_that_comes_twice_never_gives_less_than_nothing(make_case: Made) -> None:
    case = make_case("2026-11-01 01:50", answered="2026-11-01 02:30")
    with transaction():
        # 07:10 UTC is ten past one for the second time: twenty minutes later, forty earlier on the wall.
        case.responded_at = case.received_at.replace(hour=7, minute=10)
    assert fact_of(case.id).respond_days == 0.0


@pytest.mark.parametrize("rough", [["received_at"], ["responded_at"], ["received_at", "responded_at"]])
def test_a_date_without_a_time_makes_whole_days(make_case: Made, rough: list[str]) -> None:
    case = make_case("2026-03-02 23:00", answered="2026-03-04 01:00", date_only=rough)
    assert fact_of(case.id).respond_days == 2.0


@pytest.mark.parametrize(
    ("received", "month"),
    [("2026-06-30 23:59:59", "2026-06"), ("2026-07-01 00:00", "2026-07"), ("2026-12-31 23:00", "2026-12")],
)
def test_months_begin_at_midnight_on_the_agencys_clocks(make_case: Made, received: str, month: str) -> None:
    fact = fact_of(make_case(received).id)
    assert (fact.received_month, fact.received_on.isoformat()[:7]) == (month, month)


@pytest.mark.parametrize(
    ("due", "within"),
    [("2026-03-04 09:00", True), ("2026-03-04 08:59:59", False), ("2026-03-04 09:00:01", True), ("", None)],
)
def test_done_at_the_due_instant_is_in_time(make_case: Made, due: str, within: bool | None) -> None:
    assert (
        fact_of(make_case("2026-03-02 09:00", answered="2026-03-04 09:00", due=due).id).respond_within
        is within
    )


def test_an_answer_known_by_its_date_is_in_time_on_the_day_it_is_due(make_case: Made) -> None:
    case = make_case(
        "2026-03-02 09:00", answered="2026-03-04 20:00", due="2026-03-04 17:00", date_only=["responded_at"]
    )
    assert fact_of(case.id).respond_within is True


def test_the_earliest_of_several_promises_counts_and_a_review_or_a_cancelled_one_does_not(
    make_case: Made,
) -> None:
    case = make_case("2026-03-02 09:00", answered="2026-03-05 09:00", due="2026-03-06 17:00")
    with transaction():
        add_clock(case, "2026-03-04 17:00")
        add_clock(case, "2026-03-03 17:00", stage=2)
        add_clock(case, "2026-03-03 12:00", state=ClockState.CANCELLED)
        add_clock(case, "2026-03-02 12:00", promise="acknowledge")
    fact = fact_of(case.id)
    assert (fact.respond_within, fact.respond_due_month) == (False, "2026-03")
    assert fact.respond_due_at is not None
    assert fact.respond_due_at.isoformat() == "2026-03-04T23:00:00+00:00"


def test_an_open_case_is_neither_in_time_nor_late(make_case: Made) -> None:
    fact = fact_of(make_case("2026-03-02 09:00", due="2026-03-04 09:00").id)
    assert (fact.respond_days, fact.respond_within, fact.is_open) == (None, None, True)


def test_every_case_can_be_counted_again(make_case: Made) -> None:
    case = make_case("2026-03-02 09:00")
    refresh(NOW)
    with transaction():
        mark_all_stale(NOW)
        mark_all_stale(NOW)
    assert refresh(NOW).cases == 1
    assert fact_of(case.id).is_open
