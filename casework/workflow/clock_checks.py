"""What a process may not do to clocks: leave them paused for ever, or move a date without saying why and to when."""

from collections.abc import Iterator

from casework.workflow.definition import Move, Process


def clock_problems(process: Process) -> Iterator[str]:
    """A sentence for each move that extends by nothing, and each state or move that pauses for ever."""
    for move in process.moves:
        yield from _extension(move)
        yield from _pause_at_an_end(process, move)
    yield from _paused_for_ever(process)


def _extension(move: Move) -> Iterator[str]:
    """An extension needs a reason and a new date: both are told to the customer and kept in the history."""
    if not move.clocks.extend:
        return
    lacking = [] if move.field("reason") else ["no field 'reason'"]
    if not any(field.kind == "date" for field in move.fields):
        lacking.append("no field of the kind 'date' for the new date")
    if lacking:
        yield f"Move '{move.name}' extends the clocks, but its form has {' and '.join(lacking)}. Add what is missing."


def _pause_at_an_end(process: Process, move: Move) -> Iterator[str]:
    target = process.state(move.to_state)
    if move.clocks.pause and target is not None and target.is_closed:
        yield (
            f"Move '{move.name}' pauses the clocks and leads to '{target.name}', where the case is closed. "
            "Cancel or stop them instead."
        )


def _paused_for_ever(process: Process) -> Iterator[str]:
    """Open states in which clocks can stand still, and from which no move that follows lets them run.

    A move that cancels them as well does not count: a case that may be withdrawn could still wait for ever.
    """
    still = [name for name in _paused_states(process) if not _can_run_again(process, name)]
    if still:
        names = " and ".join(f"'{name}'" for name in still)
        yield (
            f"Paused clocks stay paused for ever in {names}: no move that can follow has resume = true. "
            "Add it to the move that leads on."
        )


def _can_run_again(process: Process, name: str) -> bool:
    following = (move for state in _open_from(process, name) for move in process.moves_from(state))
    return any(move.clocks.resume and not move.clocks.cancel for move in following)


def _paused_states(process: Process) -> list[str]:
    """The open states that a case can stand in with its clocks paused, in the order of the file."""
    paused: set[str] = set()
    grown = True
    while grown:
        before = len(paused)
        for move in process.moves:
            sources = {state for state in move.from_states if move.clocks.pause or state in paused}
            if not move.clocks.resume and not move.clocks.cancel:
                paused |= {move.target(source) for source in sources}
        grown = len(paused) > before
    return [state.name for state in process.states if state.name in paused and not state.is_closed]


def _open_from(process: Process, name: str) -> set[str]:
    """The states that a case can come to from this one, itself included, while it stays open."""
    seen, waiting = {name}, [name]
    while waiting:
        for move in process.moves_from(waiting.pop()):
            target = process.state(move.to_state)
            if target is not None and not target.is_closed and target.name not in seen:
                seen.add(target.name)
                waiting.append(target.name)
    return seen
