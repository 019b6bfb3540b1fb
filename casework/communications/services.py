"""Writing to customers, hearing from them, and settling what a machine cannot settle."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import AnswerImported
from casework.cases.links import private_link
from casework.cases.models import Case
from casework.cases.reach import cannot_be_told
from casework.catalogue.queries import the_agency
from casework.communications.events import CommunicationSent, CustomerReplied
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.outbox import finish
from casework.communications.words import compose
from casework.core.config import current_settings
from casework.core.db import db, table_of
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.mailer import new_message_id
from casework.core.once import stand_in_line
from casework.core.queue import enqueue
from casework.customers.services import way_to_reach


def write_to_customer(
    case: Case,
    purpose: Purpose,
    words: str,
    *,
    author_id: int | None,
    now: datetime,
    intent: str,
    spoken: bool = False,
) -> Communication | None:
    """Put a message to the case's customer into the outbox; None when the customer cannot be told.

    - It is written in the open transaction and sent after it, so it is neither lost nor sent for nothing.
    - The same `intent` never becomes two messages.
    - What was `spoken` to the customer, on the phone or at the desk, has reached them and is kept as sent.
    - By e-mail it is queued; by phone or letter it waits for a person to tick it off; a customer who complained
      on the web and left no address reads it on the private page.
    """
    same = _written_before(intent)
    if same is not None:
        return same
    if cannot_be_told(case) and not spoken:
        return None
    channel = case.channel.value if spoken else way_to_reach(case.customer)
    said = compose(purpose, **_facts(case, words))
    message = Communication(
        case_id=case.id,
        customer_id=case.customer_id,
        direction=Direction.OUT,
        purpose=purpose,
        channel=channel or "web",
        subject=said.subject,
        body=said.body,
        text=said.text,
        to_address=case.customer.email if case.customer and channel == "email" else "",
        author_id=author_id,
        written_at=now,
        delivery=Delivery.SENT if spoken else _first_delivery(channel),
        intent=intent,
        message_id=new_message_id(_mail_host()),
        try_at=now,
    )
    db.session.add(message)
    db.session.flush()
    if message.delivery is Delivery.QUEUED:
        enqueue("communications.send", message.id)
    elif message.delivery.is_out:
        message.sent_at = now
        publish(CommunicationSent(message.id, case.id, purpose, now))
    return message


def write_note(case: Case, body: str, *, author: User, now: datetime, intent: str = "") -> Communication:
    """Write an internal note, which no customer sees; the same words with the same `intent` are written once.

    Raises Refused when empty.
    """
    if not body.strip():
        raise Refused("The note is empty. Write something, or leave the page.")
    intent = _with_words(intent, case, body)
    same = _written_before(intent)
    if same is not None:
        return same
    note = Communication(
        case_id=case.id,
        customer_id=None,
        direction=Direction.NOTE,
        purpose=Purpose.NOTE,
        channel="",
        body=body.strip(),
        author_id=author.id,
        written_at=now,
        delivery=Delivery.INTERNAL,
        intent=intent or None,
    )
    db.session.add(note)
    db.session.flush()
    return note


def hear_from_customer(
    case: Case, body: str, *, channel: str, now: datetime, intent: str = ""
) -> Communication:
    """Keep what the customer said. The same words with the same `intent` (a form posted twice) are kept once.

    Raises Refused when empty.
    """
    if not body.strip():
        raise Refused("Your message is empty. Write something first.")
    intent = _with_words(intent, case, body)
    same = _written_before(intent)
    if same is not None:
        return same
    said = Communication(
        case_id=case.id,
        customer_id=case.customer_id,
        direction=Direction.IN,
        purpose=Purpose.REPLY,
        channel=channel,
        body=body.strip(),
        written_at=now,
        delivery=Delivery.RECEIVED,
        intent=intent or None,
    )
    db.session.add(said)
    db.session.flush()
    publish(CustomerReplied(said.id, case.id, now))
    return said


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


def tick_off(message: Communication, *, actor: User, now: datetime, again: bool = False) -> None:
    """A person settles a message: it was done by hand, it did go out, or it is to be sent `again`.

    Raises Refused when there is nothing to settle.
    """
    if message.delivery not in (Delivery.BY_HAND, Delivery.UNCONFIRMED, Delivery.FAILED):
        raise Refused(
            "There is nothing to settle about this message any more. Reload the page to see its state."
        )
    before = message.delivery
    if again and message.to_address:
        message.delivery, message.try_at, message.trouble, message.attempts = Delivery.QUEUED, now, "", 0
        enqueue("communications.send", message.id)
        words = "A message is sent again"
    elif before is Delivery.FAILED and not again:
        raise Refused(
            "This message did not arrive. Send it again, or tell the customer another way and note it."
        )
    else:
        finish(message, Delivery.SENT, now)
        words = "A message was ticked off as done"
    if message.case_id is not None:
        after = {"delivery": message.delivery, "communication_id": message.id}
        record(
            "case", message.case_id, "message_settled", words, actor_id=actor.id, at=now,
            before={"delivery": before}, after=after,
        )  # fmt: skip


def _with_words(intent: str, case: Case, body: str) -> str:
    """The intent of these very words: whoever goes back, writes something else and saves does not lose it."""
    if not intent:
        return ""
    return f"{intent}:{hashlib.sha256(f'{case.id}|{body.strip()}'.encode()).hexdigest()[:16]}"


def _written_before(intent: str) -> Communication | None:
    if not intent:
        return None
    stand_in_line(intent)
    return db.session.scalar(select(Communication).where(Communication.intent == intent))


def _first_delivery(channel: str) -> Delivery:
    if channel == "email":
        return Delivery.QUEUED
    return Delivery.BY_HAND if channel in ("phone", "letter") else Delivery.ON_PAGE


def _facts(case: Case, words: str) -> dict[str, object]:
    settings, agency = current_settings(), the_agency()
    return {
        "case": case,
        "words": words.strip(),
        "customer": case.customer,
        "agency": agency,
        "link": private_link(case, site_url=settings.site_url, secret_key=settings.secret_key),
    }


def _mail_host() -> str:
    address = the_agency().email
    return address.rsplit("@", 1)[-1] if "@" in address else ""
