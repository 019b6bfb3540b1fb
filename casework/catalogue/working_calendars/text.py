"""A calendar as it is typed on a page, and back: hours of a weekday on one line, special days and closures a line each.

Pure. What is typed is only taken apart here; whether it makes a calendar is said by calendars.parse_calendar.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from casework.calendars import CalendarError
from casework.calendars.model import WEEKDAYS

Definition = dict[str, Any]
LONGEST_CLOSURE = 366
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
# A day as files have it, or as letters have it: 2026-12-24, 24 December 2026.
_DAY = r"(\d{4}-\d\d-\d\d|\d{1,2}\s+[A-Za-z]+\s+\d{4})"
_RANGE = re.compile(rf"{_DAY}\s*(?:to|[-–]{{1,2}})\s*{_DAY}")
_LINE = re.compile(rf"{_DAY}\s*(.*)")
_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y")


def hours_text(shifts: list[list[str]]) -> str:
    """[["08:00", "12:00"], ["13:00", "16:30"]] as "08:00-12:00, 13:00-16:30"."""
    return ", ".join(f"{opens}-{closes}" for opens, closes in shifts)


def hours_of(text: str, place: str) -> list[list[str]]:
    """The shifts typed on one line; nothing is closed. Raises CalendarError."""
    found = []
    for part in (one.strip() for one in text.split(",")):
        if not part:
            continue
        match = _SPAN.fullmatch(part)
        if match is None:
            raise CalendarError(
                f"{place}: “{part}” is no opening time; write it like 08:00-12:00, 13:00-16:30."
            )
        found.append([f"{int(match[1]):02d}:{match[2]}", f"{int(match[3]):02d}:{match[4]}"])
    return found


def special_text(special: Mapping[str, list[list[str]]]) -> str:
    """Special days, a line each: "2026-12-31 08:00-12:00"; a day without hours is "2026-12-31 closed"."""
    return "\n".join(f"{on} {hours_text(shifts) or 'closed'}" for on, shifts in sorted(special.items()))


def special_of(text: str) -> dict[str, list[list[str]]]:
    """The special days typed, a line each. Raises CalendarError."""
    found: dict[str, list[list[str]]] = {}
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        match = _LINE.fullmatch(line)
        on, hours = (_date(match[1]).isoformat(), match[2]) if match else (_date(line).isoformat(), "")
        if on in found:
            raise CalendarError(f"{on} has special hours twice; write it on one line.")
        found[on] = [] if hours.strip() in ("", "closed") else hours_of(hours, on)
    return found


def closures_text(closures: list[str]) -> str:
    """Closed days, a line each; days in a row as "2026-12-24 to 2026-12-28"."""
    lines: list[str] = []
    run: list[date] = []
    for on in [*sorted(date.fromisoformat(one) for one in closures), date.max]:
        if run and on != run[-1] + timedelta(days=1):
            lines.append(run[0].isoformat() if len(run) == 1 else f"{run[0]} to {run[-1]}")
            run = []
        run.append(on)
    return "\n".join(lines)


def closures_of(text: str) -> list[str]:
    """The closed days typed: dates and ranges, a line each. Raises CalendarError."""
    found: set[str] = set()
    for line in (one.strip() for one in text.splitlines()):
        match = _RANGE.fullmatch(line)
        if match is None:
            found |= {_date(line).isoformat()} if line else set()
            continue
        first, last = (_date(part) for part in match.groups())
        if not 0 <= (last - first).days < LONGEST_CLOSURE:
            raise CalendarError(
                f"“{line}” is no range of days; the last one comes after the first, within a year."
            )
        found |= {(first + timedelta(days=step)).isoformat() for step in range((last - first).days + 1)}
    return sorted(found)


def week_words(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The week in words, days with the same hours together: ("Monday to Friday", "08:00-16:30")."""
    hours = [hours_text(definition.get("hours", {}).get(day, [])) for day in WEEKDAYS]
    found: list[tuple[int, int, str]] = []
    for place, text in enumerate(hours):
        if found and found[-1][2] == text and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place, text)
        else:
            found.append((place, place, text))
    return [(_days(first, last), text or "closed") for first, last, text in found]


def _days(first: int, last: int) -> str:
    one, other = WEEKDAYS[first].capitalize(), WEEKDAYS[last].capitalize()
    return one if first == last else f"{one} to {other}"


def _date(text: str) -> date:
    for form in _FORMATS:
        try:
            return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    raise CalendarError(f"“{text}” is not a date; write it like 2026-12-24 or 24 December 2026.")
