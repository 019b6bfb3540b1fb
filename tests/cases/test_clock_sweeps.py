"""Walking the points that clocks pass: what is written, who is told, once each, and by the index alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.accounts.roles import Role
from casework.cases.events import ClockPassed
from casework.cases.models import Case, Clock, ClockState
from casework.cases.models.clocks import What as Happened
from casework.cases.services import change_access
from casework.cases.services.clocks import (
    keep_standing,
    note,
    note_not_told,
    note_told_at_last,
    stop_clocks,
    stored_differences,
    sweep_clocks,
)
from casework.cases.services.imports.rows import clock_row
from casework.core.db import db, transaction
from casework.core.events import _followers
from casework.notices.rules import ByMail, What
from casework.notices.services import choose, mark_all_read, write_digests
from tests.accounts.people import make_person
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cast import NOW, Cast, days
from tests.notices.test_telling import told

MINUTE = timedelta(minutes=1)


def run(now: Any = NOW) -> int:
    return sweep_clocks(now)


def points(case: Case) -> list[tuple[Happened, str]]:
    db.session.expire_all()
    said = (Happened.WARNED, Happened.MISSED, Happened.LAPSED)
    return [(event.what, event.data["point"]) for event in case.clock_events if event.what in said]


@pytest.fixture
def published() -> Iterator[list[ClockPassed]]:
    """What was published of clocks, in order."""
    seen: list[ClockPassed] = []
    _followers[ClockPassed].append(seen.append)
    yield seen
    _followers[ClockPassed].remove(seen.append)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Dana's with one clock of ten working days."""
    no_standards()
    make_standard("ten")
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    return case


def test_the_owner_is_warned_then_the_line_is_told_each_once(cast: Cast, case: Case) -> None:
    clock = the_clock(case, "respond")
    first = clock.next_step_at
    assert first is not None
    assert first < clock.due_at
    assert (run(first - MINUTE), run(first)) == (0, 1)
    assert (told(cast.dana), told(cast.amara), told(cast.sol)) == ([("due_soon", 1)], [], [])
    assert run(clock.due_at - MINUTE) == 0
    due = clock.due_at
    assert run(due) == 1
    assert told(cast.dana) == [("due_soon", 1), ("overdue", 1)]
    assert (told(cast.amara), told(cast.sol)) == ([("team_late", 1)], [])
    assert run(due + days(1)) == 0
    assert run(due + days(8)) == 1
    assert told(cast.dana) == [("due_soon", 1), ("overdue", 1)]
    assert told(cast.amara) == [("team_late", 1), ("team_late", 1)]
    assert told(cast.sol) == [("team_late", 1)]
    assert points(case) == [
        (Happened.WARNED, "2 before"),
        (Happened.MISSED, "due"),
        (Happened.MISSED, "5 after"),
    ]
    assert clock.next_step_at is None
    assert run(due + days(900)) == 0
    assert not list(stored_differences(case))


def test_each_point_is_written_with_the_instant_at_which_it_was_passed(case: Case) -> None:
    clock = the_clock(case, "respond")
    first, due = clock.next_step_at, clock.due_at
    run(due + timedelta(hours=3))
    db.session.expire_all()
    written = [event for event in case.clock_events if event.once]
    assert [event.at for event in written] == [first, due]
    assert {event.noted_at for event in written} == {due + timedelta(hours=3)}
    assert {event.actor_id for event in written} == {None}


def test_reading_a_notice_does_not_bring_it_back(cast: Cast, case: Case) -> None:
    due = the_clock(case, "respond").due_at
    run(due)
    with transaction():
        mark_all_read(cast.dana.id, upto=due + days(1), now=due)
    assert run(due + MINUTE) == 0
    assert told(cast.dana) == [("overdue", 1)]


def test_of_points_passed_while_nothing_ran_all_are_written_and_the_last_is_told(
    cast: Cast, case: Case, published: list[ClockPassed]
) -> None:
    due = the_clock(case, "respond").due_at
    assert run(due + days(2)) == 2
    assert [(one.point, one.is_late, one.tell) for one in published] == [
        ("due", True, ("owner", "supervisor"))
    ]
    assert told(cast.dana) == [("overdue", 1)]
    assert told(cast.amara) == [("team_late", 1)]


def test_everybody_whom_a_late_point_names_is_told_when_two_are_passed_at_once(
    cast: Cast, published: list[ClockPassed]
) -> None:
    no_standards()
    steps = [
        {"at": "50%", "tell": ["manager"]},
        {"at": "due", "tell": ["owner"]},
        {"at": "1 after", "tell": ["supervisor"]},
    ]
    make_standard("steps", steps=steps)
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    assert run(the_clock(case, "respond").due_at + days(4)) == 3
    assert [(one.point, one.tell) for one in published] == [("1 after", ("owner", "supervisor"))]
    assert told(cast.sol) == []


