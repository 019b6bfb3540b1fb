"""Dates, spans and due dates in plain English, on the wall clock of a zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from casework.calendars.local_time import is_repeated, local
from casework.calendars.model import Calendar
from casework.calendars.open_time import is_working_day, working_days_between

# Written out, because strftime follows the locale of the machine.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOMENT = timedelta(microseconds=1)
SOON_WORKING_DAYS = 2

State = Literal["late", "today", "soon", "far", "wait", "met"]


@dataclass(frozen=True)
class Relative:
    """A due date as people say it: `text` from now, `absolute` on the wall clock, `state` for the mark."""

    state: State
    text: str
    absolute: str


def in_words(calendar: Calendar, due_at: datetime, now: datetime) -> Relative:
    """How far off a due date is, counted in working days of the calendar.

    "late" only after the due instant; "soon" within 2 working days. A due date on a closed day is counted
    in plain days, since "in 0 working days" tells nobody anything.
    """
    zone = calendar.time_zone
    due_on, today = local(zone, due_at - _MOMENT).date(), local(zone, now).date()
    absolute = moment_text(zone, due_at, on=due_on, year=due_on.year != today.year)
    if due_at < now:
        return Relative("late", _late_by(calendar, due_at, now), absolute)
    if due_on <= today:
        return Relative("today", "Today", absolute)
    working_days = working_days_between(calendar, today, due_on)
    state: State = "soon" if working_days <= SOON_WORKING_DAYS else "far"
    return Relative(state, _ahead(calendar, today, due_on, working_days), absolute)


def _ahead(calendar: Calendar, today: date, due_on: date, working_days: int) -> str:
    days = (due_on - today).days
    if days == 1:
        return "Tomorrow"
    if is_working_day(calendar, due_on):
        return f"In {counted(working_days, 'working day')}"
    return f"In {counted(days, 'day')}"


def _late_by(calendar: Calendar, due_at: datetime, now: datetime) -> str:
    zone = calendar.time_zone
    due_on, today = local(zone, due_at - _MOMENT).date(), local(zone, now).date()
    if due_on == today:
        minutes = max(1, int((now - due_at).total_seconds()) // 60)
        return f"Late {counted(minutes // 60, 'hour') if minutes >= 60 else counted(minutes, 'minute')}"
    # Over a weekend nothing more is missed, yet it stays late: one day until the next working day is past.
    return f"Late {counted(max(1, working_days_between(calendar, due_on, today)), 'day')}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 day", "2 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def day_text(on: date, *, year: bool = True) -> str:
    """A date as "Thu 22 Oct 2026", or without the year."""
    text = f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"
    return f"{text} {on.year}" if year else text


def moment_text(zone: ZoneInfo, at: datetime, *, on: date | None = None, year: bool = True) -> str:
    """An instant as "Thu 22 Oct 2026 10:12" on the wall clock of the zone.

    Midnight that ends the day `on` is shown as its 24:00. In the hour that comes twice in autumn the zone's
    short name says which one is meant.
    """
    wall = local(zone, at)
    if on is not None and wall == datetime.combine(on + timedelta(days=1), time.min):
        return f"{day_text(on, year=year)} 24:00"
    text = f"{day_text(wall.date(), year=year)} {wall.hour:02d}:{wall.minute:02d}"
    return f"{text} {at.astimezone(zone).tzname()}" if is_repeated(zone, wall) else text


def span_text(seconds: int) -> str:
    """A length of time as "22 h 55 min", "40 min" or "30 s"; rounded down to minutes from one on."""
    if 0 < seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def listed(parts: Sequence[str]) -> str:
    """Parts joined as people do: "a", "a and b", "a, b, and c"."""
    if len(parts) <= 2:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
