"""Where a case stands in the process of another kind, pure: by the name of its state, else by what the state means."""

from casework.workflow.definition import Process, State


def place_in(process: Process, here: State, *, acknowledged: bool) -> State:
    """The state of a case that comes from `here` in another process.

    - A state of the same name is the same one, unless it is an end.
    - What was not acknowledged begins at the start.
    - What waits for its customer goes on waiting, where the process can wait.
    - Everything else begins where an acknowledged case begins: what the new process asks for on the way is done.
    """
    same = process.state(here.name)
    if same is not None and not same.is_end:
        return same
    start = process.state(process.start)
    assert start is not None  # a process without its start is refused when it is loaded
    if not acknowledged:
        return start
    waiting = next((state for state in process.states if state.waits_for_customer), None)
    if here.waits_for_customer and waiting is not None:
        return waiting
    return _acknowledged(process) or start


def _acknowledged(process: Process) -> State | None:
    """Where a case stands once it is acknowledged: by the name, else where the acknowledgement itself leads."""
    named = process.state("acknowledged")
    if named is not None:
        return named
    move = next((m for m in process.moves_from(process.start) if m.name == "acknowledge"), None)
    reached = process.state(move.target(process.start)) if move is not None else None
    return reached if reached is not None and not reached.is_end else None
