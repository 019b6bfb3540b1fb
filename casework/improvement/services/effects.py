"""Keeping the judgement on each change up to date, and closing or reopening the loop by it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.core.db import db
from casework.improvement.models import ImprovementAction, Opportunity, State, Step
from casework.improvement.queries.effect import effect_of
from casework.improvement.queries.tellings import coverages
from casework.improvement.rules import Coverage
from casework.improvement.services.guard import note


def judge(action: ImprovementAction, now: datetime) -> None:
    """Keep with the action what became of its measure."""
    found = effect_of(action, now)
    if found is not None:
        action.effect, action.effect_at = dict(found.words), now


def review_effects(now: datetime) -> None:
    """Judge every action that is done, as the figures are now.

    - An opportunity whose measure improved, with no action open and nobody left to tell, is checked.
    - When the measure goes back to what it was, the action reopens and the opportunity is acted on again.
    """
    done = (
        select(ImprovementAction)
        .where(ImprovementAction.done_at.is_not(None), ImprovementAction.change_on.is_not(None))
        .options(joinedload(ImprovementAction.opportunity).selectinload(Opportunity.actions))
    )
    actions = db.session.scalars(done).unique().all()
    told = coverages([action.id for action in actions])
    for action in actions:
        judge(action, now)
        _reopen_if_returned(action, now)
    for opportunity in {action.opportunity_id: action.opportunity for action in actions}.values():
        _check_if_complete(opportunity, told, now)


def _reopen_if_returned(action: ImprovementAction, now: datetime) -> None:
    if action.effect.get("state") != "returned" or action.reopened_at is not None:
        return
    action.reopened_at, action.step = now, Step.PLAN
    action.opportunity.state = State.ACTING
    words = f"The measure is back to what it was, so this action is open again: {action.what}"
    note(action.opportunity, "reopened", words, actor=None, at=now, after={"action_id": action.id})


def _check_if_complete(opportunity: Opportunity, told: dict[int, Coverage], now: datetime) -> None:
    actions = opportunity.actions
    if opportunity.state is not State.TELLING:
        return
    if any(action.done_at is None or action.reopened_at is not None for action in actions):
        return
    everybody = all(told.get(action.id, Coverage()).is_complete for action in actions)
    if everybody and any(action.effect.get("state") == "improved" for action in actions):
        opportunity.state = State.CHECKED
        note(opportunity, "checked", "It worked, and everybody who could be was told", actor=None, at=now)
