"""Guards about dates, windows and extensions, and about the reason that a form must hold."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from casework.workflow.guards.registry import Param, Rule
from casework.workflow.situation import Situation, as_date

_WINDOWS = {
    "reopen": ("in which a case can be reopened", "Log a new case and link it to this one."),
    "escalate": (
        "in which a review can be asked for",
        "Tell the customer which outside body can help.",
    ),
}


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def within_window(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Today lies within so many calendar days after the answer, or after closing where that came later.

    `days` comes from the guard's parameter or, where it has none, from the window of the process (moves.py).
    """
    instants = [at for at in (situation.responded_at, situation.closed_at) if at is not None]
    if not instants:
        return "The case has not been answered or closed yet, so there is nothing to reopen or review."
    counted_from = max(instants).astimezone(situation.time_zone).date()
    last_day = counted_from + timedelta(days=params["days"])
    if situation.today <= last_day:
        return None
    what, instead = _WINDOWS[params.get("window", "reopen")]
    return f"The {params['days']} days {what} ended on {_in_words(last_day)}. {instead}"


def extension_left(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The time to answer has been extended fewer than `max` times."""
    most = params["max"]
    if situation.extensions_used < most:
        return None
    if most == 0:
        return "The time to answer cannot be extended. Answer by the present date."
    times = "once" if most == 1 else f"{most} times"
    return f"The time to answer can be extended {times}, and that is used up. Answer by the present date."


def new_date_later(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The new date lies after the present due date, and after today."""
    given = situation.given.get(params.get("field", "new_date"))
    new = as_date(given)
    if new is None:
        return "The new date is missing. Give the date by which the customer will have an answer."
    due_on = situation.due_on
    if due_on is not None and new <= due_on:
        return f"The new date must be later than the present one, {_in_words(due_on)}."
    return None if new > situation.today else "The new date must lie in the future."


def due_before(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The new date lies at most `days` calendar days after the present due date, or else after today."""
    new = as_date(situation.given.get(params.get("field", "new_date")))
    if new is None:
        return None  # What is missing is said by new_date_later or by the required field.
    base = situation.due_on or situation.today
    if new - base <= timedelta(days=params["days"]):
        return None
    latest = base + timedelta(days=params["days"])
    return f"The new date may lie {params['days']} days after {_in_words(base)} at most: {_in_words(latest)}."


def reason_given(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """A reason is typed."""
    if situation.typed(params.get("field", "reason")):
        return None
    return "A reason is missing. Say why in a sentence."


RULES = (
    Rule(
        "within_window",
        within_window,
        "it is not too late to {window}",
        (Param("days", int), Param("window", str, choices=tuple(_WINDOWS))),
    ),
    Rule(
        "extension_left",
        extension_left,
        "an extension is left of {max} in all",
        (Param("max", int, required=True),),
    ),
    Rule(
        "new_date_later",
        new_date_later,
        "the new date is later than the present one",
        (Param("field", str),),
        asks_for="new_date",
    ),
    Rule(
        "due_before",
        due_before,
        "the new date is at most {days} days later",
        (Param("days", int, required=True, least=1), Param("field", str)),
        asks_for="new_date",
    ),
    Rule("reason_given", reason_given, "a reason is given", (Param("field", str),), asks_for="reason"),
)
