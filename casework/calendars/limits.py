"""Due dates: what a limit in a unit means on a calendar, with pauses, extensions and rolling.

Assumptions, from the product's definition of a limit:

- the local day of the start is day 0, whether it is a working day or not;
- N working days end at the close of the Nth working day after day 0;
- N calendar days end at 24:00 of the Nth day after it, weeks are seven of them each;
- N months end at 24:00 of the same day number N months on, or of that month's last day;
- hours and minutes are elapsed; working hours and working minutes count open time only;
- rolling moves an end that falls on a closed day to the close of the next working day, after all else;
- an extension in the unit of the limit makes the limit longer; one in another unit counts on from the end
  as it stood when it was granted;
- done at the due instant is in time.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from casework.calendars.errors import CalendarError
from casework.calendars.explain import Explanation
from casework.calendars.local_time import end_of_day, local, require_covered
from casework.calendars.model import Calendar
from casework.calendars.open_time import (
    YEARS_AHEAD,
    add_open_seconds,
    is_open_before,
    is_working_day,
    nth_working_day,
)
from casework.calendars.pauses import TIME_WAS_UP, ended_pauses, move_by_pause
from casework.calendars.terms import (
    End,
    Extension,
    ExtensionStep,
    Pause,
    PauseStep,
    Reckoning,
    Unit,
    parse_unit,
)

_MINUTES_AHEAD = YEARS_AHEAD * 366 * 24 * 60
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Due:
    """When a limit ends (UTC; done at that instant is in time) and why."""

    at: datetime
    explanation: Explanation


def due(
    calendar: Calendar,
    *,
    start: datetime,
    limit: int,
    unit: str,
    roll: bool = False,
    pauses: Iterable[Pause] = (),
    extension: Extension | Sequence[Extension] | None = None,
    until: datetime | None = None,
    event: str = "",
) -> Due:
    """When a clock that started at an instant is due.

    `until` ends a pause that still runs. `event` says in words what started it ("when the call came in").
    Raises CalendarError for an unknown unit, a limit that is not a whole number above 0, an instant without
    offset, pauses that overlap, and a limit that does not end within 100 years.
    """
    known = parse_unit(unit)
    started_on = local(calendar.time_zone, start).date()
    require_covered(started_on)
    origin = End(start.astimezone(UTC), started_on)
    promised = _count_on(calendar, origin, limit, known)
    first = Reckoning(
        calendar=calendar,
        start=origin.at,
        started_on=started_on,
        event=event,
        limit=limit,
        unit=known,
        promised=promised,
        counted=_stretch(started_on, promised.on, known),
        pauses=(),
        extensions=(),
        rolled_from=None,
        end=promised,
    )
    reckoning = _moved(first, origin, _extensions(extension), ended_pauses(pauses, until))
    reckoning = _rolled(reckoning) if roll else reckoning
    return Due(reckoning.end.at, Explanation(reckoning))


def _moved(
    first: Reckoning, origin: End, extensions: list[Extension], pauses: tuple[tuple[Pause, datetime], ...]
) -> Reckoning:
    """Everything that moves the end. A pause that came too late stays so, however the time is extended after it."""
    longer = _with_longer_limit(first, origin, extensions)
    late = []
    for number, (pause, to_at) in enumerate(pauses):
        before = [each for each in extensions if pause.to_at is None or each.granted_at < to_at]
        if any(parse_unit(each.unit) is first.unit for each in extensions if each not in before):
            stood = _moved(first, origin, before, pauses[:number])
            late += [pause] if pause.from_at > stood.end.at else []
    return _with_later_steps(longer, extensions, pauses, late)


def _extensions(extension: Extension | Sequence[Extension] | None) -> list[Extension]:
    if extension is None:
        return []
    given = [extension] if isinstance(extension, Extension) else extension
    return sorted(given, key=lambda each: each.granted_at)


def _with_longer_limit(reckoning: Reckoning, origin: End, extensions: list[Extension]) -> Reckoning:
    """Extensions in the limit's own unit: counted from the start again, with the longer limit."""
    total, end, steps = reckoning.limit, reckoning.end, []
    for extension in extensions:
        if parse_unit(extension.unit) is reckoning.unit:
            _refuse_bad_limit(extension.limit)
            total += extension.limit
            end = _count_on(reckoning.calendar, origin, total, reckoning.unit)
            steps.append(ExtensionStep(extension, reckoning.unit, total, end))
    counted = _stretch(reckoning.started_on, end.on, reckoning.unit)
    return replace(reckoning, end=end, extensions=tuple(steps), counted=counted)


