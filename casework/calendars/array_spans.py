"""The years of a calendar as arrays: open spans with running totals, and working days with their closes.

Method: the open spans of all years asked for lie one after the other. For each midnight in UTC a table says which
span began last before it; from there a few comparisons find the span of an instant, so a million instants
cost no search.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from casework.calendars.open_time import PER_SECOND, open_year, stamp_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from casework.calendars.model import Calendar

    Whole = npt.NDArray[np.int64]

PER_DAY = 24 * 3600 * PER_SECOND
_END_OF_TIME = 2**63 - 1
# Local years begin and end within a day of those in UTC.
_MARGIN = timedelta(days=2)


class OpenSpans(NamedTuple):
    """Open spans in microseconds since 1970, in order, without overlap; all arrays are int64.

    An empty span stands before the first, and one that never begins after the last. `before` is the open time
    before each. `at_midnight` is the last span begun by each midnight (UTC) from day `first_day` since 1970 on, and
    `most_a_day` how many begin between two midnights at most.
    """

    opens: Whole
    closes: Whole
    before: Whole
    total: int
    at_midnight: Whole
    first_day: int
    most_a_day: int

    def until(self, at: Whole) -> Whole:
        """Open time (microseconds) from the first span to each instant."""
        import numpy as np

        index = self.at_midnight[at // PER_DAY - self.first_day]
        for _ in range(self.most_a_day):
            index = index + (self.opens[index + 1] <= at)
        return self.before[index] + np.minimum(at, self.closes[index]) - self.opens[index]

    def reaches(self, amounts: Whole) -> Whole:
        """When each amount (above 0, at most the total) of open time is over, at the earliest."""
        index = self.before.searchsorted(amounts) - 1
        return self.opens[index] + amounts - self.before[index]


@lru_cache(maxsize=16)
def open_spans(calendar: Calendar, first: int, last: int) -> OpenSpans:
    """The local years from `first` to `last`, both included."""
    import numpy as np

    years = [open_year(calendar, year) for year in range(first, last + 1)]
    begin = stamp_of(datetime(first, 1, 1, tzinfo=UTC) - _MARGIN)
    end = stamp_of(datetime(last + 1, 1, 1, tzinfo=UTC) + _MARGIN)
    opens = np.array([begin, *(at for year in years for at in year.opens), _END_OF_TIME], np.int64)
    closes = np.array([begin, *(at for year in years for at in year.closes), _END_OF_TIME], np.int64)
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(closes - opens)[:-1]))
    midnights = np.arange(begin, end, PER_DAY, dtype=np.int64)
    at_midnight = opens.searchsorted(midnights, side="right") - 1
    return OpenSpans(
        opens=opens,
        closes=closes,
        before=before,
        total=int(before[-1]),
        at_midnight=at_midnight,
        first_day=begin // PER_DAY,
        most_a_day=int(np.diff(at_midnight).max()),
    )


def working_days(calendar: Calendar, first: int, last: int) -> tuple[Whole, Whole]:
    """The working days of the local years from `first` to `last`: ordinals, and the close of each (microseconds)."""
    import numpy as np

    years = [open_year(calendar, year) for year in range(first, last + 1)]
    return (
        np.array([day for year in years for day in year.days], np.int64),
        np.array([closes for year in years for closes in year.day_closes], np.int64),
    )
