"""What a change does, counted and one by one, never those cases that the person may not know of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import contains_eager

from casework.accounts.models import User
from casework.cases.clockwork import LIVE
from casework.cases.models import Case, Clock
from casework.cases.models.changes import ClockChange, ClockChangeRow, Effect, RowState, Turn
from casework.cases.queries.hidden import hidden_from
from casework.catalogue.models import CalendarVersion, Standard, WorkingCalendar
from casework.core.db import db
from casework.core.errors import NotFound

PAGE = 50
MOST_ID = 2**31 - 1
FURTHEST = 5
LATEST = 20
CHUNK = 1000


@dataclass
class Totals:
    """How many cases a change moves, and which way; how many clocks it touches, and what became of those."""

    moved: int = 0
    effects: dict[Effect, int] = field(default_factory=dict)
    turns: dict[Turn, int] = field(default_factory=dict)
    clocks: int = 0
    done: int = 0
    left: int = 0
    differed: int = 0
    came_later: int = 0


@dataclass(frozen=True)
class Page:
    """One page of clocks, and the place after which the next one begins (empty at the end)."""

    rows: Sequence[Any]
    next: str


def get_change(number: int) -> ClockChange:
    """A change. Raises NotFound."""
    found = db.session.get(ClockChange, min(number, MOST_ID))
    if found is None:
        raise NotFound("Nothing was looked at under that number. Go back to the changes.")
    return found


def latest_changes() -> Sequence[ClockChange]:
    """The newest changes, the newest first."""
    return db.session.scalars(select(ClockChange).order_by(ClockChange.id.desc()).limit(LATEST)).all()


def names_of(changes: Sequence[ClockChange]) -> Mapping[int, str]:
    """The calendar or the standard that each change is about, by the id of the change."""
    versions = {one.calendar_version_id for one in changes} - {None}
    standards = {one.standard_id for one in changes} - {None}
    wanted = select(CalendarVersion.id, WorkingCalendar.name).join(CalendarVersion.calendar)
    calendars = dict(db.session.execute(wanted.where(CalendarVersion.id.in_(versions))).tuples().all())
    named = select(Standard.id, Standard.name).where(Standard.id.in_(standards))
    names = dict(db.session.execute(named).tuples().all())
    return {
        one.id: calendars.get(one.calendar_version_id or 0) or names.get(one.standard_id or 0, "")
        for one in changes
    }


def changes_of(about: CalendarVersion | Standard) -> Sequence[ClockChange]:
    """The newest changes that were looked at for one draft."""
    column = (
        ClockChange.calendar_version_id if isinstance(about, CalendarVersion) else ClockChange.standard_id
    )
    wanted = select(ClockChange).where(column == about.id).order_by(ClockChange.id.desc())
    return db.session.scalars(wanted.limit(LATEST)).all()


def calendar_drafts() -> Sequence[CalendarVersion]:
    """Drafts of calendars."""
    wanted = (
        select(CalendarVersion)
        .join(CalendarVersion.calendar)
        .where(CalendarVersion.is_draft)
        .options(contains_eager(CalendarVersion.calendar))
        .order_by(WorkingCalendar.name, CalendarVersion.number)
    )
    return db.session.scalars(wanted).all()


def standard_drafts() -> Sequence[Standard]:
    """Drafts of standards."""
    return db.session.scalars(select(Standard).where(Standard.is_draft).order_by(Standard.name)).all()


def standards_to_switch_off(today: date) -> Sequence[Standard]:
    """Standards in force, and those that will be."""
    lasts = or_(Standard.in_force_to.is_(None), Standard.in_force_to >= today)
    wanted = select(Standard).where(~Standard.is_draft, Standard.is_active, lasts)
    return db.session.scalars(wanted.order_by(Standard.name, Standard.number)).all()


def people_of(change: ClockChange) -> dict[int, str]:
    """The names of who looked and who put it in force."""
    ids = [each for each in (change.made_by_id, change.applied_by_id) if each is not None]
    return {
        row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def looked_at(change: ClockChange) -> int:
    """How far looking has come, in percent: how many clocks there are tells of cases that nobody may know of."""
    wanted = select(func.count()).where(ClockChangeRow.change_id == change.id)
    return min(100, 100 * (db.session.scalar(wanted) or 0) // max(change.expected, 1))


def totals_of(change: ClockChange, user: User) -> Totals:
    """What a change does, as far as this person may know of it."""
    row = ClockChangeRow
    counts = (
        *(func.count(), func.sum(case((row.state == RowState.DONE, 1), else_=0))),
        *(func.sum(case((row.state == RowState.LEFT, 1), else_=0)),),
        *(func.sum(case((row.differed, 1), else_=0)), func.sum(case((row.came_later, 1), else_=0))),
    )
    found = db.session.execute(select(*counts).where(*_known(change, user))).one()
    clocks, done, left, differed, came_later = (int(each or 0) for each in found)
    cases = select(func.count(row.case_id.distinct())).where(*_known(change, user), *_moves())
    return Totals(
        moved=db.session.scalar(cases) or 0,
        effects=_cases_by(row.effect, change, user),
        turns=_cases_by(row.turn, change, user),
        clocks=clocks,
        done=done,
        left=left,
        differed=differed,
        came_later=came_later,
    )


def _cases_by(column: Any, change: ClockChange, user: User) -> dict[Any, int]:
    wanted = select(column, func.count(ClockChangeRow.case_id.distinct())).group_by(column)
    stays = ClockChangeRow.state != RowState.LEFT
    return {row[0]: row[1] for row in db.session.execute(wanted.where(*_known(change, user), stays))}


def furthest(change: ClockChange, user: User) -> Sequence[Any]:
    """The clocks that move furthest, either way."""
    wanted = _rows(change, user).where(ClockChangeRow.shift != 0)
    by = (func.abs(ClockChangeRow.shift).desc(), ClockChangeRow.case_id, ClockChangeRow.number)
    return db.session.execute(wanted.order_by(*by).limit(FURTHEST)).all()


def page_of(change: ClockChange, user: User, *, after: tuple[int, int], size: int = PAGE) -> Page:
    """Exactly which clocks move, in the order of cases and clocks; titles and customers are not among it."""
    case_id, number = (min(each, MOST_ID) for each in after)
    wanted = _rows(change, user).where(
        (ClockChangeRow.case_id > case_id)
        | ((ClockChangeRow.case_id == case_id) & (ClockChangeRow.number > number))
    )
    rows = db.session.execute(_in_order(wanted).limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.case_id}-{last.number}" if last else "")


def all_rows(change: ClockChange, user: User) -> Iterator[Any]:
    """Every clock that moves, read as it is written out."""
    wanted = _in_order(_rows(change, user)).execution_options(yield_per=CHUNK)
    yield from db.session.execute(wanted)


def imported_dates(user: User | None = None) -> int:
    """How many dates of open cases came with a record: no calendar and no standard moves them.

    For somebody, those of cases that they may know of.
    """
    wanted = (
        select(func.count())
        .select_from(Clock)
        .join(Case)
        .where(Case.is_open, Clock.limit.is_(None), Clock.state.in_(LIVE))
    )
    if user is not None:
        wanted = wanted.where(Case.id.not_in(hidden_from(user)))
    return db.session.scalar(wanted) or 0


def _rows(change: ClockChange, user: User) -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(ClockChangeRow.case_id, ClockChangeRow.number, Case.reference, ClockChangeRow.name),
        *(ClockChangeRow.before_at, ClockChangeRow.after_at, ClockChangeRow.shift, ClockChangeRow.effect),
        *(ClockChangeRow.turn, ClockChangeRow.state, ClockChangeRow.differed, ClockChangeRow.came_later),
    )
    wanted: Select[Any] = select(*columns).join(Case, Case.id == ClockChangeRow.case_id)
    return wanted.where(*_known(change, user), *_moves())


def _in_order(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(ClockChangeRow.case_id, ClockChangeRow.number)


def _moves() -> tuple[Any, ...]:
    return (ClockChangeRow.effect != Effect.SAME, ClockChangeRow.state != RowState.LEFT)


def _known(change: ClockChange, user: User) -> tuple[Any, ...]:
    return ClockChangeRow.change_id == change.id, ClockChangeRow.case_id.not_in(hidden_from(user))
