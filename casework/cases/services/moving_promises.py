"""What was promised and goes with issues into a case of their own: whoever keeps it, and by when, stay as they are."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select, update

from casework.cases.models import ActionState, Case, CaseAction
from casework.cases.parts import Item, Part
from casework.core.db import db


def _items(case: Case) -> list[Item]:
    if not case.open_actions:
        return []
    return [Item(one.id, one.what, one.made_at) for one in db.session.scalars(_open_in(case))]


def _move(ids: Sequence[int], from_case: Case, to_case: Case) -> None:
    db.session.execute(
        update(CaseAction)
        .where(CaseAction.id.in_(ids), CaseAction.case_id == from_case.id)
        .values(case_id=to_case.id)
        .execution_options(synchronize_session="fetch")
    )
    for case in (from_case, to_case):
        still = select(func.count()).where(
            CaseAction.case_id == case.id, CaseAction.state == ActionState.OPEN
        )
        case.open_actions = db.session.scalar(still) or 0
    db.session.flush()


def _open_in(case: Case) -> Select[CaseAction]:
    return (
        select(CaseAction)
        .where(CaseAction.case_id == case.id, CaseAction.state == ActionState.OPEN)
        .order_by(CaseAction.due_on, CaseAction.id)
    )


PROMISES = Part(name="promises", label="Promises", items=_items, move=_move)
