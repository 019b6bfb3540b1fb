"""What answers a customer, and so meets the clock of the answer: what reached them, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.cases.models import Case, Channel, Clock, ClockState, DecisionState, Finding, Kind
from casework.cases.services import Decision, clocks, decide_issue
from casework.cases.services.merging import merge_cases, undo_merge
from casework.cases.services.transferring import transfer_case
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish
from casework.communications.services import Call, Outcome, hear_from_customer, log_call, tick_off, write_note
from casework.core.db import db, transaction
from casework.customers.services import Contact
from tests.cases.changes.drafts import apply, calendar_draft, look
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast, days

DECIDED = NOW + timedelta(hours=1)
LATER = NOW + days(2)
TOO_LATE = NOW + days(30)
MAIL = Contact(name="Sorina Ionescu", email="sorina@customer.example")
LETTER = Contact(name="Sorina Ionescu", address="1 Main Street\nLakeford")
PHONE = Contact(name="Sorina Ionescu", phone="555 0142")
PAGE = {"channel": Channel.WEB, "contact": Contact(name="")}


def decided(cast: Cast, how: dict[str, Any]) -> Case:
    """A complaint whose decision was written an hour after it came in; the answer is owed in ten working days."""
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("answer", limit=10, may_pause=True)
    case = cast.investigated(**how)
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=DECIDED)
    cast.move(case, "respond", now=DECIDED, message="You were right.")
    return case


def the_decision(case: Case) -> Communication:
    said = (Communication.case_id == case.id, Communication.purpose == Purpose.DECISION)
    return db.session.scalars(select(Communication).where(*said)).one()


def answer(case: Case) -> tuple[ClockState, datetime | None]:
    """How the clock of the answer stands, and the instant that measures take for the answer."""
    db.session.expire_all()
    assert not list(clocks.stored_differences(case))
    clock = clock_of(case)
    assert clock.met_at == case.responded_at
    return clock.state, clock.met_at


def clock_of(case: Case) -> Clock:
    (clock,) = [one for one in case.clocks if one.promise == "respond"]
    return clock


def states(case: Case) -> list[ClockState]:
    return [clock.state for clock in case.clocks]


def nothing_more(case: Case, cast: Cast) -> None:
    pass


def arrives(case: Case, cast: Cast) -> None:
    finish(the_decision(case), Delivery.SENT, LATER)


def bounces(case: Case, cast: Cast) -> None:
    finish(the_decision(case), Delivery.FAILED, LATER, "There is no such mailbox.")


def bounces_and_arrives(case: Case, cast: Cast) -> None:
    bounces(case, cast)
    arrives(case, cast)


def is_posted(case: Case, cast: Cast) -> None:
    tick_off(the_decision(case), actor=cast.dana, now=LATER)


def note(case: Case, cast: Cast) -> None:
    write_note(case, "I told them in passing.", author=cast.dana, now=LATER)


def auto_reply(case: Case, cast: Cast) -> None:
    hear_from_customer(case, "I am away until Monday.", channel="email", now=LATER)


def nobody_answers(case: Case, cast: Cast) -> None:
    log_call(case, Call(by_us=True, outcome=Outcome.NOT_REACHED), actor_id=cast.dana.id, now=LATER)


RUNS = (ClockState.RUNNING, None)
Act = Callable[[Case, Cast], None]


@pytest.mark.parametrize(
    ("how", "act", "stands"),
    [
        (PAGE, nothing_more, (ClockState.MET, DECIDED)),
        ({"contact": MAIL}, nothing_more, (ClockState.MET, DECIDED)),
        ({"contact": MAIL}, arrives, (ClockState.MET, DECIDED)),
        ({"contact": PHONE}, nothing_more, RUNS),
        ({"contact": PHONE}, nobody_answers, RUNS),
        ({"contact": PHONE}, is_posted, (ClockState.MET, LATER)),
        ({"contact": LETTER}, nothing_more, RUNS),
        ({"contact": LETTER}, is_posted, (ClockState.MET, LATER)),
        ({"contact": LETTER}, note, RUNS),
        ({"contact": LETTER}, auto_reply, RUNS),
        ({"contact": MAIL}, bounces, RUNS),
        ({"contact": MAIL}, bounces_and_arrives, (ClockState.MET, LATER)),
    ],
    ids=[
        "portal", "mail", "mail arrived", "call to make", "nobody answered", "phone", "letter to post", "letter",
        "note", "auto-reply", "bounce", "bounce, then arrived",
    ],
)  # fmt: skip
def test_only_what_reached_the_customer_answers_them(
    cast: Cast, how: dict[str, Any], act: Act, stands: tuple[ClockState, datetime | None]
) -> None:
    case = decided(cast, how)
    with transaction():
        act(case, cast)
    assert answer(case) == stands


@pytest.mark.parametrize("act", [note, auto_reply, nobody_answers], ids=lambda act: act.__name__)
def test_what_is_no_answer_meets_no_clock_before_there_is_one(cast: Cast, act: Act) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("answer", limit=10)
    case = cast.log()
    with transaction():
        act(case, cast)
    assert {clock.state for clock in case.clocks} == {ClockState.RUNNING}


def test_a_letter_posted_after_the_due_date_is_late_though_it_was_written_before(cast: Cast) -> None:
    case = decided(cast, {"contact": LETTER})
    assert clock_of(case).due_at < TOO_LATE
    with transaction():
        tick_off(the_decision(case), actor=cast.dana, now=TOO_LATE)
    assert answer(case) == (ClockState.MET, TOO_LATE)
    assert clocks.explain_clock(case, clock_of(case), now=TOO_LATE).result.endswith("late")


def test_a_letter_ticked_off_later_counts_from_the_day_it_was_posted(cast: Cast) -> None:
    case = decided(cast, {"contact": LETTER})
    with transaction():
        tick_off(the_decision(case), actor=cast.dana, now=TOO_LATE, on=(NOW + days(1)).date())
    # Noon in Chicago.
    assert answer(case) == (ClockState.MET, datetime(2026, 11, 24, 18, tzinfo=UTC))


def test_whoever_is_late_with_the_post_is_told(cast: Cast) -> None:
    case = decided(cast, {"contact": LETTER})
    db.session.commit()
    clocks.sweep_clocks(TOO_LATE)
    db.session.expire_all()
    missed = [event for event in case.clock_events if event.what == "missed"]
    assert clock_of(case).number in [number for event in missed for number in event.clocks]


def test_the_working_says_why_it_is_owed_on_and_names_nobody(cast: Cast) -> None:
    case = decided(cast, {"contact": MAIL})
    with transaction():
        bounces(case, cast)
    (explained,) = [one for one in clocks.explain_clocks(case, now=LATER) if one.clock == clock_of(case)]
    assert (
        "Changed",
        "on Wed 25 Nov 2026 09:00: the message did not reach the customer",
    ) in explained.lines
    assert "mailbox" not in str(explained.lines)


def test_an_acknowledgement_that_bounced_acknowledged_nothing(cast: Cast) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    case = cast.log(contact=MAIL)
    cast.move(case, "acknowledge", message="We have it.")
    assert states(case) == [ClockState.MET]
    (message,) = db.session.scalars(select(Communication).where(Communication.case_id == case.id))
    with transaction():
        finish(message, Delivery.FAILED, LATER, "There is no such mailbox.")
    assert states(case) == [ClockState.RUNNING]
    with transaction():
        finish(message, Delivery.SENT, LATER)
    assert [(clock.state, clock.met_at) for clock in case.clocks] == [(ClockState.MET, LATER)]


@pytest.mark.parametrize("contact", [MAIL, LETTER], ids=["bounced", "to post"])
def test_what_was_not_acknowledged_is_owed_by_the_standards_that_hold_later(
    cast: Cast, contact: Contact
) -> None:
    no_standards()
    for severity, limit in ((2, 3), (4, 1)):
        make_standard(f"hear-{severity}", promise="acknowledge", limit=limit, severity=severity)
        make_standard(f"answer-{severity}", limit=limit, severity=severity, starts="acknowledged")
    case = cast.log(contact=contact)
    cast.move(case, "acknowledge", message="We have it.")
    (message,) = db.session.scalars(select(Communication).where(Communication.case_id == case.id))
    with transaction():
        if contact is MAIL:
            finish(message, Delivery.FAILED, LATER, "There is no such mailbox.")
        case.severity = 4
        clocks.fit_clocks(case, why="the severity changed", now=LATER)
    running = {clock.name for clock in case.clocks if clock.state is ClockState.RUNNING}
    assert (running, case.acknowledged_at) == ({"hear-4 standard"}, None)
    with transaction():
        finish(message, Delivery.SENT, LATER)
    kept = {clock.name: clock.state for clock in case.clocks if clock.state is not ClockState.CANCELLED}
    assert kept == {"hear-4 standard": ClockState.MET, "answer-4 standard": ClockState.RUNNING}
    assert case.acknowledged_at == LATER
    assert not list(clocks.stored_differences(case))


def test_a_closed_case_owes_nothing_and_counts_the_letter_when_it_is_posted(cast: Cast) -> None:
    no_standards()
    make_standard("thank", limit=10, kind="compliment")
    case = cast.log(kind=Kind.COMPLIMENT, contact=LETTER)
    cast.move(case, "respond", now=DECIDED, message="We passed it on.")
    cast.move(case, "close", now=DECIDED, praised="The inspectors.")
    assert not case.is_open
    assert states(case) == [ClockState.CANCELLED]
    with transaction():
        tick_off(the_decision(case), actor=cast.dana, now=LATER)
    assert answer(case) == (ClockState.MET, LATER)


def test_what_came_back_while_cases_were_merged_is_not_forgotten_when_that_is_undone(cast: Cast) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    case, other = cast.log(contact=MAIL), cast.log()
    cast.move(case, "acknowledge", message="We have it.")
    (message,) = db.session.scalars(select(Communication).where(Communication.case_id == case.id))
    with transaction():
        merge_cases(case, other.reference, "The same.", actor=cast.sol, now=NOW)
    with transaction():
        finish(message, Delivery.FAILED, LATER, "There is no such mailbox.")
    assert states(case) == [ClockState.CANCELLED]
    with transaction():
        undo_merge(case, actor=cast.sol, now=LATER)
    assert states(case) == [ClockState.RUNNING]
    assert not list(clocks.stored_differences(case))


def test_the_decision_is_out_only_when_it_is(cast: Cast) -> None:
    case = decided(cast, {"contact": MAIL})

    def stands() -> tuple[DecisionState, datetime | None]:
        return case.decision_state, case.responded_at

    assert stands() == (DecisionState.QUEUED, DECIDED)
    with transaction():
        bounces(case, cast)
    assert stands() == (DecisionState.DRAFTED, None)
    with transaction():
        arrives(case, cast)
    assert stands() == (DecisionState.SENT, LATER)


def test_what_runs_again_follows_the_holiday_that_came_meanwhile(cast: Cast) -> None:
    case = decided(cast, {"contact": MAIL})
    before = clock_of(case).due_at
    apply(look(calendar_draft("2026-12-01"), cast.wen), cast.wen)
    assert clock_of(case).due_at == before, "what is met stays as it was"
    with transaction():
        bounces(case, cast)
    assert clock_of(case).due_at == before + days(1)
    assert not list(clocks.stored_differences(case))


def test_what_took_the_place_of_an_answer_is_met_by_it_too(cast: Cast) -> None:
    case = decided(cast, {"contact": LETTER})
    make_standard("handover", promise="respond", limit=5, starts="transferred")
    with transaction():
        transfer_case(
            case, team=cast.clinics, reason="It is theirs.", actor=cast.amara, now=DECIDED + days(1)
        )
    assert [c.state for c in case.clocks if c.promise == "respond"] == [ClockState.RUNNING] * 2
    with transaction():
        is_posted(case, cast)
    assert [c.met_at for c in case.clocks if c.promise == "respond"] == [LATER] * 2
    assert not list(clocks.stored_differences(case))


def test_a_letter_about_a_case_that_was_merged_answers_its_customer_when_it_is_posted(cast: Cast) -> None:
    merged, case = cast.log(contact=LETTER), cast.investigated(contact=MAIL)
    with transaction():
        merge_cases(merged, case.reference, "The same.", actor=cast.sol, now=NOW)
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=DECIDED)
    cast.move(case, "respond", now=DECIDED, message="You were right.")
    assert (case.responded_at, merged.responded_at) == (DECIDED, None)
    with transaction():
        is_posted(merged, cast)
    assert (merged.responded_at, merged.decision_state) == (LATER, DecisionState.SENT)


@pytest.mark.parametrize("asks", ["escalate", "reopen"])
def test_a_letter_of_an_earlier_answer_is_no_answer_to_what_was_asked_again(cast: Cast, asks: str) -> None:
    case = decided(cast, {"contact": LETTER})
    make_standard("review", promise="review", starts="escalated", stage=2)
    with transaction():
        is_posted(case, cast)
    cast.move(case, "reopen", now=LATER, reason="Something is new.")
    cast.move(case, "respond", now=LATER + days(1), message="You were right again.")
    asked = LATER + days(2)
    cast.move(case, asks, now=asked, reason="Not content.")
    second = db.session.scalars(select(Communication).order_by(Communication.id.desc())).first()
    assert second is not None
    with transaction():
        tick_off(second, actor=cast.dana, now=asked + days(1))
    answers = [clock for clock in case.clocks if clock.promise != "acknowledge"]
    live = [(clock.stage, clock.started_at) for clock in answers if clock.state is ClockState.RUNNING]
    assert live == [(2 if asks == "escalate" else 1, asked)]
    assert case.decision_state is DecisionState.NONE
    assert not list(clocks.stored_differences(case))


def asked(cast: Cast, how: dict[str, Any]) -> tuple[Case, Communication]:
    """A complaint whose customer is asked something an hour after it came in, and the question."""
    no_standards()
    make_standard("answer", limit=10, unit="calendar_day", may_pause=True)
    case = cast.investigated(**how)
    cast.move(case, "ask_customer", now=DECIDED, message="Which kitchen?")
    wanted = select(Communication).where(Communication.purpose == Purpose.QUESTION)
    return case, db.session.scalars(wanted).one()


def stands_still(case: Case) -> datetime | None:
    """Since when its time stands still, if it does."""
    db.session.expire_all()
    assert not list(clocks.stored_differences(case))
    return clocks.standing_of(case)[clock_of(case).number].paused_at


def test_a_letter_that_asks_something_stops_no_time_before_it_is_posted(cast: Cast) -> None:
    case, question = asked(cast, {"contact": LETTER})
    assert (stands_still(case), case.is_paused) == (None, False)
    with transaction():
        tick_off(question, actor=cast.dana, now=LATER)
    assert stands_still(case) == LATER
    cast.move(case, "customer_answers", now=LATER + days(3), answer="The one in the cellar.")
    assert clock_of(case).due_at - days(3) == datetime(2026, 12, 4, 6, tzinfo=UTC)
    pauses = clocks.standing_of(case)[clock_of(case).number].pauses
    assert [(one.from_at, one.to_at) for one in pauses] == [(LATER, LATER + days(3))]


def test_a_question_that_came_back_stopped_no_time(cast: Cast) -> None:
    case, question = asked(cast, {"contact": MAIL})
    assert stands_still(case) == DECIDED
    with transaction():
        finish(question, Delivery.FAILED, LATER, "There is no such mailbox.")
    assert stands_still(case) is None
    assert clock_of(case).next_step_at is not None, "somebody is warned of it"
    with transaction():
        finish(question, Delivery.SENT, LATER + days(1))
    assert stands_still(case) == LATER + days(1)


def test_a_question_that_arrives_when_nobody_waits_any_more_stops_no_time(cast: Cast) -> None:
    case, question = asked(cast, {"contact": LETTER})
    cast.move(case, "go_on_without", now=LATER, reason="We found out by ourselves.")
    with transaction():
        tick_off(question, actor=cast.dana, now=LATER + days(1))
    assert stands_still(case) is None


def test_a_question_not_posted_while_cases_were_merged_stops_no_time_when_that_is_undone(cast: Cast) -> None:
    case, question = asked(cast, {"contact": LETTER})
    with transaction():
        merge_cases(case, cast.log().reference, "The same.", actor=cast.dana, now=LATER)
    with transaction():
        undo_merge(case, actor=cast.dana, now=LATER + days(1))
    assert stands_still(case) is None
    with transaction():
        tick_off(question, actor=cast.dana, now=LATER + days(2))
    assert stands_still(case) == LATER + days(2)
