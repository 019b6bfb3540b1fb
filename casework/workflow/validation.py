"""What is wrong with a process, each as a sentence that names the place. Nothing wrong: an empty list."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from casework.workflow.clock_checks import clock_problems
from casework.workflow.definition import (
    ENDS_WITHOUT_DECISION,
    FIELD_KINDS,
    KINDS,
    ORDINARY,
    PROMISES,
    ROLES,
    SAYS,
    Move,
    Process,
)
from casework.workflow.guards import GUARDS
from casework.workflow.reading import read_process

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def problems(process: Process | Mapping[str, Any]) -> list[str]:
    """Every problem of a process, or of the data of one.

    Data that cannot be read is reported alone: what it means cannot be judged before.
    """
    if not isinstance(process, Process):
        process, unreadable = read_process(process, name="process")
        if unreadable:
            return unreadable
    found = [*_names(process), *_start_and_end(process), *_states(process)]
    for move in process.moves:
        found += [*_move(process, move), *_guards(move), *_meaning(process, move), *_fields(process, move)]
    return list(dict.fromkeys([*found, *_clashes(process), *_paths(process), *clock_problems(process)]))


def identity_problems(process: Process) -> Iterator[str]:
    """What is wrong with the kind and the name of a process: with what it is, and not with what it says."""
    if process.kind not in KINDS:
        yield f"The process is of the unknown kind '{process.kind}'. {_known(process.kind, KINDS)}"
    if not _NAME.fullmatch(process.name):
        yield f"The process '{process.name}': a name is made of small letters, digits and underscores."


def _names(process: Process) -> Iterator[str]:
    yield from identity_problems(process)
    named = [("State", state.name) for state in process.states]
    named += [("Move", move.name) for move in process.moves]
    for what, name in named:
        if not _NAME.fullmatch(name):
            yield f"{what} '{name}': a name is made of small letters, digits and underscores."
    for name in _repeated(state.name for state in process.states):
        yield f"State '{name}' is defined more than once."
    for step in _repeated(process.steps):
        yield f"The step '{step}' is listed more than once."


def _start_and_end(process: Process) -> Iterator[str]:
    if not process.start:
        yield "The process has no start. Name the state that a new case begins in as 'start'."
    elif process.state(process.start) is None:
        yield f"The process starts in '{process.start}', which is not one of its states."
    if not any(state.is_end for state in process.states):
        yield "The process has no end. Mark at least one state with is_end = true."


def _states(process: Process) -> Iterator[str]:
    for state in process.states:
        if state.is_end and not state.is_closed:
            yield f"State '{state.name}' is an end but leaves the case open. Give it is_closed = true."


def _move(process: Process, move: Move) -> Iterator[str]:
    place = f"Move '{move.name}'"
    for state in move.from_states:
        if process.state(state) is None:
            yield f"{place} leaves from the unknown state '{state}'. {_known(state, _state_names(process))}"
    if not move.stays and process.state(move.to_state) is None:
        known = _known(move.to_state, _state_names(process))
        yield f"{place} leads to the unknown state '{move.to_state}'. {known}"
    for role in move.roles:
        if role not in ROLES:
            yield f"{place} names the unknown role '{role}'. {_known(role, ROLES)}"
    if move.says and move.says not in SAYS:
        yield f"{place} says the unknown '{move.says}'. {_known(move.says, SAYS)}"
    if move.stage == 0:
        yield f"{place} leads to stage 0; stages are counted from 1."
    if move.path and not _NAME.fullmatch(move.path):
        yield f"{place}, path '{move.path}': a name is made of small letters, digits and underscores."
    if move.path == ORDINARY:
        yield f"{place} leads to the path '{ORDINARY}', on which a case is from its beginning. Name another one."
    for promise in (*move.clocks.stop, *move.clocks.start):
        if promise not in PROMISES:
            yield f"{place} has the unknown clock effect '{promise}'. {_known(promise, PROMISES)}"


def _guards(move: Move) -> Iterator[str]:
    place = f"Move '{move.name}'"
    for guard in move.guards:
        rule = GUARDS.get(guard.name)
        if rule is None:
            yield f"{place} names the unknown guard '{guard.name}'. {_known(guard.name, GUARDS)}"
            continue
        wrong = rule.problems(guard.params)
        yield from (f"{place}: the guard '{guard.name}' {problem}." for problem in wrong)
        asked = rule.form_field(guard.params)
        if asked and not wrong and move.field(asked) is None:
            yield (
                f"{place} can never be made: the guard '{guard.name}' reads the field '{asked}', "
                "which its form does not have."
            )


def _meaning(process: Process, move: Move) -> Iterator[str]:
    """Guards that can be read and yet can never let this move pass, or never see what they watch over."""
    place = f"Move '{move.name}'"
    for guard in move.guards:
        path = guard.params.get("path")
        if guard.name == "path_is" and isinstance(path, str) and path not in (ORDINARY, *process.paths):
            known = _known(path, (ORDINARY, *process.paths))
            yield f"{place} can never be made: no move leads to the path '{path}'. {known}"
        if guard.name == "four_eyes" and not move.says:
            yield (
                f"{place} asks with 'four_eyes' for an answer that somebody checks, but sends none. "
                "Say what it sends with 'says', or leave the guard out."
            )
        if guard.name == "four_eyes" and not {"customer", "system"}.isdisjoint(move.roles):
            yield (
                f"{place} can be made without a member of staff, so 'four_eyes' has no author to ask for. "
                "Take 'customer' and 'system' out of its roles."
            )


def _fields(process: Process, move: Move) -> Iterator[str]:
    place = f"Move '{move.name}'"
    for name in _repeated(field.name for field in move.fields):
        yield f"{place} has more than one field '{name}'."
    for field in move.fields:
        if not _NAME.fullmatch(field.name):
            yield f"{place}, field '{field.name}': a name is made of small letters, digits and underscores."
        if field.kind not in FIELD_KINDS:
            known = _known(field.kind, FIELD_KINDS)
            yield f"{place}, field '{field.name}' is of the unknown kind '{field.kind}'. {known}"
        if (field.kind == "choice") != bool(field.choices):
            yield f"{place}, field '{field.name}': choices belong to the kind 'choice', and it needs some."
    reason = move.field("reason")
    if process.kind == "complaint" and move.to_state in ENDS_WITHOUT_DECISION and reason is None:
        yield (
            f"{place} can never be made: a complaint ends in '{move.to_state}' only with a reason, "
            "and its form has no field 'reason'."
        )


def _clashes(process: Process) -> Iterator[str]:
    targets: dict[str, str] = {}
    for move in process.moves:
        target = "" if move.stays else move.to_state
        if targets.setdefault(move.name, target) != target:
            first, second = targets[move.name] or "no other state", target or "no other state"
            yield f"Two moves called '{move.name}' clash: one leads to '{first}', the other to '{second}'."
    for state in process.states:
        leaving = process.moves_from(state.name)
        for name in _repeated(move.name for move in leaving):
            yield f"Two moves called '{name}' clash: both leave from '{state.name}'."
        for key in _repeated(move.key for move in leaving if move.key):
            names = " and ".join(f"'{move.name}'" for move in leaving if move.key == key)
            yield f"The moves {names} clash: both have the key '{key}' in the state '{state.name}'."


def _paths(process: Process) -> Iterator[str]:
    """States that no case can come to, and states that no case can come out of to an end."""
    forward: dict[str, set[str]] = {state.name: set() for state in process.states}
    backward: dict[str, set[str]] = {state.name: set() for state in process.states}
    for move in process.moves:
        for state in move.from_states:
            target = move.target(state)
            if state in forward and target in forward:
                forward[state].add(target)
                backward[target].add(state)
    reached = _reached({process.start} & set(forward), forward)
    ending = _reached({state.name for state in process.states if state.is_end}, backward)
    for name in forward:
        if reached and name not in reached:
            yield f"State '{name}' cannot be reached from the start '{process.start}'."
        if ending and name not in ending:
            yield f"State '{name}' cannot reach an end. Add a move that leads on from it."


def _reached(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for name in edges[waiting.pop()] - reached:
            reached.add(name)
            waiting.append(name)
    return reached


def _state_names(process: Process) -> list[str]:
    return [state.name for state in process.states]


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _known(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Known are: {', '.join(known)}."
