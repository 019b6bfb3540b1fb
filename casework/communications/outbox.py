"""Sending each message once.

A message is a row first. Whoever sends it claims the row by a conditional update, so two workers never have the
same one; just before the bytes leave for a mail server it is marked as being handed over. A worker that dies
before that leaves a claim that the sweep gives back; one that dies in the middle of the hand-over leaves a message
of which nobody can know whether it was taken: it becomes `unconfirmed` and a person decides (docs/adr/0003).
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from casework.communications.events import CommunicationFailed, CommunicationSent
from casework.communications.models import Communication, Delivery
from casework.communications.queries import due_messages
from casework.core.db import db, transaction
from casework.core.events import publish
from casework.core.mailer import Mail, MailDelayed, Mailer, MailRefused, MailUncertain
from casework.core.queue import enqueue

# How long a claim may stand before its worker is taken for dead; above the task's own time limit would be safest,
# but sending takes seconds, and the mail server's time-out is 20 of them.
CLAIM_LASTS = timedelta(minutes=2)
ATTEMPTS = 8
UNCONFIRMED_WORDS = (
    "The program stopped while handing this over to the mail server. It may or may not have gone out."
)


def send_message(
    communication_id: int, *, mailer: Mailer, sender: tuple[str, str], now: datetime
) -> Delivery | None:
    """Send one message if it still waits; returns what became of it, or None when it was not for us to send.

    Opens its own transactions, because each step must be kept before the next one is taken.
    `sender` is the agency's (address, name).
    """
    claim = secrets.token_hex(8)
    with transaction():
        mail = _claim(communication_id, claim, sender, now)
    if mail is None:
        return None
    try:
        with mailer.connected() as hand_over:
            if not mailer.repeatable:
                with transaction():
                    _set(communication_id, claim, Delivery.HANDING_OVER)
            hand_over(mail)
    except MailRefused as error:
        return _finish(
            communication_id, claim, Delivery.FAILED, now, f"The mail server will not take it: {error}"
        )
    except MailUncertain as error:
        return _finish(communication_id, claim, Delivery.UNCONFIRMED, now, f"{UNCONFIRMED_WORDS} ({error})")
    except MailDelayed as error:
        return _put_back(communication_id, claim, now, str(error))
    return _finish(communication_id, claim, Delivery.SENT, now, "")


def sweep(now: datetime) -> dict[str, int]:
    """Give back what dead workers had claimed, and ask again for every message that waits."""
    with transaction():
        stale = Communication.claimed_at < now - CLAIM_LASTS
        _give_up_on(stale, now)
        freed = _change(stale, Delivery.CLAIMED, {"delivery": Delivery.QUEUED, "try_at": now, "claim": ""})
        unsure = _change(
            stale, Delivery.HANDING_OVER, {"delivery": Delivery.UNCONFIRMED, "trouble": UNCONFIRMED_WORDS}
        )
        waiting = list(db.session.scalars(due_messages(now)))
        for communication_id in waiting:
            enqueue("communications.send", communication_id)
    return {"freed": freed, "unconfirmed": unsure, "asked": len(waiting)}


def _give_up_on(stale: ColumnElement[bool], now: datetime) -> None:
    """A message at which one worker after another died is shown to a person instead of being tried for ever."""
    worn_out = select(Communication).where(
        stale, Communication.delivery == Delivery.CLAIMED, Communication.attempts >= ATTEMPTS
    )
    for message in db.session.scalars(worn_out):
        finish(
            message, Delivery.FAILED, now, f"Given up: the program stopped {ATTEMPTS} times while sending it."
        )


def _claim(communication_id: int, claim: str, sender: tuple[str, str], now: datetime) -> Mail | None:
    claimed = db.session.execute(
        update(Communication)
        .where(
            Communication.id == communication_id,
            Communication.delivery == Delivery.QUEUED,
            Communication.try_at <= now,
        )
        .values(delivery=Delivery.CLAIMED, claim=claim, claimed_at=now, attempts=Communication.attempts + 1)
        .returning(
            Communication.message_id, Communication.to_address, Communication.subject, Communication.text
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if claimed is None:
        return None
    return Mail(
        message_id=claimed.message_id,
        sender=sender[0],
        sender_name=sender[1],
        to=claimed.to_address,
        subject=claimed.subject,
        text=claimed.text,
    )


def _set(communication_id: int, claim: str, delivery: Delivery) -> None:
    changed = db.session.execute(
        update(Communication)
        .where(Communication.id == communication_id, Communication.claim == claim)
        .values(delivery=delivery)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise MailDelayed("Somebody else is sending this message.")


def _finish(
    communication_id: int, claim: str, delivery: Delivery, now: datetime, trouble: str
) -> Delivery | None:
    with transaction():
        message = db.session.get(Communication, communication_id, populate_existing=True)
        if message is None or message.claim != claim:
            return None
        finish(message, delivery, now, trouble)
    return delivery


def finish(message: Communication, delivery: Delivery, now: datetime, trouble: str = "") -> None:
    """Set what became of a message and tell whoever follows it."""
    message.delivery, message.trouble, message.claim = delivery, trouble, ""
    if delivery.is_out:
        # What was sent is no longer needed whole, and the private link in it opens the case.
        message.sent_at, message.text = now, ""
        publish(CommunicationSent(message.id, message.case_id, message.purpose, now))
    elif delivery is Delivery.FAILED:
        publish(CommunicationFailed(message.id, message.case_id, message.purpose, trouble, now))


def _put_back(communication_id: int, claim: str, now: datetime, trouble: str) -> Delivery | None:
    with transaction():
        message = db.session.get(Communication, communication_id, populate_existing=True)
        if message is None or message.claim != claim:
            return None
        if message.attempts >= ATTEMPTS:
            finish(message, Delivery.FAILED, now, f"Given up after {ATTEMPTS} tries: {trouble}")
            return Delivery.FAILED
        message.delivery, message.claim, message.trouble = Delivery.QUEUED, "", trouble
        message.try_at = now + timedelta(seconds=15 * 2**message.attempts)
        return Delivery.QUEUED


def _change(stale: ColumnElement[bool], now_is: Delivery, values: dict[str, object]) -> int:
    changed = db.session.execute(
        update(Communication)
        .where(Communication.delivery == now_is, stale)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
