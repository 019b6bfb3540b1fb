"""Breaking the glass: seeing a restricted case for a day, with a reason, without having been let in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models.case import Case
from casework.core.db import Model


class GlassBreak(Model):
    """One try to open a restricted case by its reference. Rows are kept: they say who came in this way, and why.

    `case_id` and `until_at` are empty where the try opened nothing. `typed` is the reference as it was typed.
    """

    __tablename__ = "glass_breaks"
    __table_args__ = (
        Index("ix_glass_breaks_user", "user_id", "until_at"),
        Index("ix_glass_breaks_tries", "user_id", "at"),
        Index("ix_glass_breaks_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    typed: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    until_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    case: Mapped[Case | None] = relationship()


# Few cases are restricted; whoever must be kept from them is told apart from all others by reading only those.
Index(
    "ix_cases_restricted",
    Case.id,
    postgresql_where=text("is_restricted"),
    sqlite_where=text("is_restricted = 1"),
)