def test_a_standard_that_tells_nobody_at_the_end_still_has_it_written(
    cast: Cast, published: list[ClockPassed]
) -> None:
    no_standards()
    make_standard("quiet", steps=[{"at": "50%", "tell": ["owner"]}])
    case = cast.log()
    due = the_clock(case, "respond").due_at
    assert run(due) == 2
    assert points(case) == [(Happened.WARNED, "50%"), (Happened.MISSED, "due")]
    assert published == []


def test_what_was_overdue_for_more_than_a_week_when_first_met_is_written_and_told_to_nobody(
    cast: Cast, case: Case, published: list[ClockPassed]
) -> None:
    due = the_clock(case, "respond").due_at
    assert run(due + days(7) + MINUTE) >= 2
    assert (Happened.MISSED, "due") in points(case)
    assert published == []
    assert (told(cast.dana), told(cast.amara)) == ([], [])


def test_a_path_that_was_not_taken_early_lapses_and_nobody_is_told_that_it_is_late(
    cast: Cast, published: list[ClockPassed]
) -> None:
    no_standards()
    make_standard("early", limit=3, is_early=True, steps=[{"at": "due", "tell": ["owner", "manager"]}])
    make_standard("later", limit=20)
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    early = next(clock for clock in case.clocks if clock.standard and clock.standard.is_early)
    later = next(clock for clock in case.clocks if clock is not early)
    assert case.next_due_at == early.due_at
    assert run(early.due_at) == 1
    assert points(case) == [(Happened.LAPSED, "due")]
    assert (early.state, early.next_step_at) == (ClockState.CANCELLED, None)
    assert case.next_due_at == later.due_at
    assert published == []
    assert run(early.due_at + days(9)) == 0
    assert not list(stored_differences(case))


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("posted", [False, True])
def test_a_path_that_was_not_taken_early_has_lapsed_whether_or_not_a_sweep_has_seen_it(
    cast: Cast, swept: bool, posted: bool
) -> None:
    no_standards()
    make_standard("early", limit=1, unit="hour", is_early=True, may_pause=True)
    make_standard("later", limit=20)
    case = cast.log()
    early, later = case.clocks
    after = early.due_at + MINUTE
    if posted:
        with transaction():
            stop_clocks(case, ["respond"], NOW, says="decision")
            note_not_told(case, "decision", written_at=NOW, why="the letter waits", now=NOW)
    if swept:
        run(early.due_at)
    with transaction():
        if posted:
            note_told_at_last(case, "decision", written_at=NOW, at=after, now=after)
        else:
            stop_clocks(case, ["respond"], after)
    assert (early.state, early.met_at, later.met_at) == (ClockState.CANCELLED, None, after)
    assert not list(stored_differences(case))


def test_a_due_date_that_moved_is_told_again_and_only_the_new_one(
    cast: Cast, case: Case, published: list[ClockPassed]
) -> None:
    clock = the_clock(case, "respond")
    first = clock.due_at
    run(first)
    cast.move(case, "acknowledge", now=first + MINUTE)
    with transaction():
        note(
            case,
            Happened.EXTENDED,
            first + MINUTE,
            clocks=[clock],
            reason="Ill",
            limit=14,
            unit="calendar_day",
        )
        keep_standing(case)
    assert clock.due_at > first + days(13)
    assert clock.next_step_at is not None
    assert clock.next_step_at > first
    assert run(first + days(5)) == 0, "the points after the first due date are over"
    assert run(clock.due_at) == 2
    assert [(one.point, one.clock_id) for one in published] == [("due", clock.id), ("due", clock.id)]
    assert told(cast.dana).count(("overdue", 1)) == 2
    assert run(clock.due_at + MINUTE) == 0


def test_a_clock_that_stands_still_passes_no_point(cast: Cast) -> None:
    no_standards()
    make_standard("ten", may_pause=True)
    case = cast.investigated()
    due = the_clock(case, "respond").due_at
    cast.move(case, "ask_customer", message="Which kitchen?", now=NOW + timedelta(hours=1))
    assert the_clock(case, "respond").next_step_at is None
    assert run(due + days(1)) == 0
    assert points(case) == []


def test_what_is_done_passes_no_point(cast: Cast) -> None:
    no_standards()
    make_standard("quick", promise="acknowledge", limit=3)
    case = cast.log()
    due = the_clock(case, "acknowledge").due_at
    cast.move(case, "acknowledge")
    assert run(due + days(1)) == 0
    assert told(cast.amara) == []


