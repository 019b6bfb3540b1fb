"""What a process is made of: states, moves, forms and guards, as frozen values that can be stored as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("complaint", "compliment", "suggestion", "enquiry")
STAFF_ROLES = ("frontline", "supervisor", "manager", "administrator")
# A customer moves a case from the private page (answers, accepts, withdraws); a sweep moves it unattended.
ROLES = (*STAFF_ROLES, "customer", "system")
FIELD_KINDS = (
    "text",
    "long_text",
    "date",
    "choice",
    "user",
    "team",
    "service",
    "severity",
    "message",
    "body",
)
PROMISES = ("acknowledge", "meet", "respond", "review", "update")
SAYS = ("acknowledgement", "question", "proposal", "decision", "extension", "referral", "update")
# A complaint may end in a state of these names without a finding and an answer, but never without a reason.
ENDS_WITHOUT_DECISION = frozenset({"withdrawn", "referred", "duplicate"})
STAYS = "same"
# What a guard calls the path of a case that entered none; no move leads back to it.
ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that the form of a move asks for.

    `kind` is one of FIELD_KINDS. A `message` is written to the customer, a `body` is another public body.
    `choices` are (value, label) pairs and belong to the kind `choice` alone.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The field as it stands in a process file."""
        data: dict[str, Any] = {"name": self.name, "label": self.label, "kind": self.kind}
        if self.required:
            data["required"] = True
        if self.hint:
            data["hint"] = self.hint
        if self.choices:
            data["choices"] = [list(pair) for pair in self.choices]
        return data


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule by its name in `guards.GUARDS`, with the parameters it is used with."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> str | dict[str, Any]:
        """Only the name where there is no parameter, otherwise a table."""
        return {"name": self.name, **self.params} if self.params else self.name


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """What a move does to the clocks of its case.

    `stop` and `start` hold PROMISES. `start` begins the standards of those promises that apply to the stage
    which the move leads to. A stopped clock was kept or missed; `cancel` ends what still runs without judging
    it, because the promise lost its object. `pause`, `resume` and `extend` concern the clocks that allow it.
    """

    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    pause: bool = False
    resume: bool = False
    extend: bool = False
    cancel: bool = False

    def to_data(self) -> dict[str, Any]:
        """Only what the move does."""
        data: dict[str, Any] = {name: list(getattr(self, name)) for name in ("stop", "start")}
        data.update({name: getattr(self, name) for name in ("pause", "resume", "extend", "cancel")})
        return {name: value for name, value in data.items() if value}


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand.

    `step` is the place in `Process.steps`, for the progress bar. `public_label` is what the customer reads on
    the tracking page. An end is a state that a case may rest in for ever; moves may still lead out of it.
    """

    name: str
    label: str
    public_label: str
    step: int = 0
    is_end: bool = False
    waits_for_customer: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step from one state to another, or one that stays where it is (`to_state` empty or "same").

    `says` is the purpose of the communication it sends, or empty. `stage` is the stage that the case enters
    by it, or None. `path` names the path that the case enters by it, such as "expedited", or is empty: a path
    is a way through the same states under standards of its own. `key` is its keyboard hint. `main` marks what
    most people do next: the first main offer of a state is the page's main button.
    """

    name: str
    label: str
    from_states: tuple[str, ...]
    to_state: str
    roles: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    clocks: ClockEffects = ClockEffects()
    says: str = ""
    stage: int | None = None
    path: str = ""
    key: str = ""
    main: bool = False

    @property
    def stays(self) -> bool:
        """Whether the case keeps its state."""
        return self.to_state in ("", STAYS)

    def target(self, state: str) -> str:
        """The name of the state after this move from `state`."""
        return state if self.stays else self.to_state

    def field(self, name: str) -> Field | None:
        """The field of this name in its form, if there is one."""
        return next((one for one in self.fields if one.name == name), None)

    def to_data(self) -> dict[str, Any]:
        """The move as it stands in a process file."""
        data: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "from": list(self.from_states),
            "to": self.to_state,
            "roles": list(self.roles),
            "guards": [guard.to_data() for guard in self.guards],
            "clocks": self.clocks.to_data(),
            "says": self.says,
            "stage": self.stage,
            "path": self.path,
            "key": self.key,
            "main": self.main,
            "field": [one.to_data() for one in self.fields],
        }
        always = ("name", "label", "from", "to", "roles")
        return {name: value for name, value in data.items() if name in always or value}


@dataclass(frozen=True, slots=True)
class Process:
    """The defined way in which a kind of case is resolved.

    `steps` are the words of the progress bar in order. The two windows are calendar days, counted from
    the day of the answer, or of closing where that came later; the last day counts in full.
    """

    name: str
    kind: str
    title: str
    start: str
    steps: tuple[str, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    note: str = ""
    reopen_window_days: int = 30
    escalate_window_days: int = 60

    def state(self, name: str) -> State | None:
        """The state of this name, if there is one."""
        return next((state for state in self.states if state.name == name), None)

    @property
    def paths(self) -> tuple[str, ...]:
        """The names of the paths that its moves lead to, each once, in the order of the file."""
        return tuple(dict.fromkeys(move.path for move in self.moves if move.path))

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """The moves that lead out of a state or stay in it, in the order of the file."""
        return tuple(move for move in self.moves if state in move.from_states)

    def move(self, name: str, state: str) -> Move | None:
        """The move of this name from this state, if there is one."""
        return next((move for move in self.moves_from(state) if move.name == name), None)

    def to_data(self) -> dict[str, Any]:
        """The process as tables, lists, texts and numbers, ready for JSON; `parse_process` reads it back."""
        return {
            "name": self.name,
            "kind": self.kind,
            "title": self.title,
            "note": self.note,
            "start": self.start,
            "reopen_window_days": self.reopen_window_days,
            "escalate_window_days": self.escalate_window_days,
            "steps": list(self.steps),
            "state": [self._state_data(state) for state in self.states],
            "move": [move.to_data() for move in self.moves],
        }

    def _state_data(self, state: State) -> dict[str, Any]:
        data: dict[str, Any] = {
            "name": state.name,
            "label": state.label,
            "public_label": state.public_label,
            "step": self.steps[state.step],
        }
        flags = ("is_end", "waits_for_customer", "is_closed")
        return data | {flag: True for flag in flags if getattr(state, flag)}
