"""Writing guidance, withdrawing it, and confirming that one has read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.accounts.models import User
from casework.audit.services import record
from casework.catalogue.guidance.models import Guidance, GuidanceRead
from casework.catalogue.models import Category, Service
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.once import stand_in_line


@dataclass(frozen=True, kw_only=True)
class GuidanceText:
    """What was written: for which category, service, or both; the words; and the steps, one after another."""

    title: str
    body: str = ""
    steps: Sequence[str] = ()
    category_id: int | None = None
    service_id: int | None = None

    @property
    def subject(self) -> str:
        return f"category {self.category_id or 0}, service {self.service_id or 0}"


def write_guidance(text: GuidanceText, *, actor: User | None, now: datetime, seen: int = 0) -> Guidance:
    """Keep this text as the next version for its category and service; the same words again change nothing.

    - `seen` is the version that the writer had before them, 0 for none. Whoever wrote on an older one is told,
      instead of undoing what somebody else wrote.
    - The old versions stay, with who had read them; the new one has been read by nobody but its writer.

    Raises Refused when it is for nothing or says nothing, Conflict when somebody else was first.
    """
    _check(text)
    stand_in_line(f"guidance:{text.subject}")
    newest = _newest(text.subject)
    if (
        newest is not None
        and newest.is_current
        and _says(newest) == (text.title, text.body, list(text.steps))
    ):
        return newest
    if newest is not None and newest.is_current and newest.version != seen:
        raise Conflict(
            f"There is guidance for this already: “{newest.title}”, version {newest.version}. "
            "Open it, and add your words to it."
        )
    if newest is not None:
        newest.is_current = False
    made = Guidance(
        subject=text.subject,
        version=newest.version + 1 if newest else 1,
        category_id=text.category_id,
        service_id=text.service_id,
        title=text.title,
        body=text.body,
        steps=list(text.steps),
        updated_at=now,
        updated_by_id=actor.id if actor else None,
    )
    db.session.add(made)
    db.session.flush()
    _record(made, "written", f"Guidance “{made.title}” written, version {made.version}", actor, now)
    if actor is not None:
        confirm_read(made, actor=actor, now=now)
    return made


def withdraw_guidance(guidance: Guidance, *, actor: User, now: datetime) -> None:
    """Let a text hold no more; its versions stay, and writing it anew brings it back. Raises Refused."""
    if not guidance.is_current:
        raise Refused("This version does not hold any more, so there is nothing to withdraw.")
    guidance.is_current = False
    _record(guidance, "withdrawn", f"Guidance “{guidance.title}” withdrawn", actor, now)


def confirm_read(guidance: Guidance, *, actor: User, now: datetime) -> None:
    """Keep that somebody has read this version. Confirming twice is confirming once. Raises Refused."""
    if not guidance.is_current:
        raise Refused("This version was changed meanwhile. Read the new one.")
    if db.session.get(GuidanceRead, (actor.id, guidance.id)) is not None:
        return
    try:
        with db.session.begin_nested():
            db.session.add(GuidanceRead(user_id=actor.id, guidance_id=guidance.id, read_at=now))
    except IntegrityError:
        # Two windows at the same moment: the other one kept it.
        return


def _check(text: GuidanceText) -> None:
    reasons = []
    if not text.category_id and not text.service_id:
        reasons.append("Choose the category or the service that this is for.")
    if text.category_id and db.session.get(Category, text.category_id) is None:
        reasons.append("There is no such category. Choose one from the list.")
    if text.service_id and db.session.get(Service, text.service_id) is None:
        reasons.append("There is no such service. Choose one from the list.")
    if not text.body and not text.steps:
        reasons.append("Write what to do: in words, as steps, or both.")
    if reasons:
        raise Refused(reasons)


def _newest(subject: str) -> Guidance | None:
    wanted = select(Guidance).where(Guidance.subject == subject).order_by(Guidance.version.desc()).limit(1)
    return db.session.scalars(wanted).first()


def _says(guidance: Guidance) -> tuple[str, str, list[str]]:
    return guidance.title, guidance.body, list(guidance.steps)


def _record(guidance: Guidance, verb: str, summary: str, actor: User | None, now: datetime) -> None:
    after = {"subject": guidance.subject, "version": guidance.version}
    actor_id = actor.id if actor else None
    record("guidance", guidance.id, verb, summary, actor_id=actor_id, at=now, after=after)
