"""Reading calendars, their versions and what counts by them."""

import hashlib
import json
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.catalogue.models import CalendarVersion, Standard, WorkingCalendar
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import NotFound

# The largest number that a key can be; a longer one in an address is nobody's.
MOST_ID = 2**31 - 1
# Clocks by the id of their calendar and the number of its version.
Clocks = Mapping[tuple[int, int], int]
_counters: list[Callable[[User], Clocks]] = []


def count_with(counter: Callable[[User], Clocks]) -> None:
    """Let this function say how many clocks run by each version: cases stand above this package."""
    _counters[:] = [counter]


def running_clocks(user: User) -> Clocks:
    """How many clocks run now, by calendar and version, without cases that this person may not know of."""
    return _counters[0](user) if _counters else {}


def calendars() -> list[WorkingCalendar]:
    """Every calendar, by name."""
    return list(db.session.scalars(select(WorkingCalendar).order_by(WorkingCalendar.name)))


def get_calendar(calendar_id: int) -> WorkingCalendar:
    """One calendar. Raises NotFound."""
    found = db.session.get(WorkingCalendar, min(calendar_id, MOST_ID))
    if found is None:
        raise NotFound("There is no such calendar. Go back to Calendars and choose one.")
    return found


def get_version(version_id: int) -> CalendarVersion:
    """One version of a calendar. Raises NotFound."""
    found = db.session.get(CalendarVersion, min(version_id, MOST_ID))
    if found is None:
        raise NotFound(
            "There is no such version of a calendar; a draft may have been thrown away. "
            "Go back to Calendars and choose one."
        )
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


def drafts() -> set[int]:
    """The ids of the calendars of which somebody works on the next version."""
    return set(db.session.scalars(select(CalendarVersion.calendar_id).where(CalendarVersion.is_draft)))


def standards_by(calendar: WorkingCalendar) -> list[Standard]:
    """The standards in force that count by a calendar, those that name none by the agency's."""
    own = Standard.calendar_id == calendar.id
    if the_agency().calendar_id == calendar.id:
        own = own | Standard.calendar_id.is_(None)
    wanted = select(Standard).where(Standard.is_active, ~Standard.is_draft, own)
    return list(db.session.scalars(wanted.order_by(Standard.name, Standard.number)))


def mark_of(version: CalendarVersion) -> str:
    """A mark of what a draft says, by which a form notices that somebody else has changed it since."""
    text = json.dumps([version.definition, version.note], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
