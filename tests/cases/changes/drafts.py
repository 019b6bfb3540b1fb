"""Drafts of calendars and standards for tests, looked at and applied as a worker would."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.accounts.models import User
from casework.cases.changes import doing, services
from casework.cases.models import Case, Clock
from casework.cases.models.changes import ChangeKind, ClockChange, ClockChangeRow, Effect
from casework.catalogue.models import CalendarVersion, Standard
from casework.catalogue.queries import the_agency
from casework.core.db import db, transaction
from tests.cast import NOW

THANKSGIVING = "2026-11-26"


def at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def calendar_draft(*closures: str, **changes: Any) -> CalendarVersion:
    """The next version of the agency's calendar, closed on these days too."""
    calendar = the_agency().calendar
    newest = db.session.scalars(
        select(CalendarVersion.number).where(CalendarVersion.calendar_id == calendar.id)
    )
    definition = {**calendar.definition, **changes}
    definition["closures"] = sorted({*calendar.definition.get("closures", []), *closures})
    with transaction():
        made = CalendarVersion(
            calendar_id=calendar.id,
            number=max(newest) + 1,
            definition=definition,
            made_at=NOW,
            is_draft=True,
        )
        db.session.add(made)
    return made


def standard(code: str) -> Standard:
    """The standard of this code that is in force."""
    wanted = select(Standard).where(Standard.code == code, Standard.is_active, ~Standard.is_draft)
    return db.session.scalars(wanted.order_by(Standard.number.desc())).first() or Standard()


def standard_draft(code: str, **changes: Any) -> Standard:
    """The next version of a standard."""
    before = standard(code)
    kept = {
        name: getattr(before, name)
        for name in Standard.__table__.columns.keys()  # noqa: SIM118 - these are columns, not a mapping
        if name != "id" and before.id is not None
    }
    with transaction():
        made = Standard(
            **{
                "code": code,
                "name": "Call back within 2 working days",
                "promise": "update",
                "unit": "working_day",
                **kept,
                "number": (before.number or 0) + 1,
                "in_force_from": None,
                "is_draft": True,
                **changes,
            }
        )
        db.session.add(made)
    return made


def look(
    about: CalendarVersion | Standard,
    by: User,
    *,
    kind: ChangeKind | None = None,
    now: datetime = NOW,
    once: str = "k",
) -> ClockChange:
    """Look at what a draft would do, to the end."""
    usual = ChangeKind.CALENDAR if isinstance(about, CalendarVersion) else ChangeKind.STANDARD
    with transaction():
        change, _ = services.look_at(kind or usual, about, actor=by, now=now, once_key=once)
    doing.run(change.id, at(now))
    return change


def confirm(change: ClockChange, by: User, *, now: datetime = NOW, reason: str = "It is a holiday.") -> None:
    """Put it in force; the cases wait for the worker."""
    with transaction():
        services.begin_to_apply(change, reason=reason, actor=by, now=now)


def apply(change: ClockChange, by: User, *, now: datetime = NOW, reason: str = "It is a holiday.") -> None:
    """Put it in force and let it follow on every case."""
    confirm(change, by, now=now, reason=reason)
    doing.run(change.id, at(now))
    db.session.expire_all()


def rows(change: ClockChange) -> dict[tuple[int, int], tuple[Effect, datetime | None, datetime | None]]:
    """What was found for each clock of each case."""
    wanted = select(ClockChangeRow).where(ClockChangeRow.change_id == change.id)
    return {
        (row.case_id, row.number): (row.effect, row.before_at, row.after_at)
        for row in db.session.scalars(wanted)
    }


def clock_of(case: Case, promise: str = "acknowledge") -> Clock:
    """The newest clock of a promise."""
    wanted = select(Clock).where(Clock.case_id == case.id, Clock.promise == promise).order_by(Clock.id.desc())
    return db.session.scalars(wanted.limit(1)).one()
