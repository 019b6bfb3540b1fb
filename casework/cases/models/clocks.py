"""The clocks that run on a case, and the times in which they stood still."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.catalogue.models import Standard
from casework.core.db import Model

if TYPE_CHECKING:
    from casework.cases.models.case import Case


class ClockState(StrEnum):
    """Where a clock is. A met clock was in time when `met_at` is at or before `due_at`."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class Clock(Model):
    """One standard running on one case.

    The limit is copied from the standard, so that a later change of the standard does not change a promise made.
    A clock without a limit carries a due date that came with an imported record.
    """

    __tablename__ = "clocks"
    __table_args__ = (Index("ix_clocks_case", "case_id", "promise"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("standards.id"), index=True)
    promise: Mapped[str]
    name: Mapped[str]
    stage: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime]
    start_event: Mapped[str] = mapped_column(default="received")
    limit: Mapped[int | None]
    unit: Mapped[str] = mapped_column(default="")
    roll: Mapped[bool] = mapped_column(default=False)
    may_pause: Mapped[bool] = mapped_column(default=False)
    extension: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due_at: Mapped[datetime]
    state: Mapped[ClockState] = mapped_column(default=ClockState.RUNNING)
    met_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship(back_populates="clocks")
    standard: Mapped[Standard | None] = relationship()


class Pause(Model):
    """A time in which the clocks that may pause stood still, with the reason."""

    __tablename__ = "case_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    from_at: Mapped[datetime]
    to_at: Mapped[datetime | None]
    reason: Mapped[str]
