"""Open time and due dates, slow and obviously right: a walk through every minute.

It shares nothing with the code but the calendar's data. Every minute is shown on the wall clock, and of each shift
it is asked whether the clock has come to its opening and not passed its closing for the last time. That alone
gives the rules of daylight saving: a time jumped over is reached at the jump, one that comes twice opens at the
first and closes at the second.
"""

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("minute", "hour", "working_minute", "working_hour", "working_day", "calendar_day", "week", "month")
# Each with dates around which its clocks change, and an ordinary one.
CHANGES = {
    "America/Chicago": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5), date(2026, 7, 1)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 7, 1)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)),
}
# No limit, with its pauses, ends outside these days around a date.
DAYS_BEFORE, DAYS_AFTER = 8, 90

PausePair = tuple[datetime, datetime]


@dataclass(frozen=True)
class Question:
    """A limit of a clock, the units in their own words; everything is on a whole minute."""

    start: datetime
    limit: int
    unit: str
    roll: bool
    pauses: tuple[PausePair, ...]


class Clock(NamedTuple):
    """The wall clock at each minute from `first` on, as minutes since day 0 of that wall clock.

    `reached[w]` is the first minute at which it shows `lowest + w` or more, `last[w]` the last at which it shows
    that or less.
    """

    first: datetime
    shown: Sequence[int]
    lowest: int
    reached: Sequence[int]
    last: Sequence[int]


@lru_cache
def wall_clock(zone: str, around: date) -> Clock:
    first = datetime(around.year, around.month, around.day, tzinfo=UTC) - DAYS_BEFORE * DAY
    minutes = range((DAYS_BEFORE + DAYS_AFTER) * MINUTES_A_DAY)
    shown = array("q", (_shown(first + minute * MINUTE, ZoneInfo(zone)) for minute in minutes))
    lowest, highest = min(shown), max(shown)
    reached, last = array("q"), array("q", [0]) * (highest - lowest + 1)
    for minute, wall in enumerate(shown):
        while len(reached) <= wall - lowest:
            reached.append(minute)
    until = highest
    for minute in reversed(range(len(shown))):
        while until >= shown[minute]:
            last[until - lowest] = minute
            until -= 1
    return Clock(first, shown, lowest, reached, last)


def _shown(at: datetime, zone: ZoneInfo) -> int:
    wall = at.astimezone(zone)
    return wall.toordinal() * MINUTES_A_DAY + wall.hour * 60 + wall.minute


