"""Counting clocks."""

from collections.abc import Mapping

from sqlalchemy import func, select

from casework.accounts.models import User
from casework.cases.clockwork import LIVE
from casework.cases.models import Clock
from casework.cases.queries.hidden import hidden_from
from casework.core.db import db


def clocks_by_calendar(user: User) -> Mapping[tuple[int, int], int]:
    """The same by calendar and number of its version."""
    wanted = select(Clock.calendar_id, Clock.calendar_number, func.count()).where(
        Clock.state.in_(LIVE), Clock.calendar_id.is_not(None), Clock.case_id.not_in(hidden_from(user))
    )
    found = db.session.execute(wanted.group_by(Clock.calendar_id, Clock.calendar_number))
    return {(key, number): count for key, number, count in found if key}


def clocks_by_standard(user: User) -> Mapping[int, int]:
    """How many clocks run or stand still now, by standard, without cases that this person may not know of."""
    wanted = select(Clock.standard_id, func.count()).where(
        Clock.state.in_(LIVE), Clock.standard_id.is_not(None), Clock.case_id.not_in(hidden_from(user))
    )
    return {key: count for key, count in db.session.execute(wanted.group_by(Clock.standard_id)) if key}
