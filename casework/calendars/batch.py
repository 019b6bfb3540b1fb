"""Many questions at once: one JSON document a line in, one answer a line out."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from casework.calendars.errors import CalendarError
from casework.calendars.limits import Due, due
from casework.calendars.local_time import parse_instant
from casework.calendars.model import Calendar
from casework.calendars.open_time import elapsed_open_seconds


def batch_due(calendar: Calendar, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For each line `{"start","limit","unit","roll"}` one `{"due","explanation"}`, as `due_data` gives it.

    `roll` may be left out. Empty lines are passed over, other keys are not looked at. Raises CalendarError
    with the number of the first line that cannot be answered.
    """
    return _answers(lines, lambda question: _due(calendar, question))


def batch_elapsed(calendar: Calendar, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """For each line `{"from","to"}` one `{"open_seconds"}`; otherwise as `batch_due`."""
    return _answers(lines, lambda question: _elapsed(calendar, question))


def due_data(calendar: Calendar, answer: Due) -> dict[str, Any]:
    """A due date ready for JSON: "due" (ISO 8601, offset of the calendar's zone) and "explanation"."""
    at = answer.at.astimezone(calendar.time_zone)
    return {"due": at.isoformat(), "explanation": answer.explanation.as_dict()}


def _due(calendar: Calendar, question: Mapping[str, Any]) -> dict[str, Any]:
    roll = question.get("roll", False)
    if not isinstance(roll, bool):
        raise CalendarError('"roll" must be true or false.')
    answer = due(
        calendar,
        start=parse_instant(calendar.time_zone, question["start"]),
        limit=question["limit"],
        unit=question["unit"],
        roll=roll,
    )
    return due_data(calendar, answer)


def _elapsed(calendar: Calendar, question: Mapping[str, Any]) -> dict[str, Any]:
    start = parse_instant(calendar.time_zone, question["from"])
    end = parse_instant(calendar.time_zone, question["to"])
    return {"open_seconds": elapsed_open_seconds(calendar, start, end)}


def _answers(
    lines: Iterable[str], answer: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield answer(_question(line))
        except KeyError as error:
            raise CalendarError(f"Line {number}: {error} is missing; add it.") from None
        except CalendarError as error:
            raise CalendarError(f"Line {number}: {error.message}") from None


def _question(line: str) -> Mapping[str, Any]:
    try:
        question = json.loads(line)
    except ValueError:
        question = None
    if not isinstance(question, dict):
        raise CalendarError("this is not a JSON object; write one in curly brackets on each line.")
    return question
