"""Telling customers what changed: who, with which words, once each, and what became of it.

A telling is a row first. The task only works off rows that say `to_tell`, some at a time, each lot in its own
transaction with the messages it writes, so a worker that dies leaves nothing half done and nothing done twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.models import Case
from casework.cases.reach import cannot_be_told
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.services import write_to_customer
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.queue import enqueue
from casework.improvement.models import ImprovementAction, OpportunityCase, Telling, TellingState
from casework.improvement.queries.tellings import actions_to_tell, to_tell_ids
from casework.improvement.rules import mark_of_people
from casework.improvement.services.guard import allow, note

AT_ONCE = 50
CASES_AT_ONCE = 500
NOT_ARRIVED = "the message could not be delivered"


def prepare_telling(action: ImprovementAction, now: datetime) -> None:
    """List everybody whose case raised it: one line for each customer, and one for each case without a customer.

    - A customer with several cases is told on the newest one on which they can be told.
    - Who cannot or does not want to be told is listed with the reason.
    - Done again, it adds who is new and looks again at who was not written to; the others stay as they are.
    """
    chosen = _one_for_each_customer(_linked_cases(action.opportunity_id))
    known = {
        _who(one.customer_id, one.case_id): one
        for one in db.session.scalars(select(Telling).where(Telling.action_id == action.id))
    }
    rows = []
    for case_id, customer_id, reason in chosen:
        state = TellingState.CANNOT if reason else TellingState.TO_TELL
        before = known.get(_who(customer_id, case_id))
        if before is None:
            rows.append(
                {
                    "action_id": action.id,
                    "opportunity_id": action.opportunity_id,
                    "case_id": case_id,
                    "customer_id": customer_id,
                    "state": state,
                    "reason": reason,
                }
            )
        elif before.communication_id is None and before.state is not TellingState.TOLD:
            before.state, before.reason, before.case_id = state, reason, case_id
    if rows:
        db.session.execute(insert(Telling), rows)


def approve_words(action: ImprovementAction, words: str, *, seen: str, actor: User, now: datetime) -> None:
    """A manager approves what everybody still to be told will read; the messages are then written by a task.

    - `seen` is the mark (rules.mark_of_people) of the list that the manager saw.
    - Approving the same words again only asks for the task again, and nobody gets a second message.
    Raises NotAllowed; Refused before the action is done or without words; Conflict when the list has changed.
    """
    allow(actor, Permission.TELL_CUSTOMERS)
    said = words.strip()
    if action.done_at is None:
        raise Refused("Mark the action as done first; then there is something to tell.")
    if not said:
        raise Refused("Write what customers will be told.")
    approved_before = action.words_approved_at is not None and action.words == said
    if not approved_before:
        if mark_of_people(to_tell_ids(action.id, actor)) != seen:
            raise Conflict(
                "The list of people changed while you were looking at it. Check it again, then approve."
            )
        action.words, action.words_approved_by_id, action.words_approved_at = said, actor.id, now
        after = {"action_id": action.id, "words": said}
        note(action.opportunity, "words_approved", "Words approved", actor=actor, at=now, after=after)
    enqueue("improvement.tell", action.id)


def tell_customers(action_id: int, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Write one message to everybody still to be told of an action whose words are approved; how many were written.

    Opens its own transactions, one for each lot of `at_once`. Harmless when repeated, and when two run at once.
    """
    written = 0
    while True:
        with transaction():
            done = _tell_some(action_id, now, at_once)
        if done is None:
            return written
        written += done


def ask_for_waiting() -> None:
    """Ask again for the task of every action that somebody still waits to be written to about."""
    for action_id in db.session.scalars(actions_to_tell()).all():
        enqueue("improvement.tell", action_id)


def note_told(communication_id: int, at: datetime) -> None:
    """A message reached its customer; if it told of an action, the customer is told."""
    telling = _by_message(communication_id)
    if telling is not None:
        telling.state, telling.told_at, telling.reason = TellingState.TOLD, at, ""


