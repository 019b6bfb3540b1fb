"""A process that somebody is editing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.catalogue.models import ProcessVersion
from casework.core.db import Model


class ProcessDraft(Model):
    """The one draft of a process, by its name; it may hold mistakes until it is published.

    `version` grows with each save, so that of two people who save at once the second is told.
    """

    __tablename__ = "process_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    definition: Mapped[dict[str, Any]]
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("process_versions.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    started_at: Mapped[datetime]
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    edited_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    based_on: Mapped[ProcessVersion | None] = relationship()
    started_by: Mapped[User] = relationship(foreign_keys=[started_by_id])
    edited_by: Mapped[User] = relationship(foreign_keys=[edited_by_id])

    @property
    def title(self) -> str:
        """How people call it; its name until it has a title."""
        return str(self.definition.get("title") or self.name)
