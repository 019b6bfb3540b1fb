"""Guidance in versions, and who has read which version."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.catalogue.models import Category, Service
from casework.core.db import Model


class Guidance(Model):
    """One version of what to do with cases of a category, of a service, or of both together.

    A change is a new row with the next `version`; the old ones stay. `subject` is the same for all versions of
    one text, so that two people who save at once are kept apart. Withdrawn guidance has no current version.
    """

    __tablename__ = "guidance"
    __table_args__ = (UniqueConstraint("subject", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    version: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), index=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    category: Mapped[Category | None] = relationship()
    service: Mapped[Service | None] = relationship()
    updated_by: Mapped[User | None] = relationship()


class GuidanceRead(Model):
    """Somebody has read this version and said so."""

    __tablename__ = "guidance_reads"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    guidance_id: Mapped[int] = mapped_column(ForeignKey("guidance.id"), primary_key=True)
    read_at: Mapped[datetime]
