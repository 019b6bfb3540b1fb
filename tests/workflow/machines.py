"""A process as a machine of the `transitions` library: an oracle that shares no code with ours."""

from transitions import Machine

from casework.workflow import Process


class Walker:
    """Stands in one state of a process; the library moves it, and no guard is asked."""

    state: str

    def __init__(self, process: Process, state: str = "") -> None:
        self.process = process
        self.machine = Machine(
            model=self,
            states=[one.name for one in process.states],
            initial=state or process.start,
            auto_transitions=False,
            model_attribute="state",
        )
        for move in process.moves:
            # The library's own word for a transition that stays is "=".
            goes_to = "=" if move.to_state in ("", "same") else move.to_state
            self.machine.add_transition(f"make_{move.name}", list(move.from_states), goes_to)

    def allowed(self) -> set[str]:
        """The names of the moves that lead out of the present state or stay in it."""
        return {name.removeprefix("make_") for name in self.machine.get_triggers(self.state)}

    def make(self, name: str) -> str:
        """Make a move and say where that leads. Raises MachineError for one that is not allowed here."""
        getattr(self, f"make_{name}")()
        return self.state

    def reachable(self) -> set[str]:
        """All states that walking can lead to from the present one."""
        seen, waiting = set(), [self.state]
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            for name in Walker(self.process, state).allowed():
                waiting.append(Walker(self.process, state).make(name))
        return seen
