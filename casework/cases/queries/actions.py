"""Reading case actions: those of one case, and the list of those that are owed."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import ActionState, Case, CaseAction
from casework.cases.queries.visible import visible_cases
from casework.core.db import db
from casework.core.errors import Invalid, NotFound

PAGE = 50
SHOWN_ON_CASE = 20


@dataclass(frozen=True)
class ActionPage:
    """One page of the list, and the cursor of the next one (empty at the end)."""

    actions: list[CaseAction]
    next: str


def actions_of(cases: Sequence[Case]) -> Select[CaseAction]:
    """What was promised in a case and in those handled together with it.

    Open ones first, the soonest on top, then the newest that ended.
    """
    ended = CaseAction.state != ActionState.OPEN
    return (
        select(CaseAction)
        .where(CaseAction.case_id.in_([one.id for one in cases]))
        .options(joinedload(CaseAction.owner))
        .order_by(ended, CaseAction.ended_at.desc(), CaseAction.due_on, CaseAction.id)
        .limit(SHOWN_ON_CASE)
    )


def get_action(case: Case, action_id: int) -> CaseAction:
    """One action of a case that was opened by its one door. Raises NotFound."""
    wanted = select(CaseAction).where(CaseAction.id == action_id, CaseAction.case_id == case.id)
    action = db.session.scalars(wanted.options(joinedload(CaseAction.owner))).first()
    if action is None:
        raise NotFound("There is no such promise in this case. Go back to the case to see what was promised.")
    return action


def open_actions(user: User, *, whose: str = "mine", after: str = "", size: int = PAGE) -> ActionPage:
    """What is still to be done in cases that this person may see, the longest overdue first.

    `whose`: "mine", "team" (of their team, with what needs an owner in its cases), or "nobody" (all that needs one).

    `after` is the cursor of the page before. Raises Invalid for a cursor that was not made here.
    """
    seen = visible_cases(user).with_only_columns(Case.id).where(Case.id == CaseAction.case_id)
    wanted = select(CaseAction).where(
        CaseAction.state == ActionState.OPEN, seen.correlate(CaseAction).exists()
    )
    if whose == "nobody":
        wanted = wanted.where(CaseAction.owner_id.is_(None))
    elif whose == "team" and user.team_id is not None:
        colleagues = select(User.id).where(User.team_id == user.team_id)
        of_team = select(Case.id).where(Case.id == CaseAction.case_id, Case.team_id == user.team_id)
        lost = and_(CaseAction.owner_id.is_(None), of_team.correlate(CaseAction).exists())
        wanted = wanted.where(or_(CaseAction.owner_id.in_(colleagues), lost))
    else:
        wanted = wanted.where(CaseAction.owner_id == user.id)
    if after:
        on, action_id = _read(after)
        later = and_(CaseAction.due_on == on, CaseAction.id > action_id)
        wanted = wanted.where(or_(CaseAction.due_on > on, later))
    wanted = wanted.options(
        joinedload(CaseAction.owner), joinedload(CaseAction.case).joinedload(Case.customer)
    )
    found = list(db.session.scalars(wanted.order_by(CaseAction.due_on, CaseAction.id).limit(size + 1)))
    shown = found[:size]
    return ActionPage(shown, _cursor(shown[-1]) if len(found) > size else "")


def _cursor(action: CaseAction) -> str:
    text = json.dumps([action.due_on.isoformat(), action.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[date, int]:
    try:
        on, action_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(action_id, int) or not 0 <= action_id < 2**63:
            raise ValueError
        return date.fromisoformat(on), action_id
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid(
            "The address of this page is not complete. Go back to the first page of the list."
        ) from error
