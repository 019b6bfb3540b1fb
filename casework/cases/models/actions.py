"""Case actions: what was promised in one case, by when, and who does it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models.case import Case
from casework.core.db import Model


class ActionState(StrEnum):
    """How far a case action has come."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class CaseAction(Model):
    """Work that somebody owns in one case. It outlives the closing of the case: it stays on a list until it ends.

    `is_promised`: the customer was told of it, and is told when it ends. `told_id` is the communication that did
    so (of a package above this one, so it is a bare number); `untold_because` says why there is none.
    """

    __tablename__ = "case_actions"
    __table_args__ = (
        Index("ix_case_actions_case", "case_id", "id"),
        Index("ix_case_actions_due", "state", "due_on", "id"),
        Index("ix_case_actions_owner_due", "owner_id", "state", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str]
    # Empty when whoever had it may not see the case any more: somebody has to take it on.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    is_promised: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ActionState] = mapped_column(default=ActionState.OPEN)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_note: Mapped[str] = mapped_column(default="")
    told_id: Mapped[int | None]
    untold_because: Mapped[str] = mapped_column(default="")

    case: Mapped[Case] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])

    @property
    def is_open(self) -> bool:
        return self.state is ActionState.OPEN
