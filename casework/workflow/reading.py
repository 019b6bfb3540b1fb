"""From tables as they stand in a file to the values of `definition`, collecting what cannot be read.

Reading looks at shapes: keys, texts, lists, numbers. What the words mean together is `validation`'s.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from casework.workflow.definition import ClockEffects, Field, Guard, Move, Process, State

_PROCESS_KEYS = {
    "name", "kind", "title", "note", "start", "steps", "reopen_window_days", "escalate_window_days",
    "state", "move",
}  # fmt: skip
_STATE_KEYS = {"name", "label", "public_label", "step", "is_end", "waits_for_customer", "is_closed"}
_MOVE_KEYS = {
    "name", "label", "from", "to", "roles", "field", "guards", "clocks", "says", "stage", "path",
    "key", "main",
}  # fmt: skip
_FIELD_KEYS = {"name", "label", "kind", "required", "hint", "choices"}
_CLOCK_KEYS = {"stop", "start", "pause", "resume", "extend", "cancel"}


class Table:
    """One table of the file, read key by key; what is wrong goes to `problems`, each with the place."""

    def __init__(self, data: object, place: str, problems: list[str], known: set[str]) -> None:
        self.place = place
        self.problems = problems
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.say("must be a table")
        for key in self.data:
            if key not in known:
                near = get_close_matches(str(key), known, n=1)
                self.say(f"has the unknown key '{key}'" + (f"; did you mean '{near[0]}'?" if near else ""))

    def say(self, problem: str) -> None:
        """Note a problem of this table."""
        end = "" if problem.endswith("?") else "."
        self.problems.append(f"{self.place} {problem}{end}")

    def text(self, key: str, *, required: bool = False) -> str:
        """A text, or an empty one."""
        value = self.data.get(key)
        if value is None or value == "":
            if required:
                self.say(f"has no '{key}'")
            return ""
        if not isinstance(value, str):
            self.say(f"has a '{key}' that is not a text")
            return ""
        return value.strip()

    def flag(self, key: str) -> bool:
        """True or false, false when it is not there."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.say(f"has a '{key}' that is neither true nor false")
        return value is True

    def number(self, key: str, default: int | None) -> int | None:
        """A whole number of zero or more."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 36_500:
            self.say(f"has a '{key}' that is not a whole number from 0 to 36500")
            return default
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        values = self.items(key)
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.say(f"has a '{key}' that is not a list of texts")
            return ()
        if required and not values and isinstance(self.data.get(key, []), list | tuple):
            self.say(f"has no '{key}'")
        return tuple(value.strip() for value in values)

    def items(self, key: str) -> list[Any]:
        """A list of anything."""
        value = self.data.get(key, [])
        if not isinstance(value, list | tuple):
            self.say(f"has a '{key}' that is not a list")
            return []
        return list(value)


def read_process(data: object, *, name: str = "") -> tuple[Process, list[str]]:
    """The process as far as it can be read, and a sentence for each thing that cannot."""
    problems: list[str] = []
    table = Table(data, "The process", problems, _PROCESS_KEYS)
    steps = table.texts("steps", required=True)
    process = Process(
        name=table.text("name") or name,
        kind=table.text("kind", required=True),
        title=table.text("title", required=True),
        note=table.text("note"),
        start=table.text("start"),
        steps=steps,
        states=tuple(
            _state(one, place, steps, problems) for place, one in enumerate(table.items("state"), 1)
        ),
        moves=tuple(_move(one, number, problems) for number, one in enumerate(table.items("move"), 1)),
        reopen_window_days=table.number("reopen_window_days", 30) or 0,
        escalate_window_days=table.number("escalate_window_days", 60) or 0,
    )
    return process, problems


def _named(kind: str, data: object, number: int) -> str:
    """How a table is called in a sentence: by its name, or by its place in the file."""
    name = data.get("name") if isinstance(data, Mapping) else None
    return f"{kind} '{name}'" if isinstance(name, str) and name else f"{kind} number {number}"


def _state(data: object, number: int, steps: tuple[str, ...], problems: list[str]) -> State:
    table = Table(data, _named("State", data, number), problems, _STATE_KEYS)
    step = table.text("step", required=True)
    if step and step not in steps:
        table.say(f"stands at the step '{step}', which is not one of the steps of the process")
    return State(
        name=table.text("name", required=True),
        label=table.text("label", required=True),
        public_label=table.text("public_label", required=True),
        step=steps.index(step) if step in steps else 0,
        is_end=table.flag("is_end"),
        waits_for_customer=table.flag("waits_for_customer"),
        is_closed=table.flag("is_closed"),
    )


def _move(data: object, number: int, problems: list[str]) -> Move:
    place = _named("Move", data, number)
    table = Table(data, place, problems, _MOVE_KEYS)
    return Move(
        name=table.text("name", required=True),
        label=table.text("label", required=True),
        from_states=table.texts("from", required=True),
        to_state=table.text("to"),
        roles=table.texts("roles", required=True),
        fields=tuple(_field(one, place, problems) for one in table.items("field")),
        guards=tuple(_guard(one, table) for one in table.items("guards")),
        clocks=_clocks(table),
        says=table.text("says"),
        stage=table.number("stage", None),
        path=table.text("path"),
        key=table.text("key"),
        main=table.flag("main"),
    )


def _field(data: object, place: str, problems: list[str]) -> Field:
    name = data.get("name") if isinstance(data, Mapping) else None
    table = Table(data, f"{place}, field '{name or '?'}'", problems, _FIELD_KEYS)
    return Field(
        name=table.text("name", required=True),
        label=table.text("label", required=True),
        kind=table.text("kind") or "text",
        required=table.flag("required"),
        hint=table.text("hint"),
        choices=tuple(_choice(one, table) for one in table.items("choices")),
    )


def _choice(data: object, table: Table) -> tuple[str, str]:
    if isinstance(data, list | tuple) and len(data) == 2 and all(isinstance(x, str) and x for x in data):
        return data[0], data[1]
    table.say("has a choice that is not a pair of a value and its label")
    return "", ""


def _guard(data: object, table: Table) -> Guard:
    if isinstance(data, str) and data:
        return Guard(data)
    if isinstance(data, Mapping) and isinstance(data.get("name"), str):
        return Guard(data["name"], {key: value for key, value in data.items() if key != "name"})
    table.say("has a guard that is neither a name nor a table with a name")
    return Guard("")


def _clocks(move: Table) -> ClockEffects:
    data = move.data.get("clocks", {})
    table = Table(data, f"{move.place}, clocks", move.problems, _CLOCK_KEYS)
    return ClockEffects(
        stop=table.texts("stop"),
        start=table.texts("start"),
        pause=table.flag("pause"),
        resume=table.flag("resume"),
        extend=table.flag("extend"),
        cancel=table.flag("cancel"),
    )
