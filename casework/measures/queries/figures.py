"""Figures by group and period: those that are kept are read, all others are counted from the facts the same way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select

from casework.accounts.models import User
from casework.cases.queries.hidden import hidden_from
from casework.core.db import db
from casework.measures.cells import NO_GROUP, Cell, Counted, Drift, group_of, places, waits
from casework.measures.definitions import COUNTS, Definition
from casework.measures.models import CaseFact, MeasureState, MeasureValue
from casework.measures.queries.levels import Level, levels_of
from casework.measures.queries.names import group_names
from casework.measures.queries.sight import WHOLE, Sight
from casework.measures.rules import period_of

Group = tuple[str, str]
"""A dimension and the id of one of its groups, as text."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted: a measure, in periods of a kind, by a dimension, for the cases of some groups alone.

    `cohort` empty means "all" for the kind "all" and "answered" for the others. `months` limits the periods to
    those months, both included. `now` is the instant at which levels are read. `sight` is who reads.
    """

    definition: Definition
    now: datetime
    this_month: str
    by: str = ""
    period_kind: str = "all"
    cohort: str = ""
    narrow: tuple[Group, ...] = ()
    months: tuple[str, str] | None = None
    sight: Sight = WHOLE

    @property
    def placing(self) -> str:
        """The cohort that is meant."""
        return self.cohort or ("all" if self.period_kind == "all" else "answered")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure. Days are days; what a measure does not have is None."""

    group_id: str
    group: str
    period: str
    n: int
    closed_n: int | None = None
    open_n: int | None = None
    mean: float | None = None
    median: float | None = None
    p90: float | None = None
    within_n: int | None = None
    with_standard_n: int | None = None

    @property
    def within_pct(self) -> float | None:
        """The share in time, in per cent of those with a standard."""
        if not self.with_standard_n or self.within_n is None:
            return None
        return 100 * self.within_n / self.with_standard_n


def figures(asked: Asked) -> list[Row]:
    """The figures asked for, by period and then by the name of the group."""
    shape = asked.definition.shape
    if shape == "level":
        rows = _levels(asked)
    elif is_stored(asked):
        rows = _stored(asked)
    else:
        rows = _counted(asked)
    if shape == "count":
        rows = [_only_counted(row) for row in rows]
    return named(rows, asked.by)


def named(rows: Iterable[Row], by: str) -> list[Row]:
    """The rows with the names of their groups, in order."""
    names = group_names(by)
    full = [replace(row, group=names.get(row.group_id, row.group_id)) for row in rows]
    return sorted(full, key=lambda row: (row.period, row.group.casefold()))


def is_stored(asked: Asked) -> bool:
    """Whether the figures are kept as they were asked for."""
    if len(asked.narrow) + bool(asked.by) > 1:
        return False
    if asked.period_kind == "all":
        return asked.placing == "all" and asked.months is None and asked.definition.shape in ("time", "share")
    return asked.period_kind == "month" and (asked.placing == "answered" or asked.definition.shape == "count")


@dataclass(frozen=True)
class Standing:
    """How far the figures are: when they were computed, and the newest month in which the agency received,
    answered or closed anything; both None before the first time. `sight` is what of them the reader reads.
    """

    computed_at: datetime | None
    last_active: str | None
    sight: Sight = WHOLE


def standing(user: User | None = None) -> Standing:
    """How far the figures are for this person; without one, for whoever reads all of them.

    Whether anything is hidden from them is asked in the same statement: from most people nothing is.
    """
    newest = select(func.max(MeasureValue.period)).where(*_OF_MONTHS)
    hides = hidden_from(user).exists() if user is not None else false()
    wanted = select(
        MeasureState.computed_at, MeasureState.is_rebuilding, newest.scalar_subquery(), hides.label("hides")
    )
    found = db.session.execute(wanted).first()
    if found is None:
        return Standing(None, None)
    computed_at, is_rebuilding, last_active, hides_some = found
    if not hides_some:
        return Standing(computed_at, last_active)
    sight = Sight(user, in_step=not is_rebuilding)
    return Standing(computed_at, _last_active(sight), sight)


