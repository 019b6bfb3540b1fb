"""Telling the customer every so often how it stands: what counts as telling, and when it is owed again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.cases.models import Case, Channel, ClockState, Finding
from casework.cases.services import Decision, decide_issue
from casework.cases.services.clocks import stored_differences
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish
from casework.communications.services import (
    Call,
    Outcome,
    hear_from_customer,
    log_call,
    tick_off,
    write_note,
    write_to_customer,
)
from casework.core.db import db, transaction
from casework.customers.services import Contact
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast, days

LATER = NOW + days(2)
EMAIL = Contact(name="Sorina Ionescu", email="sorina@customer.example", phone="555 0142")
LETTER = Contact(name="Sorina Ionescu", address="1 Main Street\nLakeford", prefers="letter")


def duty(cast: Cast, **changes: object) -> Case:
    """A case whose customer hears every five working days how it stands."""
    no_standards()
    make_standard("tell", promise="update", limit=5, starts="last_update", repeats=True)
    make_standard("answer", limit=20)
    return cast.log(**changes)


def clocks_of(case: Case) -> list[tuple[ClockState, object]]:
    assert not list(stored_differences(case))
    return [(clock.state, clock.started_at) for clock in case.clocks if clock.promise == "update"]


def wrote(case: Case, purpose: Purpose = Purpose.UPDATE) -> Communication:
    message = write_to_customer(
        case, purpose, "We are at it.", author_id=None, now=LATER, intent=f"one:{purpose}"
    )
    assert message is not None
    return message


def said_in(case: Case, purpose: Purpose) -> Communication:
    wanted = select(Communication).where(Communication.case_id == case.id, Communication.purpose == purpose)
    return db.session.scalars(wanted).one()


def by_mail(case: Case, cast: Cast) -> None:
    finish(wrote(case), Delivery.SENT, LATER)


def still_queued(case: Case, cast: Cast) -> None:
    assert wrote(case).delivery is Delivery.QUEUED


def by_portal(case: Case, cast: Cast) -> None:
    assert wrote(case).delivery is Delivery.ON_PAGE


def by_phone(case: Case, cast: Cast) -> None:
    call = Call(by_us=True, outcome=Outcome.REACHED, words="I said how it stands.")
    log_call(case, call, actor_id=cast.dana.id, now=LATER)


def nobody_answered(case: Case, cast: Cast) -> None:
    log_call(case, Call(by_us=True, outcome=Outcome.NOT_REACHED), actor_id=cast.dana.id, now=LATER)


def by_letter(case: Case, cast: Cast) -> None:
    tick_off(wrote(case), actor=cast.dana, now=LATER)


def letter_not_posted(case: Case, cast: Cast) -> None:
    assert wrote(case).delivery is Delivery.BY_HAND


def note(case: Case, cast: Cast) -> None:
    write_note(case, "I looked at it.", author=cast.dana, now=LATER)


def auto_reply(case: Case, cast: Cast) -> None:
    hear_from_customer(case, "I am away until Monday.", channel="email", now=LATER)


def bounce(case: Case, cast: Cast) -> None:
    finish(wrote(case), Delivery.FAILED, LATER, "There is no such mailbox.")


def receipt(case: Case, cast: Cast) -> None:
    finish(wrote(case, Purpose.RECEIPT), Delivery.SENT, LATER)


def news_of_a_change(case: Case, cast: Cast) -> None:
    finish(wrote(case, Purpose.TOLD), Delivery.SENT, LATER)


Act = Callable[[Case, Cast], None]
WEB = {"channel": Channel.WEB, "contact": Contact(name="")}
BY_LETTER = {"contact": LETTER}


@pytest.mark.parametrize(
    ("act", "how", "tells"),
    [
        (by_mail, {}, True),
        (by_portal, WEB, True),
        (by_phone, {}, True),
        (by_letter, BY_LETTER, True),
        (still_queued, {}, False),
        (letter_not_posted, BY_LETTER, False),
        (nobody_answered, {}, False),
        (note, {}, False),
        (auto_reply, {}, False),
        (bounce, {}, False),
        (receipt, {}, False),
        (news_of_a_change, {}, False),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_what_tells_the_customer_how_it_stands(
    cast: Cast, act: Act, how: dict[str, object], tells: bool
) -> None:
    case = duty(cast, **how)
    with transaction():
        act(case, cast)
    again = [(ClockState.MET, NOW), (ClockState.RUNNING, LATER)]
    assert clocks_of(case) == (again if tells else [(ClockState.RUNNING, NOW)])


@pytest.mark.parametrize(
    "purpose",
    [
        Purpose.UPDATE,
        Purpose.QUESTION,
        Purpose.PROPOSAL,
        Purpose.EXTENSION,
        Purpose.ACKNOWLEDGEMENT,
        Purpose.REPLY,
    ],
)
def test_each_kind_of_message_that_says_how_it_stands_counts(cast: Cast, purpose: Purpose) -> None:
    case = duty(cast)
    with transaction():
        finish(wrote(case, purpose), Delivery.SENT, LATER)
    assert clocks_of(case) == [(ClockState.MET, NOW), (ClockState.RUNNING, LATER)]


@pytest.mark.parametrize("contact", [EMAIL, LETTER], ids=["bounced", "to post"])
def test_an_update_that_arrives_late_is_owed_until_then_and_again_from_then(
    cast: Cast, contact: Contact
) -> None:
    case = duty(cast, contact=contact)
    cast.move(case, "acknowledge", message="We have it.")
    cast.move(case, "update_customer", now=LATER, message="We are at it.")
    message = said_in(case, Purpose.UPDATE)
    if contact is EMAIL:
        assert clocks_of(case) == [(ClockState.MET, NOW), (ClockState.RUNNING, LATER)]
        with transaction():
            finish(message, Delivery.FAILED, LATER, "There is no such mailbox.")
    assert clocks_of(case) == [(ClockState.RUNNING, NOW), (ClockState.CANCELLED, LATER)]
    late = NOW + days(20)
    with transaction():
        finish(message, Delivery.SENT, late)
    owed = [(ClockState.MET, NOW), (ClockState.CANCELLED, LATER), (ClockState.RUNNING, late)]
    assert clocks_of(case) == owed


def test_a_duty_that_does_not_come_back_is_met_once(cast: Cast) -> None:
    no_standards()
    make_standard("once", promise="update", limit=5, starts="last_update")
    case = cast.log()
    with transaction():
        by_mail(case, cast)
    assert clocks_of(case) == [(ClockState.MET, NOW)]


def test_a_duty_that_comes_back_counts_from_the_last_word_whatever_started_it_first(cast: Cast) -> None:
    no_standards()
    make_standard("weekly", promise="update", limit=5, starts="received", repeats=True)
    case = cast.log()
    with transaction():
        by_mail(case, cast)
    assert clocks_of(case) == [(ClockState.MET, NOW), (ClockState.RUNNING, LATER)]
    assert [clock.start_event for clock in case.clocks] == ["received", "last_update"]


def test_words_written_before_the_duty_began_do_not_meet_it(cast: Cast) -> None:
    case = duty(cast)
    with transaction():
        first = wrote(case)
        finish(wrote(case, Purpose.QUESTION), Delivery.SENT, LATER + timedelta(hours=1))
        finish(first, Delivery.SENT, LATER + timedelta(hours=2))
    assert clocks_of(case) == [(ClockState.MET, NOW), (ClockState.RUNNING, LATER + timedelta(hours=1))]


def test_a_letter_posted_on_an_earlier_day_counts_from_that_day(cast: Cast) -> None:
    case = duty(cast, contact=LETTER)
    with transaction():
        tick_off(wrote(case), actor=cast.dana, now=LATER + days(3), on=(LATER + days(1)).date())
    newest = case.clocks[-1]
    assert (newest.promise, newest.started_at.date()) == ("update", (LATER + days(1)).date())


def test_when_the_decision_goes_out_nothing_more_is_owed(cast: Cast) -> None:
    case = duty(cast)
    cast.move(case, "acknowledge")
    cast.give(case, cast.dana)
    cast.move(case, "assess", severity="2", service=str(cast.inspections.id), team=str(cast.health.id))
    cast.move(case, "investigate")
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="You were right.", now=LATER)
    decided = said_in(case, Purpose.DECISION)
    assert [state for state, _ in clocks_of(case)] == [ClockState.RUNNING]
    with transaction():
        finish(decided, Delivery.SENT, LATER + timedelta(hours=1))
    assert [state for state, _ in clocks_of(case)] == [ClockState.MET]
    with transaction():
        finish(wrote(case), Delivery.SENT, LATER + timedelta(hours=2))
    assert [state for state, _ in clocks_of(case)] == [ClockState.MET], "not owed again after the answer"


def test_in_a_closed_case_nothing_is_owed(cast: Cast) -> None:
    case = duty(cast)
    cast.move(case, "withdraw", reason="They called it off.", now=NOW + days(1))
    with transaction():
        by_mail(case, cast)
    assert clocks_of(case) == [(ClockState.CANCELLED, NOW)]


def test_the_next_one_stands_still_while_the_case_waits_for_its_customer(cast: Cast) -> None:
    no_standards()
    make_standard("tell", promise="update", limit=5, starts="last_update", repeats=True, may_pause=True)
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which kitchen?", now=LATER)
    asked = said_in(case, Purpose.QUESTION)
    with transaction():
        finish(asked, Delivery.SENT, LATER + timedelta(minutes=1))
    assert [state for state, _ in clocks_of(case)] == [ClockState.MET, ClockState.PAUSED]
    assert case.is_paused
