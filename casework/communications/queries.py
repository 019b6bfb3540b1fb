"""Reading what was said, and what is still to be sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import Case, Channel
from casework.cases.queries import visible_cases
from casework.cases.queries.openings import note_opening
from casework.cases.queues import Filters, narrowed
from casework.cases.timeline import Entry, Window, of_cases
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.core.db import db
from casework.core.errors import NotFound

WAITING = (Delivery.QUEUED, Delivery.CLAIMED, Delivery.HANDING_OVER)
FOR_A_PERSON = (Delivery.FAILED, Delivery.UNCONFIRMED, Delivery.BY_HAND)
PAGE = 100

_BY_HAND = Communication.delivery == Delivery.BY_HAND
_LETTER = Communication.channel == Channel.LETTER
# What a person has to settle, by the name of its list.
NEEDING: Mapping[str, ColumnElement[bool]] = {
    "all": Communication.delivery.in_(FOR_A_PERSON),
    "letters": _BY_HAND & _LETTER,
    "calls": _BY_HAND & ~_LETTER,
    "trouble": Communication.delivery.in_((Delivery.FAILED, Delivery.UNCONFIRMED)),
}

_STATES = {
    Delivery.QUEUED: "Waiting to be sent",
    Delivery.CLAIMED: "Being sent",
    Delivery.HANDING_OVER: "Being sent",
    Delivery.SENT: "Sent",
    Delivery.FAILED: "Not delivered",
    Delivery.UNCONFIRMED: "Not known whether it was sent",
    Delivery.BY_HAND: "To be done by hand",
    Delivery.ON_PAGE: "On the customer's page",
    Delivery.RECEIVED: "",
    Delivery.INTERNAL: "",
    Delivery.TRIED: "No contact",
}

_WHAT = {
    Purpose.RECEIPT: "confirmed that it arrived",
    Purpose.ACKNOWLEDGEMENT: "acknowledged it",
    Purpose.QUESTION: "asked the customer",
    Purpose.PROPOSAL: "proposed a remedy",
    Purpose.DECISION: "told the decision",
    Purpose.EXTENSION: "told of the extension",
    Purpose.REFERRAL: "told who deals with it now",
    Purpose.UPDATE: "wrote to the customer",
    Purpose.TOLD: "told what changed",
    Purpose.REPLY: "wrote",
    Purpose.NOTE: "wrote a note",
    Purpose.HANDOVER: "handed it over",
    Purpose.CALL: "phoned the customer",
}


# What staff wrote down of a call is theirs; what the customer said in it stands beside it in their own words.
_CUSTOMER_SEES = (Communication.direction != Direction.NOTE) & (Communication.purpose != Purpose.CALL)
_SHOWN = {
    "customer": _CUSTOMER_SEES,
    "internal": ~_CUSTOMER_SEES,
    "messages": Communication.direction != Direction.NOTE,
    "notes": Communication.direction == Direction.NOTE,
}
_SOURCE = 1


def communications_of(case_id: int) -> Select[Communication]:
    """Everything said about a case, oldest first, with who said it."""
    return _said().where(Communication.case_id == case_id).order_by(Communication.id)


def _said() -> Select[Communication]:
    return select(Communication).options(joinedload(Communication.author), joinedload(Communication.customer))


def talk_with_customer(case_id: int) -> Select[Communication]:
    """What the customer may see: everything said to them or by them, oldest first."""
    return communications_of(case_id).where(_CUSTOMER_SEES)


def due_messages(now: datetime, limit: int = 500) -> Select[int]:
    """The ids of messages that wait and may be tried now, the longest waiting first."""
    return (
        select(Communication.id)
        .where(Communication.delivery == Delivery.QUEUED, Communication.try_at <= now)
        .order_by(Communication.try_at, Communication.id)
        .limit(limit)
    )


def oldest_waiting() -> datetime | None:
    """When the oldest message that still waits was written, if any waits."""
    return db.session.scalar(
        select(func.min(Communication.written_at)).where(Communication.delivery.in_(WAITING))
    )


@dataclass(frozen=True)
class MessagePage:
    """Some messages, and the id after which the next page goes on; 0 when these are all."""

    messages: list[Communication]
    next: int


def messages_needing(
    user: User, cases: Filters = Filters(), *, what: str = "all", after: int = 0, size: int = PAGE
) -> MessagePage:
    """Messages that a person has to settle, of the cases that this person may see, the oldest first.

    Undeliverable, to be done by hand, or not known whether they went out; `what` is one of NEEDING.
    `cases` narrows their cases, and `after` is where the page before ended.
    """
    seen = narrowed(visible_cases(user), cases).with_only_columns(Case.id)
    wanted = (
        select(Communication)
        .where(NEEDING[what], Communication.case_id.in_(seen), Communication.id > after)
        .options(
            joinedload(Communication.customer),
            joinedload(Communication.case).options(
                joinedload(Case.handler), joinedload(Case.customer), joinedload(Case.representative)
            ),
        )
        .order_by(Communication.id)
        .limit(size + 1)
    )
    found = list(db.session.scalars(wanted))
    shown = found[:size]
    return MessagePage(shown, shown[-1].id if len(found) > size else 0)


def letters_by_handler(cases: Select[Case]) -> dict[int | None, int]:
    """How many letters of these cases are still to be posted, by the id of the handler (None: nobody)."""
    counted = (
        cases.join(Communication, Communication.case_id == Case.id)
        .where(NEEDING["letters"])
        .with_only_columns(Case.handler_id, func.count())
        .group_by(Case.handler_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


def get_message_for(user: User, message_id: int) -> tuple[Communication, Case]:
    """The one door to a message, by way of its case. Raises NotFound."""
    wanted = (
        select(Communication, Case)
        .join(Case, Case.id == Communication.case_id)
        .where(Communication.id == message_id, Case.id.in_(_seen_by(user)))
    )
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("There is no such message that you may open. Go back to the case.")
    note_opening(found[1])
    return found[0], found[1]


def newest_letter(case_id: int) -> int | None:
    """The letter of a case that was written last and is still to be posted."""
    return db.session.scalar(
        select(func.max(Communication.id)).where(
            Communication.case_id == case_id,
            NEEDING["letters"],
        )
    )


def message_ids_seen_by(user: User, message_ids: Sequence[str]) -> set[str]:
    """Which of these Message-IDs belong to messages about cases that this person may see."""
    wanted = select(Communication.message_id).where(
        Communication.message_id.in_(message_ids), Communication.case_id.in_(_seen_by(user))
    )
    return {found for found in db.session.scalars(wanted) if found}


def _seen_by(user: User) -> Select[int]:
    return visible_cases(user).with_only_columns(Case.id)


def timeline_entries(cases: Sequence[Case], window: Window) -> Iterable[Entry]:
    """What was said about these cases, for a timeline: the part that is asked for, newest first."""
    if window.show == "changes":
        return
    wanted = _said().where(
        of_cases(Communication.case_id, cases),
        window.older(Communication.written_at, Communication.id, _SOURCE),
    )
    if window.show in _SHOWN:
        wanted = wanted.where(_SHOWN[window.show])
    newest = (Communication.written_at.desc(), Communication.id.desc())
    for said in db.session.scalars(wanted.order_by(*newest).limit(window.limit)):
        yield _entry(said)


def _entry(said: Communication) -> Entry:
    look, icon = "out", "phone" if said.channel == "phone" else "out"
    if said.direction is Direction.NOTE:
        look, icon = "note", "people" if said.purpose is Purpose.HANDOVER else "note"
    elif said.direction is Direction.IN:
        look, icon = "in", "phone" if said.channel == "phone" else "in"
    is_internal = look == "note" or said.purpose is Purpose.CALL
    return Entry(
        at=said.written_at,
        icon=icon,
        look=look,
        who=_who(said),
        what=_what(said),
        body=said.body,
        tag="Internal, customer cannot see this" if is_internal else "",
        customer_sees=not is_internal,
        state=_STATES[said.delivery] if said.purpose is not Purpose.CALL else "",
        trouble=said.trouble,
        settle_id=said.id if said.delivery in FOR_A_PERSON else None,
        order=(_SOURCE, said.id),
        purpose=str(said.purpose),
        case_id=said.case_id or 0,
    )


def _who(said: Communication) -> str:
    if said.direction is Direction.IN:
        return said.customer.label if said.customer else "The customer"
    return said.author.short_name if said.author else "Casework"


def _what(said: Communication) -> str:
    if said.direction is Direction.IN:
        word = "phoned" if said.channel == "phone" else _WHAT[said.purpose]
        return f"{word}, written down by {said.author.short_name}" if said.author else word
    if said.direction is Direction.NOTE or said.purpose is Purpose.CALL:
        return _WHAT[said.purpose]
    return _WHAT[said.purpose] + (f" by {_BY.get(said.channel, said.channel)}" if said.channel else "")


_BY = {"email": "e-mail", "web": "the private page", "in_person": "word of mouth", "social": "social media"}
