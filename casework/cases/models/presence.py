"""Who has a case open just now."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class CasePresence(Model):
    """A member of staff who has a case open; `doing` says with which page, `editing` that they write there.

    `since_at` is when they began with that, `seen_at` when their page was last heard of.
    """

    __tablename__ = "case_presence"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    doing: Mapped[str] = mapped_column(default="")
    editing: Mapped[bool] = mapped_column(default=False)
    since_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
