"""Reference data that administrators keep, loaded from files at first."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import Team, User
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
    """A working calendar, kept as the data of CONTRACTS.md's calendar file.

    `definition` is that of its newest version in force, whose `number` it carries.
    """

    __tablename__ = "calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    definition: Mapped[dict[str, Any]]
    number: Mapped[int] = mapped_column(default=1)


class CalendarVersion(Model):
    """A numbered version of a calendar, never changed once it was in force: clocks that ended by it go on saying so.

    A draft is somebody's work on the next version and counts for nothing yet.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    is_draft: Mapped[bool] = mapped_column(default=False)

    calendar: Mapped[WorkingCalendar] = relationship()
    made_by: Mapped[User | None] = relationship()


class ProcessVersion(Model):
    """A numbered version of a process; a case keeps the version that it began with.

    Of all versions for one kind, new cases begin with the one that `is_current`. `published_by_id` is empty for
    one that came with Casework; `note` is what whoever published it wrote about it.
    """

    __tablename__ = "process_versions"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    number: Mapped[int]
    definition: Mapped[dict[str, Any]]
    is_current: Mapped[bool] = mapped_column(default=True)
    loaded_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")

    published_by: Mapped[User | None] = relationship()


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
    """One version of a promise about time: what it measures, how long, from when, for which cases, and what it allows.

    - An empty `kind`, `channel`, `severity`, `service_id`, `category_id` or `stage` means all of them. `path` is
      "regular" or a path of the process, empty means any. A category stands for what lies below it, too.
    - `unit` is a word of calendars.Unit; `starts` and `promise` are words of catalogue.words.
    - `severity_limits` gives another limit to a severity ("4" -> 5); `pause_in` names the states in which it may
      stand still, none means wherever the process pauses.
    - `extension_limit` caps an extension (None: as long as it takes), `extension_is_total` says that the cap is the
      whole and not an addition; `extension_times` is how often, 0 not at all; `extension_words` what has to be told.
    - `repeats` starts it again whenever it is met; `is_early` is a path that lapses when it is not taken in time.
    - `restarts_on` lists what starts it anew (a change of "kind", "department", "agency"); otherwise time goes on.
    - `steps` is what is said on the way (clockwork.steps); none means the usual.
    - A version in force never changes but for `in_force_to` and `is_active`; a draft counts for nothing yet.
    """

    __tablename__ = "standards"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    promise: Mapped[str]
    limit: Mapped[int]
    unit: Mapped[str]
    starts: Mapped[str] = mapped_column(default="received")
    kind: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    path: Mapped[str] = mapped_column(default="")
    stage: Mapped[int | None]
    severity: Mapped[int | None]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    severity_limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    may_pause: Mapped[bool] = mapped_column(default=False)
    pause_in: Mapped[list[Any]] = mapped_column(default=list)
    roll: Mapped[bool] = mapped_column(default=False)
    extension_limit: Mapped[int | None]
    extension_unit: Mapped[str] = mapped_column(default="")
    extension_is_total: Mapped[bool] = mapped_column(default=False)
    extension_times: Mapped[int] = mapped_column(default=1)
    extension_words: Mapped[str] = mapped_column(default="")
    repeats: Mapped[bool] = mapped_column(default=False)
    is_early: Mapped[bool] = mapped_column(default=False)
    restarts_on: Mapped[list[Any]] = mapped_column(default=list)
    steps: Mapped[list[Any]] = mapped_column(default=list)
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("calendars.id"))
    in_force_from: Mapped[date | None]
    in_force_to: Mapped[date | None]
    country: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    is_draft: Mapped[bool] = mapped_column(default=False)


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
