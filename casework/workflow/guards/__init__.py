"""The guards that a process may name. Each says in a sentence what is missing, or nothing."""

from collections.abc import Mapping
from typing import Any

from casework.workflow.guards import decisions, paths, people, timing
from casework.workflow.guards.registry import Param, Rule
from casework.workflow.situation import Situation

GUARDS: dict[str, Rule] = {
    rule.name: rule for rule in (*decisions.RULES, *people.RULES, *paths.RULES, *timing.RULES)
}


def check(name: str, situation: Situation, params: Mapping[str, Any] | None = None) -> str | None:
    """What the guard of this name finds missing, as a sentence, or None.

    Raises KeyError for a name that is not registered; validation refuses such a process before it is used.
    """
    return GUARDS[name].check(situation, params or {})


__all__ = ["GUARDS", "Param", "Rule", "check"]
