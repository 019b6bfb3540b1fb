"""Accepting, dismissing and merging opportunities."""

from datetime import datetime

from sqlalchemy import insert, select, update

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.core.db import db
from casework.core.errors import Refused
from casework.improvement.models import Opportunity, OpportunityCase, State
from casework.improvement.services.guard import allow, lock, note, owner_named

OPEN_TO_DECISION = (State.FOUND, State.ACCEPTED)


def accept(opportunity: Opportunity, *, owner_id: int, reason: str = "", actor: User, now: datetime) -> None:
    """Somebody takes the opportunity on, and owns it.

    - One that was dismissed may still be accepted; one in hand is given to another owner by the same step.
    - The same again changes nothing.
    Raises NotAllowed, and Refused for one that was merged or an owner who cannot be.
    """
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    owner = owner_named(owner_id)
    lock(opportunity)
    if opportunity.state is State.MERGED:
        raise Refused("This opportunity was merged into another one. Decide on that one.")
    if opportunity.state not in (State.FOUND, State.DISMISSED):
        if opportunity.owner_id != owner.id:
            opportunity.owner_id = owner.id
            note(opportunity, "given", f"Given to {owner.name}", actor=actor, at=now)
        return
    before = {"state": opportunity.state.value}
    opportunity.state, opportunity.owner_id = State.ACCEPTED, owner.id
    opportunity.dismissed_evidence_n = None
    _decided(opportunity, reason, actor, now)
    after = {"state": State.ACCEPTED.value, "owner_id": owner.id, "reason": reason.strip()}
    note(opportunity, "accepted", "Accepted", actor=actor, at=now, before=before, after=after)


def dismiss(opportunity: Opportunity, *, reason: str, actor: User, now: datetime) -> None:
    """Set the opportunity aside, with the reason; it returns only with materially more evidence.

    The same again changes nothing. Raises NotAllowed, and Refused without a reason or once there are actions.
    """
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    if not reason.strip():
        raise Refused("Say why it is dismissed, so that nobody has to ask again.")
    lock(opportunity)
    if opportunity.state is State.DISMISSED:
        return
    _check_open_to_decision(opportunity, "dismissed")
    before = {"state": opportunity.state.value}
    opportunity.state = State.DISMISSED
    opportunity.dismissed_evidence_n = opportunity.evidence_n
    _decided(opportunity, reason, actor, now)
    after = {"state": State.DISMISSED.value, "reason": reason.strip(), "evidence_n": opportunity.evidence_n}
    note(opportunity, "dismissed", "Dismissed", actor=actor, at=now, before=before, after=after)


def merge(
    opportunity: Opportunity, *, into: Opportunity, reason: str = "", actor: User, now: datetime
) -> None:
    """Let another opportunity stand for this one: its cases become evidence of that one too.

    - What was merged into this one before goes along. Finding it again updates it and feeds the other.
    - The same again changes nothing.
    Raises NotAllowed, and Refused for itself, for one that is set aside, or once there are actions.
    """
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    if into.id == opportunity.id:
        raise Refused("An opportunity cannot be merged into itself. Choose another one.")
    # Always in the order of their ids, so that two merges at once wait for each other and do not lock for ever.
    for each in sorted((opportunity, into), key=lambda one: one.id):
        lock(each)
    if opportunity.state is State.MERGED and opportunity.merged_into_id == into.id:
        return
    _check_open_to_decision(opportunity, "merged")
    if into.state in (State.DISMISSED, State.MERGED):
        raise Refused("The other opportunity was set aside. Choose one that is still open.")
    opportunity.state, opportunity.merged_into_id = State.MERGED, into.id
    _decided(opportunity, reason, actor, now)
    db.session.flush()
    db.session.execute(
        update(Opportunity)
        .where(Opportunity.merged_into_id == opportunity.id)
        .values(merged_into_id=into.id)
        .execution_options(synchronize_session=False)
    )
    feed(opportunity.id, into.id)
    why = {"reason": reason.strip()}
    note(opportunity, "merged", f"Merged into opportunity {into.id}", actor=actor, at=now, after=why)
    note(
        into, "took_in", f"Opportunity {opportunity.id} merged into this one", actor=actor, at=now, after=why
    )


def feed(source_id: int, target_id: int) -> None:
    """Link the cases of one opportunity to another that stands for it."""
    known = select(OpportunityCase.case_id).where(OpportunityCase.opportunity_id == target_id)
    wanted = select(OpportunityCase.case_id).where(
        OpportunityCase.opportunity_id == source_id, OpportunityCase.case_id.not_in(known)
    )
    rows = [
        {"opportunity_id": target_id, "case_id": case_id, "in_figures": False}
        for case_id in db.session.scalars(wanted)
    ]
    if rows:
        db.session.execute(insert(OpportunityCase), rows)


def _check_open_to_decision(opportunity: Opportunity, verb: str) -> None:
    if opportunity.state not in OPEN_TO_DECISION or opportunity.actions:
        raise Refused(
            f"This opportunity is {opportunity.state.label.lower()} or has actions already, "
            f"so it cannot be {verb} any more. Finish its actions instead."
        )


def _decided(opportunity: Opportunity, reason: str, actor: User, now: datetime) -> None:
    opportunity.decided_by_id, opportunity.decided_at = actor.id, now
    opportunity.decision_reason = reason.strip()
