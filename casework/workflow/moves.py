"""Which moves a case may make now, and what a move does.

Three layers of rules, in this order: what the form asks for, what always holds whatever the process says
(PRODUCT section 3), and the guards that the process names.

- Staff named in a case do nothing in it, and nobody hands it to them.
- From stage 2 on, whoever handled an earlier stage makes no move, and the handler is somebody else.
- A complaint enters a closed state only when every issue has a finding and a cause and the answer is sent or
  its impossibility recorded. The ends `withdrawn`, `referred` and `duplicate` need a reason instead.
- A case never falls back to an earlier stage.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework.core.errors import Refused
from casework.workflow.answers import field_problems, missing_fields
from casework.workflow.definition import ENDS_WITHOUT_DECISION, ClockEffects, Move, Process, State
from casework.workflow.guards import GUARDS
from casework.workflow.guards.people import handler_refused
from casework.workflow.guards.registry import Rule
from casework.workflow.situation import IssueView, Situation, as_int

_ROLE_WORDS = {
    "frontline": "front-line staff",
    "supervisor": "a supervisor",
    "manager": "a manager",
    "administrator": "an administrator",
    "customer": "the customer",
    "system": "the system itself",
}
_ANSWERING = frozenset({"respond", "review"})
_WHOEVER_ACTS = ("not_named_in_case", "actor_is_independent", "reviewer_is_independent")
_BEFORE_CLOSING = ("every_issue_decided", "decision_sent_or_impossible")


class MoveRefused(Refused):
    """A move that may not be made now; `reasons` says what is missing, a sentence each."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A move on the page: allowed, or refused with the reasons."""

    move: Move
    allowed: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from a move, for the service that carries it out.

    - `stage` is the stage of the case afterwards; `enters_stage` says that it is a new one, which begins without
      the handler of the stage before.
    - `path` is the path of the case afterwards, empty for the ordinary one; `enters_path` says that it is a new
      one, whose standards apply from now on.
    - `owes_answer` says that the customer is owed a new answer: the decision state goes back to "none", whatever
      was sent before.
    - `says` is the purpose of the communication to send.
    """

    clocks: ClockEffects
    says: str
    stage: int
    enters_stage: bool
    path: str
    enters_path: bool
    owes_answer: bool
    closes: bool
    reopens: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """A move that is allowed, the name of the state it leads to, and its effects."""

    move: Move
    to_state: str
    effects: Effects


def offers(process: Process, situation: Situation) -> list[Offer]:
    """The moves that this role may make from the present state, in the order of the process.

    Refused ones stay, with their reasons. What a form can still supply is no reason before something was
    typed: with `given` empty, only what the case itself lacks counts.
    """
    return [
        Offer(move, allowed=not reasons, reasons=reasons)
        for move in process.moves_from(situation.state)
        if situation.actor_role in move.roles
        for reasons in (_reasons(process, move, situation, form_counts=bool(situation.given)),)
    ]


def decide(process: Process, situation: Situation, move_name: str) -> Decision:
    """What the move does, when every rule lets it pass. Raises MoveRefused with all that is missing."""
    present = process.state(situation.state)
    move = process.move(move_name, situation.state)
    if present is None or move is None:
        raise MoveRefused(_no_such_move(process, move_name, present))
    if situation.actor_role not in move.roles:
        who = " or ".join(_ROLE_WORDS.get(role, role) for role in move.roles)
        raise MoveRefused(f"“{move.label}” can only be done by {who}. Ask one of them.")
    reasons = _reasons(process, move, situation, form_counts=True)
    if reasons:
        raise MoveRefused(reasons)
    target = process.state(move.target(situation.state))
    assert target is not None  # _reasons refuses a move whose target the process does not know.
    return Decision(move, target.name, _effects(move, situation, present, target))


def _no_such_move(process: Process, move_name: str, present: State | None) -> str:
    known = next((move for move in process.moves if move.name == move_name), None)
    if present is None:
        return f"The process “{process.title}” does not know the state of this case. Ask an administrator."
    if known is None:
        return f"There is no move called “{move_name}” in the process “{process.title}”."
    return f"“{known.label}” cannot be done while the case is “{present.label}”. Reload the page."


def _effects(move: Move, situation: Situation, present: State, target: State) -> Effects:
    stage = max(situation.stage, move.stage or situation.stage)
    return Effects(
        clocks=move.clocks,
        says=move.says,
        stage=stage,
        enters_stage=stage > situation.stage,
        path=move.path or situation.path,
        enters_path=move.path not in ("", situation.path),
        # A clock for an answer that starts anew is a promise of a new answer.
        owes_answer=stage > situation.stage or not _ANSWERING.isdisjoint(move.clocks.start),
        closes=target.is_closed and not present.is_closed,
        reopens=present.is_closed and not target.is_closed,
    )


def _reasons(process: Process, move: Move, situation: Situation, *, form_counts: bool) -> tuple[str, ...]:
    target = process.state(move.target(situation.state))
    if target is None:
        return (f"“{move.label}” leads to a state that the process does not know. Ask an administrator.",)
    missing = {field.name for field in missing_fields(move, situation.given)}
    can_still_come = frozenset() if form_counts else frozenset(field.name for field in move.fields)
    found = list(field_problems(move, situation.given)) if form_counts else []
    found += _people_refused(move, situation)
    for rule, params in _rules(process, move, situation, target):
        asked = rule.form_field(params)
        if rule.fields(params) & can_still_come or (form_counts and asked in missing):
            continue  # Not yet typed, or said already as a field to fill in.
        if sentence := rule.check(situation, params):
            found.append(sentence)
    return tuple(dict.fromkeys(found))


def _rules(
    process: Process, move: Move, situation: Situation, target: State
) -> Iterator[tuple[Rule, Mapping[str, Any]]]:
    for name in (*_WHOEVER_ACTS, *_closing_rules(move, situation, target)):
        yield GUARDS[name], {}
    for guard in move.guards:
        yield GUARDS[guard.name], _with_window(process, guard.name, guard.params)


def _closing_rules(move: Move, situation: Situation, target: State) -> Iterable[str]:
    if move.stays or not target.is_closed or situation.kind != "complaint":
        return ()
    return ("reason_given",) if target.name in ENDS_WITHOUT_DECISION else _BEFORE_CLOSING


def _with_window(process: Process, name: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a guard; a window without days of its own takes those of the process."""
    if name != "within_window" or "days" in params:
        return params
    of_process = {"reopen": process.reopen_window_days, "escalate": process.escalate_window_days}
    return {**params, "days": of_process[params.get("window", "reopen")]}


def _people_refused(move: Move, situation: Situation) -> Iterator[str]:
    """Nobody is chosen in the form who is named in the case, or who handled what a stage reviews."""
    names = {field.name for field in move.fields if field.kind == "user"} | {"handler"}
    chosen = {person for name in names if (person := as_int(situation.given.get(name))) is not None}
    for name in sorted(names):
        if sentence := GUARDS["chosen_not_named"].check(situation, {"field": name}):
            yield sentence
    stage = max(situation.stage, move.stage or situation.stage)
    for person in sorted(chosen):
        if sentence := handler_refused(_with_present_handler(situation), stage, person):
            yield sentence


def _with_present_handler(situation: Situation) -> Situation:
    """The case as a new stage will find it: whoever handles the present one has handled it."""
    if situation.handler_id is None:
        return situation
    handlers = situation.handlers_of(situation.stage) | {situation.handler_id}
    return replace(situation, handled={**situation.handled, situation.stage: handlers})


__all__ = ["Decision", "Effects", "IssueView", "MoveRefused", "Offer", "Situation", "decide", "offers"]
