"""What a new version of a standard, or switching one off, does to the clocks of one case.

Rules (docs/clocks.md):

- a clock of an older version that still holds for its case goes on by the new terms from its start, and names the
  new version; its steps and extensions are those of that version from then on;
- where the new version does not hold (another kind, service, …) or promises something else, it is owed no more;
- a clock that started before the first day of the new version keeps its terms;
- an open case for which it holds and that has no such clock gets one, from the event that starts it; not where the
  record that was imported brought a date for the same promise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from casework.cases.changes.plans import LAST, Outcome, live_clocks, moved
from casework.cases.clockwork import LIVE, Happening, Standing, Terms, What, replay
from casework.cases.models import Case, Clock
from casework.cases.models.changes import Effect, Turn
from casework.cases.rules import REGULAR, About, applies, limit_for
from casework.cases.services.clocks import about_case, cancel_clocks, keep_standing, note
from casework.cases.services.clocks.planning import at_its_stage, start_of
from casework.cases.services.clocks.standing import calendar_of, happening_of, terms_of
from casework.cases.services.clocks.starting import add_clock, new_clock
from casework.catalogue.models import Standard
from casework.catalogue.queries import calendar_in_force, the_agency
from casework.catalogue.words import REOPENED


@dataclass(frozen=True)
class StandardPlan:
    """A version of a standard takes the place of the older ones of its code, for what started on `since` or later."""

    standard: Standard
    since: date | None

    def where(self) -> ColumnElement[bool]:
        """Cases with a clock of an older version, or for which it may hold."""
        return or_(exists().where(Clock.case_id == Case.id, self.clocks()), self._may_hold())

    def clocks(self) -> ColumnElement[bool]:
        """Those of its older versions that run."""
        older = select(Standard.id).where(
            Standard.code == self.standard.code, Standard.number < self.standard.number
        )
        return and_(Clock.state.in_(LIVE), Clock.limit.is_not(None), Clock.standard_id.in_(older))

    def outcomes(self, case: Case, now: datetime) -> list[Outcome]:
        """The dates by the new terms, what is owed no more, and the clock that the case would get."""
        about = about_case(case, [self.standard])
        touched = [
            clock for clock in live_clocks(case) if self._is_older(clock) and self._counts(clock.started_at)
        ]
        kept = [clock for clock in touched if self._holds(clock, about)]
        happened = [happening_of(event) for event in case.clock_events]
        before = replay([terms_of(clock) for clock in touched], happened, calendar_of)
        changes = [
            Happening(
                what=What.CHANGED,
                at=now,
                key=LAST,
                clocks=(c.number,),
                data=self._terms(case, before[c.number]),
            )
            for c in kept
        ]
        after = replay([self._own(clock) for clock in kept], [*happened, *changes], calendar_of)
        found = [
            moved(clock, before[clock.number], after[clock.number], now)
            if clock in kept
            else _ends(clock, before[clock.number])
            for clock in touched
        ]
        return found + self._new(case, about, happened, [c for c in touched if c not in kept], now)

    def apply(
        self, case: Case, outcomes: Sequence[Outcome], *, why: str, actor_id: int | None, now: datetime
    ) -> None:
        """Let the clocks go on by the new terms, end what is owed no more, and start what is owed now."""
        by_number = {clock.number: clock for clock in case.clocks}
        ended = [by_number[each.number] for each in outcomes if each.effect is Effect.ENDS]
        if ended:
            cancel_clocks(case, now, reason=why, only=ended, actor_id=actor_id)
        kept = [
            by_number[each.number] for each in outcomes if each.effect not in (Effect.ENDS, Effect.STARTS)
        ]
        standing = replay(
            [terms_of(clock) for clock in kept], [happening_of(e) for e in case.clock_events], calendar_of
        )
        for clock in kept:
            terms = self._terms(case, standing[clock.number])
            clock.standard, clock.standard_id, clock.name = (
                self.standard,
                self.standard.id,
                self.standard.name,
            )
            note(case, What.CHANGED, now, clocks=[clock], reason=why, actor_id=actor_id, **terms)
        if any(each.effect is Effect.STARTS for each in outcomes):
            start = start_of(case, self.standard, about_case(case, [self.standard]), now=now)
            if start is not None:
                add_clock(case, self.standard, start.at, event=start.event)
        keep_standing(case)

    def _new(
        self, case: Case, about: About, happened: Sequence[Happening], ended: Sequence[Clock], now: datetime
    ) -> list[Outcome]:
        """The clock that the case would get; one that ends by the same change does not stand in its way."""
        start = start_of(case, self.standard, about, now=now, without=ended)
        if start is None or not self._counts(start.at) or self._came_with_the_record(case):
            return []
        clock = new_clock(case, self.standard, start.at, event=start.event)
        standing = replay([terms_of(clock)], happened, calendar_of)[clock.number]
        return [
            Outcome(
                number=0,
                name=self.standard.name,
                effect=Effect.STARTS,
                before_at=None,
                after_at=standing.due_at,
                turn=Turn.LATE if now > standing.due_at else Turn.NONE,
            )
        ]

    def _came_with_the_record(self, case: Case) -> bool:
        """Whether the case was imported with a date for the same promise: that one stays and is not doubled."""
        return any(
            c.standard_id is None and c.promise == self.standard.promise and c.stage == case.stage
            for c in case.clocks
        )

    def _is_older(self, clock: Clock) -> bool:
        known = clock.standard
        return known is not None and known.code == self.standard.code and known.number < self.standard.number

    def _counts(self, at: datetime) -> bool:
        return self.since is None or at.astimezone(ZoneInfo(the_agency().time_zone)).date() >= self.since

    def _holds(self, clock: Clock, about: About) -> bool:
        # What is owed again, or comes back, counts on from then whatever starts the standard first.
        again = clock.start_event == REOPENED or (
            self.standard.repeats and clock.start_event == "last_update"
        )
        same = clock.promise == self.standard.promise and (again or clock.start_event == self.standard.starts)
        return same and applies(self.standard, at_its_stage(about, clock))

    def _own(self, clock: Clock) -> Terms:
        """What it was started with, with the states of the new version in which it may stand still."""
        return replace(terms_of(clock), pause_in=tuple(self.standard.pause_in or ()))

    def _terms(self, case: Case, standing: Standing) -> dict[str, Any]:
        """What holds from now on. The version of the calendar stays, unless it is another calendar."""
        standard = self.standard
        found: dict[str, Any] = {
            "limit": limit_for(standard.limit, standard.severity_limits or {}, case.severity),
            "unit": standard.unit,
            "roll": standard.roll,
            "may_pause": standard.may_pause,
        }
        calendar = calendar_in_force(standard.calendar_id)
        if standing.terms.calendar is None or standing.terms.calendar[0] != calendar[0]:
            found["calendar"] = list(calendar)
        return found

    def _may_hold(self) -> ColumnElement[bool]:
        one = self.standard
        path = "" if one.path == REGULAR else one.path
        return and_(
            Case.duplicate_of_id.is_(None),
            Case.kind == one.kind if one.kind else true(),
            Case.channel == one.channel if one.channel else true(),
            Case.path.in_((path, REGULAR) if one.path == REGULAR else (path,)) if one.path else true(),
            Case.stage == one.stage if one.stage is not None else true(),
            Case.severity == one.severity if one.severity is not None else true(),
            Case.service_id == one.service_id if one.service_id is not None else true(),
        )


@dataclass(frozen=True)
class OffPlan:
    """A standard is promised no more: its clocks that run are owed no more."""

    standard: Standard

    def where(self) -> ColumnElement[bool]:
        """Cases with such a clock."""
        return exists().where(Clock.case_id == Case.id, self.clocks())

    def clocks(self) -> ColumnElement[bool]:
        """Its clocks that run."""
        return and_(Clock.state.in_(LIVE), Clock.limit.is_not(None), Clock.standard_id == self.standard.id)

    def outcomes(self, case: Case, now: datetime) -> list[Outcome]:
        """Which clocks are owed no more, with the date they had."""
        live = [clock for clock in live_clocks(case) if clock.standard_id == self.standard.id]
        happened = [happening_of(event) for event in case.clock_events]
        before = replay([terms_of(clock) for clock in live], happened, calendar_of)
        return [_ends(clock, before[clock.number]) for clock in live]

    def apply(
        self, case: Case, outcomes: Sequence[Outcome], *, why: str, actor_id: int | None, now: datetime
    ) -> None:
        """End them."""
        numbers = {each.number for each in outcomes}
        ended = [clock for clock in case.clocks if clock.number in numbers]
        cancel_clocks(case, now, reason=why, only=ended, actor_id=actor_id)


def _ends(clock: Clock, before: Standing) -> Outcome:
    return Outcome(
        number=clock.number, name=clock.name, effect=Effect.ENDS, before_at=before.due_at, after_at=None
    )
