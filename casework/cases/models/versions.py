"""Moving the open cases of one version of a process to another: what was asked, and each case of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.cases.models.bulk import ItemState
from casework.core.db import Model


class Going(StrEnum):
    """How far the moving of cases has come."""

    RUNNING = "running"
    DONE = "done"


class VersionMove(Model):
    """Open cases of one version go to another: `mapping` says to which state each state leads.

    `key` makes a form that is posted twice one job. Whatever the job is asked to do stands in its items.
    """

    __tablename__ = "version_moves"
    __table_args__ = (Index("ix_version_moves_state", "state", "touched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    mapping: Mapped[dict[str, Any]]
    state: Mapped[Going] = mapped_column(default=Going.RUNNING)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class VersionMoveItem(Model):
    """One case of such a job: the state in which the preview found it, and what became of it."""

    __tablename__ = "version_move_items"
    __table_args__ = (Index("ix_version_move_items_state", "job_id", "state", "case_id"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("version_moves.id"), primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    from_state: Mapped[str]
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING)
    sentence: Mapped[str] = mapped_column(default="")
