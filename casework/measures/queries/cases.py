"""The cases behind a number: exactly those that were counted, as far as the person may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from casework.accounts.models import Team, User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.catalogue.models import Service
from casework.core.db import db
from casework.core.errors import Invalid
from casework.measures.models import CaseFact
from casework.measures.queries.ages import age_condition
from casework.measures.queries.figures import Asked, end_condition, narrowed
from casework.measures.queries.levels import is_overdue, was_overdue
from casework.measures.rules import months_of

PAGE = 50
WHICH = {
    "all": "all of them",
    "closed": "those done",
    "open": "those still waiting",
    "within": "those in time",
    "late": "those late",
}


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Which number the cases are behind. `period` as in the figures; `age` names a band of open cases."""

    asked: Asked
    period: str = "all"
    which: str = "all"
    age: str = ""


@dataclass(frozen=True)
class CasePage:
    """A page of cases. `total` is the number that they are behind, as this person reads it.

    Of somebody whose role opens no cases the number is more than nothing, and there are no rows.
    """

    rows: list[Any]
    total: int
    next: int | None


def cases_behind(behind: Behind, user: User, *, after: int | None = None) -> CasePage:
    """The newest cases first, from the one after `after`. Raises Invalid for a period or choice that is none."""
    where = conditions(behind)
    mine = visible_cases(user).join(CaseFact, CaseFact.case_id == Case.id).where(*where)
    total = db.session.scalar(select(func.count()).select_from(CaseFact).where(*where)) or 0
    wanted = mine.outerjoin(Service, Service.id == Case.service_id).outerjoin(Team, Team.id == Case.team_id)
    wanted = wanted.where(CaseFact.case_id < after) if after else wanted
    ordered = wanted.with_only_columns(*_COLUMNS).order_by(CaseFact.case_id.desc()).limit(PAGE + 1)
    rows = list(db.session.execute(ordered))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return CasePage(rows=rows, total=total, next=rows[-1].id if more else None)


_COLUMNS: tuple[Any, ...] = (
    Case.id,
    Case.reference,
    Case.title,
    Service.name.label("service"),
    Team.name.label("team"),
    CaseFact.received_on,
    CaseFact.acknowledge_days,
    CaseFact.respond_days,
    CaseFact.close_days,
    CaseFact.acknowledge_within,
    CaseFact.respond_within,
    CaseFact.respond_due_at,
    CaseFact.is_open,
)


def conditions(behind: Behind) -> list[ColumnElement[bool]]:
    """Under which conditions a fact was counted in this number."""
    if behind.which not in WHICH:
        raise Invalid(f"{behind.which!r} is no choice of cases. Choose one of {', '.join(WHICH)}.")
    where = [*narrowed(behind.asked.narrow), *behind.asked.sight.where()]
    if behind.age:
        where.append(age_condition(behind.age, behind.asked.now))
    shape = behind.asked.definition.shape
    if shape == "level":
        where.append(_at_level(behind))
    elif shape == "count":
        where.append(_in_period(behind.asked.definition.month, behind.period))
    else:
        where.extend(_timed(behind))
    return where


def _timed(behind: Behind) -> list[ColumnElement[bool]]:
    definition = behind.asked.definition
    done: ColumnElement[bool] = getattr(CaseFact, f"{definition.end}_days").is_not(None)
    waiting = end_condition(definition.end)
    # A time to close has no standard, so nothing of it was in time or late.
    within = getattr(CaseFact, f"{definition.end}_within", None)
    chosen: dict[str, ColumnElement[bool]] = {
        "all": or_(done, waiting),
        "closed": done,
        "open": waiting,
        "within": false() if within is None else within.is_(True),
        "late": false() if within is None else within.is_(False),
    }
    if definition.shape == "share" and behind.which == "all":
        chosen["all"] = false() if within is None else within.is_not(None)
    if behind.asked.placing == "all":
        return [chosen[behind.which]]
    month = "received_month" if behind.asked.placing == "received" else definition.month
    return [chosen[behind.which], _in_period(month, behind.period)]


def _in_period(month: str, period: str) -> ColumnElement[bool]:
    column: Any = getattr(CaseFact, month)
    ends = _months(period)
    found: ColumnElement[bool] = column.is_not(None) if ends is None else column.between(*ends)
    return found


def _at_level(behind: Behind) -> ColumnElement[bool]:
    ends = _months(behind.period)
    last = None if ends is None or ends[1] >= behind.asked.this_month else ends[1]
    if behind.asked.definition.name == "overdue_now":
        present = is_overdue(behind.asked.now)
        if last is None:
            return present
        return and_(or_(present, CaseFact.respond_within.is_(False)), was_overdue(last))
    if last is None:
        return CaseFact.is_open.is_(True)
    still = or_(CaseFact.is_open.is_(True), CaseFact.closed_month > last)
    return and_(CaseFact.received_month <= last, still)


def _months(period: str) -> tuple[str, str] | None:
    try:
        return months_of(period)
    except ValueError as error:
        raise Invalid(f"{period!r} is no period. Write one like 2026-07, 2026-Q3, 2026 or all.") from error
