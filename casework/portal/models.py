"""What somebody is still writing, and tries that are counted against misuse."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class PortalDraft(Model):
    """Answers that were given and not sent yet.

    `answers` holds what was given for each question, by its name: {"story": {"story": "…"}}. The browser holds
    the token, the table its SHA-256. `key` makes sending it twice one case; once sent, the answers are
    forgotten and `case_id` stays for as long as somebody may press the button again.
    """

    __tablename__ = "portal_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    began_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PortalTry(Model):
    """Something that is allowed only so often from one network address: a wrong link, a new case."""

    __tablename__ = "portal_tries"
    __table_args__ = (Index("ix_portal_tries_what_address_at", "what", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
