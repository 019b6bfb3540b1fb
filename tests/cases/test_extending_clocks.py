"""Extensions: how often, how far, and what happens to several standards, to a pause and to a date in the past."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework.calendars import local_day_of
from casework.cases.models import Case, Clock, ClockState
from casework.cases.services.clocks import (
    explain_clock,
    extend_clocks,
    keep_standing,
    latest_extension,
    pause_clocks,
    resume_clocks,
    stop_clocks,
    stored_differences,
)
from casework.catalogue.queries import default_calendar
from casework.core.db import transaction
from casework.core.errors import Refused
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cast import NOW, Cast, days

LATER = NOW + days(1)
UNITS = ["minute", "hour", "working_minute", "working_hour", "working_day", "calendar_day", "week", "month"]


@pytest.fixture(autouse=True)
def _none(cast: Cast) -> None:
    no_standards()


def extend(case: Case, until: date, *, at: Any = LATER, reason: str = "Somebody is ill.") -> list[Clock]:
    with transaction():
        found = extend_clocks(case, until=until, reason=reason, at=at)
    assert not list(stored_differences(case))
    return found


def refused(case: Case, until: date, *, at: Any = LATER, reason: str = "Somebody is ill.") -> str:
    with pytest.raises(Refused) as said:
        extend(case, until, at=at, reason=reason)
    return " ".join(said.value.reasons)


def day(clock: Clock) -> date:
    return local_day_of(default_calendar(), clock.due_at)


@pytest.mark.parametrize("unit", UNITS)
def test_it_is_due_on_the_day_that_was_given_however_the_clock_counts(cast: Cast, unit: str) -> None:
    make_standard("any", limit=1, unit=unit)
    case = cast.log()
    until = day(case.clocks[0]) + timedelta(days=9)
    extend(case, until)
    assert day(case.clocks[0]) == until
    assert case.next_due_at == case.clocks[0].due_at


def test_the_cap_is_counted_in_the_unit_of_the_standard(cast: Cast) -> None:
    make_standard("ten", extension_limit=5, extension_unit="working_day")
    case = cast.log()
    # Ten working days from Monday 23 November, and five more.
    latest, _ = latest_extension(case, at=LATER)
    assert latest is not None
    assert (latest - day(case.clocks[0])).days == 7
    said = refused(case, latest + timedelta(days=1))
    assert said.endswith(f"lets the answer be put off to {latest.day} {latest:%B %Y} at most.")
    extend(case, latest)
    assert day(case.clocks[0]) == latest


def test_a_cap_that_is_the_whole_counts_from_the_start(cast: Cast) -> None:
    make_standard(
        "ten", unit="calendar_day", extension_limit=30, extension_unit="calendar_day", extension_is_total=True
    )
    case = cast.log()
    latest, _ = latest_extension(case, at=LATER)
    assert latest == NOW.date() + timedelta(days=30)
    assert "at most" in refused(case, latest + timedelta(days=1))
    extend(case, latest)


def test_a_total_that_is_used_up_leaves_nothing(cast: Cast) -> None:
    make_standard("ten", unit="calendar_day", extension_limit=10, extension_is_total=True)
    case = cast.log()
    assert latest_extension(case, at=LATER)[0] == day(case.clocks[0])
    assert "at most" in refused(case, day(case.clocks[0]) + timedelta(days=1))


def test_a_standard_without_a_cap_names_no_last_day(cast: Cast) -> None:
    make_standard("ten", extension_words="Tell them whom to complain to.")
    case = cast.log()
    assert latest_extension(case, at=LATER) == (None, ["Tell them whom to complain to."])
    extend(case, NOW.date() + timedelta(days=400))


def test_a_standard_that_allows_none_says_so(cast: Cast) -> None:
    make_standard("none", extension_times=0)
    case = cast.log()
    on = day(case.clocks[0])
    said = refused(case, on + timedelta(days=5))
    assert said == f"“none standard” allows no extension. Answer by {on.day} {on:%B %Y}."
    assert latest_extension(case, at=LATER) == (None, [])


def test_not_to_the_same_day_nor_to_one_in_the_past_nor_without_a_reason(cast: Cast) -> None:
    make_standard("ten")
    case = cast.log()
    on = day(case.clocks[0])
    assert "not later than the present one" in refused(case, on)
    assert "not later than the present one" in refused(case, on - timedelta(days=1))
    late = NOW + days(60)
    assert "lies in the past" in refused(case, late.date() - timedelta(days=1), at=late)
    assert "lies in the past" in refused(case, late.date(), at=late)
    assert "Say why" in refused(case, on + timedelta(days=1), reason="  ")
    assert case.extensions == 0
    extend(case, late.date() + timedelta(days=1), at=late)


def test_twice_where_the_standard_says_so_and_not_a_third_time(cast: Cast) -> None:
    make_standard("two", extension_times=2)
    case = cast.log()
    first = day(case.clocks[0]) + timedelta(days=5)
    extend(case, first)
    extend(case, first + timedelta(days=7), at=NOW + days(3))
    assert day(case.clocks[0]) == first + timedelta(days=7)
    assert "2 times already" in refused(case, first + timedelta(days=20), at=NOW + days(4))
    assert case.extensions == 2


def test_once_is_usual(cast: Cast) -> None:
    make_standard("one")
    case = cast.log()
    extend(case, day(case.clocks[0]) + timedelta(days=5))
    assert "once already" in refused(case, day(case.clocks[0]) + timedelta(days=5))


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "working_hour"])
def test_extended_while_it_stands_still_the_pause_is_added_when_it_goes_on(cast: Cast, unit: str) -> None:
    make_standard("ten", unit=unit, limit=10, may_pause=True)
    case = cast.log()
    with transaction():
        pause_clocks(case, LATER, "waiting")
    until = day(case.clocks[0]) + timedelta(days=14)
    extend(case, until, at=NOW + days(2))
    clock = case.clocks[0]
    assert (clock.state, day(clock)) == (ClockState.PAUSED, until)
    with transaction():
        resume_clocks(case, NOW + days(7))
    assert clock.state is ClockState.RUNNING
    assert day(clock) > until
    assert not list(stored_differences(case))


@pytest.mark.parametrize("unit", ["calendar_day", "working_day"])
def test_waited_after_the_due_date_and_extended_it_is_due_on_the_day_that_was_given(
    cast: Cast, unit: str
) -> None:
    make_standard("five", unit=unit, limit=5, may_pause=True)
    case = cast.log()
    with transaction():
        pause_clocks(case, NOW + days(12), "waiting")
        resume_clocks(case, NOW + days(15))
    until = (NOW + days(25)).date()
    extend(case, until, at=NOW + days(16))
    assert day(case.clocks[0]) == until


def test_extended_while_it_stands_still_it_goes_no_further_than_the_cap(cast: Cast) -> None:
    make_standard(
        "ten", unit="calendar_day", may_pause=True, extension_limit=10, extension_unit="calendar_day"
    )
    case = cast.log()
    with transaction():
        pause_clocks(case, NOW + days(5), "waiting")
    latest, _ = latest_extension(case, at=NOW + days(9))
    assert latest == (NOW + days(20)).date()
    extend(case, latest, at=NOW + days(9))
    with transaction():
        resume_clocks(case, NOW + days(9))
    # Ten days, ten more, and the four in which it stood still.
    assert day(case.clocks[0]) == (NOW + days(24)).date()


def test_paused_then_extended_is_the_same_day_as_the_cap_says(cast: Cast) -> None:
    make_standard("ten", may_pause=True, extension_limit=5, extension_unit="working_day")
    case = cast.log()
    with transaction():
        pause_clocks(case, LATER, "waiting")
        resume_clocks(case, NOW + days(8))
    latest, _ = latest_extension(case, at=NOW + days(9))
    assert latest is not None
    extend(case, latest, at=NOW + days(9))
    assert day(case.clocks[0]) == latest


def test_of_several_standards_those_that_allow_none_go_on_as_they_are(cast: Cast) -> None:
    make_standard("fixed", extension_times=0, limit=15)
    make_standard("ten")
    case = cast.log()
    fixed, ten = case.clocks
    before = fixed.due_at
    assert extend(case, day(ten) + timedelta(days=20)) == [ten]
    assert fixed.due_at == before == case.next_due_at


def test_one_that_gives_as_much_already_is_left_as_it_is(cast: Cast) -> None:
    make_standard("short", limit=5)
    make_standard("long", limit=20)
    case = cast.log()
    short, long = sorted(case.clocks, key=lambda clock: clock.due_at)
    before, until = long.due_at, day(short) + timedelta(days=3)
    assert extend(case, until) == [short]
    assert (day(short), long.due_at) == (until, before)
    # Later, beyond both: the short one had its extension, so it is said.
    assert "once already" in refused(case, day(long) + timedelta(days=3))


def test_the_strictest_cap_of_several_holds(cast: Cast) -> None:
    make_standard("short", limit=10, extension_limit=2, extension_unit="working_day", unit="working_day")
    make_standard("long", limit=10, extension_limit=20, extension_unit="working_day")
    case = cast.log()
    latest, _ = latest_extension(case, at=LATER)
    assert latest is not None
    assert "“short standard”" in refused(case, latest + timedelta(days=1))
    assert len(extend(case, latest)) == 2


def test_neither_an_early_path_nor_what_is_done_is_extended(cast: Cast) -> None:
    make_standard("early", limit=3, is_early=True)
    case = cast.log()
    assert "nothing to extend" in refused(case, NOW.date() + timedelta(days=30))
    make_standard("ten")
    other = cast.log()
    assert {
        clock.standard.code for clock in extend(other, NOW.date() + timedelta(days=40)) if clock.standard
    } == {"ten"}
    with transaction():
        stop_clocks(other, ["respond"], LATER)
    assert "nothing to extend" in refused(other, NOW.date() + timedelta(days=60))


def test_only_the_answer_is_extended(cast: Cast) -> None:
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("ten")
    case = cast.log()
    before = the_clock(case, "acknowledge").due_at
    extend(case, day(the_clock(case, "respond")) + timedelta(days=5))
    assert the_clock(case, "acknowledge").due_at == before


def test_an_end_that_was_rolled_off_a_closed_day_is_put_off_to_the_day_that_was_given(cast: Cast) -> None:
    make_standard("rolls", limit=5, unit="calendar_day", roll=True)
    case = cast.log()
    # Five days from Monday 23 November are Saturday, which rolls to Monday.
    assert day(case.clocks[0]).isoformat() == "2026-11-30"
    extend(case, date(2026, 12, 2))
    assert day(case.clocks[0]).isoformat() == "2026-12-02"


def test_a_date_that_came_with_a_record_is_put_off_too(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        case.external_reference = "OLD-1"
        case.clocks.append(
            Clock(promise="respond", name="As imported", started_at=NOW, limit=None, due_at=NOW + days(10))
        )
        keep_standing(case)
    until = (NOW + days(20)).date()
    extend(case, until)
    assert day(case.clocks[0]) == until
    explained = explain_clock(case, case.clocks[0], now=LATER)
    assert explained.sentence.startswith("The date of the record that was imported was put off to")
    with transaction():
        stop_clocks(case, ["respond"], NOW + days(15))
    assert (case.clocks[0].state, day(case.clocks[0])) == (ClockState.MET, until)
    assert not list(stored_differences(case))


@pytest.mark.parametrize("unit", ["working_day", "calendar_day"])
def test_while_it_stands_still_the_cap_gives_no_more_than_it_says(cast: Cast, unit: str) -> None:
    make_standard("ten", unit=unit, may_pause=True, extension_limit=5, extension_unit="calendar_day")
    case = cast.log()
    before = day(case.clocks[0])
    with transaction():
        pause_clocks(case, LATER, "waiting")
    latest, _ = latest_extension(case, at=NOW + days(8))
    assert latest == before + timedelta(days=5)
    assert "at most" in refused(case, latest + timedelta(days=1), at=NOW + days(8))
    extend(case, latest, at=NOW + days(8))


@pytest.mark.parametrize("unit", UNITS)
def test_a_pause_that_began_when_it_was_late_does_not_move_the_day_that_was_given(
    cast: Cast, unit: str
) -> None:
    make_standard("any", limit=1, unit=unit, may_pause=True)
    case = cast.log()
    late = case.clocks[0].due_at + days(3)
    with transaction():
        pause_clocks(case, late, "waiting")
        resume_clocks(case, late + days(5))
    until = local_day_of(default_calendar(), late + days(9))
    extend(case, until, at=late + days(6))
    assert day(case.clocks[0]) == until
