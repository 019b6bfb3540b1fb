"""A month of a calendar as people see it on a page: what each day counts, and why.

Times are the wall clock of the calendar's zone, as they really were or will be: a shift that opens in the hour
jumped over in spring shows the time after the jump.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from casework.calendars.errors import CalendarError
from casework.calendars.local_time import end_of_day, local, require_covered
from casework.calendars.model import MINUTES_A_DAY, Calendar, DayKind, DayPlan, Span
from casework.calendars.public_holidays import public_holidays

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class MonthDay:
    """One local day and what counts on it.

    - `kind` says which rule decides: "closure" (local closure), "special" (hours of its own, or none),
      "holiday", "weekend" (the week has no hours on that weekday) or "working";
    - `open_spans` are pairs of wall-clock texts, ("08:00", "12:00"), in order; a closing at midnight is "24:00",
      one not later than its opening lies on the next day ("22:00", "06:00");
    - `open_seconds` is the open time of the shifts that open on this day, each second of a month once;
    - `reason` says why a day without open time has none ("Saturday", "Veterans Day"), and is empty otherwise;
    - `holiday` is the name of the public holiday on this date, also where a closure or special hours beat it;
    - `is_half_day`: open by special hours, for less time than that weekday is in the week;
    - `clock_change_minutes`: how far the clocks are put forward on this day (60), or back (-60), else 0.
    """

    on: date
    kind: DayKind
    open_spans: tuple[tuple[str, str], ...]
    open_seconds: int
    reason: str
    holiday: str
    is_half_day: bool
    clock_change_minutes: int

    @property
    def is_open(self) -> bool:
        return bool(self.open_spans)


@dataclass(frozen=True)
class Month:
    """A month: every day from the 1st on (28 to 31 of them)."""

    year: int
    month: int
    days: tuple[MonthDay, ...]

    @property
    def open_seconds(self) -> int:
        return sum(day.open_seconds for day in self.days)

    @property
    def working_days(self) -> int:
        return sum(day.is_open for day in self.days)


def month_of(calendar: Calendar, year: int, month: int) -> Month:
    """What counts on each day of a month; `month` is 1 to 12.

    Raises CalendarError for a month that does not exist or a year that no calendar covers.
    """
    if not 1 <= month <= 12:
        raise CalendarError(f"{month} is not a month; write a number from 1 to 12.")
    if not date.min.year <= year <= date.max.year:
        raise CalendarError(f"{year} is not a year of a calendar; write one like 2026.")
    first = date(year, month, 1)
    require_covered(first)
    dates = [first + step * _DAY for step in range(monthrange(year, month)[1])]
    return Month(year, month, tuple(_day(calendar, on) for on in dates))


def _day(calendar: Calendar, on: date) -> MonthDay:
    plan, kind = calendar.day(on), calendar.kind(on)
    return MonthDay(
        on=on,
        kind=kind,
        open_spans=tuple(_span_texts(calendar.time_zone, span) for span in plan.shifts),
        open_seconds=_open_seconds(calendar, plan),
        reason=plan.reason or "",
        holiday=_holiday(calendar, on),
        is_half_day=kind == "special" and plan.is_open and _is_shorter_than_the_week(calendar, on),
        clock_change_minutes=MINUTES_A_DAY - _length(calendar.time_zone, on) // _MINUTE,
    )


def _span_texts(zone: ZoneInfo, span: Span) -> tuple[str, str]:
    opens, closes = (local(zone, at) for at in span)
    ends_the_day = closes == datetime.combine(opens.date() + _DAY, datetime.min.time())
    return f"{opens:%H:%M}", "24:00" if ends_the_day else f"{closes:%H:%M}"


def _open_seconds(calendar: Calendar, plan: DayPlan) -> int:
    # In autumn a shift can run over the hour that comes twice into the next one, also into that of the next day.
    covered = max((closes_at for _, closes_at in calendar.day(plan.on - _DAY).shifts), default=None)
    total = timedelta(0)
    for opens_at, closes_at in plan.shifts:
        begin = opens_at if covered is None else max(opens_at, covered)
        total += max(closes_at - begin, timedelta(0))
        covered = closes_at if covered is None else max(covered, closes_at)
    return total // _SECOND


def _holiday(calendar: Calendar, on: date) -> str:
    if calendar.country is None:
        return ""
    return public_holidays(calendar.country, calendar.subdivision, on.year).get(on, "")


def _is_shorter_than_the_week(calendar: Calendar, on: date) -> bool:
    special, usual = calendar.rule(on)[0], calendar.week[on.weekday()]
    return sum(shift.closes - shift.opens for shift in special) < sum(
        shift.closes - shift.opens for shift in usual
    )


def _length(zone: ZoneInfo, on: date) -> timedelta:
    return end_of_day(zone, on) - end_of_day(zone, on - _DAY)
