"""How a guard is declared: its check, the parameters it takes and the form fields that can satisfy it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casework.workflow.situation import Situation

Check = Callable[[Situation, Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter: a whole number from `least` to `most`, or a text that may be limited to `choices`.

    The bound of a hundred years of days keeps a date that is counted on from it inside the calendar.
    """

    name: str
    kind: type[int] | type[str]
    required: bool = False
    least: int = 0
    most: int = 36_500
    choices: tuple[str, ...] = ()

    def problem(self, value: object) -> str | None:
        """Why this value does not do, or None."""
        if self.kind is int:
            whole = isinstance(value, int) and not isinstance(value, bool)
            fits = whole and self.least <= value <= self.most  # type: ignore[operator]
            return None if fits else f"must be a whole number from {self.least} to {self.most}"
        if not isinstance(value, str) or not value:
            return "must be a text"
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(self.choices)}"
        return None


@dataclass(frozen=True, slots=True)
class Rule:
    """A guard that a process may name.

    - `meaning` completes "allowed when …"; a parameter stands in it by its name in braces.
    - `answered_by` are the form fields that can supply what the guard looks for, beside the case itself.
    - `asks_for` is the field that it reads from the form alone; the parameter `field` may name another.
    """

    name: str
    check: Check
    meaning: str
    params: tuple[Param, ...] = ()
    answered_by: tuple[str, ...] = ()
    asks_for: str = ""

    def form_field(self, params: Mapping[str, Any]) -> str:
        """The field that the move's form must have for this guard, or an empty text."""
        return str(params.get("field", self.asks_for)) if self.asks_for else ""

    def fields(self, params: Mapping[str, Any]) -> frozenset[str]:
        """All form fields that bear on this guard."""
        return frozenset(name for name in (*self.answered_by, self.form_field(params)) if name)

    def in_words(self, params: Mapping[str, Any]) -> str:
        """When the guard lets a move pass, as half a sentence."""
        stated = {param.name: params.get(param.name, "reopen") for param in self.params}
        return self.meaning.format_map(stated)

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        """What is wrong with the parameters, each as the end of a sentence that names the guard."""
        known = {param.name: param for param in self.params}
        found = [
            f"does not take the parameter '{name}'; it takes {', '.join(known) or 'none'}"
            for name in params
            if name not in known
        ]
        for name, param in known.items():
            if name in params:
                problem = param.problem(params[name])
                found += [f"has a wrong parameter: '{name}' {problem}"] if problem else []
            elif param.required:
                found.append(f"needs the parameter '{name}'")
        return found
