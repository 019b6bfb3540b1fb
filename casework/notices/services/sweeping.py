"""Reminders: what is due soon, what is overdue, which case actions are due; and forgetting what was read long ago.

Nothing is put off to a moment: each run walks the range of due dates that are near, by an index, and the database
lets each reminder be written once.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, exists, literal, or_, select

from casework.cases.models import ActionState, Case, CaseAction, Clock, ClockState
from casework.catalogue.queries import the_agency
from casework.core.db import db, table_of, transaction
from casework.notices.models import Notice
from casework.notices.rules import KEPT_DAYS, What
from casework.notices.services.telling import Telling, write

PROMISES = ("acknowledge", "respond", "review", "update")
# What was overdue for longer when this was first switched on is nobody's news.
LOOK_BACK = timedelta(days=7)
LOT = 500


def sweep(now: datetime, *, soon: datetime) -> int:
    """Write the reminders that are due now, each once; returns how many. `soon` is where "due soon" ends.

    Each lot is a transaction of its own, so that nobody waits for a long one and a broken run goes on where it was.
    """
    written = 0
    for what, since, until in ((What.OVERDUE, now - LOOK_BACK, now), (What.DUE_SOON, now, soon)):
        for promise in PROMISES:
            written += _in_lots(_clocks(promise, what, since, until), Clock.due_at, Clock.id, now)
    written += _in_lots(_actions(now), CaseAction.due_on, CaseAction.id, now)
    _forget(now)
    return written


def _in_lots(wanted: Any, due: Any, key: Any, now: datetime) -> int:
    """Write the reminders of these rows, in the order of their due dates; each lot begins after the last one.

    Not "whatever is not told yet" again: rows of people who do not want it would be found again for ever.
    """
    written, after = 0, None
    while True:
        lot = (
            wanted
            if after is None
            else wanted.where(or_(due > after[0], and_(due == after[0], key > after[1])))
        )
        with transaction():
            rows = db.session.execute(lot.order_by(due, key).limit(LOT)).all()
            written += write([_telling(row, now) for row in rows])
        if len(rows) < LOT:
            return written
        after = rows[-1].due_at, rows[-1].subject_id


def _telling(row: Any, now: datetime) -> Telling:
    due_at = row.due_at
    if not isinstance(due_at, datetime):
        due_at = datetime.combine(due_at, time(), tzinfo=UTC)
    return Telling(
        user_id=row.user_id,
        what=What(row.what),
        case_id=row.case_id,
        at=now,
        subject_id=row.subject_id,
        subject_due_at=due_at,
    )


def _clocks(promise: str, what: What, since: datetime, until: datetime) -> Any:
    """The running clocks of one promise due in a range, of cases that somebody has, not yet told of."""
    told = exists().where(
        Notice.user_id == Case.handler_id,
        Notice.what == what,
        Notice.subject_id == Clock.id,
        Notice.subject_due_at == Clock.due_at,
    )
    return (
        select(
            Clock.id.label("subject_id"),
            Clock.due_at,
            Case.id.label("case_id"),
            Case.handler_id.label("user_id"),
            literal(what.value).label("what"),
        )
        .join(Case, Case.id == Clock.case_id)
        .where(
            # Written out and not given as a value, so that the index of running clocks alone is used.
            Clock.state == literal(ClockState.RUNNING, Clock.state.type, literal_execute=True),
            Clock.promise == promise,
            Clock.due_at > since,
            Clock.due_at <= until,
            Case.is_open,
            Case.handler_id.is_not(None),
            ~told,
        )
    )


def _actions(now: datetime) -> Any:
    """The open case actions that are due today, or were in the days before, not yet told of."""
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    told = exists().where(
        Notice.user_id == CaseAction.owner_id,
        Notice.what == What.ACTION_DUE,
        Notice.subject_id == CaseAction.id,
    )
    return select(
        CaseAction.id.label("subject_id"),
        CaseAction.due_on.label("due_at"),
        CaseAction.case_id,
        CaseAction.owner_id.label("user_id"),
        literal(What.ACTION_DUE.value).label("what"),
    ).where(
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
