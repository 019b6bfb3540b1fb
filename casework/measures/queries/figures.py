"""Figures by group and period: those that are kept are read, all others are counted from the facts the same way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select

from casework.core.db import db
from casework.measures.cells import NO_GROUP, Cell, Counted, group_of, places, waits
from casework.measures.definitions import COUNTS, Definition
from casework.measures.models import CaseFact, MeasureState, MeasureValue
from casework.measures.queries.levels import Level, levels_of
from casework.measures.queries.names import group_names
from casework.measures.rules import period_of

Group = tuple[str, str]
"""A dimension and the id of one of its groups, as text."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is wanted: a measure, in periods of a kind, by a dimension, for the cases of some groups alone.

    `cohort` empty means "all" for the kind "all" and "answered" for the others. `months` limits the periods to
    those months, both included. `now` is the instant at which levels are read.
    """

    definition: Definition
    now: datetime
    this_month: str
    by: str = ""
    period_kind: str = "all"
    cohort: str = ""
    narrow: tuple[Group, ...] = ()
    months: tuple[str, str] | None = None

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
    answered or closed anything; both None before the first time.
    """

    computed_at: datetime | None
    last_active: str | None


def standing() -> Standing:
    """How far the figures are."""
    newest = select(func.max(MeasureValue.period)).where(
        MeasureValue.dimension == "", MeasureValue.group_id == "", MeasureValue.period_kind == "month"
    )
    found = db.session.execute(select(MeasureState.computed_at, newest.scalar_subquery())).first()
    return Standing(*found) if found is not None else Standing(None, None)


def monthly(measures: Sequence[str], narrow: Sequence[Group]) -> dict[str, list[Row]]:
    """The monthly figures of several measures in one read, by month of their ends; for the cases of these groups."""
    found = _monthly_counted(measures, narrow) if len(narrow) > 1 else _monthly_stored(measures, narrow)
    return {
        measure: [_only_counted(row) for row in rows] if measure in COUNTS else rows
        for measure, rows in found.items()
    }


def _only_counted(row: Row) -> Row:
    """A count has no end to wait for, so nothing about ends is said of it."""
    return Row(group_id=row.group_id, group=row.group, period=row.period, n=row.n)


def _monthly_stored(measures: Sequence[str], narrow: Sequence[Group]) -> dict[str, list[Row]]:
    dimension, group_id = narrow[0] if narrow else ("", "")
    rows = db.session.execute(
        select(MeasureValue.measure, *_FIGURES).where(
            MeasureValue.measure.in_(measures),
            MeasureValue.dimension == dimension,
            MeasureValue.group_id == group_id,
            MeasureValue.period_kind == "month",
        )
    )
    found: dict[str, list[Row]] = defaultdict(list)
    for measure, *columns in rows:
        found[measure].append(_row(columns))
    return found


def _monthly_counted(measures: Sequence[str], narrow: Sequence[Group]) -> dict[str, list[Row]]:
    columns = [getattr(CaseFact, name) for name in Counted._fields]
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    for fact in db.session.execute(select(*columns).where(*narrowed(narrow))):
        for place in places(fact):
            if place.period_kind == "month" and place.measure in measures:
                cells[place.measure, place.period].add(place.days, place.within)
    found: dict[str, list[Row]] = defaultdict(list)
    for (measure, month), cell in cells.items():
        found[measure].append(Row(group_id="", group="", period=month, **cell.figures()))
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
    value = MeasureValue
    wanted = select(*_FIGURES).where(
        value.measure == asked.definition.figures_of, value.period_kind == asked.period_kind
    )
    if asked.narrow:
        dimension, group_id = asked.narrow[0]
        wanted = wanted.where(value.dimension == dimension, value.group_id == group_id)
    else:
        wanted = wanted.where(value.dimension == asked.by)
    if asked.months:
        wanted = wanted.where(value.period.between(*asked.months))
    rows = [_row(columns) for columns in db.session.execute(wanted)]
    return rows if asked.by else [replace(row, group_id="") for row in rows]


def _counted(asked: Asked) -> list[Row]:
    cells: dict[tuple[str, str], Cell] = defaultdict(Cell)
    columns = [getattr(CaseFact, name) for name in Counted._fields]
    end = asked.definition.end
    placing = _placing_column(asked)
    wanted = select(*columns).where(*narrowed(asked.narrow))
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
    counted = levels_of(level, group=group, where=narrowed(asked.narrow), now=asked.now)
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
