"""Counting clocks."""

from collections.abc import Mapping

from sqlalchemy import func, select

from casework.accounts.models import User
from casework.cases.clockwork import LIVE
from casework.cases.models import Clock
from casework.cases.queries.hidden import hidden_from
from casework.catalogue.models import Standard, WorkingCalendar
from casework.catalogue.queries import the_agency
from casework.core.db import db


def clocks_by_calendar(user: User) -> Mapping[tuple[int, int], int]:
    """How many clocks run or stand still now, by calendar and number of its version.

    The row of a clock names the version that it was started with. What runs counts by the calendar of its standard, in
    the version in force: whatever takes the place of a version, the clocks that run follow it (cases.changes).
    """
    calendar = func.coalesce(Standard.calendar_id, the_agency().calendar_id)
    wanted = (
        select(WorkingCalendar.id, WorkingCalendar.number, func.count())
        .select_from(Clock)
        .join(Standard, Standard.id == Clock.standard_id)
        .join(WorkingCalendar, WorkingCalendar.id == calendar)
        .where(Clock.state.in_(LIVE), Clock.limit.is_not(None), Clock.case_id.not_in(hidden_from(user)))
        .group_by(WorkingCalendar.id, WorkingCalendar.number)
    )
    return {(key, number): count for key, number, count in db.session.execute(wanted)}


def clocks_by_standard(user: User) -> Mapping[int, int]:
    """How many clocks run or stand still now, by standard, without cases that this person may not know of."""
    wanted = select(Clock.standard_id, func.count()).where(
        Clock.state.in_(LIVE), Clock.standard_id.is_not(None), Clock.case_id.not_in(hidden_from(user))
    )
    return {key: count for key, count in db.session.execute(wanted.group_by(Clock.standard_id)) if key}
