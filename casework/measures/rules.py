"""PURE: how a case becomes a fact, and how months make quarters and years.

- Days are counted on the wall clock of the agency's zone: nine o'clock to nine o'clock the next day is one day,
  daylight saving or not. Where either end came as a date without a time, whole days between the two local dates.
- Done at the due instant is in time. Where the end or the due date is a date alone, done on the due day is in time.
- In the hour that comes twice in autumn the wall clock can run backwards; such a span counts as nothing, not less.
- Only calendar time is measured so far; figures in working time are still to come.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SECONDS_A_DAY = 86_400
PERIOD_KINDS = ("all", "year", "quarter", "month")


@dataclass(frozen=True, slots=True)
class Wall:
    """Turns instants into days and months on one wall clock."""

    zone: ZoneInfo

    def month(self, at: datetime | None) -> str | None:
        """The month of an instant, "2011-07"."""
        return None if at is None else at.astimezone(self.zone).strftime("%Y-%m")

    def days(self, start: datetime, end: datetime | None, *, whole: bool = False) -> float | None:
        """Days from one instant to another; `whole` counts from date to date. None without an end."""
        if end is None:
            return None
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if whole:
            return float(max((last.date() - first.date()).days, 0))
        # Both stand in the same zone, so their difference is that of the wall clock, not of elapsed time.
        return max((last - first).total_seconds(), 0.0) / SECONDS_A_DAY

    def within(self, end: datetime | None, due: datetime | None, *, whole: bool = False) -> bool | None:
        """Whether it was done in time; None without an end or without a due date.

        Done at the due instant is in time. An end known only as a date (`whole`) is in time up to the day that the
        due instant belongs to; 24:00 belongs to the day that ends.
        """
        if end is None or due is None:
            return None
        if whole:
            last_day = (due.astimezone(self.zone) - timedelta(microseconds=1)).date()
            return end.astimezone(self.zone).date() <= last_day
        return end <= due


def is_whole(date_only: Collection[str], *ends: str) -> bool:
    """Whether any of these instants came as a date alone."""
    return any(end in date_only for end in ends)


def month_start(month: str) -> date:
    """The first day of "2011-07". Raises ValueError for anything else."""
    return date.fromisoformat(f"{month}-01")


def is_month(text: str) -> bool:
    """Whether this is a month as "2011-07"."""
    try:
        return len(text) == 7 and bool(month_start(text))
    except ValueError:
        return False


def month_of(day: date) -> str:
    """The month that a day lies in."""
    return f"{day.year:04}-{day.month:02}"


def next_month(month: str, by: int = 1) -> str:
    """The month `by` months later (earlier when negative)."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included; none when `last` is earlier."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def period_of(month: str, kind: str) -> str:
    """The period of a kind in PERIOD_KINDS that a month lies in: "2011-07", "2011-Q3", "2011", "all"."""
    if kind == "month":
        return month
    if kind == "quarter":
        return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"
    return month[:4] if kind == "year" else "all"


def months_of(period: str) -> tuple[str, str] | None:
    """The first and last month of a period; None for "all". Raises ValueError when it is no period.

    Beside the kinds of `period_of` there is a run of months, "2011-01..2011-12".
    """
    if period == "all":
        return None
    first, dots, last = period.partition("..")
    if dots:
        month_start(first), month_start(last)
        return first, last
    if len(period) == 4 and period.isdigit():
        return f"{period}-01", f"{period}-12"
    if len(period) == 7 and period[4:6] == "-Q" and period[6] in "1234" and period[:4].isdigit():
        end = int(period[6]) * 3
        return f"{period[:4]}-{end - 2:02}", f"{period[:4]}-{end:02}"
    if len(period) != 7:
        raise ValueError(f"{period!r} is not a period.")
    month_start(period)
    return period, period