def _last_active(sight: Sight) -> str | None:
    """The newest month in which a case that counts for this person was received, answered or closed."""
    months = Counter[str]()
    kept = select(MeasureValue.period, func.sum(MeasureValue.n)).where(*_OF_MONTHS)
    for month, n in db.session.execute(kept.group_by(MeasureValue.period)):
        months[month] += int(n)
    months.subtract(p.period for fact in sight.facts for p in places(fact) if p.period_kind == "month")
    return max((month for month, n in months.items() if n > 0), default=None)


def monthly(measures: Sequence[str], narrow: Sequence[Group], sight: Sight = WHOLE) -> dict[str, list[Row]]:
    """The monthly figures of several measures in one read, by month of their ends; for the cases of these groups."""
    if len(narrow) > 1:
        found = _monthly_counted(measures, narrow, sight)
    else:
        found = _monthly_stored(measures, narrow, sight)
    return {
        measure: [_only_counted(row) for row in rows] if measure in COUNTS else rows
        for measure, rows in found.items()
    }


def _only_counted(row: Row) -> Row:
    """A count has no end to wait for, so nothing about ends is said of it."""
    return Row(group_id=row.group_id, group=row.group, period=row.period, n=row.n)


def _monthly_stored(measures: Sequence[str], narrow: Sequence[Group], sight: Sight) -> dict[str, list[Row]]:
    dimension, group_id = narrow[0] if narrow else ("", "")
    own = (MeasureValue.dimension == dimension, MeasureValue.group_id == group_id)
    wanted = select(MeasureValue.measure, *_FIGURES).where(
        MeasureValue.measure.in_(measures), *own, MeasureValue.period_kind == "month"
    )
    try:
        left = _left(sight, measures, dimension, group_id=group_id, period_kind="month")
    except Drift:
        return _monthly_counted(measures, narrow, sight)
    found: dict[str, list[Row]] = defaultdict(list)
    for measure, *columns in db.session.execute(wanted):
        row = _without(_row(columns), measure, left)
        if row.n:
            found[measure].append(row)
    return found


Left = dict[tuple[str, str, str], Cell]
"""What is left of some figures, by measure, group and period."""


def _left(
    sight: Sight, measures: Sequence[str], dimension: str, *, group_id: str | None, period_kind: str
) -> Left:
    """What is left of those figures of a dimension in which hidden cases are. Raises Drift."""
    if sight.is_whole:
        return {}
    cells = sight.left_of(measures, dimension, group_id=group_id, period_kind=period_kind)
    return {(key.measure, key.group_id, key.period): cell for key, cell in cells.items()}


def _without(row: Row, measure: str, left: Left) -> Row:
    """A figure without the cases that are hidden."""
    cell = left.get((measure, row.group_id, row.period))
    return row if cell is None else replace(row, **cell.figures())


def _monthly_counted(measures: Sequence[str], narrow: Sequence[Group], sight: Sight) -> dict[str, list[Row]]:
    columns = [getattr(CaseFact, name) for name in Counted._fields]
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    group_id = narrow[0][1] if len(narrow) == 1 else ""
    for fact in db.session.execute(select(*columns).where(*narrowed(narrow), *sight.where())):
        for place in places(fact):
            if place.period_kind == "month" and place.measure in measures:
                cells[place.measure, place.period].add(place.days, place.within)
    found: dict[str, list[Row]] = defaultdict(list)
    for (measure, month), cell in cells.items():
        found[measure].append(Row(group_id=group_id, group="", period=month, **cell.figures()))
    return found


def narrowed(narrow: Sequence[Group]) -> list[ColumnElement[bool]]:
    """The conditions under which a fact belongs to all of these groups."""
    conditions: list[ColumnElement[bool]] = []
    for dimension, group_id in narrow:
        column = dimension_column(dimension)
        conditions.append(column.is_(None) if group_id == NO_GROUP else cast(column, String) == group_id)
    return conditions


def dimension_column(dimension: str) -> Any:
    """The column of a fact that says which group of a dimension it belongs to."""
    return getattr(CaseFact, dimension if dimension in ("channel", "kind") else f"{dimension}_id")


