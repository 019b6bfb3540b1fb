"""How cases belong together."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.db import Model


class LinkKind(StrEnum):
    """What the other case is to this one."""

    PARENT = "parent"  # the other one stands above this one
    DUPLICATE = "duplicate"  # this one is handled together with the other one
    SAME_SUBJECT = "same_subject"


class CaseLink(Model):
    """One case stands in a relation to another.

    A merge keeps in `kept` what the case was like before, and a split what went where, so that each can be
    undone; `merged` and `split` say which of the two it is.
    """

    __tablename__ = "case_links"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind"),
        Index("ix_case_links_other", "other_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[LinkKind]
    note: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    kept: Mapped[dict[str, Any]] = mapped_column(default=dict)

    made_by: Mapped[User | None] = relationship()
