"""Working on calendars: a draft of the next version, a new calendar. What is in force is never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.audit.services import record
from casework.calendars import CalendarError, parse_calendar
from casework.catalogue.events import DraftDiscarded
from casework.catalogue.models import CalendarVersion, WorkingCalendar
from casework.catalogue.working_calendars.queries import draft_of, mark_of
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.events import publish
from casework.core.once import stand_in_line

LONGEST_NAME = 80
# A reason quotes what is wrong, which in a file can be anything.
LONGEST_REASON = 400


def begin_draft(
    calendar: WorkingCalendar, *, actor_id: int | None, now: datetime
) -> tuple[CalendarVersion, bool]:
    """A draft of the next version of a calendar, or the one there is already; and whether it is new."""
    stand_in_line(f"calendar:{calendar.id}")
    there = draft_of(calendar.id)
    if there is not None:
        return there, False
    return _new_draft(calendar, calendar.definition, actor_id, now), True


def take_in(
    calendar: WorkingCalendar, definition: dict[str, Any], *, actor_id: int | None, now: datetime
) -> CalendarVersion:
    """A draft of the next version from a file. Raises Refused for what is no calendar, and when there is a draft."""
    found = checked(definition)
    stand_in_line(f"calendar:{calendar.id}")
    there = draft_of(calendar.id)
    if there is not None:
        by = f"{there.made_by.name} has" if there.made_by else "There is"
        raise Refused(f"{by} a draft of it already. Throw that draft away first, then bring in the file.")
    return _new_draft(calendar, found, actor_id, now)


def _new_draft(
    calendar: WorkingCalendar, definition: dict[str, Any], actor_id: int | None, now: datetime
) -> CalendarVersion:
    draft = CalendarVersion(
        calendar_id=calendar.id,
        calendar=calendar,
        number=calendar.number + 1,
        definition=definition,
        made_by_id=actor_id,
        made_at=now,
        is_draft=True,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


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
    _take_turn(draft)
    if seen != mark_of(draft):
        by = draft.made_by.name if draft.made_by else "Somebody else"
        raise Conflict(
            f"{by} saved this draft after you opened it, and what you typed is below, not saved. "
            "Look at the draft as it stands; saving now replaces it."
        )
    draft.definition, draft.note = checked(definition), note.strip()
    draft.made_by_id, draft.made_at = actor_id, now
    db.session.flush()


def discard_draft(draft: CalendarVersion, *, actor_id: int | None, now: datetime) -> None:
    """Throw a draft away. Raises Refused for a version that is in force."""
    _take_turn(draft)
    publish(DraftDiscarded(calendar_version_id=draft.id))
    words = f"{draft.calendar.name}: the draft of version {draft.number} was thrown away"
    record("calendar", draft.calendar_id, "draft_discarded", words, actor_id=actor_id, at=now)
    db.session.delete(draft)
    db.session.flush()


def add_calendar(
    name: str, definition: dict[str, Any], *, actor_id: int | None, now: datetime
) -> WorkingCalendar:
    """A calendar that there was not yet; no standard counts by it before one says so. Raises Refused."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"Give the calendar a name of up to {LONGEST_NAME} letters.")
    stand_in_line(f"calendar:{name}")
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
        raise Refused(error.message[:LONGEST_REASON]) from None


def _take_turn(draft: CalendarVersion) -> None:
    """Wait in line, and read the draft again: whoever stood before may have changed it. Raises Refused."""
    stand_in_line(f"calendar:{draft.calendar_id}")
    if db.session.get(CalendarVersion, draft.id, populate_existing=True) is None:
        raise Refused("This draft was thrown away meanwhile. Begin the next version anew.")
    check_draft(draft)


def check_draft(draft: CalendarVersion) -> None:
    """Raises Refused for a version that was in force: it is never changed."""
    if not draft.is_draft:
        raise Refused("This version is in force already and is not changed any more. Begin the next one.")
