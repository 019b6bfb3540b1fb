"""Working on calendars: a draft of the next version, a new calendar. What is in force is never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.audit.services import record
from casework.calendars import CalendarError, parse_calendar
from casework.catalogue.models import CalendarVersion, WorkingCalendar
from casework.catalogue.working_calendars.queries import draft_of, mark_of
from casework.core.db import db
from casework.core.errors import Conflict, Refused

LONGEST_NAME = 80


def begin_draft(
    calendar: WorkingCalendar, *, actor_id: int | None, now: datetime
) -> tuple[CalendarVersion, bool]:
    """A draft of the next version of a calendar, or the one there is already; and whether it is new."""
    there = draft_of(calendar.id)
    if there is not None:
        return there, False
    draft = CalendarVersion(
        calendar_id=calendar.id,
        calendar=calendar,
        number=calendar.number + 1,
        definition=calendar.definition,
        made_by_id=actor_id,
        made_at=now,
        is_draft=True,
    )
    db.session.add(draft)
    db.session.flush()
    return draft, True


def keep_draft(
    draft: CalendarVersion,
    definition: dict[str, Any],
    *,
    note: str,
    seen: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Keep what was typed. Raises Refused for what is no calendar, and Conflict when somebody else was quicker."""
    _check_draft(draft)
    if seen != mark_of(draft):
        raise Conflict(
            "Somebody else changed this draft while you were at it. What you typed is below; look at theirs first."
        )
    draft.definition, draft.note = checked(definition), note.strip()
    draft.made_by_id, draft.made_at = actor_id, now
    db.session.flush()


def discard_draft(draft: CalendarVersion) -> None:
    """Throw a draft away. Raises Refused for a version that is in force."""
    _check_draft(draft)
    db.session.delete(draft)
    db.session.flush()


def add_calendar(
    name: str, definition: dict[str, Any], *, actor_id: int | None, now: datetime
) -> WorkingCalendar:
    """A calendar that there was not yet; no standard counts by it before one says so. Raises Refused."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give the calendar a name of up to {LONGEST_NAME} letters.")
    if db.session.scalar(select(WorkingCalendar.id).where(WorkingCalendar.name == name)) is not None:
        raise Refused("There is a calendar of that name already. Choose another name.")
    calendar = WorkingCalendar(name=name, definition=checked(definition))
    db.session.add(calendar)
    db.session.flush()
    db.session.add(
        CalendarVersion(
            calendar_id=calendar.id,
            number=1,
            definition=calendar.definition,
            made_by_id=actor_id,
            made_at=now,
        )
    )
    db.session.flush()
    record("calendar", calendar.id, "added", f"Calendar {name} was added", actor_id=actor_id, at=now)
    return calendar


def checked(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition as it is kept. Raises Refused with the reason for what is no calendar."""
    try:
        return parse_calendar(definition, name="The calendar").to_data()
    except CalendarError as error:
        raise Refused(error.message) from None


def _check_draft(draft: CalendarVersion) -> None:
    if not draft.is_draft:
        raise Refused("This version is in force already and is not changed any more. Begin the next one.")
