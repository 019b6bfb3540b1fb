"""Reading calendars, their versions and what counts by them."""

import hashlib
import json

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from casework.catalogue.models import CalendarVersion, Standard, WorkingCalendar
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import NotFound


def calendars() -> list[WorkingCalendar]:
    """Every calendar, by name."""
    return list(db.session.scalars(select(WorkingCalendar).order_by(WorkingCalendar.name)))


def get_calendar(calendar_id: int) -> WorkingCalendar:
    """One calendar. Raises NotFound."""
    found = db.session.get(WorkingCalendar, calendar_id)
    if found is None:
        raise NotFound("There is no such calendar. Go back to Calendars and choose one.")
    return found


def get_version(version_id: int) -> CalendarVersion:
    """One version of a calendar. Raises NotFound."""
    found = db.session.get(CalendarVersion, version_id)
    if found is None:
        raise NotFound("There is no such version of a calendar. Go back to Calendars and choose one.")
    return found


def versions_of(calendar_id: int) -> list[CalendarVersion]:
    """The versions of a calendar, the newest first, each with who made it."""
    wanted = select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id)
    wanted = wanted.options(joinedload(CalendarVersion.made_by)).order_by(CalendarVersion.number.desc())
    return list(db.session.scalars(wanted))


def draft_of(calendar_id: int) -> CalendarVersion | None:
    """The draft of the next version, if there is one."""
    wanted = select(CalendarVersion).where(
        CalendarVersion.calendar_id == calendar_id, CalendarVersion.is_draft
    )
    return db.session.scalars(wanted.order_by(CalendarVersion.number.desc()).limit(1)).first()


def standards_by(calendar: WorkingCalendar) -> int:
    """How many standards in force count by a calendar."""
    own = Standard.calendar_id == calendar.id
    if the_agency().calendar_id == calendar.id:
        own = own | Standard.calendar_id.is_(None)
    wanted = select(func.count()).select_from(Standard).where(Standard.is_active, ~Standard.is_draft, own)
    return db.session.scalar(wanted) or 0


def mark_of(version: CalendarVersion) -> str:
    """A mark of what a draft says, by which a form notices that somebody else has changed it since."""
    text = json.dumps([version.definition, version.note], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
