"""Writing to the customer of a case, and seeing the whole of it before it goes."""

from dataclasses import dataclass
from datetime import datetime

from casework.cases.links import private_link
from casework.cases.models import Case, Channel
from casework.cases.reach import cannot_be_told
from casework.cases.services.clocks import due_sentence
from casework.catalogue.queries import the_agency
from casework.communications.events import CommunicationSent, CommunicationWritten
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.services.intents import written_before
from casework.communications.words import compose
from casework.core.config import current_settings
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.mailer import new_message_id
from casework.core.queue import enqueue
from casework.customers.services import way_to_reach

# What says by when we answer; whatever else is written says something else.
DATED = (Purpose.ACKNOWLEDGEMENT, Purpose.EXTENSION, Purpose.UPDATE)
# Whoever reads a preview is not handed the key to the customer's page with it.
LINK_IN_PREVIEW = "(the customer's own link stands here)"


@dataclass(frozen=True)
class Preview:
    """A message as it would go: how, to where, its subject and the whole text."""

    channel: str
    to: str
    subject: str
    text: str


def write_to_customer(
    case: Case,
    purpose: Purpose,
    words: str,
    *,
    author_id: int | None,
    now: datetime,
    intent: str,
    spoken: bool = False,
    channel: str = "",
) -> Communication | None:
    """Put a message to the case's customer into the outbox; None when the customer cannot be told.

    - It is written in the open transaction and sent after it, so it is neither lost nor sent for nothing.
    - The same `intent` never becomes two messages.
    - It goes to the representative where the customer wants it so (Case.addressee).
    - It goes by their own way, or by `channel`, one of `ways_to_tell`.
    - What was `spoken` to the customer, on the phone or at the desk, has reached them and is kept as sent.
    - By e-mail it is queued; by phone or letter it waits for a person to tick it off; a customer who complained
      on the web and left no address reads it on the private page.

    Raises Refused for a channel by which this customer cannot be told.
    """
    same = written_before(intent)
    if same is not None:
        return same
    if cannot_be_told(case) and not spoken:
        return None
    to, way = case.addressee, case.channel.value if spoken else _way(case, channel)
    said = compose(purpose, **_facts(case, purpose, words, now))
    message = Communication(
        case_id=case.id,
        customer_id=case.customer_id,
        direction=Direction.OUT,
        purpose=purpose,
        channel=way or "web",
        subject=said.subject,
        body=said.body,
        text=said.text,
        to_address=to.email if to and way == "email" else "",
        author_id=author_id,
        written_at=now,
        delivery=Delivery.SENT if spoken else _first_delivery(way),
        intent=intent,
        message_id=new_message_id(_mail_host()),
        try_at=now,
    )
    db.session.add(message)
    db.session.flush()
    publish(CommunicationWritten(message.id, case.id, now))
    if message.delivery is Delivery.QUEUED:
        enqueue("communications.send", message.id)
    elif message.delivery.is_out:
        message.sent_at = now
        publish(CommunicationSent(message.id, case.id, purpose, now))
    return message


def ways_to_tell(case: Case) -> list[str]:
    """The ways by which this customer can be told something, their own first: email, phone, letter, web."""
    customer = case.addressee
    if cannot_be_told(case):
        return []
    left = []
    if customer is not None:
        has = (("email", customer.email), ("letter", customer.address), ("phone", customer.phone))
        left = [way for way, value in has if value]
    own = way_to_reach(customer)
    if case.channel is Channel.WEB:
        left.append("web")
    return sorted(left, key=lambda way: way != own)


def preview_of(case: Case, purpose: Purpose, words: str, *, now: datetime, channel: str = "") -> Preview:
    """The message as it would go, word for word but for the private link. Raises Refused like writing it."""
    way = _way(case, channel) or "web"
    said = compose(purpose, **{**_facts(case, purpose, words, now), "link": LINK_IN_PREVIEW})
    customer = case.addressee
    to = {"email": "email", "phone": "phone", "letter": "address"}.get(way)
    return Preview(way, getattr(customer, to, "") if to else "", said.subject, said.text)


def _way(case: Case, channel: str) -> str:
    if not channel:
        return way_to_reach(case.addressee)
    if channel not in ways_to_tell(case):
        raise Refused("This customer cannot be told by that way. Choose another one.")
    return channel


def _first_delivery(channel: str) -> Delivery:
    if channel == "email":
        return Delivery.QUEUED
    return Delivery.BY_HAND if channel in ("phone", "letter") else Delivery.ON_PAGE


def _facts(case: Case, purpose: Purpose, words: str, now: datetime) -> dict[str, object]:
    settings, agency = current_settings(), the_agency()
    return {
        "case": case,
        "words": words.strip(),
        "customer": case.addressee,
        "agency": agency,
        "due_sentence": due_sentence(case, now=now) if purpose in DATED else "",
        "link": private_link(case, site_url=settings.site_url, secret_key=settings.secret_key),
    }


def _mail_host() -> str:
    address = the_agency().email
    return address.rsplit("@", 1)[-1] if "@" in address else ""
