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


def calendar_of(row: WorkingCalendar) -> Calendar:
    """The pure calendar of a stored one."""
    return _read_once(row, _calendar)


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


def _read_once(row: WorkingCalendar | ProcessVersion, read: Callable[[bytes, str], Read]) -> Read:
    """What a definition says. A session reads each definition once; a changed one is another object."""
    kept: dict[Any, tuple[object, Any]] = db.session.info.setdefault("definitions", {})
    key = type(row), row.id
    known = kept.get(key)
    if known is None or known[0] is not row.definition:
        kept[key] = known = row.definition, read(marshal.dumps(row.definition, _PLAIN), row.name)
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
