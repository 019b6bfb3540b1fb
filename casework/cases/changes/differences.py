"""What differs between two calendars or two standards, in words; pure.

Each sentence can stand in the history of a case and be read by a complainant.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from casework.calendars import Calendar, Shift, day_text
from casework.calendars.model import WEEKDAYS, clock_text
from casework.calendars.public_holidays import public_holidays
from casework.calendars.words import listed
from casework.catalogue.standards.words import step_text

# What is said in one breath; the page shows all of it.
MOST_SAID = 3


class Terms(Protocol):
    """What differs between two versions of a standard."""

    name: str
    limit: int
    unit: str
    roll: bool
    may_pause: bool
    severity_limits: dict[str, Any]
    promise: str
    starts: str
    kind: str
    channel: str
    path: str
    stage: int | None
    severity: int | None
    service_id: int | None
    category_id: int | None
    calendar_id: int | None
    in_force_from: date | None
    extension_limit: int | None
    extension_unit: str
    extension_times: int
    extension_words: str
    extension_is_total: bool
    repeats: bool
    is_early: bool
    restarts_on: list[Any]
    pause_in: list[Any]
    steps: list[Any]


def calendar_differences(before: Calendar, after: Calendar, years: Iterable[int]) -> list[str]:
    """What the newer of two calendars says otherwise: zone, week, holidays of these years, closures, special hours."""
    found = []
    if before.time_zone.key != after.time_zone.key:
        found.append(f"The time zone is {after.time_zone.key} instead of {before.time_zone.key}")
    found += [
        f"{day.capitalize()} is {_open(now)} instead of {_open(was)}"
        for day, was, now in zip(WEEKDAYS, before.week, after.week, strict=True)
        if was != now
    ]
    found += _holidays(before, after, years)
    found += [f"{days} added to the closed days" for days in _runs(after.closures - before.closures)]
    found += [f"{days} taken off the closed days" for days in _runs(before.closures - after.closures)]
    return found + _special(dict(before.special), dict(after.special))


def _runs(days: Iterable[date]) -> Iterator[str]:
    """Days in a row together: "Thu 24 Dec 2026 was", "Thu 24 Dec 2026 to Mon 28 Dec 2026 were"."""
    run: list[date] = []
    for on in [*sorted(days), date.max]:
        if run and on != run[-1] + timedelta(days=1):
            first, last = day_text(run[0]), day_text(run[-1])
            yield f"{first} was" if len(run) == 1 else f"{first} to {last} were"
            run = []
        run.append(on)


def _holidays(before: Calendar, after: Calendar, years: Iterable[int]) -> list[str]:
    found = []
    for year in years:
        was, now = _holidays_of(before, year), _holidays_of(after, year)
        found += [
            f"{name} ({day_text(on)}) was added to the calendar"
            for on, name in sorted(now.items())
            if on not in was
        ]
        found += [
            f"{name} ({day_text(on)}) is a holiday no more"
            for on, name in sorted(was.items())
            if on not in now
        ]
    return found


def _holidays_of(calendar: Calendar, year: int) -> Mapping[date, str]:
    return public_holidays(calendar.country, calendar.subdivision, year) if calendar.country else {}


def _special(before: Mapping[date, Sequence[Shift]], after: Mapping[date, Sequence[Shift]]) -> list[str]:
    found = []
    for on in sorted({*before, *after}):
        if before.get(on) == after.get(on):
            continue
        if on not in after:
            found.append(f"{day_text(on)} has no special hours any more")
        else:
            instead = f" instead of {_open(before[on])}" if on in before else ""
            found.append(f"{day_text(on)} is {_open(after[on])}{instead}")
    return found


def _open(shifts: Sequence[Shift]) -> str:
    if not shifts:
        return "closed"
    return "open " + listed([f"{clock_text(each.opens)} to {clock_text(each.closes)}" for each in shifts])


def standard_differences(
    before: Terms | None, after: Terms, *, names: Mapping[str, str] | None = None
) -> list[str]:
    """What the newer of two versions of a standard says otherwise; all of it is new when there was none.

    `names` gives the words for what is kept by its number ("service_id:3" -> "Restaurant inspections").
    """
    if before is None:
        return [f"“{after.name}” is new: {limit_words(after)}"]
    found = []
    if (after.limit, after.unit) != (before.limit, before.unit):
        found.append(f"The time is {limit_words(after)} instead of {limit_words(before)}")
    found += _limits(before.severity_limits or {}, after) + _yes_and_no(before, after)
    found += _fields(before, after, names or {})
    if after.name != before.name:
        found.append(f"It is called “{after.name}” instead of “{before.name}”")
    return found


def limit_words(terms: Terms) -> str:
    """A limit as "20 working days"."""
    unit = terms.unit.replace("_", " ")
    return f"{terms.limit} {unit}" if terms.limit == 1 else f"{terms.limit} {unit}s"


def _limits(was: Mapping[str, Any], after: Terms) -> list[str]:
    now = after.severity_limits or {}
    return [
        f"For severity {severity} it is {now.get(severity, after.limit)}"
        + (f" instead of {was[severity]}" if severity in was else "")
        for severity in sorted({*was, *now})
        if was.get(severity) != now.get(severity)
    ]


def _yes_and_no(before: Terms, after: Terms) -> list[str]:
    found = []
    if before.may_pause != after.may_pause:
        found.append("It may pause now" if after.may_pause else "It does not pause any more")
    if before.roll != after.roll:
        ending = "An end on a closed day "
        found.append(ending + ("moves to the next working day" if after.roll else "stays on that day"))
    if before.repeats != after.repeats:
        again = "starts again whenever the customer was told"
        found.append(f"Now it {again}" if after.repeats else "It does not start again any more")
    if before.is_early != after.is_early:
        found.append(
            "It lapses now and is not missed" if after.is_early else "It is missed now and does not lapse"
        )
    if before.extension_is_total != after.extension_is_total:
        whole, more = "the whole time", "an addition"
        now, was = (whole, more) if after.extension_is_total else (more, whole)
        found.append(f"The longest extension is {now} instead of {was}")
    return found


_WORDS = {
    "promise": "What it promises",
    "starts": "What starts it",
    "kind": "Kind of case",
    "channel": "Channel",
    "path": "Path of the process",
    "stage": "Stage",
    "severity": "Severity",
    "service_id": "Service",
    "category_id": "Category",
    "calendar_id": "Calendar",
    "extension_limit": "Longest extension",
    "extension_unit": "Unit of the extension",
    "extension_times": "How often it may be extended",
    "extension_words": "What the customer is told of an extension",
    "restarts_on": "What starts it anew",
    "pause_in": "States in which it may pause",
    "steps": "Points on the way",
    "in_force_from": "In force from",
}


def _fields(before: Terms, after: Terms, names: Mapping[str, str]) -> list[str]:
    found = []
    for field, label in _WORDS.items():
        was, now = getattr(before, field), getattr(after, field)
        if (was or None) != (now or None):
            found.append(f"{label}: {_said(field, now, names)} instead of {_said(field, was, names)}")
    return found


def _said(field: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, "", [], {}):
        return "any" if field in _ANY else "none"
    if field == "steps":
        return "; ".join(step_text(each) for each in value)
    if isinstance(value, list):
        return listed([str(each).replace("_", " ") for each in value])
    return names.get(f"{field}:{value}", str(value).replace("_", " "))


_ANY = ("kind", "channel", "path", "stage", "severity", "service_id", "category_id", "pause_in")


def in_one_breath(differences: Sequence[str]) -> str:
    """The differences as one sentence without its full stop, for the history of a case."""
    said = [each if n == 0 else each[:1].lower() + each[1:] if each.startswith(_LOWER) else each
            for n, each in enumerate(differences[:MOST_SAID])]  # fmt: skip
    left = len(differences) - len(said)
    if left:
        said.append("one thing more" if left == 1 else f"{left} things more")
    return "; ".join(said)


_LOWER = ("The ", "It ", "An ", "For ")
