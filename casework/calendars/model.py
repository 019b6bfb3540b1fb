"""What a working calendar is: a zone, a week of shifts, and the days that differ from the week."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from casework.calendars.local_time import local_instant
from casework.calendars.public_holidays import public_holidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY = 24 * 60


class Shift(NamedTuple):
    """Opening hours in minutes after midnight of the day they open; past 1440 they run into the next day."""

    opens: int
    closes: int


Shifts = tuple[Shift, ...]
DayKind = Literal["closure", "special", "holiday", "weekend", "working"]
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class DayPlan:
    """One local day as it really is: open spans in UTC, in order, or the reason why there are none."""

    on: date
    shifts: tuple[Span, ...]
    reason: str | None

    @property
    def is_open(self) -> bool:
        return bool(self.shifts)


@dataclass(frozen=True)
class Calendar:
    """Working hours and holidays. Equal calendars are interchangeable; the name is only for messages.

    `week` has seven entries from Monday. A closure beats special hours, special hours beat a holiday, a
    holiday beats the week. A shift belongs to the day it opens.
    """

    time_zone: ZoneInfo
    week: tuple[Shifts, ...]
    closures: frozenset[date] = frozenset()
    special: tuple[tuple[date, Shifts], ...] = ()
    country: str | None = None
    subdivision: str | None = None
    name: str = field(default="calendar", compare=False)

    def __hash__(self) -> int:
        # Cheap on purpose: it is asked for at every look into the cache of open years.
        return hash((self.time_zone.key, self.week, len(self.closures), len(self.special), self.country))

    def day(self, on: date) -> DayPlan:
        """The plan of one local day: its open spans as pairs of instants (UTC), or why it is closed."""
        shifts, reason = self.rule(on)
        spans = []
        for shift in shifts:
            opens_at = local_instant(self.time_zone, _wall(on, shift.opens))
            closes_at = local_instant(self.time_zone, _wall(on, shift.closes), second=True)
            if opens_at < closes_at:  # else the clock is put forward over the whole shift
                spans.append((opens_at, closes_at))
        if shifts and not spans:
            reason = "no open time, the clocks go forward"
        return DayPlan(on, tuple(spans), reason)

    def rule(self, on: date) -> tuple[Shifts, str | None]:
        """The shifts meant for a day, on the wall clock, and the reason when there are none."""
        if on in self.closures:
            return (), "local closure"
        if (hours := self._special_hours.get(on)) is not None:
            return hours, None if hours else "closed by special hours"
        if self.country and (holiday := public_holidays(self.country, self.subdivision, on.year).get(on)):
            return (), holiday
        shifts = self.week[on.weekday()]
        return shifts, None if shifts else WEEKDAYS[on.weekday()].capitalize()

    def kind(self, on: date) -> DayKind:
        """Which rule decides about a day, in the order of `rule`; "weekend" is any weekday without hours."""
        if on in self.closures:
            return "closure"
        if on in self._special_hours:
            return "special"
        if self.country and on in public_holidays(self.country, self.subdivision, on.year):
            return "holiday"
        return "weekend" if self.is_weekly_closed(on) else "working"

    def is_weekly_closed(self, on: date) -> bool:
        """Whether the week itself has no hours on that weekday, whatever else falls on the date."""
        return not self.week[on.weekday()]

    def to_data(self) -> dict[str, Any]:
        """Plain data in the shape of the TOML file, ready for JSON; parsing it gives an equal calendar."""
        data: dict[str, Any] = {"time_zone": self.time_zone.key}
        if self.closures:
            data["closures"] = [on.isoformat() for on in sorted(self.closures)]
        if self.country:
            data["holidays"] = {"country": self.country}
            if self.subdivision:
                data["holidays"]["subdivision"] = self.subdivision
        data["hours"] = {
            day: _written(shifts) for day, shifts in zip(WEEKDAYS, self.week, strict=True) if shifts
        }
        if self.special:
            data["special"] = {on.isoformat(): _written(shifts) for on, shifts in self.special}
        return data

    @cached_property
    def _special_hours(self) -> dict[date, Shifts]:
        return dict(self.special)


def clock_text(minute: int) -> str:
    """Minutes after midnight as "HH:MM"; midnight at the end of a day is "24:00"."""
    shown = minute if minute <= MINUTES_A_DAY else minute - MINUTES_A_DAY
    return f"{shown // 60:02d}:{shown % 60:02d}"


def _written(shifts: Shifts) -> list[list[str]]:
    return [[clock_text(shift.opens), clock_text(shift.closes)] for shift in shifts]


def _wall(on: date, minute: int) -> datetime:
    return datetime.combine(on, time.min) + timedelta(minutes=minute)
