"""Changing a definition, pure: each function gives a new one and leaves the old as it was."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Definition = dict[str, Any]


@dataclass(frozen=True)
class Hanging:
    """What hangs on a state: moves that lead to it or leave from it alone, others that leave from it too."""

    lost: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    is_start: bool = False


def put_head(definition: Mapping[str, Any], head: Mapping[str, Any]) -> Definition:
    """With another title, start, windows or steps. A step that was reworded in its place keeps its states."""
    made = deepcopy(dict(definition))
    old, new = list(made.get("steps", ())), list(head.get("steps", ()))
    made.update(head)
    if len(old) == len(new):
        reworded = {a: b for a, b in zip(old, new, strict=True) if a != b and a not in new and b not in old}
        for state in made.get("state", ()):
            state["step"] = reworded.get(state.get("step"), state.get("step"))
    return made


def put_part(definition: Mapping[str, Any], part: str, row: Mapping[str, Any], at: int | None) -> Definition:
    """With this state or move in its place, or at the end. A state that is renamed is renamed wherever it stands."""
    made = deepcopy(dict(definition))
    rows: list[dict[str, Any]] = made.setdefault(part, [])
    if at is None:
        rows.append(dict(row))
        return made
    was = rows[at].get("name")
    rows[at] = dict(row)
    if part == "state" and was != row.get("name"):
        _rename(made, str(was), str(row.get("name")))
    return made


def remove_part(definition: Mapping[str, Any], part: str, at: int) -> Definition:
    """Without this state or move; with a state goes what hangs on it."""
    made = deepcopy(dict(definition))
    name = made[part].pop(at).get("name")
    if part == "state" and not any(state.get("name") == name for state in made["state"]):
        _take_off(made, name)
    return made


def shift_part(definition: Mapping[str, Any], part: str, at: int, step: int) -> Definition:
    """With this state or move one place earlier (-1) or later (1); at an end it stays."""
    made = deepcopy(dict(definition))
    rows, there = made.get(part, []), at + step
    if 0 <= there < len(rows):
        rows[at], rows[there] = rows[there], rows[at]
    return made


def hanging_on(definition: Mapping[str, Any], name: str) -> Hanging:
    """What goes or becomes shorter when the state of this name is removed."""
    lost, shortened = [], []
    for move in definition.get("move", ()):
        sources: Sequence[str] = move.get("from", ())
        label = str(move.get("label") or move.get("name"))
        if move.get("to") == name or list(sources) == [name]:
            lost.append(label)
        elif name in sources:
            shortened.append(label)
    return Hanging(tuple(lost), tuple(shortened), definition.get("start") == name)


def _rename(made: Definition, was: str, name: str) -> None:
    if made.get("start") == was:
        made["start"] = name
    for move in made.get("move", ()):
        move["from"] = [name if one == was else one for one in move.get("from", ())]
        if move.get("to") == was:
            move["to"] = name


def _take_off(made: Definition, name: object) -> None:
    if made.get("start") == name:
        made["start"] = ""
    kept = []
    for move in made.get("move", ()):
        before = list(move.get("from", ()))
        move["from"] = [one for one in before if one != name]
        if move.get("to") != name and (move["from"] or not before):
            kept.append(move)
    made["move"] = kept
