"""Wall clocks and instants: the one place that knows what daylight saving does to a local time.

Rules, as published with the calendar format:

- a local time that does not exist (spring) is read as the instant the clock jumps;
- one that comes twice (autumn) is the first for an opening or a plain stamp, the second for a closing;
- days between two instants are counted on the wall clock: nine o'clock to nine o'clock is one day.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from casework.calendars.errors import CalendarError

FIRST_YEAR = 1900
LAST_YEAR = 2299
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def local_instant(zone: ZoneInfo, naive: datetime, *, second: bool = False) -> datetime:
    """The instant (UTC) at which the wall clock of `zone` shows `naive`.

    A time in a gap gives the instant of the jump. A time that comes twice gives the first, or the second
    when `second` is true.
    """
    first_offset = _offset(zone, naive, fold=0)
    second_offset = _offset(zone, naive, fold=1)
    if first_offset == second_offset:
        return (naive - first_offset).replace(tzinfo=UTC)
    if first_offset < second_offset:
        return _jump(zone, naive, before=first_offset, after=second_offset)
    return (naive - (second_offset if second else first_offset)).replace(tzinfo=UTC)


def is_gap(zone: ZoneInfo, naive: datetime) -> bool:
    """Whether the wall clock of `zone` never shows `naive`, because it is put forward over it."""
    return _offset(zone, naive, fold=0) < _offset(zone, naive, fold=1)


def is_repeated(zone: ZoneInfo, naive: datetime) -> bool:
    """Whether the wall clock of `zone` shows `naive` twice, because it is put back over it."""
    return _offset(zone, naive, fold=0) > _offset(zone, naive, fold=1)


def parse_instant(zone: ZoneInfo, text: str) -> datetime:
    """An ISO 8601 text as an instant in UTC; one without an offset is on the wall clock of `zone`.

    Raises CalendarError when it is not such a text, or lies outside the years a calendar covers.
    """
    try:
        value = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise CalendarError(
            f'"{text}" is not a date and time; write it like 2026-10-22T10:12 or 2026-10-22T10:12:00-05:00.'
        ) from None
    require_covered(value.date())
    return local_instant(zone, value) if value.tzinfo is None else value.astimezone(UTC)


def local(zone: ZoneInfo, at: datetime) -> datetime:
    """What the wall clock of `zone` shows at an instant, without offset; refuses an instant without one."""
    if at.tzinfo is None:
        raise CalendarError(f"{at.isoformat(' ')} has no offset; say which instant is meant.")
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def end_of_day(zone: ZoneInfo, on: date) -> datetime:
    """24:00 of a local day as an instant: where the next day begins."""
    return local_instant(zone, datetime.combine(on + _DAY, time.min))


def calendar_days_between(zone: ZoneInfo, start: datetime, end: datetime) -> float:
    """Days, with fractions, on the wall clock of `zone` between two instants; negative if the end is first.

    Nine o'clock to nine o'clock the next day is 1.0, daylight saving or not.
    """
    return (local(zone, end) - local(zone, start)) / _DAY


def require_covered(on: date) -> None:
    """Refuses a date so far off that it can only be a mistake (and would take years to count through)."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise CalendarError(
            f"{on.isoformat()} is outside the years {FIRST_YEAR} to {LAST_YEAR} of a calendar; check it."
        )


def _offset(zone: ZoneInfo, naive: datetime, *, fold: int) -> timedelta:
    offset = naive.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None  # a ZoneInfo always has one
    return offset


def _jump(zone: ZoneInfo, naive: datetime, *, before: timedelta, after: timedelta) -> datetime:
    """The instant the clock is put forward over `naive`, found by halving: a zone lists none."""
    whole = naive.replace(microsecond=0, tzinfo=UTC)
    early, late = whole - after, whole - before
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
