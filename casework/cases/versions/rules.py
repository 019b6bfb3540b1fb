"""What becomes of a case when its version changes, pure: to which state it goes, or why it stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from casework.workflow.definition import Process

MERGED = "merged"
WAITS = "waits"
NO_STATE = "no state"
NO_PATH = "no path"
REASONS = {
    MERGED: "It is handled together with another case. It follows when the two are parted, by hand.",
    WAITS: "An answer waits to be checked. Have it released or withdrawn, then move the case.",
    NO_STATE: "No state of the new version is chosen for the state it is in.",
    NO_PATH: "It is on a path that the new version does not have. Move it to a version that has one of that name.",
}


@dataclass(frozen=True)
class Group:
    """Cases alike: in one state, with one thing in the way (empty: they move), and how many.

    `ids` is the sum of their ids: as many other cases are told from these by it.
    """

    state: str
    problem: str
    n: int
    ids: int = 0


def problem_of(
    state: str, path: str, *, merged: bool, waits: bool, mapping: Mapping[str, str], paths: Collection[str]
) -> str:
    """What keeps a case where it is, the first thing that does; empty when it moves.

    `paths` are those of the new version: on another one no move of it might ever let the case pass.
    """
    if merged:
        return MERGED
    if waits:
        return WAITS
    if not mapping.get(state):
        return NO_STATE
    return NO_PATH if path and path not in paths else ""


def targets(new: Process) -> list[tuple[str, str]]:
    """The states that an open case may go to, with their labels: moving it never closes it."""
    return [(state.name, state.label) for state in new.states if not state.is_closed]


def same_names(old: Process, new: Process) -> dict[str, str]:
    """Each state of the old version that the new one has by the same name, still open."""
    open_ones = {name for name, _ in targets(new)}
    return {state.name: state.name for state in old.states if state.name in open_ones}


def settled(typed: Mapping[str, str], old: Process, new: Process) -> dict[str, str]:
    """What was chosen, as far as both versions know it; what was not said at all is as `same_names` has it."""
    open_ones = {name for name, _ in targets(new)}
    usual = same_names(old, new)
    chosen = {state.name: typed.get(state.name, usual.get(state.name, "")) for state in old.states}
    return {name: to for name, to in chosen.items() if to in open_ones}


def worth_saying(old: Process, new: Process, mapping: Mapping[str, str]) -> list[str]:
    """What somebody should know of a mapping beforehand, a sentence each."""
    found = []
    for name, to in mapping.items():
        before, after = old.state(name), new.state(to)
        if before is None or after is None or before.waits_for_customer == after.waits_for_customer:
            continue
        stands = "stand still until a move lets them run on" if before.waits_for_customer else "run on"
        waits = "does not wait" if before.waits_for_customer else "waits"
        found.append(
            f"“{before.label}” becomes “{after.label}”, where the case {waits} for the customer: "
            f"clocks are not touched, so they {stands}."
        )
    return found
