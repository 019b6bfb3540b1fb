"""What a change is about: the draft or standard, what differs in words, and the mark of what was looked at."""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select

from casework.cases.changes.differences import calendar_differences, in_one_breath, standard_differences
from casework.cases.changes.plans import CalendarPlan, Plan
from casework.cases.changes.standards import OffPlan, StandardPlan
from casework.cases.models.changes import ChangeKind, ClockChange
from casework.catalogue.models import CalendarVersion, Standard, WorkingCalendar
from casework.catalogue.queries import calendar_of
from casework.catalogue.standards.queries import names_of
from casework.core.db import db
from casework.core.errors import NotFound

MOST_ID = 2**31 - 1
# Holidays are compared for the years that open cases may reach.
YEARS_BACK, YEARS_AHEAD = 1, 2


def version_draft(number: int) -> CalendarVersion:
    """A version of a calendar. Raises NotFound."""
    found = db.session.get(CalendarVersion, min(number, MOST_ID))
    if found is None:
        raise NotFound("There is no such version of a calendar. Go back to the settings.")
    return found


def standard_draft(number: int) -> Standard:
    """A version of a standard. Raises NotFound."""
    found = db.session.get(Standard, min(number, MOST_ID))
    if found is None:
        raise NotFound("There is no such standard. Go back to the settings.")
    return found


def plan_of(change: ClockChange) -> Plan:
    """What a change does to a case."""
    if change.kind is ChangeKind.CALENDAR:
        return calendar_plan(version_draft(change.calendar_version_id or 0))
    standard = standard_draft(change.standard_id or 0)
    return OffPlan(standard) if change.kind is ChangeKind.OFF else StandardPlan(standard, change.since)


def calendar_plan(version: CalendarVersion) -> CalendarPlan:
    """What a version of a calendar does to a case. A draft is taken as the newest, whatever number it waits under."""
    number = max(version.number, version.calendar.number + 1) if version.is_draft else version.number
    return CalendarPlan(version.calendar_id, number, calendar_of(version))


def calendar_words(version: CalendarVersion, today: date) -> list[str]:
    """What a draft says otherwise than the version in force."""
    return between(version.calendar, version, today)


def between(before: WorkingCalendar | CalendarVersion, after: CalendarVersion, today: date) -> list[str]:
    """What one version of a calendar says otherwise than another, for the years that open cases may reach."""
    return calendar_differences(calendar_of(before), calendar_of(after), years_of(today))


def years_of(today: date) -> range:
    """The years for which holidays are compared."""
    return range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1)


def predecessor_of(standard: Standard) -> Standard | None:
    """The newest version in force of the same standard before this one."""
    wanted = select(Standard).where(
        Standard.code == standard.code,
        Standard.number < standard.number,
        ~Standard.is_draft,
        Standard.is_active,
    )
    return db.session.scalars(wanted.order_by(Standard.number.desc()).limit(1)).first()


def standard_words(standard: Standard) -> list[str]:
    """What a draft says otherwise than the version before it."""
    before = predecessor_of(standard)
    return standard_differences(before, standard, names=names_of([standard, *([before] if before else [])]))


def what_of(kind: ChangeKind, about: CalendarVersion | Standard, today: date) -> str:
    """What is changed, in a sentence without its full stop, as the history of the cases has it."""
    if isinstance(about, CalendarVersion):
        return in_one_breath(calendar_words(about, today)) or "The calendar has a new version"
    if kind is ChangeKind.OFF:
        return f"“{about.name}” is promised no more"
    return in_one_breath(standard_words(about)) or f"“{about.name}” has a new version"


def mark_of(about: CalendarVersion | Standard) -> str:
    """Tells what is looked at from what it becomes: the draft itself, and what is in force before it."""
    if isinstance(about, CalendarVersion):
        parts: Sequence[Any] = [about.calendar.number, about.is_draft, about.definition]
    else:
        before = predecessor_of(about)
        columns = inspect(Standard).columns.keys()
        parts = [before.id if before else 0, {name: getattr(about, name) for name in columns}]
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def local_day(at: Any, zone: str) -> date:
    """The day of an instant where the agency is."""
    found: date = at.astimezone(ZoneInfo(zone)).date()
    return found
