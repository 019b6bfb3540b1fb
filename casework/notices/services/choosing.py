"""Choosing what one is told of."""

from collections.abc import Mapping

from casework.core.db import db
from casework.core.once import stand_in_line
from casework.notices.models import NoticeChoice
from casework.notices.rules import ByMail, What


def choose(user_id: int, chosen: Mapping[What, tuple[bool, ByMail]]) -> None:
    """Keep for each kind of notice whether this person wants it in the app, and how by mail.

    It holds for what is told from now on, and for what still waits to be mailed.
    """
    # Two windows of one person choose one after the other.
    stand_in_line(f"notice-choices:{user_id}")
    for what, (in_app, mail) in chosen.items():
        db.session.merge(NoticeChoice(user_id=user_id, what=what, in_app=in_app, mail=mail))
    db.session.flush()
