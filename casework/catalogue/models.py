"""Reference data that administrators keep, loaded from files at first."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import Team
from casework.core.db import Model


class Agency(Model):
    """The one agency that this installation serves."""

    __tablename__ = "agency"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    time_zone: Mapped[str]
    # The currency of refunds and payments, by its three letters.
    currency: Mapped[str] = mapped_column(default="USD")
    # How many open cases one person can carry, where neither the person nor the team says so.
    capacity: Mapped[int] = mapped_column(default=20)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))

    calendar: Mapped["WorkingCalendar"] = relationship(lazy="joined")


class WorkingCalendar(Model):
    """A working calendar, kept as the data of CONTRACTS.md's calendar file."""

    __tablename__ = "calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    definition: Mapped[dict[str, Any]]


class ProcessVersion(Model):
    """A numbered version of a process; a case keeps the version that it began with."""

    __tablename__ = "process_versions"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    is_current: Mapped[bool] = mapped_column(default=True)
    loaded_at: Mapped[datetime]


class Service(Model):
    """What the agency provides, with the team that owns it."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    owner_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    priority: Mapped[int] = mapped_column(default=2)
    is_active: Mapped[bool] = mapped_column(default=True)

    owner_team: Mapped[Team | None] = relationship()


class Category(Model):
    """What an issue is about. A tree: `path` spells the way down, "Food safety › Not inspected"."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str]
    path: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class Cause(Model):
    """Why something went wrong. A tree like the categories."""

    __tablename__ = "causes"
    __table_args__ = (UniqueConstraint("path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("causes.id"), index=True)
    name: Mapped[str]
    path: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)


class Standard(Model):
    """A promise about time: what it measures, how long, from when, and for which cases.

    An empty `kind`, `severity`, `service_id` or `stage` means that it applies to all of them.
    `unit` is one of calendars.UNITS; `starts` and `promise` are words of PRODUCT section 4.
    """

    __tablename__ = "standards"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    promise: Mapped[str]
    limit: Mapped[int]
    unit: Mapped[str]
    starts: Mapped[str] = mapped_column(default="received")
    kind: Mapped[str] = mapped_column(default="")
    stage: Mapped[int | None]
    severity: Mapped[int | None]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    may_pause: Mapped[bool] = mapped_column(default=False)
    roll: Mapped[bool] = mapped_column(default=False)
    extension_limit: Mapped[int | None]
    extension_unit: Mapped[str] = mapped_column(default="")
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class RemedyLimit(Model):
    """What a role may offer on the spot: one remedy, up to a severity and, where it costs money, an amount.

    A remedy without a row is not for this role to offer on the spot. `most_amount` is in the smallest unit of
    the agency's currency; empty means as much as it takes.
    """

    __tablename__ = "remedy_limits"
    __table_args__ = (UniqueConstraint("role", "remedy"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    remedy: Mapped[str]
    max_severity: Mapped[int] = mapped_column(default=4)
    most_amount: Mapped[int | None] = mapped_column(BigInteger)