def test_where_nobody_has_the_case_the_supervisors_of_its_team_are_told(cast: Cast, case: Case) -> None:
    supervisors = [cast.amara, make_person(Role.SUPERVISOR, "Ravi Lund", team=cast.health)]
    left = make_person(Role.SUPERVISOR, "Gone Away", team=cast.health)
    other = make_person(Role.SUPERVISOR, "Ola Berg", team=cast.clinics)
    with transaction():
        case.handler_id, left.is_active, case.team = None, False, cast.health
    clock = the_clock(case, "respond")
    assert clock.next_step_at is not None
    run(clock.next_step_at)
    assert [told(one) for one in supervisors] == [[("due_soon", 1)]] * 2
    run(clock.due_at)
    assert [told(one) for one in supervisors] == [[("due_soon", 1), ("team_late", 1)]] * 2
    assert (told(left), told(other), told(cast.toni)) == ([], [], [])


def test_a_supervisor_who_has_the_case_is_told_once_as_its_owner(cast: Cast, case: Case) -> None:
    with transaction():
        case.handler_id = cast.amara.id
    run(the_clock(case, "respond").due_at)
    assert told(cast.amara) == [("overdue", 1)]


def test_where_whoever_has_the_case_left_the_supervisors_of_its_team_are_told(cast: Cast, case: Case) -> None:
    with transaction():
        cast.dana.is_active = False
    first = the_clock(case, "respond").next_step_at
    assert run(first) == 1
    assert (told(cast.dana), told(cast.amara)) == ([], [("due_soon", 1)])


def test_where_the_team_has_no_supervisor_the_managers_are_told(cast: Cast, case: Case) -> None:
    with transaction():
        cast.amara.is_active = False
    run(the_clock(case, "respond").due_at)
    assert told(cast.dana) == [("overdue", 1)]
    assert (told(cast.amara), told(cast.sol)) == ([], [("team_late", 1)])


def test_nobody_is_told_of_a_case_that_they_may_not_see(cast: Cast, case: Case) -> None:
    with transaction():
        change_access(
            case, restricted=True, named=[cast.dana.id], granted=[cast.ines.id], actor=cast.amara, now=NOW
        )
        case.handler_id = cast.dana.id
    other = make_person(Role.SUPERVISOR, "Ravi Lund", team=cast.health)
    assert run(the_clock(case, "respond").due_at) == 2
    assert (told(cast.dana), told(other), told(cast.sol)) == ([], [], [])
    assert told(cast.amara) == [("team_late", 1)]


def test_whoever_chose_not_to_be_told_keeps_nobody_else_from_it(cast: Cast, case: Case) -> None:
    with transaction():
        choose(cast.dana.id, dict.fromkeys(What, (False, ByMail.OFF)))
    run(the_clock(case, "respond").due_at)
    assert told(cast.dana) == []
    assert told(cast.amara) == [("team_late", 1)]


def test_a_storm_of_late_cases_is_one_mail_in_the_morning(cast: Cast) -> None:
    no_standards()
    make_standard("ten")
    for _ in range(12):
        cast.give(cast.log(), cast.dana, by=cast.dana)
    due = max(db.session.scalars(select(Clock.due_at)))
    run(due)
    morning = due.replace(hour=14) + days(1)
    assert write_digests(morning) == 2, "one for Dana, one for Amara"
    assert told(cast.amara).count(("team_late", 1)) == 12


def test_a_date_that_came_with_a_record_is_swept_too(cast: Cast) -> None:
    case = imported(cast)
    clock = case.clocks[0]
    assert not list(stored_differences(case))
    assert clock.next_step_at is not None
    assert NOW < clock.next_step_at < clock.due_at
    assert run(clock.due_at) == 2
    assert points(case) == [(Happened.WARNED, "2 before"), (Happened.MISSED, "due")]
    assert told(cast.dana) == [("overdue", 1)]
    assert not list(stored_differences(case))
    with transaction():  # The record comes again, and says that it was answered.
        clock.state, clock.met_at, clock.next_step_at = ClockState.MET, clock.due_at + days(1), None
        keep_standing(case)
    assert clock.state is ClockState.MET


def imported(cast: Cast) -> Case:
    """An open case with a due date that came from a file; Dana has it."""
    no_standards()
    case = cast.log()
    with transaction():
        row = {
            "respond_due_at": NOW + days(10),
            "responded_at": None,
            "is_open": True,
            "received_at": NOW,
        }
        made = clock_row(row, case.id)
        assert made is not None
        db.session.add(Clock(**made))
        case.external_reference, case.handler_id = "OLD-1", cast.dana.id
    db.session.expire_all()
    with transaction():
        keep_standing(case)
    return case
