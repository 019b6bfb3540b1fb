"""Setting up the agency's reference data, and adding to it. Running a set-up again changes nothing."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import func, select

from casework.calendars import PRESETS as CALENDARS
from casework.calendars import load_calendar
from casework.catalogue.events import AgencySetUp
from casework.catalogue.models import (
    Agency,
    CalendarVersion,
    Category,
    Cause,
    ProcessVersion,
    RemedyLimit,
    Service,
    Standard,
    WorkingCalendar,
)
from casework.core.db import db
from casework.core.events import publish
from casework.workflow.parse import PRESETS as PROCESSES
from casework.workflow.parse import load_process

PRESETS = Path(__file__).parent / "presets"
BETWEEN = " › "
Tree = TypeVar("Tree", Category, Cause)


@dataclass(frozen=True, kw_only=True)
class NewAgency:
    """What is known of an agency when it is set up."""

    name: str
    phone: str = ""
    hours: str = ""
    email: str = ""
    time_zone: str = ""
    currency: str = "USD"
    calendar: str = "minnesota-office"


def set_up_agency(new: NewAgency, *, now: datetime) -> Agency:
    """The agency with its calendar, processes, standards and causes; what is there already is left as it is."""
    known = db.session.scalars(select(Agency).limit(1)).first()
    calendar = _calendar(new.calendar, new.time_zone, now)
    for path in sorted(PROCESSES.glob("*.toml")):
        add_process_version(path, now=now)
    for row in _presets("standards")["standard"]:
        known_code = select(Standard.id).where(Standard.code == row["code"]).limit(1)
        if db.session.scalar(known_code) is None:
            db.session.add(Standard(**row))
    _add_remedy_limits()
    for parent, children in _presets("causes")["causes"].items():
        for child in children:
            cause_by_path([parent, child])
    if known is not None:
        return known
    agency = Agency(
        name=new.name,
        phone=new.phone,
        hours=new.hours,
        email=new.email,
        time_zone=new.time_zone or calendar.definition["time_zone"],
        currency=new.currency,
        calendar=calendar,
    )
    db.session.add(agency)
    db.session.flush()
    publish(AgencySetUp(now))
    return agency


def add_process_version(path: Path, *, now: datetime) -> ProcessVersion:
    """Load a process file as the next version of its name; the same definition again is not a new version.

    - What an agency made of a process itself is left as it is: the newest version stays when a person published it.
    - Of one kind only one version is current: the next of the one that was, or the first there is.
    """
    process = load_process(path)
    definition = process.to_data()
    versions = select(ProcessVersion).where(ProcessVersion.name == process.name)
    newest = db.session.scalars(versions.order_by(ProcessVersion.number.desc()).limit(1)).first()
    if newest is not None and (newest.definition == definition or newest.published_by_id is not None):
        return newest
    of_kind = select(ProcessVersion).where(ProcessVersion.kind == process.kind, ProcessVersion.is_current)
    current = db.session.scalars(of_kind).all()
    takes_over = not current or any(one.name == process.name for one in current)
    for one in current:
        one.is_current = one.is_current and not takes_over
    version = ProcessVersion(
        name=process.name,
        kind=process.kind,
        number=newest.number + 1 if newest else 1,
        definition=definition,
        is_current=takes_over,
        loaded_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return version


def service_by_name(name: str, *, owner_team_id: int | None = None) -> Service:
    """The service of this name, added when it is new."""
    found = db.session.scalars(select(Service).where(Service.name == name)).first()
    if found is None:
        found = Service(name=name, owner_team_id=owner_team_id)
        db.session.add(found)
        db.session.flush()
    return found


def category_by_path(names: Sequence[str]) -> Category:
    """The category at the end of this way down the tree, added with those above it when they are new."""
    return _by_path(Category, names)


def cause_by_path(names: Sequence[str]) -> Cause:
    """The cause at the end of this way down the tree, added with those above it when they are new."""
    return _by_path(Cause, names)


def _by_path(kind: type[Tree], names: Sequence[str]) -> Tree:
    parent: Tree | None = None
    for depth in range(1, len(names) + 1):
        path = BETWEEN.join(names[:depth])
        found = db.session.scalars(select(kind).where(kind.path == path)).first()
        if found is None:
            found = kind(parent_id=parent.id if parent else None, name=names[depth - 1], path=path)
            db.session.add(found)
            db.session.flush()
        parent = found
    if parent is None:
        raise ValueError("A path needs at least one name.")
    return parent


def _calendar(name: str, time_zone: str, now: datetime) -> WorkingCalendar:
    """The stored calendar of this preset; in another zone it keeps its hours on that zone's wall clock."""
    found = db.session.scalars(select(WorkingCalendar).where(WorkingCalendar.name == name)).first()
    if found is None:
        path = next(
            folder / f"{name}.toml" for folder in (PRESETS, CALENDARS) if (folder / f"{name}.toml").is_file()
        )
        definition = load_calendar(path).to_data()
        definition["time_zone"] = time_zone or definition["time_zone"]
        found = WorkingCalendar(name=name, definition=definition)
        db.session.add(found)
        db.session.flush()
        db.session.add(
            CalendarVersion(calendar_id=found.id, number=found.number, definition=definition, made_at=now)
        )
        db.session.flush()
    return found


def _add_remedy_limits() -> None:
    """What may be offered on the spot, where nothing is said of it yet."""
    if db.session.scalar(select(RemedyLimit.id).limit(1)) is not None:
        return
    for role, row in _presets("remedy-limits").items():
        most = row.get("most_amount", {})
        db.session.add_all(
            RemedyLimit(role=role, remedy=one, max_severity=row["max_severity"], most_amount=most.get(one))
            for one in row["remedies"]
        )
    db.session.flush()


def _presets(name: str) -> dict[str, Any]:
    return tomllib.loads((PRESETS / f"{name}.toml").read_text(encoding="utf-8"))


def is_set_up() -> bool:
    """Whether there is an agency."""
    return bool(db.session.scalar(select(func.count()).select_from(Agency)))
