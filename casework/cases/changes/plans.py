"""What a change does to one case: found out by the same replay that says how its clocks stand, then done.

A plan is what is changed. It names the cases that it may touch, says what would become of each of their clocks,
and does exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, and_, exists, or_

from casework.calendars import Calendar
from casework.cases.clockwork import LIVE, ClockState, Happening, Standing, What, replay
from casework.cases.models import Case, Clock, ClockEvent
from casework.cases.models.changes import Effect, Turn
from casework.cases.services.clocks.standing import calendar_of, happening_of, keep_standing, note, terms_of
from casework.catalogue.queries import the_agency

# After everything that is written down.
LAST = 2**62


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of one clock: its date before and after (None: there is none), and whether it turns late."""

    number: int
    name: str
    effect: Effect
    before_at: datetime | None
    after_at: datetime | None
    turn: Turn = Turn.NONE

    @property
    def shift(self) -> int:
        """By how many seconds it moves."""
        if self.before_at is None or self.after_at is None:
            return 0
        return round((self.after_at - self.before_at).total_seconds())

    @property
    def moves(self) -> bool:
        """Whether anybody would notice it."""
        return self.effect is not Effect.SAME


class Plan(Protocol):
    """A change of a calendar or a standard."""

    def where(self) -> ColumnElement[bool]:
        """Which open cases it may touch."""

    def clocks(self) -> ColumnElement[bool]:
        """Which clocks there are to look at, for saying how long it will take."""

    def outcomes(self, case: Case, now: datetime) -> list[Outcome]:
        """What would become of each clock of a case."""

    def apply(
        self, case: Case, outcomes: Sequence[Outcome], *, why: str, actor_id: int | None, now: datetime
    ) -> None:
        """Let it happen."""


def live_clocks(case: Case) -> list[Clock]:
    """The clocks of a case that run or are paused and count anything; a date that was imported stays."""
    return [clock for clock in case.clocks if clock.state in LIVE and clock.limit is not None]


def moved(clock: Clock, before: Standing, after: Standing, now: datetime) -> Outcome:
    """What becomes of a clock that goes on."""
    effect = Effect.SAME
    if before.due_at != after.due_at:
        effect = Effect.LATER if after.due_at > before.due_at else Effect.EARLIER
    return Outcome(
        number=clock.number,
        name=clock.name,
        effect=effect,
        before_at=before.due_at,
        after_at=after.due_at,
        turn=turn_of(before.due_at, after.due_at, now) if after.state is ClockState.RUNNING else Turn.NONE,
    )


def turn_of(before_at: datetime, after_at: datetime, now: datetime) -> Turn:
    """Done at the due instant is in time, so what is due now is not late yet."""
    was_late, is_late = now > before_at, now > after_at
    if was_late == is_late:
        return Turn.NONE
    return Turn.LATE if is_late else Turn.TIMELY


@dataclass(frozen=True)
class CalendarPlan:
    """A version of a calendar takes the place of the older ones, on every clock that counts by one of them."""

    calendar_id: int
    number: int
    calendar: Calendar

    def where(self) -> ColumnElement[bool]:
        """Cases with a clock that was started with this calendar, or was given it later."""
        given = exists().where(ClockEvent.case_id == Case.id, ClockEvent.what == What.CHANGED)
        runs = exists().where(Clock.case_id == Case.id, Clock.state.in_(LIVE), Clock.limit.is_not(None))
        return or_(exists().where(Clock.case_id == Case.id, self.clocks()), and_(given, runs))

    def clocks(self) -> ColumnElement[bool]:
        """Those that run and were started with it."""
        own = Clock.calendar_id == self.calendar_id
        if the_agency().calendar_id == self.calendar_id:
            own = or_(own, Clock.calendar_id.is_(None))
        return and_(Clock.state.in_(LIVE), Clock.limit.is_not(None), own)

    def outcomes(self, case: Case, now: datetime) -> list[Outcome]:
        """Their dates by the new calendar. What counts by this version already, or by a newer one, is not touched."""
        live = {clock.number: clock for clock in live_clocks(case)}
        happened = [happening_of(event) for event in case.clock_events]
        terms = [terms_of(clock) for clock in live.values()]
        before = replay(terms, happened, calendar_of)
        touched = {number: each for number, each in before.items() if self._is_older(each)}
        if not touched:
            return []
        changed = Happening(
            what=What.CHANGED,
            at=now,
            key=LAST,
            clocks=tuple(touched),
            data={"calendar": [self.calendar_id, self.number]},
        )
        own = [each for each in terms if each.number in touched]
        after = replay(own, [*happened, changed], self._calendars)
        return [moved(live[number], touched[number], after[number], now) for number in touched]

    def apply(
        self, case: Case, outcomes: Sequence[Outcome], *, why: str, actor_id: int | None, now: datetime
    ) -> None:
        """Every clock that was touched counts by the new version from its start on."""
        numbers = {each.number for each in outcomes}
        clocks = [clock for clock in case.clocks if clock.number in numbers]
        calendar = [self.calendar_id, self.number]
        note(case, What.CHANGED, now, clocks=clocks, reason=why, actor_id=actor_id, calendar=calendar)
        keep_standing(case)

    def _is_older(self, standing: Standing) -> bool:
        calendar_id, number = standing.terms.calendar or (the_agency().calendar_id, 0)
        return calendar_id == self.calendar_id and number < self.number

    def _calendars(self, version: tuple[int, int] | None) -> Calendar:
        return self.calendar if version == (self.calendar_id, self.number) else calendar_of(version)
