"""Reading the reference data."""

import marshal
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select

from casework.calendars import Calendar, parse_calendar
from casework.catalogue.models import (
    Agency,
    CalendarVersion,
    Category,
    Cause,
    ProcessVersion,
    Service,
    Standard,
    WorkingCalendar,
)
from casework.core.db import db
from casework.core.errors import NotFound
from casework.workflow.definition import Process
from casework.workflow.parse import parse_process

Read = TypeVar("Read")


def the_agency() -> Agency:
    """The one agency. Raises NotFound before it is set up.

    It is asked for many times in one request; the session keeps hold of it, so only the first asks the database.
    """
    agency: Agency | None = db.session.info.get("agency")
    if agency is None or agency not in db.session:
        agency = db.session.scalars(select(Agency).order_by(Agency.id).limit(1)).first()
        if agency is None:
            raise NotFound("No agency is set up yet. Run: flask demo load, or flask agency set-up.")
        db.session.info["agency"] = agency
    return agency


def default_calendar() -> Calendar:
    """The working calendar that counts where a standard names no other."""
    return calendar_of(the_agency().calendar)


def calendar_of(row: WorkingCalendar | CalendarVersion) -> Calendar:
    """The pure calendar of a stored one."""
    return _read_once(row, _calendar)


def calendar_for(calendar_id: int | None, number: int) -> Calendar:
    """A version of a calendar; without an id, the one that the agency counts by now."""
    agency = the_agency()
    if calendar_id is None:
        return calendar_of(agency.calendar)
    row = (
        agency.calendar if agency.calendar_id == calendar_id else db.session.get(WorkingCalendar, calendar_id)
    )
    if row is not None and row.number == number:
        return calendar_of(row)
    return calendar_of(_version_of(calendar_id, number))


def _version_of(calendar_id: int, number: int) -> CalendarVersion:
    """A version of a calendar; the session keeps hold of it, because a lot of cases asks for the same few."""
    kept: dict[tuple[int, int], CalendarVersion] = db.session.info.setdefault("calendar_versions", {})
    version = kept.get((calendar_id, number))
    if version is None or version not in db.session:
        wanted = select(CalendarVersion).where(
            CalendarVersion.calendar_id == calendar_id, CalendarVersion.number == number
        )
        version = db.session.scalars(wanted).first()
        if version is None:
            raise NotFound(f"Version {number} of a calendar is missing. Restore the database from a backup.")
        kept[calendar_id, number] = version
    return version


def calendar_in_force(calendar_id: int | None) -> tuple[int, int]:
    """Id and number of the version of a calendar that counts now; without an id, that of the agency."""
    agency = the_agency()
    if calendar_id is None or calendar_id == agency.calendar_id:
        return agency.calendar_id, agency.calendar.number
    return calendar_id, db.session.get_one(WorkingCalendar, calendar_id).number


def with_those_above(category_id: int | None) -> frozenset[int]:
    """A category and every one above it in the tree. The session holds them: a lot of cases asks for the same."""
    kept: dict[int, Category | None] = db.session.info.setdefault("categories", {})
    found: set[int] = set()
    while category_id is not None and category_id not in found:
        found.add(category_id)
        row = kept[category_id] = db.session.get(Category, category_id)
        category_id = row.parent_id if row is not None else None
    return frozenset(found)


def process_of(version: ProcessVersion) -> Process:
    """The pure process of a stored version."""
    return _read_once(version, _process)


def current_process(kind: str) -> ProcessVersion:
    """The version that a new case of this kind begins with."""
    wanted = select(ProcessVersion).where(ProcessVersion.kind == kind, ProcessVersion.is_current)
    version = db.session.scalars(wanted.order_by(ProcessVersion.number.desc()).limit(1)).first()
    if version is None:
        raise NotFound(f"No process for a {kind} is loaded yet. Run: flask agency set-up.")
    return version


def standards_in_force(on: date) -> Select[Standard]:
    """The standards that hold on a day."""
    return (
        select(Standard)
        .where(
            Standard.is_active,
            ~Standard.is_draft,
            or_(Standard.in_force_from.is_(None), Standard.in_force_from <= on),
            or_(Standard.in_force_to.is_(None), Standard.in_force_to >= on),
        )
        .order_by(Standard.id)
    )


def active_services() -> Select[Service]:
    """The services that may be chosen, by name."""
    return select(Service).where(Service.is_active).order_by(Service.name)


def active_categories() -> Select[Category]:
    """The categories that may be chosen, in the order of the tree."""
    return select(Category).where(Category.is_active).order_by(Category.path)


def active_causes() -> Select[Cause]:
    """The causes that may be chosen, in the order of the tree."""
    return select(Cause).where(Cause.is_active).order_by(Cause.path)


Defined = WorkingCalendar | CalendarVersion | ProcessVersion


def _read_once(row: Defined, read: Callable[[bytes, str], Read]) -> Read:
    """What a definition says. A session reads each definition once; a changed one is another object."""
    kept: dict[Any, tuple[object, Any]] = db.session.info.setdefault("definitions", {})
    key = type(row), row.id
    known = kept.get(key)
    if known is None or known[0] is not row.definition:
        name = row.calendar.name if isinstance(row, CalendarVersion) else row.name
        kept[key] = known = row.definition, read(marshal.dumps(row.definition, _PLAIN), name)
    found: Read = known[1]
    return found


# The content is the key: a changed definition is another key, so nothing stale is ever answered. It is written out
# several times as fast as JSON would be, by a format that stays in this process and knows no references.
_PLAIN = 2


@lru_cache(maxsize=64)
def _calendar(definition: bytes, name: str) -> Calendar:
    return parse_calendar(marshal.loads(definition), name=name)  # noqa: S302 - written by this process


@lru_cache(maxsize=64)
def _process(definition: bytes, name: str) -> Process:
    return parse_process(marshal.loads(definition), name=name)  # noqa: S302
