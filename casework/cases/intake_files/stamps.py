"""Stamps: what a file says about when, as an instant, as the wall clock showed it, and how exactly.

- A stamp with an offset is that instant.
- A stamp without one is on the wall clock of the source's zone.
- A stamp without a time stays a date: its instant is where that local day begins.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from casework.calendars import local_instant
from casework.cases.intake_files.formats import has_time, reader_of
from casework.cases.intake_files.rows import Cell

FIRST_YEAR, LAST_YEAR = 1900, 2299
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's, shifted by an offset below
_EPOCH_AT = _EPOCH.replace(tzinfo=UTC)


class Stamp(NamedTuple):
    """An instant (`at`, UTC), what the source's wall clock showed (`local`), and if only a date is known."""

    at: datetime
    local: datetime
    date_only: bool


def is_before(one: Stamp, other: Stamp) -> bool:
    """Whether one stamp lies before another; by days where either is only a date."""
    if one.date_only or other.date_only:
        return one.local.date() < other.local.date()
    return one.at < other.at


StampReader = Callable[[Cell], Stamp]


def stamp_reader(zone: ZoneInfo, format_: str | None = None) -> StampReader:
    """A function from a cell to a stamp, by a strptime format or else ISO 8601; it raises ValueError.

    Midnight written out is a time; leaving the time out is what makes a stamp a date.
    """
    read_text = _read_iso if format_ is None else _format_reader(format_)
    epochs = _Epochs(zone)

    def read(cell: Cell) -> Stamp:
        if isinstance(cell, str):
            value, date_only = read_text(cell)
        elif isinstance(cell, datetime):
            value, date_only = cell, False
        else:
            value, date_only = datetime.combine(cell, time.min), True
        if value.tzinfo is None:
            epoch = epochs[value.date()]
            at = local_instant(zone, value) if epoch is None else _EPOCH_AT + (value - epoch)
            return Stamp(at, value, date_only)
        check_year(value.date())
        at = value.astimezone(UTC)
        return Stamp(at, at.astimezone(zone).replace(tzinfo=None, fold=0), date_only)

    return read


def check_year(on: date) -> None:
    """Raises ValueError for a year that can only be a slip of the pen."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValueError(f"the year {on.year} is not between {FIRST_YEAR} and {LAST_YEAR}")


class _Epochs(dict[date, datetime | None]):
    """Where the local clock stood at the epoch, had it a day's offset all along; None on a day it is changed.

    Two subtractions then give an instant, several times as fast as asking the zone each time.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone

    def __missing__(self, on: date) -> datetime | None:
        check_year(on)
        moments = [datetime.combine(on, at, self._zone) for at in (time.min, time(12), time.max)]
        offsets = {moment.replace(fold=fold).utcoffset() for moment in moments for fold in (0, 1)}
        offset = offsets.pop()
        self[on] = epoch = None if offsets or offset is None else _EPOCH + offset
        return epoch


def _read_iso(text: str) -> tuple[datetime, bool]:
    """ISO 8601 in the forms that are written: extended (2026-10-22T10:12) and basic (20261022T1012)."""
    length = 10 if text[4:5] == "-" else 8
    if len(text) == length:
        return datetime.fromisoformat(text), True
    # The standard library takes any character between date and time, and so would misread long numbers.
    if text[length : length + 1] not in ("T", " ", "t"):
        raise ValueError("not ISO 8601")
    if " " in text[length + 1 :]:
        # "10:12:00 +01:00", as databases write it.
        text = text[: length + 1] + text[length + 1 :].replace(" ", "", 1)
    return datetime.fromisoformat(text), False


def _format_reader(format_: str) -> Callable[[str], tuple[datetime, bool]]:
    read, date_only = reader_of(format_), not has_time(format_)
    return lambda text: (read(text), date_only)
