"""Settling what a machine cannot: letters that are posted, calls that are made, mails of which nobody knows."""

from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from casework.accounts.models import User
from casework.audit.services import record
from casework.calendars import local_instant
from casework.cases.models import Channel
from casework.catalogue.queries import the_agency
from casework.communications.models import Communication, Delivery
from casework.communications.outbox import finish
from casework.core.errors import Refused
from casework.core.queue import enqueue
from casework.customers.models import Customer


class Settled(StrEnum):
    """What became of a message that the program could not bring to its end."""

    DONE = "done"  # posted, said on the phone, or it did go out after all
    AGAIN = "again"  # sent by e-mail once more, to the address that the customer has now
    LETTER = "letter"  # goes by letter instead, which somebody posts
    TOLD = "told"  # came back, and a person told the customer: on the phone, at the desk


def ways_to_settle(message: Communication) -> list[Settled]:
    """What can be said of this message, the likeliest first; nothing when there is nothing to settle."""
    if message.delivery is Delivery.BY_HAND:
        return [Settled.DONE]
    if message.delivery not in (Delivery.UNCONFIRMED, Delivery.FAILED):
        return []
    to = _addressee(message)
    ways = [Settled.DONE] if message.delivery is Delivery.UNCONFIRMED else []
    ways += [Settled.AGAIN] if to is not None and to.email else []
    if message.delivery is Delivery.FAILED:
        ways += [Settled.LETTER] if to is not None and to.address else []
        ways += [Settled.TOLD]
    return ways


def tick_off(
    message: Communication,
    *,
    actor: User,
    now: datetime,
    how: Settled = Settled.DONE,
    on: date | None = None,
) -> None:
    """A person settles a message, in one of the `ways_to_settle`.

    `on` is the day on which a letter was posted or the customer was told; without it, today.
    Raises Refused for another way, and for a day on which it cannot have been.
    """
    if how not in ways_to_settle(message):
        raise Refused(
            "There is nothing to settle about this message any more. Reload the page to see its state."
            if not ways_to_settle(message)
            else "This message did not arrive. Send it again, or tell the customer another way and say so here."
        )
    before, to = message.delivery, _addressee(message)
    if how is Settled.AGAIN and to is not None:
        message.to_address, message.delivery = to.email, Delivery.QUEUED
        message.try_at, message.trouble, message.attempts = now, "", 0
        enqueue("communications.send", message.id)
        words = "A message is sent again"
    elif how is Settled.LETTER:
        message.channel, message.delivery, message.trouble = Channel.LETTER, Delivery.BY_HAND, ""
        words = "A message that did not arrive goes by letter"
    else:
        finish(message, Delivery.SENT, _sent_at(message, on, now))
        words = "A letter was posted" if message.channel == "letter" else "A message was ticked off as done"
        if how is Settled.TOLD:
            words = "The customer was told what a message that did not arrive had said"
    if message.case_id is not None:
        after = {"delivery": message.delivery, "communication_id": message.id}
        record(
            "case", message.case_id, "message_settled", words, actor_id=actor.id, at=now,
            before={"delivery": before}, after=after,
        )  # fmt: skip


def _addressee(message: Communication) -> Customer | None:
    """Whom the message goes to as things are now: an address may have been put right since it came back."""
    return message.case.addressee if message.case is not None else message.customer


def _sent_at(message: Communication, on: date | None, now: datetime) -> datetime:
    """The instant that counts: now, or noon of an earlier day on which it was posted."""
    zone = ZoneInfo(the_agency().time_zone)
    today, written_on = now.astimezone(zone).date(), message.written_at.astimezone(zone).date()
    if on is None or on == today:
        return now
    if on > today:
        raise Refused("The day lies ahead. Give the day on which it was done.")
    if on < written_on:
        raise Refused("It was written after that day. Give the day on which it was done.")
    return max(local_instant(zone, datetime.combine(on, time(12))), message.written_at)
