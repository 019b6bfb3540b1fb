"""Keeping answers until they are sent, and sending them once."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from casework.cases.models import Case, Channel, Kind
from casework.cases.services import NewCase, open_case
from casework.core.db import db
from casework.core.errors import NotFound, Refused
from casework.customers.services import Contact
from casework.portal.models import PortalDraft, PortalTry
from casework.portal.queries import hash_of_token, service_named
from casework.portal.rules import (
    CHECK,
    DRAFT_LASTS,
    NO_NAME,
    SENT_DRAFT_LASTS,
    UNSURE,
    Answers,
    first_unanswered,
)
from casework.portal.services.tries import KEEP_TRIES, note_try


def begin_draft(now: datetime, address: str) -> tuple[PortalDraft, str]:
    """A new draft with the token that opens it: 256 random bits that only the browser knows."""
    token = secrets.token_urlsafe(32)
    draft = PortalDraft(
        token_hash=hash_of_token(token),
        key=secrets.token_urlsafe(16),
        answers={},
        began_at=now,
        expires_at=now + DRAFT_LASTS,
    )
    db.session.add(draft)
    db.session.flush()
    note_try("draft", address, now)
    return draft, token


def take_over(draft: PortalDraft) -> str:
    """A new token for a draft that somebody goes on with; the link that led here opens it no more.

    Otherwise whoever sent the link could read along, and follow the draft to the case that it becomes.
    """
    token = secrets.token_urlsafe(32)
    draft.token_hash = hash_of_token(token)
    return token


def keep_answers(draft: PortalDraft, step: str, given: Mapping[str, Any], now: datetime) -> None:
    """Keep what was answered to one question; the draft lives on from now."""
    draft = _held(draft.id)
    draft.answers = {**draft.answers, step: dict(given)}
    draft.expires_at = now + DRAFT_LASTS


def send_draft(draft: PortalDraft, *, address: str, now: datetime) -> Case:
    """Open the case that the answers make; a draft that was sent before gives the case that it made.

    - The answers are forgotten with the sending: the case holds them now.

    Raises Refused when an answer is missing or its service is no longer offered.
    """
    draft = _held(draft.id)
    if draft.case_id is not None:
        return db.session.get_one(Case, draft.case_id)
    if first_unanswered(draft.answers) != CHECK:
        raise Refused("A question is still open. Answer it, then send.")
    case = open_case(_new_case(draft.answers, now), actor_id=None, now=now, once_key=f"draft:{draft.key}")
    draft.case_id, draft.answers, draft.expires_at = case.id, {}, now + SENT_DRAFT_LASTS
    note_try("case", address, now)
    return case


def forget_draft(draft: PortalDraft) -> None:
    """Throw the answers away, as their owner asked."""
    db.session.execute(delete(PortalDraft).where(PortalDraft.id == draft.id))


def forget_old_drafts(now: datetime) -> int:
    """Delete the drafts whose time is over, and tries that no limit looks at; returns how many drafts."""
    gone = db.session.execute(delete(PortalDraft).where(PortalDraft.expires_at <= now))
    db.session.execute(delete(PortalTry).where(PortalTry.at < now - KEEP_TRIES))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _held(draft_id: int) -> PortalDraft:
    """The draft as it stands now, held until the end of the transaction: a second press waits here."""
    wanted = select(PortalDraft).where(PortalDraft.id == draft_id).with_for_update()
    draft = db.session.scalars(wanted.execution_options(populate_existing=True)).first()
    if draft is None:
        raise NotFound("Your answers are no longer kept. Start again, or phone us.")
    return draft


def _new_case(answers: Answers, now: datetime) -> NewCase:
    said = {name: value for step in answers.values() for name, value in step.items()}
    return NewCase(
        kind=Kind(said["kind"]),
        channel=Channel.WEB,
        received_at=now,
        narrative=said["story"],
        service_id=_service_id(said["service"]),
        contact=_contact(said),
        desired_outcome=said.get("wish", "") if said["kind"] == Kind.COMPLAINT else "",
    )


def _service_id(chosen: str) -> int | None:
    if chosen == UNSURE:
        return None
    service = service_named(chosen)
    if service is None:
        raise Refused("The service you chose is no longer in our list. Choose again, then send.")
    return service.id


def _contact(said: Mapping[str, str]) -> Contact:
    """Only the way that was chosen is taken; whoever gives no name gives nothing of themselves."""
    way = said["reach"]
    if way == NO_NAME:
        return Contact()
    return Contact(
        name=said.get("name", ""),
        prefers=way,
        email=said["email"] if way == "email" else "",
        phone=said["phone"] if way == "phone" else "",
        address=said["address"] if way == "letter" else "",
    )
