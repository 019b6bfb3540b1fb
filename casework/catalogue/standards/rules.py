"""What is wrong with a standard, each as a sentence. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from casework.calendars import CalendarError, parse_unit
from casework.calendars.local_time import FIRST_YEAR, LAST_YEAR
from casework.catalogue.words import PROMISES, RESTARTS, STARTS

LONGEST = 10_000
# No more than clocks go by (cases.clockwork.steps), which stands above this package.
MOST_STEPS = 8
_PATH = re.compile(r"[a-z][a-z0-9_]*")
_POINT = re.compile(r"\d{1,2}%|\d{1,3} (before|after)|due", re.ASCII)
WHO = ("owner", "supervisor", "manager")


def problems_of(values: Mapping[str, Any]) -> list[str]:
    """Everything that keeps these values from being a standard; empty when it is one."""
    return [*_promise(values), *_extension(values), *_when(values), *_steps(values.get("steps", ()))]


def _promise(values: Mapping[str, Any]) -> Iterator[str]:
    if not str(values.get("name", "")).strip():
        yield "Give the standard a name that staff and customers understand."
    if values["promise"] not in PROMISES:
        yield "Choose what is promised."
    if values["starts"] not in STARTS:
        yield "Choose what the time is counted from."
    yield from _limit(values["limit"], values["unit"], "limit")
    for level, limit in dict(values.get("severity_limits") or {}).items():
        if level not in ("1", "2", "3", "4"):
            yield "Severity runs from 1 (low) to 4 (severe)."
        yield from _limit(limit, values["unit"], f"limit of severity {level}")
    if values.get("repeats") and values["starts"] != "last_update":
        yield "Only what is counted from when the customer last heard can come back."
    if values.get("is_early") and values["promise"] != "respond":
        yield "An early path is a way to answer; choose “Answer” as what is promised."
    if values.get("path") and not _PATH.fullmatch(values["path"]):
        yield "A path is written in small letters, digits and underscores, as in the process."
    if set(values.get("restarts_on") or ()) - set(RESTARTS):
        yield "Choose what starts it anew from the list."


def _limit(limit: object, unit: str, what: str) -> Iterator[str]:
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= LONGEST:
        yield f"The {what} is a whole number from 1 to {LONGEST:,}."
    try:
        parse_unit(unit)
    except CalendarError as error:
        yield error.message


def _extension(values: Mapping[str, Any]) -> Iterator[str]:
    limit, times = values.get("extension_limit"), values.get("extension_times", 1)
    if times and not 1 <= times <= 99:
        yield "It can be extended from 0 to 99 times."
    if limit is None:
        return
    yield from _limit(limit, values.get("extension_unit") or values["unit"], "extension")
    if not times:
        yield "It cannot be extended, so it has no longest extension. Say how often, or take the number out."
    if not values.get("extension_is_total"):
        return
    if (values.get("extension_unit") or values["unit"]) != values["unit"]:
        yield "The whole time with the extension is counted in the unit of the limit. Choose the same unit."
    elif isinstance(values["limit"], int) and limit <= values["limit"]:
        yield "The whole time with the extension is longer than the limit."


def _when(values: Mapping[str, Any]) -> Iterator[str]:
    begins, ends = values.get("in_force_from"), values.get("in_force_to")
    if isinstance(begins, date) and not FIRST_YEAR <= begins.year <= LAST_YEAR:
        yield f"Check the first day: its year lies between {FIRST_YEAR} and {LAST_YEAR}."
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        yield "It ends before it begins. Check the two dates."


def _steps(steps: Any) -> Iterator[str]:
    if len(steps or ()) > MOST_STEPS:
        yield f"Something is said at {MOST_STEPS} points at most. Take some out."
    seen = set()
    for step in steps or ():
        at, tell = str(step.get("at", "")), list(step.get("tell", ()))
        if not _POINT.fullmatch(at) or at in ("0%", "00%"):
            yield f"“{at}” is not a point: write “50%”, “2 before”, “due” or “5 after”."
        if not tell or set(tell) - set(WHO):
            yield f"At “{at}”, say who is told: {', '.join(WHO)}."
        if at in seen:
            yield f"The point “{at}” is listed twice."
        seen.add(at)
