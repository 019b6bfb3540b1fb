"""A process in words, pure: who may, what is needed, what happens to the clocks."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from casework.workflow.guards import GUARDS, Rule

ROLE_WORDS = {
    "frontline": "front-line staff",
    "supervisor": "supervisors",
    "manager": "managers",
    "administrator": "administrators",
    "customer": "the customer",
    "system": "Casework itself",
}
PROMISE_WORDS = {
    "acknowledge": "to acknowledge",
    "meet": "to meet",
    "respond": "to answer",
    "review": "to answer a review",
    "update": "to send an update",
}
EFFECT_WORDS = {
    "pause": "pauses the clocks that may pause",
    "resume": "lets paused clocks run on",
    "extend": "extends the time to answer",
    "cancel": "ends what still runs, neither kept nor missed",
}
FIELD_WORDS = {
    "text": "one line",
    "long_text": "several lines",
    "date": "a date",
    "choice": "one of several choices",
    "user": "a member of staff",
    "team": "a team",
    "service": "a service",
    "severity": "the severity",
    "message": "words to the customer",
    "body": "another public body",
}
SAYS_WORDS = {
    "acknowledgement": "an acknowledgement",
    "question": "a question",
    "proposal": "a proposed remedy",
    "decision": "the decision",
    "extension": "that it takes longer",
    "referral": "where it was passed on to",
    "update": "an update",
}
PARAM_WORDS = {
    "max_severity": "Highest severity",
    "max_amount": "Highest amount",
    "max": "How many in all",
    "days": "Days",
    "window": "For which window",
    "field": "Field of the form that holds it",
    "stage": "Stage",
}
_IN_BRACES = re.compile(r"\{\w+\}")


def plain(name: str) -> str:
    """A name of the file as a word: small letters, spaces for underscores."""
    return str(name).replace("_", " ")


def role_words(roles: Iterable[str]) -> str:
    """Who may, one after another."""
    return ", ".join(ROLE_WORDS.get(role, plain(role)) for role in roles)


def promise_words(promise: str) -> str:
    """A promise as it stands behind "the promise"."""
    return PROMISE_WORDS.get(promise, f"to {plain(promise)}")


def param_words(name: str) -> str:
    """What a parameter of a guard is called beside its field."""
    return PARAM_WORDS.get(name, plain(name).capitalize())


def rule_meaning(rule: Rule) -> str:
    """When a guard lets a move pass, with a gap for each parameter."""
    return _IN_BRACES.sub("…", rule.meaning)


def guard_words(guard: Any) -> str:
    """A guard of a process file in words; one that Casework does not know is named."""
    name = guard if isinstance(guard, str) else str(dict(guard).get("name", ""))
    params = {} if isinstance(guard, str) else {key: guard[key] for key in guard if key != "name"}
    rule = GUARDS.get(name)
    if rule is None:
        return f"a rule that Casework does not know: “{name}”"
    return rule.in_words(params) + _also(rule, params)


def _also(rule: Rule, params: Mapping[str, Any]) -> str:
    """The parameters that the sentence itself does not say."""
    silent = [name for name in params if "{" + name + "}" not in rule.meaning]
    said = ", ".join(f"{param_words(name).lower()}: {params[name]}" for name in silent)
    return f" ({said})" if said else ""


def clock_words(clocks: Mapping[str, Any]) -> list[str]:
    """What a move does to the clocks, each as half a sentence that begins with its verb."""
    found = [f"stops the promise {promise_words(one)}" for one in clocks.get("stop", ())]
    found += [f"starts the promise {promise_words(one)}" for one in clocks.get("start", ())]
    return found + [words for name, words in EFFECT_WORDS.items() if clocks.get(name)]


def field_words(field: Mapping[str, Any]) -> str:
    """A field of a form: its label, what it takes, whether it must be filled in."""
    kind = str(field.get("kind") or "text")
    needed = ", must be filled in" if field.get("required") else ""
    return f"{field.get('label', '')} ({FIELD_WORDS.get(kind, plain(kind))}{needed})"


def flag_words(state: Mapping[str, Any]) -> list[str]:
    """What is special about a state."""
    words = {"is_end": "an end", "is_closed": "closed", "waits_for_customer": "waits for the customer"}
    return [said for flag, said in words.items() if state.get(flag)]
