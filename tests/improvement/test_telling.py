"""Telling customers what changed: everybody once, nobody twice, and what became of it."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from casework.cases.models import Case, Channel
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish, send_message
from casework.communications.services import tick_off, write_to_customer
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.mailer import FolderMailer
from casework.customers.services import Contact
from casework.improvement import services
from casework.improvement.models import ImprovementAction, OpportunityCase, Telling, TellingState
from casework.improvement.queries import coverage, people_to_tell, to_tell_ids
from casework.improvement.rules import Coverage
from casework.improvement.services import telling as telling_service
from tests.cast import NOW, Cast
from tests.improvement.builders import WORDS, acted_on, approve, customer, done

ANONYMOUS = Contact()


def log(cast: Cast, contact: Contact, **changes: Any) -> Case:
    return cast.log(contact=contact, **changes)


def tellings(action: ImprovementAction) -> list[tuple[int, str, str]]:
    rows = db.session.scalars(select(Telling).where(Telling.action_id == action.id).order_by(Telling.case_id))
    return [(row.case_id, row.state.value, row.reason) for row in rows]


def told_messages() -> list[Communication]:
    wanted = select(Communication).where(Communication.purpose == Purpose.TOLD).order_by(Communication.id)
    return list(db.session.scalars(wanted))


def test_a_finished_action_lists_every_customer_once_and_says_who_cannot_be_told(cast: Cast) -> None:
    first, second = log(cast, customer(1)), log(cast, customer(1))
    other = log(cast, customer(2))
    nameless, nameless_too = log(cast, ANONYMOUS), log(cast, ANONYMOUS)
    unwilling = log(cast, Contact(name="Leave Me", email="leave@me.example"))
    with transaction():
        assert unwilling.customer is not None
        unwilling.customer.do_not_contact = True
    action = done(cast, [first, second, other, nameless, nameless_too, unwilling])
    assert first.customer_id == second.customer_id
    assert tellings(action) == [
        (second.id, "to_tell", ""),
        (other.id, "to_tell", ""),
        (nameless.id, "cannot", "gave no name and no way to be reached"),
        (nameless_too.id, "cannot", "gave no name and no way to be reached"),
        (unwilling.id, "cannot", "asked not to be contacted"),
    ]


def test_a_customer_is_told_on_a_case_on_which_they_can_be(cast: Cast) -> None:
    with_a_page = log(cast, Contact(name="Web Writer"), channel=Channel.WEB, by=None)
    with transaction():
        later = cast.log(contact=Contact(name="x"), customer_id=with_a_page.customer_id)
    action = done(cast, [with_a_page, later])
    assert tellings(action) == [(with_a_page.id, "to_tell", "")]


def test_nobody_is_told_before_the_words_are_approved(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    assert services.tell_customers(action.id, NOW) == 0
    assert told_messages() == []


def test_each_customer_gets_one_message_even_when_two_of_their_cases_raised_it(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1)), log(cast, customer(1)), log(cast, customer(2))])
    approve(cast, action)
    assert services.tell_customers(action.id, NOW) == 2
    messages = told_messages()
    assert sorted(message.to_address for message in messages) == [
        "customer1@home.example",
        "customer2@home.example",
    ]
    assert all(WORDS in message.body and message.author_id == cast.sol.id for message in messages)
    assert [state for _case, state, _why in tellings(action)] == ["queued", "queued"]


def test_telling_again_tells_nobody_twice(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(number)) for number in range(3)])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    approve(cast, action)
    with transaction():
        services.prepare_telling(action, NOW)
    assert services.tell_customers(action.id, NOW) == 0
    assert len(told_messages()) == 3


def test_telling_that_was_killed_half_way_goes_on_where_it_stopped(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = done(cast, [log(cast, customer(number)) for number in range(7)])
    approve(cast, action)
    write, calls = write_to_customer, 0

    def dies_at_the_fourth(*args: Any, **options: Any) -> Communication | None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt
        return write(*args, **options)

    monkeypatch.setattr(telling_service, "write_to_customer", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        services.tell_customers(action.id, NOW, at_once=2)
    assert len(told_messages()) == 2
    monkeypatch.setattr(telling_service, "write_to_customer", write)
    assert services.tell_customers(action.id, NOW, at_once=2) == 5
    addresses = [message.to_address for message in told_messages()]
    assert sorted(addresses) == [f"customer{number}@home.example" for number in range(7)]


def test_what_nobody_was_asked_to_send_is_asked_for_again(cast: Cast, app: Any) -> None:
    action = done(cast, [log(cast, customer(1))])
    approve(cast, action)
    app.extensions["publisher"].asked.clear()
    services.ask_for_waiting()
    assert app.extensions["publisher"].asked == [("improvement.tell", (action.id,))]
    services.tell_customers(action.id, NOW)
    app.extensions["publisher"].asked.clear()
    services.ask_for_waiting()
    assert app.extensions["publisher"].asked == []


def test_a_message_that_went_out_makes_its_customer_told(cast: Cast, tmp_path: Any) -> None:
    action = done(cast, [log(cast, customer(1)), log(cast, customer(2))])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    sender = ("hello@lakeford.example", "Lakeford")
    send_message(told_messages()[0].id, mailer=FolderMailer(tmp_path), sender=sender, now=NOW)
    assert coverage(action) == Coverage(told=1, queued=1)
    assert coverage(action).share == 0.5


def test_a_call_counts_as_told_when_a_person_ticks_it_off(cast: Cast) -> None:
    action = done(cast, [log(cast, Contact(name="No Mail", phone="555 0199"))])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    assert coverage(action) == Coverage(queued=1)
    with transaction():
        tick_off(told_messages()[0], actor=cast.sol, now=NOW)
    assert coverage(action) == Coverage(told=1)


def test_what_stands_on_the_private_page_is_told_at_once(cast: Cast) -> None:
    action = done(cast, [log(cast, Contact(name="Web Writer"), channel=Channel.WEB, by=None)])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    assert coverage(action) == Coverage(told=1)


def test_a_message_that_cannot_be_delivered_leaves_its_customer_untold_until_it_is(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    message = told_messages()[0]
    with transaction():
        finish(message, Delivery.FAILED, NOW, "550 <customer1@home.example> no such mailbox")
    assert coverage(action) == Coverage(cannot=1, reasons=(("the message could not be delivered", 1),))
    with transaction():
        finish(message, Delivery.SENT, NOW)
    assert coverage(action) == Coverage(told=1)


def test_a_failure_that_comes_late_does_not_take_back_what_was_told(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    with transaction():
        finish(told_messages()[0], Delivery.SENT, NOW)
        services.note_not_told(told_messages()[0].id)
    assert coverage(action) == Coverage(told=1)


def test_messages_about_other_things_tell_nothing(cast: Cast) -> None:
    case = log(cast, customer(1))
    action = done(cast, [case])
    cast.move(case, "acknowledge")
    message = db.session.scalars(select(Communication).where(Communication.case_id == case.id)).one()
    with transaction():
        services.note_told(message.id, NOW)
        services.note_not_told(message.id, "no such mailbox")
    assert coverage(action) == Coverage(to_tell=1)


def test_whoever_asks_not_to_be_contacted_after_the_approval_is_left_alone(cast: Cast) -> None:
    case = log(cast, customer(1))
    action = done(cast, [case])
    approve(cast, action)
    with transaction():
        assert case.customer is not None
        case.customer.do_not_contact = True
    assert services.tell_customers(action.id, NOW) == 0
    assert coverage(action) == Coverage(cannot=1, reasons=(("asked not to be contacted", 1),))


def test_words_are_approved_for_the_list_that_was_seen(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    with pytest.raises(Conflict, match="list of people changed"), transaction():
        services.approve_words(action, WORDS, seen="another list", actor=cast.sol, now=NOW)
    db.session.refresh(action)
    assert action.words_approved_at is None


@pytest.mark.parametrize(("is_done", "words"), [(False, WORDS), (True, "  ")])
def test_words_are_refused_when_there_is_nothing_to_tell(cast: Cast, is_done: bool, words: str) -> None:
    make = done if is_done else acted_on
    action = make(cast, [log(cast, customer(1))])
    with pytest.raises(Refused), transaction():
        services.approve_words(action, words, seen="", actor=cast.sol, now=NOW)


def test_whoever_comes_later_is_added_and_told_with_the_same_words(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    later = log(cast, customer(2))
    with transaction():
        db.session.add(OpportunityCase(opportunity_id=action.opportunity_id, case_id=later.id))
        db.session.flush()
        services.prepare_telling(action, NOW)
    assert len(to_tell_ids(action.id)) == 1
    approve(cast, action)
    assert services.tell_customers(action.id, NOW) == 1
    assert len(told_messages()) == 2


def test_somebody_who_can_be_reached_now_is_to_be_told(cast: Cast) -> None:
    case = log(cast, Contact(name="No Way"))
    action = done(cast, [case])
    assert coverage(action).cannot == 1
    with transaction():
        assert case.customer is not None
        case.customer.email = "found@home.example"
        services.prepare_telling(action, NOW)
    assert coverage(action) == Coverage(to_tell=1)


def test_the_preview_shows_only_people_whose_cases_one_may_see(cast: Cast) -> None:
    open_to_all, restricted = log(cast, customer(1)), log(cast, customer(2))
    action = done(cast, [open_to_all, restricted])
    with transaction():
        restricted.is_restricted = True
    assert [one.reference for one in people_to_tell(cast.sol, action.id)] == [open_to_all.reference]
    assert len(to_tell_ids(action.id)) == 2


def test_a_case_that_is_no_evidence_of_the_opportunity_cannot_be_told_of_its_action(cast: Cast) -> None:
    action, stranger = done(cast, [log(cast, customer(1))]), log(cast, customer(2))
    row = Telling(
        action_id=action.id,
        opportunity_id=action.opportunity_id,
        case_id=stranger.id,
        customer_id=stranger.customer_id,
        state=TellingState.TO_TELL,
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row)


def test_evidence_that_somebody_is_told_about_cannot_be_taken_away(cast: Cast) -> None:
    action = done(cast, [log(cast, customer(1))])
    gone = delete(OpportunityCase).where(OpportunityCase.opportunity_id == action.opportunity_id)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(gone)


def test_an_action_and_an_opportunity_that_do_not_belong_together_cannot_be_told(cast: Cast) -> None:
    case = log(cast, customer(1))
    one, other = done(cast, [case]), acted_on(cast, [case])
    row = Telling(
        action_id=other.id,
        opportunity_id=one.opportunity_id,
        case_id=case.id,
        state=TellingState.TO_TELL,
    )
    with pytest.raises(IntegrityError), transaction():
        db.session.add(row)


def test_the_whole_chain_can_be_followed_by_ids(cast: Cast) -> None:
    case = log(cast, customer(1))
    action = done(cast, [case])
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    wanted = (
        select(func.count())
        .select_from(Case)
        .join(OpportunityCase, OpportunityCase.case_id == Case.id)
        .join(ImprovementAction, ImprovementAction.opportunity_id == OpportunityCase.opportunity_id)
        .join(Telling, (Telling.action_id == ImprovementAction.id) & (Telling.case_id == Case.id))
        .join(Communication, Communication.id == Telling.communication_id)
        .where(
            Communication.case_id == Case.id, Communication.intent == f"told:{action.id}:{case.customer_id}"
        )
    )
    assert db.session.scalar(wanted) == 1
