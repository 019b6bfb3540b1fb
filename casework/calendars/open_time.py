"""Counting open time: how much lies between two instants, and which instant lies so much further on.

Method: each local year of a calendar is laid out once as open spans with running totals, so that a question
costs a look-up per year touched, never a walk through minutes. Inside, instants are whole microseconds since
1970 in UTC; spans that meet or overlap (a repeated hour in autumn) are counted once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from casework.calendars.errors import CalendarError
from casework.calendars.local_time import local, require_covered
from casework.calendars.model import Calendar

YEARS_AHEAD = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
PER_SECOND = 1_000_000
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True)
class OpenYear:
    """The open spans of the days of one local year, in order, without overlap, and its working days.

    `before[i]` is the open time of the year before span i. `days` are ordinals of days with open time,
    `day_closes` the close of the last shift of each.
    """

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    days: tuple[int, ...]
    day_closes: tuple[int, ...]

    def until(self, at: int) -> int:
        """Open time of this year that lies before an instant."""
        index = bisect_right(self.opens, at) - 1
        if index < 0:
            return 0
        return self.before[index] + min(at, self.closes[index]) - self.opens[index]

    def reaches(self, amount: int) -> int:
        """When `amount` (above 0, at most the total) of this year's open time is over, at the earliest."""
        index = bisect_left(self.before, amount) - 1
        return self.opens[index] + amount - self.before[index]


@lru_cache(maxsize=512)
def open_year(calendar: Calendar, year: int) -> OpenYear:
    """One local year of a calendar laid out; shifts belong to the year in which they open."""
    first = date(year, 1, 1)
    eve = calendar.day(first - timedelta(days=1))
    covered = max((stamp_of(closes_at) for _, closes_at in eve.shifts), default=_BEFORE_ALL)
    opens: list[int] = []
    closes: list[int] = []
    before: list[int] = []
    days: list[int] = []
    day_closes: list[int] = []
    total = 0
    for on in _days_of(year):
        spans = calendar.day(on).shifts
        for opens_at, closes_at in spans:
            start, end = max(stamp_of(opens_at), covered), stamp_of(closes_at)
            if start < end:
                opens.append(start)
                closes.append(end)
                before.append(total)
                total += end - start
                covered = end
        if spans:
            days.append(on.toordinal())
            day_closes.append(stamp_of(spans[-1][1]))
    return OpenYear(tuple(opens), tuple(closes), tuple(before), total, tuple(days), tuple(day_closes))


def elapsed_open_seconds(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Whole seconds of open time between two instants; 0 when the end is not after the start."""
    first, last = first_year_of(calendar, start), year_of(calendar, end)
    if end <= start:
        return 0
    begin, finish = stamp_of(start), stamp_of(end)
    # The start lies in the first two of these years and the end in the last two; those between are whole.
    whole = range(first + 2, last - 1)
    parts = [open_year(calendar, year) for year in range(first, last + 1) if year not in whole]
    counted = sum(year.until(finish) - year.until(begin) for year in parts)
    return (counted + _whole_years(calendar, whole.start, whole.stop)) // PER_SECOND


def add_open_seconds(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """The first instant (UTC) by which so many seconds of open time have passed since `start`.

    The inverse of `elapsed_open_seconds`. No seconds give the start itself. Raises CalendarError when they
    are negative, or are not over within 100 years because the calendar is hardly ever open.
    """
    first = first_year_of(calendar, start)
    if seconds < 0:
        raise CalendarError("Open time can only be added; give a number of seconds of 0 or more.")
    if seconds == 0:
        return start.astimezone(UTC)
    begin, left = stamp_of(start), seconds * PER_SECOND
    for year in _years_from(calendar, first):
        passed = year.until(begin)
        if passed + left <= year.total:
            return instant_of(year.reaches(passed + left))
        left -= year.total - passed
    raise too_seldom_open(calendar)


def is_open_before(calendar: Calendar, at: datetime) -> bool:
    """Whether there is open time right up to an instant: in a shift or at its close, not its opening."""
    stamp = stamp_of(at)
    for year in range(first_year_of(calendar, at), year_of(calendar, at) + 1):
        open_in = open_year(calendar, year)
        index = bisect_left(open_in.opens, stamp) - 1
        if index >= 0 and stamp <= open_in.closes[index]:
            return True
    return False


def is_working_day(calendar: Calendar, on: date) -> bool:
    """Whether any open time begins on that local day."""
    require_covered(on)
    days = open_year(calendar, on.year).days
    index = bisect_left(days, on.toordinal())
    return index < len(days) and days[index] == on.toordinal()


def nth_working_day(calendar: Calendar, after: date, count: int) -> tuple[date, datetime]:
    """The `count`-th working day (1 or more) after a local day, and the close of its last shift in UTC.

    Raises CalendarError when there are not so many within 100 years.
    """
    require_covered(after)
    left = count
    for year in _years_from(calendar, after.year):
        index = bisect_right(year.days, after.toordinal()) + left - 1
        if index < len(year.days):
            return date.fromordinal(year.days[index]), instant_of(year.day_closes[index])
        left = index - len(year.days) + 1
    raise too_seldom_open(calendar)


def working_days_between(calendar: Calendar, after: date, to: date) -> int:
    """How many working days lie after one local day up to and including another; 0 when it is not later."""
    require_covered(after)
    require_covered(to)
    if to <= after:
        return 0
    years = (open_year(calendar, year).days for year in range(after.year, to.year + 1))
    return sum(bisect_right(days, to.toordinal()) - bisect_right(days, after.toordinal()) for days in years)


def closed_days(calendar: Calendar, after: date, to: date) -> Iterator[date]:
    """The days without open time after one local day up to and including another, in order."""
    ordinals = range(after.toordinal() + 1, to.toordinal() + 1)
    working = {day for year in range(after.year, to.year + 1) for day in open_year(calendar, year).days}
    return (date.fromordinal(ordinal) for ordinal in ordinals if ordinal not in working)


@lru_cache(maxsize=4096)
def _whole_years(calendar: Calendar, first: int, stop: int) -> int:
    return sum(open_year(calendar, year).total for year in range(first, stop))


def _years_from(calendar: Calendar, first: int) -> Iterator[OpenYear]:
    for year in range(first, first + YEARS_AHEAD + 2):
        yield open_year(calendar, year)


def too_seldom_open(calendar: Calendar) -> CalendarError:
    """The refusal of a limit that is not over within a lifetime."""
    return CalendarError(
        f"{calendar.name}: the limit does not end within {YEARS_AHEAD} years, because the calendar is "
        "not open often enough; check its hours and closures, and the limit."
    )


def _days_of(year: int) -> Iterator[date]:
    for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
        yield date.fromordinal(ordinal)


def year_of(calendar: Calendar, at: datetime) -> int:
    """The local year of an instant. Raises CalendarError when no calendar covers it."""
    on = local(calendar.time_zone, at).date()
    require_covered(on)
    return on.year


def first_year_of(calendar: Calendar, at: datetime) -> int:
    """The local year of the earliest shift that can still be open: one may run past New Year."""
    year_of(calendar, at)
    return local(calendar.time_zone, at - timedelta(days=2)).year


def stamp_of(at: datetime) -> int:
    """An instant as whole microseconds since 1970 in UTC."""
    return (at - _EPOCH) // _MICROSECOND


def instant_of(stamp: int) -> datetime:
    """The instant (UTC) of so many microseconds since 1970."""
    return _EPOCH + stamp * _MICROSECOND
