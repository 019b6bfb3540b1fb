"""Working days counted from a due date, backwards and forwards: when to warn and when to ask higher up."""

from bisect import bisect_left
from datetime import date, datetime, timedelta

from casework.calendars.local_time import end_of_day, local, require_covered
from casework.calendars.model import Calendar
from casework.calendars.open_time import YEARS_AHEAD, instant_of, nth_working_day, open_year

_MOMENT = timedelta(microseconds=1)


def local_day_of(calendar: Calendar, due_at: datetime) -> date:
    """The local day that an end belongs to: 24:00 belongs to the day that ends."""
    return local(calendar.time_zone, due_at - _MOMENT).date()


def working_day_close(calendar: Calendar, after: date, count: int) -> datetime:
    """The close (UTC) of the `count`-th working day (1 or more) after a local day."""
    return nth_working_day(calendar, after, count)[1]


def working_day_before(calendar: Calendar, on: date, count: int) -> datetime:
    """The close (UTC) of the `count`-th working day (1 or more) before a local day.

    Where there are not so many within 100 years, the beginning of the day itself.
    """
    require_covered(on)
    left = count
    for year in range(on.year, max(on.year - YEARS_AHEAD, 1900) - 1, -1):
        laid_out = open_year(calendar, year)
        index = bisect_left(laid_out.days, on.toordinal()) - left
        if index >= 0:
            return instant_of(laid_out.day_closes[index])
        left = -index
    return end_of_day(calendar.time_zone, on - timedelta(days=1))
