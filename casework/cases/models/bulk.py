"""One change made to many cases: what was asked, case by case, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class Act(StrEnum):
    """What may be done to many cases at once."""

    ASSIGN = "assign"
    MOVE = "move"
    TAG = "tag"
    UNTAG = "untag"
    MESSAGE = "message"


class JobState(StrEnum):
    """How far a bulk change has come."""

    DRAFT = "draft"  # being looked at before it is done
    RUNNING = "running"
    DONE = "done"


class ItemState(StrEnum):
    """What became of one case of a bulk change."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class BulkJob(Model):
    """A bulk change: who asked for it, what shall be done (`given`), and to which list (`back`) it returns.

    `key` makes a form that is posted twice one job. `is_cut` says that the list held more than fit into one.
    """

    __tablename__ = "bulk_jobs"
    __table_args__ = (
        Index("ix_bulk_jobs_state", "state", "touched_at"),
        Index("ix_bulk_jobs_actor", "actor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    act: Mapped[Act]
    given: Mapped[dict[str, Any]] = mapped_column(default=dict)
    back: Mapped[str] = mapped_column(default="")
    is_cut: Mapped[bool] = mapped_column(default=False)
    state: Mapped[JobState] = mapped_column(default=JobState.DRAFT)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BulkItem(Model):
    """One case of a bulk change, by the reference that was asked for, whether or not there is such a case."""

    __tablename__ = "bulk_items"

    job_id: Mapped[int] = mapped_column(ForeignKey("bulk_jobs.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reference: Mapped[str]
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    sentence: Mapped[str] = mapped_column(default="")
