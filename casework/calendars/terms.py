"""The words of a limit: its unit, its pauses and extensions, and the record of how it was reckoned."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.calendars.errors import CalendarError
from casework.calendars.model import Calendar


class Unit(StrEnum):
    """What a limit counts."""

    MINUTE = "minute"
    HOUR = "hour"
    WORKING_MINUTE = "working_minute"
    WORKING_HOUR = "working_hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WEEK = "week"
    MONTH = "month"

    @property
    def is_elapsed(self) -> bool:
        """Real time passing, open or not."""
        return self in (Unit.MINUTE, Unit.HOUR)

    @property
    def is_open_time(self) -> bool:
        return self in (Unit.WORKING_MINUTE, Unit.WORKING_HOUR)

    @property
    def is_working(self) -> bool:
        """Counts working time; such a clock is moved by the open time it was paused."""
        return self.is_open_time or self is Unit.WORKING_DAY

    @property
    def seconds(self) -> int:
        """Length in seconds, of the units that have one."""
        return 60 if self in (Unit.MINUTE, Unit.WORKING_MINUTE) else 3600


def parse_unit(text: str) -> Unit:
    """The unit of that name; "business_day" is taken as a working day. Raises CalendarError for another."""
    try:
        return Unit.WORKING_DAY if text == "business_day" else Unit(text)
    except ValueError:
        raise CalendarError(f'"{text}" is not a unit of a limit; known are {", ".join(Unit)}.') from None


@dataclass(frozen=True)
class Pause:
    """The clock stood still between two instants; without an end it still does."""

    from_at: datetime
    to_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Extension:
    """A lengthening of the limit, granted at an instant."""

    limit: int
    unit: str
    reason: str
    granted_at: datetime


@dataclass(frozen=True)
class End:
    """Where a limit ends: the instant, and the local day it belongs to (24:00 belongs to the day before)."""

    at: datetime
    on: date


@dataclass(frozen=True)
class PauseStep:
    """What one pause did: `moved` the end by open seconds, days or elapsed seconds; or why it was ignored."""

    pause: Pause
    to_at: datetime
    moved: int = 0
    ignored: str = ""


@dataclass(frozen=True)
class ExtensionStep:
    """What one extension did. `total` is the whole limit so far when the units agree, else None."""

    extension: Extension
    unit: Unit
    total: int | None
    end: End


@dataclass(frozen=True)
class Reckoning:
    """Every step from the start of a clock to its end, enough to explain it.

    `counted` are the stretches of local days (after, to) that were counted in working time: their closed days
    were left out. `rolled_from` is the end before it was moved off a closed day, if it was.
    """

    calendar: Calendar
    start: datetime
    started_on: date
    event: str
    limit: int
    unit: Unit
    promised: End
    counted: tuple[tuple[date, date], ...]
    pauses: tuple[PauseStep, ...]
    extensions: tuple[ExtensionStep, ...]
    rolled_from: End | None
    end: End
