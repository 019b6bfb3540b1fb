"""Checking an answer that waits: releasing it, returning it, taking it back, sending it to be checked again."""

from datetime import datetime

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.events import ApprovalDecided, CaseChanged
from casework.cases.models import Approval, ApprovalState, Case, Channel
from casework.cases.queries import may_see, stage_handled_by
from casework.cases.queries.approvals import open_approval
from casework.cases.reach import reachable
from casework.cases.services.along import go_along
from casework.cases.services.approvals import basis_of, note_asked, take_over, what_changed
from casework.cases.services.moves import FIRST_CONTACT, check_move, make_move
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.workflow.definition import Move

GONE = "No answer waits to be checked here any more. Reload the page to see what happened to it."
SPOKEN = (Channel.PHONE, Channel.IN_PERSON)
OPEN = (ApprovalState.WAITING, ApprovalState.STALE)


def why_not_check(approval: Approval, case: Case, person: User) -> list[str]:
    """Why this person may not release or return this answer, a sentence each; empty when they may.

    - It takes the permission to approve answers, and somebody else than who wrote it.
    - They may see the case: nobody whom it is about, and for a restricted one only those it was granted to.
    - A review is not checked by whoever handled an earlier stage.
    """
    if not may_see(person, case.id):
        return ["There is no case with that reference that you may open."]
    reasons = []
    if not person.may(Permission.APPROVE_ANSWERS):
        reasons.append("Your role does not release answers. A supervisor has to look at it.")
    if approval.asked_by_id == person.id:
        reasons.append("You wrote this answer yourself, so somebody else has to look at it.")
    stage = stage_handled_by(case, person.id)
    if stage is not None:
        reasons.append(f"You handled stage {stage} of this case, so somebody else must check its review.")
    return reasons


def release_answer(case: Case, *, actor: User, now: datetime, seen: str) -> Move:
    """Let an answer go out: its move is made now, with who wrote it as author and who checked it beside.

    - Four eyes (why_not_check), and the answer is the one that was `seen` (Approval.mark).
    - Nothing that it rests on has changed since it was written; every rule of the move holds now as well.
    - Of two people at once one does, and the other is told.
    - What was promised with it is promised now.

    Raises Refused.
    """
    approval = _open(case, seen)
    reasons = why_not_check(approval, case, actor) or what_changed(approval, case)
    if reasons:
        raise Refused(reasons)
    take_over(
        approval.id,
        (ApprovalState.WAITING,),
        state=ApprovalState.RELEASED,
        decided_by_id=actor.id,
        decided_at=now,
    )
    case.awaiting_approval = False
    author = db.session.get_one(User, approval.asked_by_id)
    move = make_move(
        case,
        approval.move,
        approval.given,
        actor=author,
        now=now,
        reachable=_can_be_told(case, approval),
        checked_by=actor,
        channel=approval.channel,
    )
    go_along(case, approval, author=author, now=now)
    _decided(case, approval, "approval_released", f"{move.label}: checked and released", actor, now)
    return move


def return_answer(case: Case, comment: str, *, actor: User, now: datetime, seen: str) -> None:
    """Give an answer back to whoever wrote it, saying what is to be changed. The approver changes no words.

    Raises Refused.
    """
    approval = _open(case, seen)
    reasons = why_not_check(approval, case, actor)
    if not comment.strip():
        reasons.append("Say what should be changed, so that whoever wrote it knows what to do.")
    if reasons:
        raise Refused(reasons)
    values = {"decided_by_id": actor.id, "decided_at": now, "comment": comment.strip()}
    take_over(approval.id, OPEN, state=ApprovalState.RETURNED, **values)
    case.awaiting_approval, case.updated_at = False, now
    _decided(
        case, approval, "approval_returned", "The answer was returned", actor, now, reason=comment.strip()
    )


def withdraw_answer(case: Case, *, actor: User, now: datetime) -> None:
    """Take back an answer that one wrote oneself, before it is released. Raises Refused."""
    approval = _open(case)
    if approval.asked_by_id != actor.id:
        raise Refused("Only who wrote this answer takes it back. Return it with a comment instead.")
    take_over(approval.id, OPEN, state=ApprovalState.WITHDRAWN, decided_by_id=actor.id, decided_at=now)
    case.awaiting_approval, case.updated_at = False, now
    db.session.flush()
    db.session.refresh(approval)
    after = {"approval_id": approval.id}
    words = "The answer was taken back before it was checked"
    record("case", case.id, "approval_withdrawn", words, actor_id=actor.id, at=now, after=after)
    publish(CaseChanged(case.id, now))


def ask_again(case: Case, *, actor: User, now: datetime) -> Approval:
    """Say that the answer still fits after the case has changed: it waits again, resting on what is there now.

    Every rule of the move is checked anew. Raises Refused.
    """
    approval = _open(case)
    if approval.asked_by_id != actor.id:
        raise Refused(f"{approval.asked_by.name} wrote this answer and has to look at it again.")
    if approval.state is not ApprovalState.STALE:
        return approval
    move = check_move(
        case, approval.move, approval.given, actor=actor, now=now, reachable=_can_be_told(case, approval)
    )
    values = {"asked_at": now, "basis": basis_of(case), "changes": [], "case_version": case.version}
    take_over(approval.id, (ApprovalState.STALE,), state=ApprovalState.WAITING, **values)
    case.updated_at = now
    db.session.flush()
    db.session.refresh(approval)
    note_asked(case, approval, f"{move.label}: looked at again, waits to be checked", now)
    return approval


def _can_be_told(case: Case, approval: Approval) -> bool:
    """Whether the customer can be told; whoever is resolved on the spot hears it themselves."""
    return reachable(case) or (approval.move == FIRST_CONTACT and case.channel in SPOKEN)


def _open(case: Case, seen: str = "") -> Approval:
    """The answer that waits, when it is the one that was looked at. Raises Refused."""
    approval = open_approval(case.id)
    if approval is None:
        raise Refused(GONE)
    if seen and seen != approval.mark:
        raise Refused("Another answer waits here now than the one you looked at. Read it, then decide.")
    return approval


def _decided(
    case: Case, approval: Approval, verb: str, words: str, actor: User, now: datetime, *, reason: str = ""
) -> None:
    db.session.flush()
    db.session.refresh(approval)
    after: dict[str, object] = {"approval_id": approval.id, "asked_by_id": approval.asked_by_id}
    if reason:
        after["reason"] = reason
    record("case", case.id, verb, words, actor_id=actor.id, at=now, after=after)
    released = approval.state is ApprovalState.RELEASED
    publish(ApprovalDecided(case.id, approval.id, approval.asked_by_id, actor.id, released, now))
    publish(CaseChanged(case.id, now))
