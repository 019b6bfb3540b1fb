"""A definition that may still be wrong, pure: what can be drawn of it, and where each problem is mended."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.workflow.definition import Move, Process, State
from casework.workflow.diagram import svg
from casework.workflow.reading import read_process

_PART = re.compile(r"^(?:The |Two )?(state|move)s?(?: called)? (?:'([^']*)'|number (\d+))", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a problem is mended: a state or a move by its place in the file, or the head of the process."""

    part: str
    at: int | None = None


def place_of(problem: str, definition: Mapping[str, Any]) -> Place:
    """Where the part is that a sentence of the validation begins with."""
    found = _PART.match(problem)
    if found is None:
        return Place("process")
    part = found[1].lower()
    rows = definition.get(part, ())
    if found[3]:
        at = int(found[3]) - 1
    else:
        at = next((n for n, row in enumerate(rows) if row.get("name") == found[2]), -1)
    return Place(part, at) if 0 <= at < len(rows) else Place("process")


def drawable(definition: Mapping[str, Any]) -> Process | None:
    """The part of a definition that a picture can show: what hangs in the air is left out. None without a state."""
    process, _ = read_process(definition, name="process")
    states: dict[str, State] = {}
    for state in process.states:
        if state.name:
            states.setdefault(state.name, state)
    if not states:
        return None
    moves = tuple(_whole(move, states) for move in process.moves)
    start = process.start if process.start in states else next(iter(states))
    return replace(
        process,
        start=start,
        states=tuple(states.values()),
        moves=tuple(move for move in moves if move is not None),
    )


def _whole(move: Move, states: Mapping[str, State]) -> Move | None:
    sources = tuple(name for name in dict.fromkeys(move.from_states) if name in states)
    if not sources or not (move.stays or move.to_state in states):
        return None
    return replace(move, from_states=sources)


def picture(definition: Mapping[str, Any]) -> str:
    """The diagram of what can be drawn, as SVG; empty when there is nothing to draw."""
    process = drawable(definition)
    return svg(process) if process is not None else ""
