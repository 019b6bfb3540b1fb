"""What a standard says, in plain words. Pure: anything with the columns of a standard may be given."""

from collections.abc import Mapping
from typing import Any

from casework.catalogue.words import PROMISES, RESTARTS, STARTS

UNITS = {
    "minute": ("minute", "minutes"),
    "hour": ("hour", "hours"),
    "working_minute": ("minute of open time", "minutes of open time"),
    "working_hour": ("hour of open time", "hours of open time"),
    "working_day": ("working day", "working days"),
    "calendar_day": ("day", "days"),
    "week": ("week", "weeks"),
    "month": ("month", "months"),
}
_STEP_POINTS = {"due": "when it is due"}


def limit_words(limit: int, unit: str) -> str:
    """20, "working_day": "20 working days"."""
    one, more = UNITS.get(unit, (unit, unit))
    return f"{limit} {one if limit == 1 else more}"


def rules_of(standard: Any) -> list[tuple[str, str]]:
    """Everything that a standard says, each as a heading and a sentence."""
    found = [
        ("Promise", f"{PROMISES[standard.promise]} within {limit_words(standard.limit, standard.unit)}."),
        ("Counted from", f"{_capital(STARTS[standard.starts])}."),
    ]
    found += [("By severity", _severities(standard))] if standard.severity_limits else []
    found += [("Pauses", _pauses(standard)), ("Extensions", _extensions(standard))]
    if standard.roll:
        found.append(("Closed days", "An end on a closed day moves to the close of the next working day."))
    if standard.repeats:
        found.append(
            ("Comes back", "It starts again whenever the customer was told, until the case is answered.")
        )
    if standard.is_early:
        found.append(("Early path", "It lapses when it is not taken in time; nothing is missed then."))
    if standard.restarts_on:
        words = ", ".join(RESTARTS[one] for one in standard.restarts_on)
        found.append(("Starts anew", f"When the case is given to {words}."))
    found.append(("On the way", _steps(standard)))
    return found


def applies_words(standard: Any, names: Mapping[str, str]) -> str:
    """Which cases it is for, in a few words; `names` are those of its service and category (queries.names_of)."""
    parts = (
        [f"{standard.kind}s" if standard.kind != "enquiry" else "enquiries"]
        if standard.kind
        else ["all kinds"]
    )
    parts += [f"stage {standard.stage}"] if standard.stage else []
    parts += [f"severity {standard.severity}"] if standard.severity else []
    parts += [f"by {standard.channel.replace('_', ' ')}"] if standard.channel else []
    parts += [f"on the path “{standard.path}”"] if standard.path else []
    parts += [f"about “{names[f'service_id:{standard.service_id}']}”"] if standard.service_id else []
    parts += (
        [f"of the category “{names[f'category_id:{standard.category_id}']}”"] if standard.category_id else []
    )
    return ", ".join(parts)


def step_text(step: Any) -> str:
    """A step as it is typed: "2 before: owner, supervisor"."""
    return f"{step['at']}: {', '.join(step['tell'])}"


def _severities(standard: Any) -> str:
    return "; ".join(
        f"severity {level}: {limit_words(int(limit), standard.unit)}"
        for level, limit in sorted(standard.severity_limits.items())
    )


def _pauses(standard: Any) -> str:
    if not standard.may_pause:
        return "It never pauses."
    states = ", ".join(f"“{name.replace('_', ' ')}”" for name in standard.pause_in or ())
    return f"It pauses in {states}." if states else "It pauses wherever the process lets clocks pause."


def _extensions(standard: Any) -> str:
    if not standard.extension_times:
        return "It cannot be extended."
    times = "once" if standard.extension_times == 1 else f"{standard.extension_times} times"
    text = f"It may be extended {times}"
    if standard.extension_limit:
        unit = standard.extension_unit or standard.unit
        whole = ", to {} in all" if standard.extension_is_total else ", by up to {}"
        text += whole.format(limit_words(standard.extension_limit, unit))
    told = f" {standard.extension_words}" if standard.extension_words else ""
    return f"{text}, with a reason, and the customer is told.{told}"


def _steps(standard: Any) -> str:
    if not standard.steps:
        return (
            "The owner is told two working days before; owner and supervisor when it is missed; "
            "supervisor and manager five working days after."
        )
    return "; ".join(f"{_point(step['at'])}: {', '.join(step['tell'])}" for step in standard.steps) + "."


def _point(at: str) -> str:
    if at.endswith("%"):
        return f"when {at} of the time is over"
    return _STEP_POINTS.get(at, at.replace(" ", " working days "))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
