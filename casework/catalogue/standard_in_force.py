"""Putting a version of a standard in force, and switching one off. Only a change that was previewed calls these."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from casework.audit.services import record
from casework.catalogue.models import Standard
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Refused


def put_standard_in_force(standard: Standard, *, actor_id: int | None, now: datetime) -> None:
    """Let a draft hold from its day on (today where it names none); the version before it ends the day before.

    Raises Refused for what is no draft, and for a day on which the version before it has not begun.
    """
    if not standard.is_draft:
        raise Refused("This version is in force already. Reload the page.")
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    begins = standard.in_force_from or today
    for before in _in_force(standard.code, begins):
        if before.in_force_from is not None and before.in_force_from >= begins:
            raise Refused("The version before it begins on that day or later. Choose a later day.")
        before.in_force_to = begins - timedelta(days=1)
    standard.is_draft, standard.is_active, standard.in_force_from = False, True, begins
    db.session.flush()
    words = f"{standard.name}: version {standard.number} is in force from {begins.day} {begins:%B %Y}"
    record("standard", standard.id, "in_force", words, actor_id=actor_id, at=now)


def switch_off_standard(standard: Standard, *, actor_id: int | None, now: datetime) -> None:
    """Let no case get this standard any more. Raises Refused when it is off already."""
    if standard.is_draft or not standard.is_active:
        raise Refused("This standard is switched off already. Reload the page.")
    standard.is_active = False
    db.session.flush()
    words = f"{standard.name}: switched off"
    record("standard", standard.id, "switched_off", words, actor_id=actor_id, at=now)


def _in_force(code: str, on: date) -> list[Standard]:
    """The versions that hold on a day or later. The end of one may be set though what was to follow it is off."""
    wanted = select(Standard).where(
        Standard.code == code,
        Standard.is_active,
        ~Standard.is_draft,
        or_(Standard.in_force_to.is_(None), Standard.in_force_to >= on),
    )
    return list(db.session.scalars(wanted))
