"""Moving a case through its process: the process decides, and what it decides is carried out here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.accounts.models import Team, User
from casework.audit.services import record
from casework.cases.events import CaseChanged, CaseMoved
from casework.cases.models import HANDLED, Case, DecisionState, Relation
from casework.cases.queries import people_of
from casework.cases.queries.seen import check_seen, move_mark
from casework.cases.reach import cannot_be_told
from casework.cases.rules import About
from casework.cases.services import clocks
from casework.cases.services.approval_rules import why_checked
from casework.cases.services.approvals import ask_for_approval, refuse_while_waiting
from casework.cases.services.assignment import assign_case, note_handled
from casework.cases.services.telling import note_decision_impossible
from casework.catalogue.limits import remedy_limits
from casework.catalogue.models import Service
from casework.catalogue.queries import process_of, the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.workflow.definition import Move, Process
from casework.workflow.moves import Decision, MoveRefused, Offer, decide, offers
from casework.workflow.situation import IssueView, Situation, as_date, as_int

Given = Mapping[str, object]
FIRST_CONTACT = "resolve_first_contact"
TOWARDS_THE_ANSWER = ("question", "proposal", "decision")


People = Mapping[Relation, frozenset[int]]


def offers_for(
    case: Case, *, actor: User, now: datetime, reachable: bool, people: People | None = None
) -> list[Offer]:
    """The moves this person may see now, each allowed or with what is missing.

    `people` are those in a special relation to the case, where the page knows them already.
    """
    if case.duplicate_of_id is not None:
        return []
    return offers(process_of(case.process_version), _situation(case, {}, actor, "", now, reachable, people))


def make_move(
    case: Case,
    name: str,
    given: Given,
    *,
    actor: User | None,
    now: datetime,
    role: str = "",
    reachable: bool = True,
    checked_by: User | None = None,
    seen: str | None = None,
    channel: str = "",
) -> Move:
    """Make a move: the process checks it, then state, clocks, form values, history and messages follow.

    - `given` holds what was typed, by field name. `reachable` says whether the customer can be told anything.
    - `role` is "customer" or "system" where no member of staff acts.
    - Whoever works towards the answer of a stage is remembered, so that they do not review it at a later one.
    - An answer that a rule wants checked is not made but kept until it is released (`Case.awaiting_approval`
      says so afterwards); `checked_by` is given by that release alone.
    - `seen` is what the form saw (queries.seen): a move that somebody else made meanwhile is not made over.
    - `channel` is the way by which the customer is told; empty is their own.

    Raises Refused with a sentence for everything that is missing, and Conflict.
    """
    check_seen(seen, move_mark(case))
    situation = _situation(case, given, actor, role, now, reachable)
    if checked_by is not None:
        drafted_by = actor.id if actor else None
        situation = replace(situation, drafted_by_id=drafted_by, checked_by_id=checked_by.id)
    decision = _decide(case, name, situation)
    process, move, before = process_of(case.process_version), decision.move, case.state
    if checked_by is None:
        rules = why_checked(case, move, given, actor)
        if rules:
            ask_for_approval(case, move, given, why=rules, actor=actor, now=now, channel=channel)
            return move
        refuse_while_waiting(case, move)
    if actor is not None and (case.handler_id == actor.id or move.says in TOWARDS_THE_ANSWER):
        note_handled(case, actor.id)
    by, about = actor.id if actor else None, clocks.about_case(case, ())
    _enter_stage(case, decision, now)
    _take_form(case, move, given, actor, now)
    _change_clocks(case, move, given, now, by)
    _enter_state(case, decision, now)
    _fit_clocks(case, about, now, by)
    if "respond" in move.clocks.stop and not move.says and not reachable:
        why = cannot_be_told(case)
        note_decision_impossible(case, why, actor_id=actor.id if actor else None, now=now)
    case.updated_at = now
    db.session.flush()
    record(
        "case",
        case.id,
        "moved",
        _summary(process, move, case.state, before),
        actor_id=actor.id if actor else None,
        at=now,
        before={"state": before},
        after={"state": case.state, "move": move.name, **_kept(move, given), **_checked(checked_by)},
    )
    words = next((str(given.get(f.name) or "") for f in move.fields if f.kind == "message"), "")
    publish(CaseMoved(case.id, move.name, move.says, words, actor.id if actor else None, now, channel))
    publish(CaseChanged(case.id, now))
    return move


def check_move(
    case: Case, name: str, given: Given, *, actor: User, now: datetime, reachable: bool = True
) -> Move:
    """The move, when every rule would let it pass now; nothing is done. Raises Refused."""
    return _decide(case, name, _situation(case, given, actor, "", now, reachable)).move


def go_on_after_reply(case: Case, *, now: datetime) -> None:
    """A case that waits for its customer goes on when they write.

    Only where their writing can mean one thing: with a remedy proposed, a message may accept it or refuse it,
    and the customer says which on their page, or a person reads it.
    """
    move = move_of_reply(case)
    if move is not None:
        make_move(case, move.name, {}, actor=None, role="customer", now=now)


def move_of_reply(case: Case) -> Move | None:
    """What it means when the customer writes, where it can mean one thing; None for a case that waits for nothing."""
    if case.duplicate_of_id is not None:
        return None  # Its clocks rest as long as another case stands for it.
    process = process_of(case.process_version)
    state = process.state(case.state)
    if state is None or not state.waits_for_customer:
        return None
    moves = [
        move
        for move in process.moves_from(case.state)
        if "customer" in move.roles and move.clocks.resume and not move.clocks.cancel
    ]
    return moves[0] if len(moves) == 1 else None


def _decide(case: Case, name: str, situation: Situation) -> Decision:
    """What the process says of this move. Raises Refused."""
    if case.duplicate_of_id is not None:
        raise Refused("This case is handled together with another one. Undo the merge first.")
    try:
        return decide(process_of(case.process_version), situation, name)
    except MoveRefused as refusal:
        raise Refused(refusal.reasons) from refusal


def _situation(
    case: Case,
    given: Given,
    actor: User | None,
    role: str,
    now: datetime,
    reachable: bool,
    people: People | None = None,
) -> Situation:
    people = people or people_of(case.id)
    due_at, extensions = clocks.owed_answer(case)
    return Situation(
        kind=case.kind,
        state=case.state,
        actor_role=role or (actor.role if actor else "system"),
        now=now,
        actor_id=actor.id if actor else None,
        stage=case.stage,
        severity=case.severity,
        service_id=case.service_id,
        team_id=case.team_id,
        handler_id=case.handler_id,
        time_zone=ZoneInfo(the_agency().time_zone),
        received_at=case.received_at,
        responded_at=clocks.answered_at(case),
        closed_at=case.closed_at,
        calendar_due_at=due_at,
        issues=tuple(
            IssueView(
                i.number, i.summary, has_finding=i.finding is not None, has_cause=i.cause_id is not None
            )
            for i in case.issues
        ),
        decision_state=case.decision_state,
        customer_reachable=reachable,
        handled={stage: people[relation] for stage, relation in HANDLED.items()},
        path=case.path or "",
        early_open=clocks.early_is_open(case, now),
        named_staff=people[Relation.NAMED],
        extensions_used=extensions,
        given=given,
        limits=remedy_limits,
    )


def _take_form(case: Case, move: Move, given: Given, actor: User | None, now: datetime) -> None:
    """Put what the form gave into the case, by the kind of each field."""
    for field in move.fields:
        value = given.get(field.name)
        if value not in (None, ""):
            take = _TAKERS.get(field.kind)
            if take is not None:
                take(case, value, actor, now)


def _take_severity(case: Case, value: object, _actor: User | None, _now: datetime) -> None:
    severity = as_int(value)
    if severity not in (1, 2, 3, 4):
        raise Refused("Severity runs from 1 (low) to 4 (severe).")
    case.severity = severity


def _take_service(case: Case, value: object, _actor: User | None, _now: datetime) -> None:
    service = db.session.get(Service, as_int(value) or 0)
    if service is None:
        raise Refused("That service is no longer there. Choose another one.")
    # The number too: standards look at that, before anything is written.
    case.service, case.service_id = service, service.id


def _take_team(case: Case, value: object, _actor: User | None, _now: datetime) -> None:
    team = db.session.get(Team, as_int(value) or 0)
    if team is None:
        raise Refused("That team is no longer there. Choose another one.")
    case.team = team


def _take_handler(case: Case, value: object, actor: User | None, now: datetime) -> None:
    user = db.session.get(User, as_int(value) or 0)
    if user is None or actor is None:
        raise Refused("That person is no longer there. Choose somebody else.")
    assign_case(case, to=user, actor=actor, now=now)


_TAKERS: dict[str, Callable[[Case, object, User | None, datetime], None]] = {
    "severity": _take_severity,
    "service": _take_service,
    "team": _take_team,
    "user": _take_handler,
}


def _change_clocks(case: Case, move: Move, given: Given, now: datetime, by: int | None) -> None:
    effects = move.clocks
    if effects.stop:
        clocks.stop_clocks(case, effects.stop, now, actor_id=by, says=move.says)
    if effects.cancel:
        clocks.cancel_clocks(case, now, reason=_reason(move, given) or move.label.lower(), actor_id=by)
    if effects.pause:
        state = move.target(case.state)
        reason = _reason(move, given) or "waiting for the customer"
        clocks.pause_clocks(case, now, reason, state=state, actor_id=by)
    if effects.resume:
        clocks.resume_clocks(case, now, actor_id=by)
    if effects.extend:
        _extend(case, move, given, now, by)


def _extend(case: Case, move: Move, given: Given, now: datetime, by: int | None) -> None:
    new_on = next((as_date(given.get(f.name)) for f in move.fields if f.kind == "date"), None)
    if new_on is None:
        raise Refused("Give the new date by which the customer is answered.")
    clocks.extend_clocks(case, until=new_on, reason=_reason(move, given), at=now, actor_id=by)


def _fit_clocks(case: Case, before: About, now: datetime, by: int | None) -> None:
    """Other standards may hold for what the form or the move has changed."""
    after = clocks.about_case(case, ())
    if replace(after, stage=before.stage) == before:
        return
    changed = [words for name, words in _CHANGES.items() if getattr(after, name) != getattr(before, name)]
    clocks.fit_clocks(case, why=f"{' and '.join(changed)} changed", now=now, actor_id=by)


_CHANGES = {
    "kind": "the kind",
    "severity": "the severity",
    "service_id": "the service",
    "channel": "the channel",
    "path": "the path",
}


def _enter_stage(case: Case, decision: Decision, now: datetime) -> None:
    """Begin a new stage, or owe another answer: what was decided before stays on the issues as it was told."""
    effects = decision.effects
    if effects.enters_stage:
        case.stage, case.escalated_at, case.handler_id = effects.stage, now, None
    if effects.owes_answer:
        case.decision_state, case.decision_impossible = DecisionState.NONE, ""


def _enter_state(case: Case, decision: Decision, now: datetime) -> None:
    """Set the state and the instants that measures look at, then start what begins here."""
    effects, move = decision.effects, decision.move
    if case.state != decision.to_state:
        case.state, case.state_since = decision.to_state, now
    if "acknowledge" in move.clocks.stop and case.acknowledged_at is None:
        case.acknowledged_at = now
    if "respond" in move.clocks.stop and case.responded_at is None:
        case.responded_at = now
    if "meet" in move.clocks.stop:
        case.meeting_at = now
    if effects.enters_path:
        case.path = effects.path
    case.first_contact = case.first_contact or move.name == FIRST_CONTACT
    if effects.closes:
        case.is_open, case.closed_at = False, now
        clocks.close_clocks(case, now)
    elif effects.reopens:
        # The first answer keeps its date and the closing gets a new one.
        case.is_open, case.closed_at = True, None
        case.reopened += 0 if effects.enters_stage else 1
    _start(case, decision, now)


def _start(case: Case, decision: Decision, now: datetime) -> None:
    """Start the clocks that begin with this move."""
    starts, stops = decision.move.clocks.start, decision.move.clocks.stop
    if decision.effects.enters_stage:
        clocks.start_clocks(case, "escalated", now, now=now)
    elif "respond" in starts:
        clocks.reopen_clocks(case, now)
    if "update" in starts:
        clocks.start_clocks(case, "last_update", now, now=now, only=("update",), again=True)
    if "acknowledge" in stops:
        clocks.start_clocks(case, "acknowledged", now, now=now)
    if "meet" in stops:
        clocks.start_clocks(case, "met", now, now=now, again=True)


def _reason(move: Move, given: Given) -> str:
    names = [f.name for f in move.fields if f.name == "reason"]
    return str(given.get(names[0]) or "").strip() if names else ""


def _kept(move: Move, given: Given) -> dict[str, str]:
    """What history keeps of the form: not the words to the customer, which stand in the message itself."""
    return {
        f.name: str(given[f.name])
        for f in move.fields
        if f.kind != "message" and given.get(f.name) not in (None, "")
    }


def _checked(checked_by: User | None) -> dict[str, object]:
    return {"approved_by_id": checked_by.id} if checked_by is not None else {}


def _summary(process: Process, move: Move, state: str, before: str) -> str:
    found = process.state(state)
    return move.label if state == before or found is None else f"{move.label}: now {found.label.lower()}"
