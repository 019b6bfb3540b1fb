"""What somebody has typed into the log form and not saved yet, kept so that another computer can go on with it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class CaseDraft(Model):
    """One form of one person, by the `once` key that the form carries; saving the case ends it.

    `data` holds the fields in the order of the form, {"fields": [[name, value], …]}. A discarded draft stays for
    a day, so that discarding can be undone.
    """

    __tablename__ = "case_drafts"
    __table_args__ = (
        UniqueConstraint("user_id", "once"),
        Index("ix_case_drafts_updated_at", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    once: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]