def _with_later_steps(
    reckoning: Reckoning,
    extensions: list[Extension],
    pauses: tuple[tuple[Pause, datetime], ...],
    late: Sequence[Pause] = (),
) -> Reckoning:
    """Pauses, and extensions in another unit, each moving the end as it then stood, in order of time."""
    calendar, end = reckoning.calendar, reckoning.end
    counted, pause_steps, extension_steps = list(reckoning.counted), [], list(reckoning.extensions)
    for happened in _in_order(reckoning.unit, extensions, pauses):
        if isinstance(happened, Extension):
            unit, origin = parse_unit(happened.unit), _as_start(calendar, end)
            end = _count_on(calendar, origin, happened.limit, unit)
            extension_steps.append(ExtensionStep(happened, unit, None, end))
            if unit.is_working:
                counted.append((origin.on, end.on))
        else:
            pause, to_at = happened
            if pause in late:
                pause_steps.append(PauseStep(pause, to_at, ignored=TIME_WAS_UP))
                continue
            end, step = move_by_pause(
                calendar, end, unit=reckoning.unit, start=reckoning.start, pause=pause, to_at=to_at
            )
            pause_steps.append(step)
    return replace(
        reckoning,
        end=end,
        counted=tuple(counted),
        pauses=tuple[PauseStep, ...](pause_steps),
        extensions=tuple(extension_steps),
    )


def _as_start(calendar: Calendar, end: End) -> End:
    """An end to count on from. Day 0 is its local date: the day a night shift closes, the day that 24:00 ends."""
    return End(end.at, max(end.on, local(calendar.time_zone, end.at - _SECOND).date()))


def _in_order(
    unit: Unit, extensions: list[Extension], pauses: tuple[tuple[Pause, datetime], ...]
) -> list[Extension | tuple[Pause, datetime]]:
    steps: list[tuple[datetime, Extension | tuple[Pause, datetime]]] = [
        (each[0].from_at, each) for each in pauses
    ]
    steps += [(each.granted_at, each) for each in extensions if parse_unit(each.unit) is not unit]
    return [step for _, step in sorted(steps, key=lambda item: item[0])]


def _rolled(reckoning: Reckoning) -> Reckoning:
    calendar, end = reckoning.calendar, reckoning.end
    # On a closed day the night shift of the day before may still be at work; its end needs no moving.
    if is_working_day(calendar, end.on) or is_open_before(calendar, end.at):
        return reckoning
    on, closes_at = nth_working_day(calendar, end.on, 1)
    return replace(reckoning, end=End(closes_at, on), rolled_from=end)


def _count_on(calendar: Calendar, origin: End, limit: int, unit: Unit) -> End:
    """The end of a limit counted from an instant and the local day it belongs to."""
    _refuse_bad_limit(limit)
    zone = calendar.time_zone
    if unit.is_elapsed:
        at = origin.at + _within_reach(limit * unit.seconds) * _SECOND
        return End(at, local(zone, at).date())
    if unit.is_open_time:
        at = add_open_seconds(calendar, origin.at, limit * unit.seconds)
        return End(at, local(zone, at - _SECOND).date())
    if unit is Unit.WORKING_DAY:
        on, closes_at = nth_working_day(calendar, origin.on, limit)
        return End(closes_at, on)
    on = _months_on(origin.on, limit) if unit is Unit.MONTH else _days_on(origin.on, limit, unit)
    return End(end_of_day(zone, on), on)


def _stretch(started_on: date, to: date, unit: Unit) -> tuple[tuple[date, date], ...]:
    """The days (after, to) whose closed days a working unit leaves out; open time may begin on day 0."""
    if not unit.is_working:
        return ()
    return ((started_on - timedelta(days=1) if unit.is_open_time else started_on, to),)


def _days_on(on: date, limit: int, unit: Unit) -> date:
    days = limit * 7 if unit is Unit.WEEK else limit
    _within_reach(days * 24 * 3600)
    return on + timedelta(days=days)


def _months_on(on: date, limit: int) -> date:
    """The same day number so many months on, or the last day of that month."""
    _within_reach(limit * 30 * 24 * 3600)
    years, month = divmod(on.month - 1 + limit, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _refuse_bad_limit(limit: object) -> None:
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise CalendarError(f"{limit} is not a limit; write a whole number of 1 or more.")


def _within_reach(seconds: int) -> int:
    if seconds > _MINUTES_AHEAD * 60:
        raise CalendarError(f"The limit is longer than {YEARS_AHEAD} years; check the number and the unit.")
    return seconds
