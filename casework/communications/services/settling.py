"""Settling what a machine cannot: letters that are posted, calls that are made, mails of which nobody knows."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from casework.accounts.models import User
from casework.audit.services import record
from casework.calendars import local_instant
from casework.catalogue.queries import the_agency
from casework.communications.models import Communication, Delivery
from casework.communications.outbox import finish
from casework.core.errors import Refused
from casework.core.queue import enqueue


def tick_off(
    message: Communication, *, actor: User, now: datetime, again: bool = False, on: date | None = None
) -> None:
    """A person settles a message: it was done by hand, it did go out, or it is to be sent `again`.

    `on` is the day on which a letter was posted; without it, today.
    Raises Refused when there is nothing to settle, and for a day on which it cannot have been posted.
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
        finish(message, Delivery.SENT, _sent_at(message, on, now))
        words = "A letter was posted" if message.channel == "letter" else "A message was ticked off as done"
    if message.case_id is not None:
        after = {"delivery": message.delivery, "communication_id": message.id}
        record(
            "case", message.case_id, "message_settled", words, actor_id=actor.id, at=now,
            before={"delivery": before}, after=after,
        )  # fmt: skip


def _sent_at(message: Communication, on: date | None, now: datetime) -> datetime:
    """The instant that counts: now, or noon of an earlier day on which it was posted."""
    zone = ZoneInfo(the_agency().time_zone)
    today, written_on = now.astimezone(zone).date(), message.written_at.astimezone(zone).date()
    if on is None or on == today:
        return now
    if on > today:
        raise Refused("The day lies ahead. Give the day on which it was posted.")
    if on < written_on:
        raise Refused("It was written after that day. Give the day on which it was posted.")
    return max(local_instant(zone, datetime.combine(on, time(12))), message.written_at)