def note_not_told(communication_id: int, trouble: str = "") -> None:
    """A message cannot be delivered; if it told of an action, the customer was not told.

    The `trouble` in the mail server's words stays with the message alone: it may hold an address, and the reasons
    here are counted and shown to people who may not see the case.
    """
    telling = _by_message(communication_id)
    if telling is not None and telling.state is not TellingState.TOLD:
        telling.state, telling.reason = TellingState.CANNOT, NOT_ARRIVED


def _tell_some(action_id: int, now: datetime, at_once: int) -> int | None:
    """Tell the next lot; how many messages were written, or None when nobody is left."""
    action = db.session.get(ImprovementAction, action_id)
    if action is None or action.words_approved_at is None:
        return None
    waiting = (
        select(Telling)
        .where(Telling.action_id == action_id, Telling.state == TellingState.TO_TELL)
        .order_by(Telling.id)
        .limit(at_once)
        .with_for_update(skip_locked=True)
    )
    tellings = db.session.scalars(waiting).all()
    if not tellings:
        return None
    cases = _cases([telling.case_id for telling in tellings])
    return sum(_tell(telling, cases[telling.case_id], action, now) for telling in tellings)


def _tell(telling: Telling, case: Case, action: ImprovementAction, now: datetime) -> int:
    who = telling.customer_id or f"case-{telling.case_id}"
    message = write_to_customer(
        case,
        Purpose.TOLD,
        action.words,
        author_id=action.words_approved_by_id,
        now=now,
        intent=f"told:{action.id}:{who}",
    )
    if message is None:
        telling.state, telling.reason = TellingState.CANNOT, cannot_be_told(case)
        return 0
    telling.communication_id = message.id
    _follow(telling, message)
    return 1


def _follow(telling: Telling, message: Communication) -> None:
    """What the message has come to already: one on the private page is there as soon as it is written."""
    if message.delivery.is_out:
        telling.state, telling.told_at = TellingState.TOLD, message.sent_at
    elif message.delivery is Delivery.FAILED:
        telling.state, telling.reason = TellingState.CANNOT, NOT_ARRIVED
    else:
        telling.state = TellingState.QUEUED


def _by_message(communication_id: int) -> Telling | None:
    return db.session.scalar(select(Telling).where(Telling.communication_id == communication_id))


def _cases(case_ids: Sequence[int]) -> dict[int, Case]:
    wanted = select(Case).where(Case.id.in_(case_ids)).options(joinedload(Case.customer))
    return {case.id: case for case in db.session.scalars(wanted)}


def _linked_cases(opportunity_id: int) -> Iterable[tuple[int, int | None, str]]:
    """Case, customer, and why that customer cannot be told on it (empty when they can); the newest case first."""
    wanted = select(OpportunityCase.case_id).where(OpportunityCase.opportunity_id == opportunity_id)
    ids = db.session.scalars(wanted.order_by(OpportunityCase.case_id.desc())).all()
    for start in range(0, len(ids), CASES_AT_ONCE):
        some = ids[start : start + CASES_AT_ONCE]
        cases = _cases(some)
        for case_id in some:
            case = cases[case_id]
            yield case_id, case.customer_id, cannot_be_told(case)


def _one_for_each_customer(
    cases: Iterable[tuple[int, int | None, str]],
) -> list[tuple[int, int | None, str]]:
    """The first case of each customer on which they can be told, else their first; every case without a customer."""
    chosen: dict[tuple[str, int], tuple[int, int | None, str]] = {}
    for case_id, customer_id, reason in cases:
        who = _who(customer_id, case_id)
        before = chosen.get(who)
        if before is None or (before[2] and not reason):
            chosen[who] = (case_id, customer_id, reason)
    return list(chosen.values())


def _who(customer_id: int | None, case_id: int) -> tuple[str, int]:
    return ("case", case_id) if customer_id is None else ("customer", customer_id)
