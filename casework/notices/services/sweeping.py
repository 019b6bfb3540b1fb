"""Reminders of case actions that are due; and forgetting what was read long ago. Clocks have a sweep of their own.

Nothing is put off to a moment: each run walks the range of due dates that are near, by an index, and the database
lets each reminder be written once.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, or_, select

from casework.cases.models import ActionState, CaseAction
from casework.catalogue.queries import the_agency
from casework.core.db import db, table_of, transaction
from casework.notices.models import Notice
from casework.notices.rules import KEPT_DAYS, What
from casework.notices.services.telling import Telling, write

# What was overdue for longer when this was first switched on is nobody's news.
LOOK_BACK = timedelta(days=7)
LOT = 500


def sweep(now: datetime) -> int:
    """Write the reminders that are due now, each once; returns how many.

    Each lot is a transaction of its own, so that nobody waits for a long one and a broken run goes on where it was.
    """
    written = _in_lots(_actions(now), now)
    _forget(now)
    return written


def _in_lots(wanted: Any, now: datetime) -> int:
    """Write the reminders of these rows, in the order of their due dates; each lot begins after the last one.

    Not "whatever is not told yet" again: rows of people who do not want it would be found again for ever.
    """
    written, after = 0, None
    on, key = CaseAction.due_on, CaseAction.id
    while True:
        lot = (
            wanted
            if after is None
            else wanted.where(or_(on > after[0], and_(on == after[0], key > after[1])))
        )
        with transaction():
            rows = db.session.execute(lot.order_by(on, key).limit(LOT)).all()
            written += write([_telling(row, now) for row in rows])
        if len(rows) < LOT:
            return written
        after = rows[-1].due_on, rows[-1].id


def _telling(row: Any, now: datetime) -> Telling:
    return Telling(
        user_id=row.owner_id,
        what=What.ACTION_DUE,
        case_id=row.case_id,
        at=now,
        subject_id=row.id,
        subject_due_at=datetime.combine(row.due_on, time(), tzinfo=UTC),
    )


def _actions(now: datetime) -> Any:
    """The open case actions that are due today, or were in the days before, not yet told of."""
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    told = exists().where(
        Notice.user_id == CaseAction.owner_id,
        Notice.what == What.ACTION_DUE,
        Notice.subject_id == CaseAction.id,
    )
    return select(CaseAction.id, CaseAction.due_on, CaseAction.case_id, CaseAction.owner_id).where(
        CaseAction.state == ActionState.OPEN,
        CaseAction.owner_id.is_not(None),
        CaseAction.due_on > today - LOOK_BACK,
        CaseAction.due_on <= today,
        ~told,
    )


def _forget(now: datetime) -> None:
    notices = table_of(Notice)
    old = select(Notice.id).where(Notice.read_at < now - timedelta(days=KEPT_DAYS)).limit(LOT)
    with transaction():
        db.session.execute(delete(notices).where(notices.c.id.in_(old)))
