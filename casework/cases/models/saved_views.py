"""Lists that people keep under a name, and what each person has chosen for their lists."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class Scope(StrEnum):
    """Who finds a saved view among their own. It says nothing about which cases they may see."""

    PERSONAL = "personal"
    TEAM = "team"
    EVERYONE = "everyone"

    @property
    def label(self) -> str:
        return {"personal": "Only me", "team": "My team", "everyone": "Everyone"}[self.value]


class SavedView(Model):
    """A list by name: `parts` are those of its address (view, filters, sort, columns), read anew on each use.

    One that was deleted stays for a while, so that the deletion can be undone.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        Index("ix_saved_views_owner", "owner_id"),
        Index("ix_saved_views_scope", "scope", "team_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    scope: Mapped[Scope]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    name: Mapped[str]
    parts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class QueueChoice(Model):
    """What one person has chosen for lists: the columns, and the view with which they begin."""

    __tablename__ = "queue_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    columns: Mapped[list[Any]] = mapped_column(default=list)
    first_view_id: Mapped[int | None] = mapped_column(ForeignKey("saved_views.id"))
