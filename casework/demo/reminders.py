"""The notices of the demo's morning: what is due and late has been told, and what is older was read."""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework.accounts.models import User
from casework.cases.services.clocks import sweep_clocks
from casework.core.db import db, transaction
from casework.demo.agency import World
from casework.notices.services import mark_all_read, sweep

READ_DAYS = 4


def remind(world: World, now: datetime) -> None:
    """Write the reminders that the schedule would have written; nobody has old ones still to read."""
    sweep_clocks(now)
    sweep(now)
    with transaction():
        for user_id in db.session.scalars(
            select(User.id).where(User.id.in_(world.names)).order_by(User.id)
        ).all():
            mark_all_read(user_id, upto=now - timedelta(days=READ_DAYS), now=now)
