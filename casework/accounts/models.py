"""Staff, teams, and the sessions in which they are signed in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.roles import Permission, Role, may
from casework.core.db import Model


class Team(Model):
    """A group of staff that owns services and receives cases."""

    __tablename__ = "teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    # How many open cases one of its people can carry, where nothing is said of the person.
    capacity: Mapped[int | None]
    created_at: Mapped[datetime]


class User(Model):
    """A member of staff."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    # Notices not read yet: counted here, so that the shell of every page need not ask.
    unread: Mapped[int] = mapped_column(default=0)
    # The answers of somebody new are checked before they go out.
    answers_checked: Mapped[bool] = mapped_column(default=False)
    # How many open cases they can carry at once; empty: as many as is usual in their team.
    capacity: Mapped[int | None]
    # What they know, in free words kept in lower case: languages, services, topics.
    skills: Mapped[list[Any]] = mapped_column(default=list)

    team: Mapped[Team | None] = relationship(lazy="joined")

    def may(self, permission: Permission) -> bool:
        """Whether this person's role carries the permission."""
        return self.is_active and may(self.role, permission)

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

    @property
    def short_name(self) -> str:
        """A. Quill for Amara Quill; a single word stays."""
        words = self.name.split()
        return f"{words[0][0]}. {words[-1]}" if len(words) > 1 else self.name


class Absence(Model):
    """Days on which somebody is away, the first and the last included; without a last day until further notice.

    `reason` is for the person and those who lead the team; boards show only until when.
    """

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_user", "user_id", "from_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    def covers(self, day: date) -> bool:
        """Whether the person is away on this day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class SignIn(Model):
    """One session: it can be seen, ends when idle or old, and can be ended from elsewhere."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(default="")
    device: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(lazy="joined")


class SignInAttempt(Model):
    """A failed try to sign in, kept to slow down guessing."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        Index("ix_sign_in_attempts_email_at", "email", "at"),
        Index("ix_sign_in_attempts_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
