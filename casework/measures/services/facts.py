"""Making facts of cases, many at a time: two reads and one write for a chunk, no object per case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, delete, func, insert, select, type_coerce

from casework.cases.models import Case, Clock, ClockState
from casework.core.db import db
from casework.measures.models import CaseFact
from casework.measures.rules import Wall, is_whole

_CASE = (
    Case.id,
    type_coerce(Case.kind, String).label("kind"),
    type_coerce(Case.channel, String).label("channel"),
    Case.service_id,
    Case.category_id,
    Case.team_id,
    Case.severity,
    Case.received_at,
    Case.acknowledged_at,
    Case.responded_at,
    Case.closed_at,
    Case.date_only,
    Case.finding,
    Case.is_open,
    Case.is_paused,
    Case.first_contact,
    Case.extensions,
)
_PROMISES = ("acknowledge", "respond")
_FACTS: Any = CaseFact.__table__
_PLAIN: dict[str, Any] = {"synchronize_session": False}


def replace_facts(case_ids: Sequence[int], wall: Wall) -> list[dict[str, Any]]:
    """Write the facts of these cases anew, and return them; a case that is gone loses its fact."""
    facts = read_facts(case_ids, wall)
    db.session.execute(delete(CaseFact).where(CaseFact.case_id.in_(case_ids)).execution_options(**_PLAIN))
    if facts:
        # Into the table: the class would send a statement for every pattern of empty columns.
        db.session.execute(insert(_FACTS), facts)
    return facts


def read_facts(case_ids: Sequence[int], wall: Wall) -> list[dict[str, Any]]:
    """The facts of these cases as they are now."""
    due = _due_dates(case_ids)
    cases = db.session.execute(select(*_CASE).where(Case.id.in_(case_ids)))
    return [
        _fact(case, due.get((case.id, "acknowledge")), due.get((case.id, "respond")), wall) for case in cases
    ]


def _due_dates(case_ids: Sequence[int]) -> dict[tuple[int, str], datetime]:
    """The earliest date due of each promise at stage 1. A cancelled clock is owed no more."""
    rows = db.session.execute(
        select(Clock.case_id, Clock.promise, func.min(Clock.due_at))
        .where(
            Clock.case_id.in_(case_ids),
            Clock.promise.in_(_PROMISES),
            Clock.stage == 1,
            Clock.state != ClockState.CANCELLED,
        )
        .group_by(Clock.case_id, Clock.promise)
    )
    return {(case_id, promise): due_at for case_id, promise, due_at in rows}


def _fact(
    case: Row[Any], acknowledge_due: datetime | None, respond_due: datetime | None, wall: Wall
) -> dict[str, Any]:
    rough: list[Any] = case.date_only or []
    start, acknowledged, answered, closed = (
        case.received_at,
        case.acknowledged_at,
        case.responded_at,
        case.closed_at if not case.is_open else None,
    )
    received = start.astimezone(wall.zone)
    return {
        "case_id": case.id,
        "kind": case.kind,
        "service_id": case.service_id,
        "category_id": case.category_id,
        "team_id": case.team_id,
        "channel": case.channel,
        "severity": case.severity,
        "received_on": received.date(),
        "received_month": wall.month(start),
        "acknowledged_month": wall.month(acknowledged),
        "answered_month": wall.month(answered),
        "closed_month": wall.month(closed),
        "acknowledge_days": wall.days(
            start, acknowledged, whole=is_whole(rough, "received_at", "acknowledged_at")
        ),
        "respond_days": wall.days(start, answered, whole=is_whole(rough, "received_at", "responded_at")),
        "close_days": wall.days(start, closed, whole=is_whole(rough, "received_at", "closed_at")),
        "acknowledge_within": wall.within(
            acknowledged, acknowledge_due, whole=is_whole(rough, "acknowledged_at")
        ),
        "respond_within": wall.within(
            answered, respond_due, whole=is_whole(rough, "responded_at", "respond_due_at")
        ),
        "respond_due_at": respond_due,
        "respond_due_month": wall.month(respond_due),
        "is_open": case.is_open,
        "is_paused": case.is_paused,
        "first_contact": case.first_contact,
        "extensions": case.extensions,
        "finding": case.finding,
    }
