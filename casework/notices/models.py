"""Notices, and what each person chose to be told of."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model
from casework.notices.rules import ByMail, What

TO_MAIL = text("mail <> 'off'")
UNREAD = text("read_at IS NULL")


class Notice(Model):
    """Somebody is told of something in a case. Nothing of the case is kept here: it is read from the case.

    - `open_key` is there while it is unread: the same thing again raises `count` instead of making a row.
    - `subject_id` and `subject_due_at` (a clock or a case action, and when it is due) make a reminder come once.
    - `mail` says how it is still to be mailed; `off` once that is done or when it is not to be.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "open_key"),
        UniqueConstraint("user_id", "what", "subject_id", "subject_due_at", name="uq_notices_subject"),
        Index("ix_notices_user", "user_id", "at", "id"),
        Index("ix_notices_unread", "user_id", "at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index("ix_notices_to_mail", "user_id", "mail", sqlite_where=TO_MAIL, postgresql_where=TO_MAIL),
        Index("ix_notices_case", "case_id"),
        Index("ix_notices_read", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    what: Mapped[What]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=1)
    read_at: Mapped[datetime | None]
    in_app: Mapped[bool] = mapped_column(default=True)
    mail: Mapped[ByMail] = mapped_column(default=ByMail.OFF)
    open_key: Mapped[str | None]
    subject_id: Mapped[int | None]
    subject_due_at: Mapped[datetime | None]


class NoticeChoice(Model):
    """What somebody chose for one kind of notice."""

    __tablename__ = "notice_choices"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    what: Mapped[What] = mapped_column(primary_key=True)
    in_app: Mapped[bool]
    mail: Mapped[ByMail]


class NoticeMail(Model):
    """When somebody was last sent the mail that gathers their notices, and the one of the morning."""

    __tablename__ = "notice_mails"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    mailed_at: Mapped[datetime | None]
    morning_at: Mapped[datetime | None]
    number: Mapped[int] = mapped_column(default=0)
