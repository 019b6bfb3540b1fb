"""Local dates over arrays: which day the wall clock of a zone shows at each of many instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.calendars.open_time import stamp_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import numpy as np
    import numpy.typing as npt

    Whole = npt.NDArray[np.int64]

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_ORDINAL_OF_1970 = date(1970, 1, 1).toordinal()


def local_ordinals(zone: ZoneInfo, stamps: Whole, first: int, last: int) -> Whole:
    """The local day of each instant as an ordinal; instants are microseconds of local years `first` to `last`."""
    import numpy as np

    changes = [change for year in range(first - 1, last + 2) for change in _changes(zone, year)]
    begins = np.array([begins for begins, _ in changes], np.int64)
    offsets = np.array([offset for _, offset in changes], np.int64)
    shown = stamps + offsets[begins.searchsorted(stamps, side="right") - 1]
    return shown // (_DAY // _MICROSECOND) + _ORDINAL_OF_1970


def years_of_ordinals(ordinals: Whole) -> Whole:
    """The year of each date."""
    import numpy as np

    days = (ordinals - _ORDINAL_OF_1970).astype("datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


@lru_cache(maxsize=1024)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """The offsets of a year in UTC, each with the instant it begins (both microseconds); the first at New Year.

    A zone lists no changes, so each day is asked at both ends and halved where they differ.
    """
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    found = [(at, _offset(zone, at))]
    while at < end:
        if (offset := _offset(zone, at + _DAY)) != found[-1][1]:
            found.append((_change(zone, at, at + _DAY), offset))
        at += _DAY
    return tuple((stamp_of(begins), offset // _MICROSECOND) for begins, offset in found)


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    before = _offset(zone, early)
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
    return late


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset
