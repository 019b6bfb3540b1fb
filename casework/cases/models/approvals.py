"""Answers that are checked before they go out, and the rules that say which."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.cases.models.case import Case
from casework.catalogue.models import Service
from casework.core.db import Model


class ApprovalState(StrEnum):
    """How far the checking of an answer has come."""

    WAITING = "waiting"
    STALE = "stale"  # what it was written about has changed since; whoever wrote it looks again
    RELEASED = "released"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether it still keeps the case waiting."""
        return self in (ApprovalState.WAITING, ApprovalState.STALE)


_OPEN = text("state IN ('waiting', 'stale')")


class Approval(Model):
    """An answer that somebody wrote and somebody else has to look at: the move is made when it is released.

    `given` holds the form of the move as it was typed. `basis` is what the case was like when it was asked,
    `changes` the sentences that say what is different since, and `why` which rules asked for it.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        Index("ix_approvals_case", "case_id", "id"),
        Index("ix_approvals_state", "state", "asked_at", "id"),
        Index("ix_approvals_asked_by", "asked_by_id", "state"),
        # One answer of a case waits at a time, whoever sends two at the same moment.
        Index("uq_approvals_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        # Four eyes: the database itself keeps nobody's own release.
        CheckConstraint(
            "state <> 'released' OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)",
            name="four_eyes",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    move: Mapped[str]
    says: Mapped[str]
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[str] = mapped_column(default="")
    # The way by which the customer is to be told; empty is their own.
    channel: Mapped[str] = mapped_column(default="")
    why: Mapped[list[Any]] = mapped_column(default=list)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.WAITING)
    comment: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    case_version: Mapped[int]
    basis: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changes: Mapped[list[Any]] = mapped_column(default=list)

    case: Mapped[Case] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def mark(self) -> str:
        """What tells this answer from the next one, for a form to carry."""
        return f"{self.id}:{self.asked_at.isoformat()}"


class ApprovalRule(Model):
    """Which answers are checked: all that is set here must hold of an answer. Any rule is enough."""

    __tablename__ = "approval_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    min_severity: Mapped[int | None]
    kind: Mapped[str] = mapped_column(default="")
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    # Only what staff write whose answers are checked (`User.answers_checked`).
    checked_staff: Mapped[bool] = mapped_column(default=False)
    # Money given or offered above this many whole units of the agency's currency.
    amount_above: Mapped[int | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    service: Mapped[Service | None] = relationship()
