"""Replaying what happened to clocks against a walk through every minute, on random histories.

The walk shares nothing with the code: minute after minute it does what was written down for that minute, and the due
date comes from the oracle of the calendars, which counts minutes too.
`ORACLE_CASES=10000 .venv/bin/pytest tests/cases/test_replay_oracle.py` asks more than the usual 200.
"""

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import pytest

from casework.calendars import Calendar, parse_calendar
from casework.cases.clockwork import ClockState, Happening, Standing, Terms, What, replay
from tests.calendars.oracle import (
    DAY,
    MINUTE,
    MINUTES_A_DAY,
    Oracle,
    PausePair,
    Question,
    random_calendar,
    random_question,
)

CASES = int(os.environ.get("ORACLE_CASES", "200"))
A_CALENDAR = 5
A_BLOCK = max(A_CALENDAR, CASES // 10)
ENDS = {
    What.MET: ClockState.MET,
    What.CANCELLED: ClockState.CANCELLED,
    What.LAPSED: ClockState.CANCELLED,
    What.NOT_TOLD: ClockState.CANCELLED,
}
STATES = ("", "asking", "waiting")


@dataclass
class Walked:
    """A clock as somebody would follow it who reads its history minute by minute."""

    terms: Terms
    limit: int
    calendar: int
    pauses: list[PausePair] = field(default_factory=list)
    begun: datetime | None = None
    ended: datetime | None = None
    state: ClockState = ClockState.RUNNING

    def live_through(self, minute: datetime, happened: Sequence[Happening]) -> None:
        """Do what was written down for this minute, in its order."""
        for each in happened:
            if each.clocks and self.terms.number not in each.clocks:
                continue
            if each.what is What.EXTENDED:
                self.limit += int(each.data["limit"])
            elif each.what is What.CHANGED:
                self.limit += int(each.data.get("limit", self.terms.limit)) - int(self.terms.limit or 0)
                self.calendar = each.data.get("calendar", (self.calendar, 1))[0]
            elif self.ended is None:
                self.stand_still_or_end(minute, each)

    def stand_still_or_end(self, minute: datetime, each: Happening) -> None:
        if each.what is What.PAUSED and self.begun is None and self.may_stand_still(each):
            self.begun = minute
        elif each.what is What.RESUMED:
            self.go_on(minute)
        elif each.what in ENDS:
            self.go_on(minute)
            self.ended, self.state = minute, ENDS[each.what]

    def may_stand_still(self, each: Happening) -> bool:
        return self.terms.may_pause and (not self.terms.pause_in or each.data["state"] in self.terms.pause_in)

    def go_on(self, minute: datetime) -> None:
        begun = max(self.begun, self.terms.started_at) if self.begun is not None else minute
        if begun < minute:
            self.pauses.append((begun, minute))
        self.begun = None


def walk(terms: Sequence[Terms], happened: Sequence[Happening]) -> list[Walked]:
    """Every clock after its history, walked from its first minute to its last."""
    counted = left_after_taking_back(happened)
    clocks = [Walked(each, int(each.limit or 0), (each.calendar or (0, 0))[0]) for each in terms]
    for clock in clocks if counted else ():
        own = without_what_was_not_told(clock.terms.number, counted)
        minute = counted[0].at
        while minute <= counted[-1].at:
            clock.live_through(minute, [each for each in own if each.at == minute])
            minute += MINUTE
    return clocks


def without_what_was_not_told(number: int, counted: Sequence[Happening]) -> list[Happening]:
    """What happened to a clock, without the ends before its words turned out not to have arrived.

    In a closed case that is an end of its own, which holds until there is another one.
    """
    own: list[Happening] = []
    for each in counted:
        if each.clocks and number not in each.clocks:
            continue
        if each.what is What.NOT_TOLD:
            own = [one for one in own if one.what not in ENDS]
            if each.data.get("closed"):
                own.append(each)
            continue
        if each.what in ENDS:
            own = [one for one in own if one.what is not What.NOT_TOLD]
        own.append(each)
    return own


def left_after_taking_back(happened: Sequence[Happening]) -> list[Happening]:
    """After each entry all that counts then is put aside, so that "as it stood after number 3" can be looked up."""
    stood: dict[int, list[Happening]] = {0: []}
    counted: list[Happening] = []
    for each in happened:
        counted = list(stood[int(each.data["after"])]) if each.what is What.RESTORED else [*counted, each]
        stood[each.key] = counted
    return counted


def random_terms(chance: random.Random, oracle: Oracle, around: object) -> list[Terms]:
    found = []
    for number in range(1, chance.randint(2, 4)):
        asked = random_question(chance, oracle, around)  # type: ignore[arg-type]
        found.append(
            Terms(
                number=number,
                started_at=asked.start,
                limit=asked.limit,
                unit=asked.unit,
                roll=asked.roll,
                may_pause=chance.random() < 0.8,
                pause_in=chance.choice([(), (), ("asking",)]),
                calendar=(1, 1),
            )
        )
    return found


def random_history(chance: random.Random, terms: Sequence[Terms]) -> list[Happening]:
    """Up to fourteen things, in the order of their minutes, about some clocks or all of them."""
    first = min(each.started_at for each in terms)
    minutes = sorted(chance.randint(-MINUTES_A_DAY, 5 * MINUTES_A_DAY) for _ in range(chance.randint(0, 14)))
    found: list[Happening] = []
    # Standing still and going on are what happens most.
    often = [What.PAUSED, What.RESUMED] * 4
    ends = [What.MET, What.CANCELLED, What.LAPSED, What.NOT_TOLD]
    usual = [*often, *ends, What.EXTENDED, What.CHANGED, What.RESTORED]
    for key, minute in enumerate(minutes, 1):
        what = chance.choice([*usual, What.WARNED, What.MISSED])
        about = tuple(sorted(chance.sample([each.number for each in terms], chance.randint(1, len(terms)))))
        if what in (What.PAUSED, What.RESUMED) and chance.random() < 0.8:
            about = ()
        elif what in (What.EXTENDED, What.CHANGED):
            about = about[:1]
        data: dict[str, object] = {"state": chance.choice(STATES)}
        if what is What.EXTENDED:
            unit = next(each.unit for each in terms if each.number == about[0])
            # No end may lie beyond the days that the oracle looks at.
            data = {"limit": 1, "unit": unit}
            what = What.WARNED if unit == "month" else what
        elif what is What.CHANGED:
            data = {"calendar": [2, 1]}
        elif what is What.NOT_TOLD:
            data = {"closed": chance.random() < 0.3}
        elif what is What.RESTORED:
            data, about = {"after": chance.randint(0, key - 1)}, ()
        found.append(Happening(what=what, at=first + minute * MINUTE, key=key, clocks=about, data=data))
    return found


def due_by(oracle: Oracle, clock: Walked) -> datetime:
    terms = clock.terms
    return oracle.due(Question(terms.started_at, clock.limit, terms.unit, terms.roll, tuple(clock.pauses)))


def agree(standing: Standing, clock: Walked, oracle: Oracle) -> None:
    still = clock.ended is None and clock.begun is not None
    assert standing.state is (ClockState.PAUSED if still else clock.state)
    assert standing.ended_at == clock.ended
    assert standing.met_at == (clock.ended if clock.state is ClockState.MET else None)
    ended = [(each.from_at, each.to_at) for each in standing.pauses if each.to_at is not None]
    assert ended == clock.pauses
    assert standing.due_at == due_by(oracle, clock)


def _of(calendars: dict[int, Calendar], version: tuple[int, int] | None) -> Calendar:
    assert version is not None
    return calendars[version[0]]


@pytest.mark.parametrize("block", range(0, CASES, A_BLOCK))
def test_a_replay_agrees_with_a_walk_through_every_minute(block: int) -> None:
    for first in range(block, min(block + A_BLOCK, CASES), A_CALENDAR):
        data, around = random_calendar(first)
        closed = {**data, "closures": [*data["closures"], (around + 2 * DAY).isoformat()]}
        oracles = {1: Oracle(data, around), 2: Oracle(closed, around)}
        calendars: dict[int, Calendar] = {1: parse_calendar(data), 2: parse_calendar(closed)}
        for seed in range(first, first + A_CALENDAR):
            chance = random.Random(-1 - seed)
            terms = random_terms(chance, oracles[1], around)
            happened = random_history(chance, terms)
            found = replay(terms, happened, partial(_of, calendars))
            for clock in walk(terms, happened):
                try:
                    agree(found[clock.terms.number], clock, oracles[clock.calendar])
                except AssertionError as differs:
                    raise AssertionError(f"seed {seed}: {clock.terms}\n{happened}\n{differs}") from differs
