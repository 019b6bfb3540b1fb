"""Reading a calendar from its file or from stored data, refusing what cannot be meant with a sentence."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars.errors import CalendarError
from casework.calendars.local_time import require_covered
from casework.calendars.model import MINUTES_A_DAY, WEEKDAYS, Calendar, Shift, Shifts, clock_text
from casework.calendars.public_holidays import check_country

PRESETS = Path(__file__).parent / "presets"
_KEYS = ("time_zone", "closures", "holidays", "hours", "special")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def load_calendar(path: str | Path) -> Calendar:
    """The calendar in a TOML file, named after the file. Raises CalendarError when it cannot be used."""
    file = Path(path)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CalendarError(
            f"The calendar {file} cannot be read ({error.strerror}); check the path."
        ) from None
    except UnicodeDecodeError:
        raise CalendarError(f"The calendar {file} is not UTF-8 text; save it as such.") from None
    except (ValueError, RecursionError) as error:
        raise CalendarError(f"The calendar {file} is not TOML: {error}. Correct that place.") from None
    return parse_calendar(data, name=file.name)


def parse_calendar(data: Mapping[str, Any], *, name: str = "calendar") -> Calendar:
    """The calendar in data of the TOML file's shape; `name` opens every message about it.

    Refuses, with CalendarError naming the place: unknown keys, an unknown zone, country or part of one, bad
    times and dates, overlapping shifts, and a calendar without any working hours.
    """
    try:
        calendar = _parsed(data, name)
        _refuse_without_hours(calendar)
        _refuse_overlaps(calendar)
    except CalendarError as error:
        raise CalendarError(f"{name}: {error.message}") from None
    return calendar


def _parsed(data: Mapping[str, Any], name: str) -> Calendar:
    _only_keys(data, _KEYS, "")
    hours = _table(data, "hours")
    _only_keys(hours, WEEKDAYS, "hours.")
    special = _table(data, "special")
    country, subdivision = _holidays(_table(data, "holidays"))
    days = ((_date(key, "special"), _shifts(value, f"special.{key}")) for key, value in special.items())
    return Calendar(
        time_zone=_zone(data.get("time_zone")),
        week=tuple(_shifts(hours.get(day, []), f"hours.{day}") for day in WEEKDAYS),
        closures=frozenset(_date(item, "closures") for item in _list(data.get("closures", []), "closures")),
        special=tuple(sorted(days)),
        country=country,
        subdivision=subdivision,
        name=name,
    )


def _only_keys(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise CalendarError(
                f'"{place}{key}" is not a setting of a calendar; known are {", ".join(known)}.'
            )


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise CalendarError(f"{key} must be a table of its own; write it under [{key}].")
    return table


def _list(value: object, place: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise CalendarError(f"{place} must be a list in square brackets.")
    return value


def _zone(key: object) -> ZoneInfo:
    if not isinstance(key, str) or not key:
        raise CalendarError('time_zone is missing; name one like "America/Chicago".')
    try:
        return ZoneInfo(key)
    except (ValueError, KeyError, OSError):  # unknown, malformed, or the name of a folder of zones
        raise CalendarError(
            f'time_zone: there is no zone called "{key}"; name one like "Europe/London".'
        ) from None


def _holidays(table: Mapping[str, Any]) -> tuple[str | None, str | None]:
    if not table:
        return None, None
    _only_keys(table, ("country", "subdivision"), "holidays.")
    country, subdivision = table.get("country"), table.get("subdivision")
    if not isinstance(country, str):
        raise CalendarError(
            'holidays.country is missing; write a country code like "US", or leave [holidays] out.'
        )
    if subdivision is not None and not isinstance(subdivision, str):
        raise CalendarError('holidays.subdivision must be a text like "MN".')
    check_country(country, subdivision)
    return country, subdivision


def _date(value: object, place: str) -> date:
    # TOML has dates of its own, and people write them without quotes; both are plain.
    if type(value) is date:
        found = value
    else:
        try:
            if not isinstance(value, str) or not _DATE.fullmatch(value):
                raise ValueError
            found = date.fromisoformat(value)
        except ValueError:
            raise CalendarError(f'{place}: "{value}" is not a date; write it like "2026-12-24".') from None
    require_covered(found)
    return found


def _shifts(value: object, place: str) -> Shifts:
    return tuple(sorted(_shift(pair, place) for pair in _list(value, place)))


def _shift(pair: object, place: str) -> Shift:
    texts = _list(pair, place)
    if len(texts) != 2:
        raise CalendarError(f'{place}: a shift is an opening and a closing time, like ["08:00", "16:30"].')
    opens, closes = _minute(texts[0], place), _minute(texts[1], place, closing=True)
    if opens == closes and opens != 0:
        raise CalendarError(
            f"{place}: a shift opens and closes at {clock_text(opens)}; "
            'for a whole day write ["00:00", "24:00"].'
        )
    return Shift(opens, closes if closes > opens else closes + MINUTES_A_DAY)


def _minute(value: object, place: str, *, closing: bool = False) -> int:
    if closing and value == "24:00":
        return MINUTES_A_DAY
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise CalendarError(
            f'{place}: "{value}" is not a time of day; write hours and minutes like "08:30"'
            + (' (a closing may be "24:00").' if closing else ".")
        )
    return int(match[1]) * 60 + int(match[2])


def _refuse_without_hours(calendar: Calendar) -> None:
    if not any(calendar.week) and not any(shifts for _, shifts in calendar.special):
        raise CalendarError("it has no working hours; give at least one day under [hours] a shift.")


def _refuse_overlaps(calendar: Calendar) -> None:
    week = [(f"hours.{day}", shifts) for day, shifts in zip(WEEKDAYS, calendar.week, strict=True)]
    _refuse_overlap_in([*week, week[0]])
    for on, shifts in calendar.special:
        before, after = on - timedelta(days=1), on + timedelta(days=1)
        _refuse_overlap_in(
            [
                (f"the day before special.{on}", calendar.rule(before)[0]),
                (f"special.{on}", shifts),
                (f"the day after special.{on}", calendar.rule(after)[0]),
            ]
        )


def _refuse_overlap_in(days: Sequence[tuple[str, Shifts]]) -> None:
    """Days that follow each other; a shift may run into the next day but not into a shift of it."""
    laid_out = [
        (number * MINUTES_A_DAY + shift.opens, number * MINUTES_A_DAY + shift.closes, shift, place)
        for number, (place, shifts) in enumerate(days)
        for shift in shifts
    ]
    for (_, closes, earlier, first), (opens, _, later, second) in pairwise(laid_out):
        if opens < closes:
            raise CalendarError(
                f"{second}: the shift from {clock_text(later.opens)} opens before the one from "
                f"{clock_text(earlier.opens)} ({first}) closes; let shifts follow each other."
            )
