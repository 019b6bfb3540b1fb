"""What became of a measure after an action: its figures by period, and the judgement on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from casework.accounts.models import User
from casework.cases.models import Finding, Issue, Kind
from casework.cases.queries.hidden import hidden_from
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.improvement.models import ImprovementAction, Opportunity
from casework.improvement.queries.rows import is_overdue
from casework.improvement.rules import Day, EffectState, EffectWords, Series, first_day_needed, series_of
from casework.measures.models import CaseFact
from casework.measures.stats import Chart, Effect, effect, effect_chart, effect_heading, xmr_chart
from casework.measures.stats.periods import MONTHS


@dataclass(frozen=True, slots=True)
class _Measure:
    """How a finder's measure is called, and how its days are counted."""

    name: str
    about: str
    unit: str
    is_share: bool
    counts: Literal["part", "whole"]


_MEASURES = {
    "late_hot_spot": _Measure("late answers", "Share of these cases answered late", "%", True, "whole"),
    "rising_issue": _Measure(
        "this issue's share", "Share of all issues that are of this kind", "%", True, "part"
    ),
    "vital_few": _Measure("issues upheld", "Upheld issues of these kinds", "issues", False, "part"),
}


@dataclass(frozen=True, slots=True)
class EffectView:
    """An effect with everything a page needs to draw it. `chart` is None where there is nothing to draw."""

    words: EffectWords
    about: str
    series: Series
    chart: Chart | None


def effect_of(action: ImprovementAction, now: datetime, user: User | None = None) -> EffectView | None:
    """What became of the measure of the action's opportunity since the change; None before there was one.

    - Late hot spot: share answered late, by the day received. Rising issue: share of all issues. Vital few: upheld
      issues. Less is better in each.
    - Without the cases that `user` may not know of; without a user, and so in public, of all.
    - Judged by the control limits of the figures before the change (measures.stats.effect).
    """
    if action.change_on is None:
        return None
    opportunity = action.opportunity
    measure = _MEASURES[opportunity.finder]
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    counts = [] if user is None else [CaseFact.case_id.not_in(hidden_from(user))]
    days = _days(opportunity, first=first_day_needed(action.change_on), now=now, counts=counts)
    series = series_of(
        days, change_on=action.change_on, today=today, is_share=measure.is_share, counts=measure.counts
    )
    at = series.change_at
    ceiling = 100.0 if measure.is_share else None
    judged = effect(series.values[:at], series.values[at:], better="down", ceiling=ceiling)
    words = _words(judged, measure, series, change_on=action.change_on)
    about = f"{measure.about}, by {series.grain} received"
    return EffectView(words, about, series, _chart(series, ceiling))


def _chart(series: Series, ceiling: float | None) -> Chart | None:
    if not any(value is not None for value in series.values):
        return None
    if not 0 < series.change_at < len(series.values):
        return xmr_chart(series.values, better="down", ceiling=ceiling)
    return effect_chart(series.values, change_at=series.change_at, better="down", ceiling=ceiling)


def _words(judged: Effect, measure: _Measure, series: Series, *, change_on: date) -> EffectWords:
    since = f"{change_on.day} {MONTHS[change_on.month - 1]}"
    heading = effect_heading(
        judged, measure=measure.name, unit=measure.unit, since=since, period_noun=series.grain
    )
    at = series.change_at
    return EffectWords(
        state=_state(judged),
        heading=heading,
        measure=measure.name,
        unit=measure.unit,
        grain=series.grain,
        needed=judged.needed,
        before=judged.mean_before,
        after=judged.mean_after,
        before_n=_n(series, 0, at),
        after_n=_n(series, at, len(series.values)),
    )


def _state(judged: Effect) -> EffectState:
    if judged.limits_before is None:
        return "cannot_tell"
    return "returned" if judged.returned else judged.state


def _n(series: Series, start: int, stop: int) -> int:
    pairs = zip(series.values[start:stop], series.sizes[start:stop], strict=True)
    return sum(size for value, size in pairs if value is not None)


def _days(
    opportunity: Opportunity, *, first: date, now: datetime, counts: Sequence[ColumnElement[bool]]
) -> Sequence[Day]:
    if opportunity.finder == "late_hot_spot":
        wanted = _late_days(opportunity.subject, now)
    else:
        wanted = {"rising_issue": _rising_days, "vital_few": _upheld_days}[opportunity.finder](
            opportunity.subject
        )
    wanted = wanted.where(CaseFact.received_on >= first, *counts).group_by(CaseFact.received_on)
    return [
        Day(on, int(part), int(whole), int(undecided))
        for on, part, whole, undecided in db.session.execute(wanted)
    ]


def _late_days(subject: dict[str, Any], now: datetime) -> Select[date, int, int, int]:
    columns = {
        "service": CaseFact.service_id,
        "category": CaseFact.category_id,
        "team": CaseFact.team_id,
    }
    about = [column == subject.get(name) for name, column in columns.items()]
    within, overdue = CaseFact.respond_within, is_overdue(now)
    judged = within.is_not(None) | overdue
    owed = and_(CaseFact.is_open, CaseFact.respond_due_at.is_not(None), ~judged)
    late = within.is_(False) | (within.is_(None) & overdue)
    return select(CaseFact.received_on, _sum(late), _sum(judged), _sum(owed)).where(*about)


def _rising_days(subject: dict[str, Any]) -> Select[date, int, int, int]:
    category = func.coalesce(Issue.category_id, CaseFact.category_id)
    of_this = func.coalesce(category == subject["category"], False)
    return (
        select(CaseFact.received_on, _sum(of_this), func.count(Issue.id), _sum(CaseFact.case_id < 0))
        .join(Issue, Issue.case_id == CaseFact.case_id)
        .where(CaseFact.kind != Kind.COMPLIMENT.value)
    )


def _upheld_days(subject: dict[str, Any]) -> Select[date, int, int, int]:
    by_cause = any(name.startswith("cause_") for name in subject)
    category = func.coalesce(Issue.category_id, CaseFact.category_id)
    kind: Any = Issue.cause_id if by_cause else category
    of_these = and_(Issue.finding == Finding.UPHELD, kind.in_(list(subject.values())))
    decided = Issue.finding.is_not(None)
    return (
        select(CaseFact.received_on, _sum(of_these), _sum(decided), _sum(CaseFact.is_open & ~decided))
        .join(Issue, Issue.case_id == CaseFact.case_id)
        .where(CaseFact.kind != Kind.COMPLIMENT.value)
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