_OF_MONTHS = (
    MeasureValue.dimension == "",
    MeasureValue.group_id == "",
    MeasureValue.period_kind == "month",
)
_FIGURES = (
    MeasureValue.group_id,
    MeasureValue.period,
    MeasureValue.n,
    MeasureValue.closed_n,
    MeasureValue.open_n,
    MeasureValue.mean,
    MeasureValue.median,
    MeasureValue.p90,
    MeasureValue.within_n,
    MeasureValue.with_standard_n,
)


def _row(columns: Sequence[Any]) -> Row:
    names = [column.key for column in _FIGURES]
    return Row(group="", **dict(zip(names, columns, strict=True)))


def _stored(asked: Asked) -> list[Row]:
    value, measure = MeasureValue, asked.definition.figures_of
    dimension, group_id = asked.narrow[0] if asked.narrow else (asked.by, None)
    wanted = select(*_FIGURES).where(
        value.measure == measure, value.period_kind == asked.period_kind, value.dimension == dimension
    )
    if group_id is not None:
        wanted = wanted.where(value.group_id == group_id)
    if asked.months:
        wanted = wanted.where(value.period.between(*asked.months))
    try:
        left = _left(asked.sight, [measure], dimension, group_id=group_id, period_kind=asked.period_kind)
    except Drift:
        return _counted(asked)
    rows = [_without(_row(columns), measure, left) for columns in db.session.execute(wanted)]
    return [row if asked.by else replace(row, group_id="") for row in rows if row.n]


def _counted(asked: Asked) -> list[Row]:
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    columns = [getattr(CaseFact, name) for name in Counted._fields]
    end = asked.definition.end
    placing = _placing_column(asked)
    wanted = select(*columns).where(*narrowed(asked.narrow), *asked.sight.where())
    if asked.months:
        wanted = wanted.where(getattr(CaseFact, placing or "received_month").between(*asked.months))
    if end:
        # Only what was done, or is still waited for, belongs to a time; `waits` decides about the rest.
        wanted = wanted.where(or_(getattr(CaseFact, f"{end}_days").is_not(None), CaseFact.is_open))
    for fact in db.session.execute(wanted):
        month = getattr(fact, placing) if placing else fact.received_month
        days = getattr(fact, f"{end}_days") if end else None
        if month is None or (end and days is None and not waits(fact, end)):
            continue
        cell = cells[group_of(fact, asked.by), period_of(month, asked.period_kind)]
        cell.add(days, getattr(fact, f"{end}_within", None) if end else None)
    return [
        Row(group_id=group_id, group="", period=period, **cell.figures())
        for (group_id, period), cell in cells.items()
    ]


def _placing_column(asked: Asked) -> str:
    """The column whose month places a case; empty where every case is taken."""
    if asked.definition.shape == "count":
        return asked.definition.month
    return {"all": "", "received": "received_month", "answered": asked.definition.month}[asked.placing]


def _levels(asked: Asked) -> list[Row]:
    level: Level = "overdue" if asked.definition.name == "overdue_now" else "open"
    group = dimension_column(asked.by) if asked.by else None
    where = [*narrowed(asked.narrow), *asked.sight.where()]
    counted = levels_of(level, group=group, where=where, now=asked.now)
    rows = []
    for group_id, moves in counted.items():
        if asked.period_kind == "all":
            rows.append(Row(group_id=group_id, group="", period="all", n=moves.now))
            continue
        for period, n in moves.by_period(asked.period_kind, until=asked.this_month):
            rows.append(Row(group_id=group_id, group="", period=period, n=n))
    if asked.months is None:
        return rows
    first, last = (period_of(month, asked.period_kind) for month in asked.months)
    return [row for row in rows if row.period == "all" or first <= row.period <= last]


def end_condition(asked_end: str) -> ColumnElement[bool]:
    """As SQL what `cells.waits` says: the case is open, and this end is not there."""
    own = getattr(CaseFact, f"{asked_end}_days").is_(None)
    if asked_end == "acknowledge":
        return and_(CaseFact.is_open, own, CaseFact.respond_days.is_(None))
    return and_(CaseFact.is_open, own)