class Oracle:
    """One calendar, given as plain data, around a date: which minutes are open, and what follows."""

    def __init__(self, data: dict[str, Any], around: date) -> None:
        self.clock = wall_clock(data["time_zone"], around)
        self.is_open = bytearray(len(self.clock.shown))
        self.closes: dict[date, int] = {}
        on = self.date_at(0) + 2 * DAY
        while on <= self.date_at(len(self.is_open) - 1) - 2 * DAY:
            for opens, closes in shifts_of(data, on):
                self._open(on, opens - self.clock.lowest, closes - self.clock.lowest)
            on += DAY

    def _open(self, on: date, opens: int, closes: int) -> None:
        begin, end = self.clock.reached[opens], self.clock.last[closes]
        if self.clock.shown[end] - self.clock.lowest != closes:
            end += 1  # the closing is jumped over: open until the jump
        for minute in range(begin, end):
            self.is_open[minute] = 1
            self.closes[on] = max(self.closes.get(on, 0), minute + 1)

    def minute(self, at: datetime) -> int:
        return (at - self.clock.first) // MINUTE

    def instant(self, minute: int) -> datetime:
        return self.clock.first + minute * MINUTE

    def date_at(self, minute: int) -> date:
        return date.fromordinal(self.clock.shown[minute] // MINUTES_A_DAY)

    def open_minutes(self, start: datetime, end: datetime) -> int:
        return sum(self.is_open[minute] for minute in range(self.minute(start), self.minute(end)))

    def due(self, question: Question) -> datetime:
        start = self.minute(question.start)
        pauses = sorted((self.minute(begin), self.minute(end)) for begin, end in question.pauses)
        if question.unit in ("minute", "hour", "working_minute", "working_hour"):
            return self.instant(self._minutes_due(question, start, pauses))
        if question.unit == "working_day":
            return self.instant(self._working_days_due(question.limit, start, pauses))
        on = self._calendar_days_due(question, start, pauses)
        if question.roll and on not in self.closes and not self.is_open[self._end_of(on) - 1]:
            return self.instant(self._next_close(on))
        return self.instant(self._end_of(on))

    def _minutes_due(self, question: Question, start: int, pauses: list[tuple[int, int]]) -> int:
        """Minutes that count and are not paused, one after the other, until there are enough."""
        is_working = question.unit.startswith("working")
        left = question.limit * (60 if question.unit.endswith("hour") else 1)
        minute = start
        while left:
            paused = any(begin <= minute < end for begin, end in pauses)
            left -= not paused and (not is_working or bool(self.is_open[minute]))
            minute += 1
        for begin, end in pauses:
            # Done in the last instant is in time, so a pause that begins in it still counts.
            if begin == minute and begin >= start:
                counting = [each for each in range(begin, end) if not is_working or self.is_open[each]]
                minute = counting[-1] + 1 if counting else minute
        closed = self.date_at(minute) not in self.closes and not self.is_open[minute - 1]
        return self._next_close(self.date_at(minute)) if question.roll and closed else minute

    def _working_days_due(self, limit: int, start: int, pauses: list[tuple[int, int]]) -> int:
        """The close of the day, then as many open minutes more as were paused before the time was up."""
        on = self.date_at(start)
        while limit:
            on += DAY
            limit -= on in self.closes
        due = self.closes[on]
        for begin, end in pauses:
            if begin <= due:
                left = sum(self.is_open[minute] for minute in range(max(begin, start), end))
                while left:
                    left -= self.is_open[due]
                    due += 1
        return due

    def _calendar_days_due(self, question: Question, start: int, pauses: list[tuple[int, int]]) -> date:
        """The day at whose end it is due: one day after the other, and one more for each day begun in a pause."""
        first = self.date_at(start)
        on = first
        if question.unit == "month":
            for _ in range(question.limit):
                on = _first_of_next_month(on)
            last = _first_of_next_month(on) - DAY
            on = min(on + (first.day - 1) * DAY, last)
        else:
            for _ in range(question.limit * (7 if question.unit == "week" else 1)):
                on += DAY
        for begin, end in pauses:
            if start < end and begin <= self._end_of(on):
                dates = {self.date_at(minute) for minute in range(max(begin, start), end + 1)}
                on += (len(dates) - 1) * DAY
        return on

    def _end_of(self, on: date) -> int:
        wall = (on.toordinal() + 1) * MINUTES_A_DAY
        return self.clock.reached[wall - self.clock.lowest]

    def _next_close(self, on: date) -> int:
        while True:
            on += DAY
            if on in self.closes:
                return self.closes[on]


def shifts_of(data: dict[str, Any], on: date) -> list[tuple[int, int]]:
    """The shifts that open on a day, as minutes of the wall clock."""
    if on.isoformat() in data["closures"]:
        return []
    midnight = on.toordinal() * MINUTES_A_DAY
    shifts = []
    for pair in data["special"].get(on.isoformat(), data["hours"][WEEK[on.weekday()]]):
        begin, finish = (int(text[:2]) * 60 + int(text[3:]) for text in pair)
        shifts.append((midnight + begin, midnight + finish + (MINUTES_A_DAY if finish <= begin else 0)))
    return shifts


def _first_of_next_month(on: date) -> date:
    month = on.month
    while on.month == month:
        on += DAY
    return on


@lru_cache(maxsize=4)
def random_calendar(seed: int) -> tuple[dict[str, Any], date]:
    """The data of a calendar, and a date around which to ask it."""
    chance = random.Random(seed)
    zone = chance.choice(list(CHANGES))
    around = chance.choice(CHANGES[zone])
    hours = without_clashes({day: random_shifts(chance) for day in WEEK})
    hours["wednesday"] = hours["wednesday"] or [["09:00", "17:00"]]
    data = {"time_zone": zone, "hours": hours, "closures": [], "special": {}}
    if chance.random() < 0.3:
        data["closures"] = [(around + chance.randint(-1, 1) * DAY).isoformat()]
    if chance.random() < 0.3:
        data["special"] = {(around + chance.randint(-1, 1) * DAY).isoformat(): [["09:30", "12:15"]]}
    return data, around


def random_shifts(chance: random.Random) -> list[list[str]]:
    """None to two shifts within the day, on quarter hours, or one that runs into the small hours."""
    if chance.random() < 0.1:
        return []
    if chance.random() < 0.25:
        return [
            [f"{chance.randint(18, 23)}:00", f"0{chance.randint(0, 2)}:{chance.choice(('00', '15', '30'))}"]
        ]
    marks = sorted(chance.sample(range(12, 97), 2 * chance.randint(1, 2)))  # never before 03:00
    if chance.random() < 0.5:
        marks = sorted({0, *(mark // 8 for mark in marks)})  # small hours, where clocks change
        marks = marks[: len(marks) // 2 * 2]
    texts = [f"{mark // 4:02d}:{mark % 4 * 15:02d}" for mark in marks]
    return [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]


def without_clashes(days: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Leaves out night shifts whose next day opens in the small hours: refused, and tested elsewhere."""
    kept = dict(days)
    for number, day in enumerate(WEEK):
        tomorrow = kept[WEEK[(number + 1) % 7]]
        if any(closes < opens for opens, closes in kept[day]) and any(
            opens < "03:00" for opens, _ in tomorrow
        ):
            kept[day] = []
    return kept


def random_span(chance: random.Random, around: date) -> PausePair:
    """Two instants near a date, up to 40 hours apart."""
    midnight = datetime(around.year, around.month, around.day, tzinfo=UTC)
    start = midnight - chance.randint(0, 40 * 60) * MINUTE
    return start, start + chance.randint(0, 40 * 60) * MINUTE


# At most so many of a unit, so that all ends lie in the days looked at.
_MOST = {
    "minute": 9000, "hour": 150, "working_minute": 900, "working_hour": 15, "working_day": 4, "calendar_day": 20,
    "week": 3, "month": 2,
}  # fmt: skip


def random_question(chance: random.Random, oracle: Oracle, around: date) -> Question:
    """A limit in any unit with up to three pauses; some begin in the very instant the time is up."""
    start, _ = random_span(chance, around)
    unit = chance.choice(UNITS)
    plain = Question(start, chance.randint(1, _MOST[unit]), unit, chance.random() < 0.4, ())
    marks = sorted(chance.sample(range(-24 * 60, 8 * MINUTES_A_DAY), 2 * chance.randint(0, 3)))
    stops = [start + mark * MINUTE for mark in marks]
    pauses = list(zip(stops[::2], stops[1::2], strict=True))
    if chance.random() < 0.2:
        end = oracle.due(plain)
        pauses = [(end, end + chance.randint(0, 3 * MINUTES_A_DAY) * MINUTE)]
    return Question(plain.start, plain.limit, plain.unit, plain.roll, tuple(pauses))
