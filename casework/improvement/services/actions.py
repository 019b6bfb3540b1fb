"""Improvement actions: who does what by when, and when it was done."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.once import made_before, remember
from casework.improvement.models import ImprovementAction, Opportunity, State, Step
from casework.improvement.services.effects import judge
from casework.improvement.services.guard import allow, lock, note, owner_named
from casework.improvement.services.telling import prepare_telling

TAKEN_ON = (State.ACCEPTED, State.ACTING, State.TELLING, State.CHECKED)


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """What is known of an action when it is agreed."""

    what: str
    owner_id: int
    due_on: date
    expected_measure: str = ""
    expected_effect: str = ""


def add_action(
    opportunity: Opportunity, new: NewAction, *, actor: User, now: datetime, once_key: str = ""
) -> ImprovementAction:
    """Add an action to an opportunity that was accepted; the opportunity is then being acted on.

    The same `once_key` gives the action that it made before. Raises NotAllowed, and Refused with a sentence for
    each thing that is missing.
    """
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    before = made_before(once_key)
    if before is not None:
        return db.session.get_one(ImprovementAction, before)
    lock(opportunity)
    _check(opportunity, new)
    action = ImprovementAction(
        opportunity_id=opportunity.id,
        what=new.what.strip(),
        owner_id=owner_named(new.owner_id).id,
        due_on=new.due_on,
        expected_measure=new.expected_measure.strip(),
        expected_effect=new.expected_effect.strip(),
        created_at=now,
    )
    db.session.add(action)
    if opportunity.state is not State.TELLING:
        opportunity.state = State.ACTING
    db.session.flush()
    remember(once_key, action.id, now)
    after = {"action_id": action.id, "owner_id": action.owner_id, "due_on": action.due_on.isoformat()}
    note(opportunity, "action_added", f"Action added: {action.what}", actor=actor, at=now, after=after)
    return action


def finish_action(action: ImprovementAction, *, change_on: date, actor: User, now: datetime) -> None:
    """The action is done, and customers notice it from `change_on`. Everybody to be told is listed.

    - The same again changes nothing; another day corrects the day of the change.
    - An action that was reopened is finished again by the same step; nobody is told twice.
    Raises NotAllowed, and Refused for a day that is still to come.
    """
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    if change_on > today:
        raise Refused("The day of the change is still to come. Mark it done when customers can notice it.")
    opportunity = lock(action.opportunity)
    db.session.refresh(action)
    is_done = action.done_at is not None and action.reopened_at is None
    if is_done and action.change_on == change_on:
        return
    before = {"change_on": action.change_on.isoformat() if action.change_on else None}
    if not is_done:
        action.done_at, action.done_by_id, action.reopened_at = now, actor.id, None
        action.step, opportunity.state = Step.STUDY, State.TELLING
    action.change_on = change_on
    db.session.flush()
    prepare_telling(action, now)
    judge(action, now)
    words = f"Day of the change corrected: {action.what}" if is_done else f"Action done: {action.what}"
    after = {"action_id": action.id, "change_on": change_on.isoformat()}
    note(opportunity, "action_done", words, actor=actor, at=now, before=before, after=after)


def move_step(action: ImprovementAction, step: Step, *, actor: User, now: datetime) -> None:
    """Say at which step the action is. Raises NotAllowed, and Refused for study or act before it is done."""
    allow(actor, Permission.DECIDE_IMPROVEMENT)
    is_done = action.done_at is not None and action.reopened_at is None
    if step in (Step.STUDY, Step.ACT) and not is_done:
        raise Refused("Mark the action as done first; then there is something to study.")
    if step in (Step.PLAN, Step.DO) and is_done:
        raise Refused("The action is done, so it is past this step. Add another action instead.")
    if action.step is step:
        return
    before, action.step = action.step, step
    words = f"Step {step.value}: {action.what}"
    after = {"action_id": action.id, "step": step.value}
    note(
        action.opportunity, "step", words, actor=actor, at=now, before={"step": before.value}, after=after
    )  # fmt: skip


def _check(opportunity: Opportunity, new: NewAction) -> None:
    reasons = []
    if opportunity.state not in TAKEN_ON:
        reasons.append("Accept the opportunity first; then actions can be added to it.")
    if not new.what.strip():
        reasons.append("Say what will be done.")
    if reasons:
        raise Refused(reasons)
