"""Counting clocks."""

from collections.abc import Mapping

from sqlalchemy import func, select

from casework.cases.clockwork import LIVE
from casework.cases.models import Clock
from casework.core.db import db


def clocks_by_standard() -> Mapping[int, int]:
    """How many clocks run or stand still now, by the id of their standard. Of all cases: it tells of none of them."""
    wanted = select(Clock.standard_id, func.count()).where(
        Clock.state.in_(LIVE), Clock.standard_id.is_not(None)
    )
    return {key: count for key, count in db.session.execute(wanted.group_by(Clock.standard_id)) if key}
