"""The written rules of the clocks (docs/clocks.md): each names its tests; those that stand nowhere else are here."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casework.cases.models import Case, Clock, ClockState, Finding
from casework.cases.services import Decision, decide_issue
from casework.cases.services.clocks import check_clocks, due_sentence, explain_clock, standing_of, stop_clocks
from casework.catalogue.models import Standard
from casework.catalogue.services import service_by_name
from casework.communications.services import write_note
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cast import NOW, Cast, days

ROOT = Path(__file__).parents[2]
NAMED = re.findall(
    r"`(tests/[\w/]+\.py)` `(test_\w+)`", (ROOT / "docs/clocks.md").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_rule_names_a_test_that_there_is(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def answered(cast: Cast) -> Case:
    """A complaint that was answered on the day, and whose answer went out."""
    case = cast.investigated()
    answer(cast, case)
    return case


def answer(cast: Cast, case: Case, now: datetime = NOW) -> None:
    """The answer is written, and reaches the customer."""
    if case.issues[0].finding is None:
        with transaction():
            decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
            decide_issue(case, 1, decision, actor=cast.dana, now=now)
    cast.move(case, "respond", now=now, message="You were right.")
    cast.told(case, now)


def clocks_of(case: Case, promise: str) -> list[tuple[ClockState, object]]:
    rows = select(Clock).where(Clock.case_id == case.id, Clock.promise == promise).order_by(Clock.id)
    return [(clock.state, clock.started_at) for clock in db.session.scalars(rows)]


def test_reopening_owes_another_answer_counted_from_then_and_the_first_keeps_its_date(cast: Cast) -> None:
    case, later = answered(cast), NOW + days(7)
    first_due = case.respond_due_at
    cast.move(case, "close", now=NOW + days(1))
    cast.move(case, "reopen", now=later, reason="They sent a letter.")
    assert clocks_of(case, "respond") == [(ClockState.MET, NOW), (ClockState.RUNNING, later)]
    assert (case.is_open, case.responded_at, case.reopened) == (True, NOW, 1)
    new = next(clock for clock in case.clocks if clock.state is ClockState.RUNNING)
    assert first_due is not None
    assert case.next_due_at == new.due_at > first_due
    assert clocks_of(case, "acknowledge") == [(ClockState.MET, NOW)], "nobody acknowledges twice"


def test_reopening_owes_another_answer_whatever_the_first_one_was_counted_from(cast: Cast) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=5)
    make_standard("answer", starts="acknowledged")
    make_standard("tell", promise="update", starts="last_update", repeats=True)
    make_standard("once", promise="update", starts="last_update")
    make_standard("moved", starts="transferred")
    case, later = answered(cast), NOW + days(7)
    with transaction():
        stop_clocks(case, ["update"], NOW)
    cast.move(case, "reopen", now=later, reason="They sent a letter.")
    again = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    assert {(clock.name, clock.started_at, clock.start_event) for clock in again} == {
        ("answer standard", later, "reopened"),
        ("tell standard", later, "reopened"),
    }
    assert "when it was taken up again" in explain_clock(case, again[0], now=later).sentence


def test_a_review_that_is_reopened_owes_another_answer_too(cast: Cast) -> None:
    case, later = reviewed(cast), NOW + days(7)
    cast.move(case, "reopen", by=cast.sol, now=later, reason="They sent a letter.")
    again = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    assert [(clock.name, clock.stage, clock.started_at) for clock in again] == [
        ("Answer the review within 20 working days", 2, later)
    ]
    assert case.next_due_at == again[0].due_at


def reviewed(cast: Cast) -> Case:
    """A complaint whose review was answered by Sol."""
    case = answered(cast)
    given: dict[str, Any] = {"by": cast.sol, "now": NOW + days(1)}
    cast.move(case, "escalate", **given, reason="Not content.")
    cast.move(case, "acknowledge", **given)
    cast.give(case, cast.sol, **given)
    cast.move(
        case, "assess", **given, severity="2", service=str(cast.inspections.id), team=str(cast.health.id)
    )
    cast.move(case, "investigate", **given)
    cast.move(case, "respond", **given, message="You were right after all.")
    cast.told(case, now=NOW + days(1))
    return case


def extended(cast: Cast, case: Case, now: datetime, on: date, **by: Any) -> Clock:
    """The newest clock of the answer, put off to a day."""
    given: dict[str, Any] = {"reason": "The laboratory.", "message": "It takes longer.", **by}
    cast.move(case, "extend", now=now, new_date=on.isoformat(), **given)
    return the_clock(case, "respond")


def test_another_answer_may_be_extended_though_the_first_one_was(cast: Cast) -> None:
    case, later = cast.investigated(), NOW + days(3)
    extended(cast, case, NOW, date(2026, 12, 29))
    answer(cast, case)
    cast.move(case, "reopen", now=NOW + days(1), reason="They sent a letter.")
    assert extended(cast, case, NOW + days(1), date(2026, 12, 30)).due_at.date() == date(2026, 12, 31)
    with pytest.raises(Refused, match="can be extended once"):
        extended(cast, case, NOW + days(2), date(2027, 1, 5))
    answer(cast, case, NOW + days(2))
    cast.move(case, "escalate", by=cast.sol, now=later, reason="Not content.")
    cast.move(case, "acknowledge", by=cast.sol, now=later)
    assert extended(cast, case, later, date(2027, 1, 5), by=cast.sol).stage == 2


def test_how_far_another_answer_is_put_off_counts_from_its_own_due_date(cast: Cast) -> None:
    case, later = answered(cast), NOW + days(25)
    cast.move(case, "reopen", now=later, reason="They sent a letter.")
    on = the_clock(case, "respond").due_at.date()
    with pytest.raises(Refused, match=f"31 days after {on.day} {on:%B %Y} at most"):
        extended(cast, case, later, on + timedelta(days=32))
    with pytest.raises(Refused, match=f"later than the present one, {on.day} {on:%B %Y}"):
        extended(cast, case, later, on)
    extended(cast, case, later, on + timedelta(days=28))


def test_a_review_has_clocks_of_its_own_that_start_when_it_is_asked_for(cast: Cast) -> None:
    case, later = answered(cast), NOW + days(3)
    cast.move(case, "escalate", by=cast.amara, now=later, reason="Not content.")
    second = [clock for clock in case.clocks if clock.stage == 2]
    assert second
    assert {clock.started_at for clock in second} == {later}
    assert {clock.start_event for clock in second} == {"escalated"}
    assert {clock.state for clock in case.clocks if clock.stage == 1 and clock.promise == "respond"} == {
        ClockState.MET
    }


def test_another_team_or_handler_wins_no_time(cast: Cast) -> None:
    case = cast.investigated()
    before = [(clock.id, clock.started_at, clock.due_at) for clock in case.clocks]
    with transaction():
        case.team = cast.clinics
    cast.give(case, cast.pat, now=NOW + days(2))
    db.session.expire_all()
    assert [(clock.id, clock.started_at, clock.due_at) for clock in case.clocks] == before


def test_what_reached_us_long_ago_is_late_at_once(cast: Cast) -> None:
    case = cast.log(received_at=NOW - days(60))
    assert case.next_due_at < NOW
    assert {clock.started_at for clock in case.clocks} == {NOW - days(60)}


def test_computers_that_do_not_agree_about_the_second_break_nothing(cast: Cast) -> None:
    case = cast.investigated()
    seconds = [timedelta(seconds=each) for each in (0, 5, 4, 3, 9)]
    moves = ["ask_customer", "customer_answers", "ask_customer", "customer_answers", "ask_customer"]
    for name, after in zip(moves, seconds, strict=True):
        cast.move(case, name, now=NOW + after, message="Which day?", answer="Monday.")
    (pause, last) = standing_of(case)[the_clock(case, "respond").number].pauses
    assert (pause.from_at, pause.to_at, last.from_at) == (NOW, NOW + seconds[1], NOW + seconds[4])
    assert check_clocks().different == 0


def test_a_note_stops_no_clock(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        write_note(case, "I looked at it.", author=cast.dana, now=NOW)
    assert {clock.state for clock in case.clocks} == {ClockState.RUNNING}


def test_a_service_chosen_in_the_form_of_a_move_brings_its_standards_at_once(cast: Cast) -> None:
    vaccination = service_by_name("Vaccination")
    with transaction():
        row = {"name": "Clinics", "promise": "respond", "limit": 5, "unit": "working_day"}
        db.session.add(Standard(code="clinics", service_id=vaccination.id, **row))
    case = cast.log()
    cast.move(case, "acknowledge")
    cast.give(case, cast.dana)
    cast.move(case, "assess", severity="2", service=str(vaccination.id), team=str(cast.health.id))
    assert "Clinics" in {clock.name for clock in case.clocks}


def test_of_several_standards_those_that_give_as_much_time_already_are_not_extended(cast: Cast) -> None:
    with transaction():
        row = {"name": "Long", "promise": "respond", "limit": 60, "unit": "working_day"}
        db.session.add(Standard(code="long", **row))
    case = cast.investigated()
    before = {clock.name: clock.due_at for clock in case.clocks}
    cast.move(case, "extend", reason="The laboratory.", new_date="2026-12-30", message="It takes longer.")
    moved = {clock.name for clock in case.clocks if clock.due_at != before[clock.name]}
    assert moved == {"Answer within 20 working days"}


@pytest.mark.parametrize("starts", ["acknowledged", "day_after_received", "received"])
def test_another_answer_is_owed_whatever_the_first_one_counted_from(cast: Cast, starts: str) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("answer", starts=starts)
    make_standard("never", starts="transferred")
    make_standard("early", is_early=True)
    case, later = answered(cast), NOW + days(7)
    cast.move(case, "reopen", now=later, reason="They sent a letter.")
    live = [(c.name, c.started_at) for c in case.clocks if c.state is ClockState.RUNNING]
    assert live == [("answer standard", later)]
    assert "from the day after we took it up again" in due_sentence(case, now=later)
