"""Keeping what customers said, on whatever way, and calls with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert

from casework.cases.events import AnswerImported
from casework.cases.models import Case, Channel
from casework.communications.events import CommunicationSent, CommunicationWritten, CustomerReplied
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.services.intents import with_words, written_before
from casework.core.db import db, table_of
from casework.core.errors import Refused
from casework.core.events import publish


class Outcome(StrEnum):
    """What became of a call that we made."""

    REACHED = "reached"
    LEFT_WORD = "left_word"
    NOT_REACHED = "not_reached"

    @property
    def label(self) -> str:
        return {"reached": "Spoke to them", "left_word": "Left word", "not_reached": "Nobody answered"}[
            self.value
        ]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A phone call with the customer: who called, what came of it, what was said.

    `they_said`: the customer told us something that belongs to the case, so a case that waits for them goes on.
    """

    by_us: bool
    outcome: Outcome = Outcome.REACHED
    words: str = ""
    they_said: bool = False


def hear_from_customer(
    case: Case, body: str, *, channel: str, now: datetime, intent: str = "", logged_by_id: int | None = None
) -> Communication:
    """Keep what the customer said. The same words with the same `intent` (a form posted twice) are kept once.

    `logged_by_id` is the member of staff who wrote it down. Raises Refused when empty.
    """
    if not body.strip():
        raise Refused("Your message is empty. Write something first.")
    intent = with_words(intent, case, body)
    same = written_before(intent)
    if same is not None:
        return same
    said = Communication(
        case_id=case.id,
        customer_id=case.customer_id,
        direction=Direction.IN,
        purpose=Purpose.REPLY,
        channel=channel,
        body=body.strip(),
        author_id=logged_by_id,
        written_at=now,
        delivery=Delivery.RECEIVED,
        intent=intent or None,
    )
    db.session.add(said)
    db.session.flush()
    publish(CommunicationWritten(said.id, case.id, now))
    publish(CustomerReplied(said.id, case.id, now))
    return said


def log_call(case: Case, call: Call, *, actor_id: int, now: datetime, intent: str = "") -> Communication:
    """Write down a phone call; the same `intent` is written down once.

    - A call in which we spoke to the customer is a contact and counts as sent.
    - One that nobody answered, or where we left word, is kept, but it is no answer: it says nothing to the customer.
    - When the customer told us something (they called, or `they_said`), that is heard: a waiting case goes on.

    Raises Refused when nothing was written down of a call in which something was said.
    """
    if not call.by_us:
        return hear_from_customer(
            case, call.words, channel=Channel.PHONE, now=now, intent=intent, logged_by_id=actor_id
        )
    spoke = call.outcome is Outcome.REACHED
    if spoke and not call.words.strip():
        raise Refused("Write down what was said, so that nobody has to ask the customer again.")
    own = with_words(f"call:{intent}" if intent else "", case, f"{call.outcome} {call.words}")
    same = written_before(own)
    if same is not None:
        return same
    heard = spoke and call.they_said
    made = Communication(
        case_id=case.id,
        customer_id=case.customer_id,
        direction=Direction.OUT,
        purpose=Purpose.CALL,
        channel=Channel.PHONE,
        body="" if heard else call.words.strip(),
        author_id=actor_id,
        written_at=now,
        sent_at=now if spoke else None,
        delivery=Delivery.SENT if spoke else Delivery.TRIED,
        trouble="" if spoke else call.outcome.label,
        intent=own or None,
    )
    db.session.add(made)
    db.session.flush()
    publish(CommunicationWritten(made.id, case.id, now))
    if spoke:
        publish(CommunicationSent(made.id, case.id, Purpose.CALL, now))
    if heard:
        hear_from_customer(
            case, call.words, channel=Channel.PHONE, now=now, intent=intent, logged_by_id=actor_id
        )
    return made


def keep_imported_answers(answers: Sequence[AnswerImported]) -> None:
    """What imported records say that their customers were answered; nothing is sent."""
    rows = [
        {
            "case_id": answer.case_id,
            "customer_id": answer.customer_id,
            "direction": Direction.OUT,
            "purpose": Purpose.DECISION,
            "channel": "",
            "body": answer.text,
            "written_at": answer.at,
            "sent_at": answer.at,
            "delivery": Delivery.SENT,
        }
        for answer in answers
    ]
    if rows:
        db.session.execute(insert(table_of(Communication)), rows)
