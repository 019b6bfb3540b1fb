"""Pauses of a clock put in order, and how far each moves an end."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from casework.calendars.errors import CalendarError
from casework.calendars.local_time import end_of_day, local, local_instant
from casework.calendars.model import Calendar
from casework.calendars.open_time import add_open_seconds, elapsed_open_seconds
from casework.calendars.terms import End, Pause, PauseStep, Unit

TIME_WAS_UP = "it began after the time was up"
_SECOND = timedelta(seconds=1)


def ended_pauses(pauses: Iterable[Pause], until: datetime | None) -> tuple[tuple[Pause, datetime], ...]:
    """The pauses in order of beginning, each with its end; one still running is taken to end at `until`.

    Raises CalendarError when two overlap, one ends before it begins, or `until` is needed and missing.
    """
    ordered = sorted(pauses, key=lambda pause: pause.from_at)
    for earlier, later in pairwise(ordered):
        if earlier.to_at is None or later.from_at < earlier.to_at:
            raise CalendarError(
                f"A pause begins at {_shown(later.from_at)} while the one from {_shown(earlier.from_at)} "
                "still runs; end the first before the second begins."
            )
    return tuple((pause, _end_of(pause, until)) for pause in ordered)


def move_by_pause(
    calendar: Calendar, end: End, *, unit: Unit, start: datetime, pause: Pause, to_at: datetime
) -> tuple[End, PauseStep]:
    """The end after one pause, and what the pause did.

    - working time is moved by the open time paused;
    - calendar days, weeks and months by the local days paused, counted from the day after it began;
    - hours and minutes by the time paused;
    - only what lies after the start counts, and a pause that begins after the end comes too late to move it.
    """
    from_at = max(pause.from_at, start)
    if to_at <= start:
        return end, PauseStep(pause, to_at, ignored="it was over before the clock started")
    if from_at > end.at:
        return end, PauseStep(pause, to_at, ignored=TIME_WAS_UP)
    zone = calendar.time_zone
    if unit.is_working:
        moved = elapsed_open_seconds(calendar, from_at, to_at)
        at = add_open_seconds(calendar, end.at, moved)
        return _at_close(calendar, at) if moved else end, PauseStep(pause, to_at, moved)
    if unit.is_elapsed:
        moved = (to_at - from_at) // _SECOND
        at = end.at + moved * _SECOND
        return End(at, local(zone, at).date()), PauseStep(pause, to_at, moved)
    moved = (local(zone, to_at).date() - local(zone, from_at).date()).days
    return _days_later(calendar, end, moved), PauseStep(pause, to_at, moved)


def _days_later(calendar: Calendar, end: End, days: int) -> End:
    zone, on = calendar.time_zone, end.on + timedelta(days=days)
    if end.at == end_of_day(zone, end.on):  # said as 24:00, also where midnight is skipped in spring
        return End(end_of_day(zone, on), on)
    return End(local_instant(zone, local(zone, end.at) + timedelta(days=days)), on)


def _at_close(calendar: Calendar, at: datetime) -> End:
    # Open time can be used up exactly at 24:00, which belongs to the day that ends.
    return End(at, local(calendar.time_zone, at - _SECOND).date())


def _end_of(pause: Pause, until: datetime | None) -> datetime:
    if pause.to_at is None:
        if until is None:
            raise CalendarError(
                f"The pause from {_shown(pause.from_at)} still runs; say until when it is to be counted."
            )
        return max(until, pause.from_at)
    if pause.to_at < pause.from_at:
        raise CalendarError(
            f"The pause from {_shown(pause.from_at)} ends before it begins, at {_shown(pause.to_at)}; "
            "correct one of them."
        )
    return pause.to_at


def _shown(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
