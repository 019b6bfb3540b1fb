"""The clocks that columns of a list show: read for the whole page at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from casework.cases.models import Clock, ClockState
from casework.core.db import db

LIVE = (ClockState.RUNNING, ClockState.PAUSED)
Live = dict[tuple[int, str], tuple[datetime, ClockState]]


def live_clocks(case_ids: Collection[int], promises: Collection[str]) -> Live:
    """When each of these promises is due on each case, by its soonest clock that has not ended, and how it stands."""
    if not case_ids or not promises:
        return {}
    wanted = (
        select(Clock.case_id, Clock.promise, Clock.due_at, Clock.state)
        .where(Clock.case_id.in_(case_ids), Clock.promise.in_(promises), Clock.state.in_(LIVE))
        .order_by(Clock.due_at.desc())
    )
    return {(case_id, promise): (at, state) for case_id, promise, at, state in db.session.execute(wanted)}
