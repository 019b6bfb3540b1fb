"""The files of a case, those that wait for a case to be saved, and the printable files made of whole cases."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.db import Model
from casework.files.models import Blob
from casework.files.rules import FileKind, kind_of


class CaseFile(Model):
    """A file of a case. Removing hides it with a reason; its content stays as long as the case does.

    `name` is made safe to show; `original_name` is what it was called, kept as evidence and shown nowhere.
    """

    __tablename__ = "case_files"
    __table_args__ = (Index("ix_case_files_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    blob_id: Mapped[int] = mapped_column(ForeignKey("blobs.id"), index=True)
    name: Mapped[str]
    original_name: Mapped[str]
    kind: Mapped[str]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    # Whether the customer finds it on the private page of the case.
    customer_sees: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    removed_why: Mapped[str] = mapped_column(default="")

    blob: Mapped[Blob] = relationship()
    added_by: Mapped[User | None] = relationship(foreign_keys=[added_by_id])

    @property
    def sort(self) -> FileKind:
        """What kind of file it is."""
        return kind_of(self.kind)


class StagedFile(Model):
    """A file added to a form that is not saved yet; the token opens it to the person who added it alone.

    `case_id` says which case took it, so that the same form sent twice finds its files taken and not gone.
    """

    __tablename__ = "staged_files"
    __table_args__ = (
        Index("ix_staged_files_at", "staged_at", "id"),
        Index("ix_staged_files_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    blob_id: Mapped[int] = mapped_column(ForeignKey("blobs.id"), index=True)
    name: Mapped[str]
    original_name: Mapped[str]
    kind: Mapped[str]
    staged_at: Mapped[datetime]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)

    blob: Mapped[Blob] = relationship()

    @property
    def sort(self) -> FileKind:
        """What kind of file it is."""
        return kind_of(self.kind)


class Making(StrEnum):
    """How far a printable case file has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class CasefileRequest(Model):
    """A printable file of a whole case.

    `document` is what goes into it, frozen when it was asked for and with everything left out that was to be left
    out; `leave_out` says in numbers what that was. Both the document and the content are forgotten when it expires.
    """

    __tablename__ = "casefile_requests"
    __table_args__ = (
        Index("ix_casefile_requests_case", "case_id", "id"),
        Index("ix_casefile_requests_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    state: Mapped[Making]
    document: Mapped[dict[str, Any]] = mapped_column(default=dict)
    leave_out: Mapped[dict[str, Any]] = mapped_column(default=dict)
    blob_id: Mapped[int | None] = mapped_column(ForeignKey("blobs.id"), index=True)
    trouble: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    blob: Mapped[Blob | None] = relationship()
