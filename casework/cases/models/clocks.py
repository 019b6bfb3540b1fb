"""The clocks that run on a case, and what happened to them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.audit.models import append_only
from casework.cases.clockwork import ClockState, What
from casework.catalogue.models import Standard
from casework.core.db import Model

if TYPE_CHECKING:
    from casework.cases.models.case import Case


class Clock(Model):
    """One standard running on one case.

    What it was started with (limit, unit, calendar, …) is copied from the standard and never changes; what happened
    to it since stands in the events of its case. `due_at`, `state`, `met_at` and `next_step_at` are worked out from
    both (clockwork.replay) and kept to be searched and sorted by.
    A clock without a limit carries a due date that came with an imported record.
    `number` counts the clocks of a case. The next point at which something is to be said (a warning, missed) is
    passed at `next_step_at`.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_clocks_case", "case_id", "promise"),
        Index(
            "ix_clocks_next_step",
            "next_step_at",
            "id",
            postgresql_where=text("next_step_at IS NOT NULL"),
            sqlite_where=text("next_step_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int] = mapped_column(default=1)
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
    # The version of the calendar that it counts by.
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    calendar_number: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    state: Mapped[ClockState] = mapped_column(default=ClockState.RUNNING)
    met_at: Mapped[datetime | None]
    next_step_at: Mapped[datetime | None]

    case: Mapped["Case"] = relationship(back_populates="clocks")
    standard: Mapped[Standard | None] = relationship()


class ClockEvent(Model):
    """One thing that happened to the clocks of a case: rows are added, never changed and never removed.

    - `at` is the instant that counts, `noted_at` when it was written down.
    - `clocks` are the numbers of the clocks it is about; an empty list means all of them.
    - `once` keeps out what may be written only once (a warning at a point of a due date).
    """

    __tablename__ = "clock_events"
    __table_args__ = (
        Index("ix_clock_events_case", "case_id", "id"),
        UniqueConstraint("case_id", "once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[What]
    at: Mapped[datetime]
    noted_at: Mapped[datetime]
    clocks: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    once: Mapped[str | None]


append_only(ClockEvent, "the events of clocks are only added to")

__all__ = ["Clock", "ClockEvent", "ClockState", "What"]
