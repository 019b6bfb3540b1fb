"""Marking notices as read, and keeping each person's count of unread ones right."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from casework.accounts.models import User
from casework.core.db import db
from casework.notices.models import Notice
from casework.notices.queries import MOST_COUNTED, of_user
from casework.notices.rules import ByMail


def mark_read(user_id: int, notice_id: int, *, now: datetime) -> None:
    """This person has read this notice. Twice is once; somebody else's stays as it is."""
    _read(user_id, Notice.id == notice_id, now=now)


def mark_all_read(user_id: int, *, upto: datetime, now: datetime) -> None:
    """This person has read everything that was there at `upto`; what came after that stays unread."""
    _read(user_id, Notice.at <= upto, now=now)


def put_count_right(user_id: int) -> int:
    """Count again what this person has not read, of the cases that they may see now; returns the count.

    The person's row is held first and counted after, so that of two who count at once neither forgets what the
    other has just added.
    """
    user = db.session.scalars(
        select(User)
        .where(User.id == user_id)
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    ).one()
    some = select(Notice.id).where(*of_user(user), Notice.read_at.is_(None)).limit(MOST_COUNTED)
    counted = db.session.scalar(select(func.count()).select_from(some.subquery())) or 0
    if user.unread != counted:
        _change(update(User).where(User.id == user_id).values(unread=counted))
    return counted


def _read(user_id: int, which: ColumnElement[bool], *, now: datetime) -> None:
    # First the notices and then their person, in the order in which telling writes them.
    _change(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.in_app, Notice.read_at.is_(None), which)
        # What somebody has read need not come by mail as well.
        .values(read_at=now, open_key=None, mail=ByMail.OFF)
    )
    put_count_right(user_id)


def _change(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
