"""A case and its issues."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from casework.accounts.models import Team, User
from casework.cases.models.clocks import Clock, ClockEvent
from casework.cases.models.words import Channel, DecisionState, Finding, Kind, Remedy
from casework.catalogue.models import Category, Cause, ProcessVersion, Service
from casework.core.db import Model
from casework.customers.models import Customer

# Sorts after every real due date, so that one index serves "worst first" on both databases.
NO_DUE = datetime(9999, 1, 1, tzinfo=UTC)


class CaseNumber(Model):
    """The last number given to a case of a year."""

    __tablename__ = "case_numbers"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Model):
    """One piece of feedback being handled.

    `next_due_at` is the soonest due date of its running clocks, or NO_DUE; queues sort by it.
    `date_only` lists the instants (received_at, …) that came as a date without a time.
    `process_version` is kept for the whole life of the case; `version` notices two people saving at once.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_open_due", "is_open", "next_due_at", "id"),
        Index("ix_cases_team_due", "team_id", "is_open", "next_due_at", "id"),
        Index("ix_cases_handler_due", "handler_id", "is_open", "next_due_at", "id"),
        Index("ix_cases_customer", "customer_id", "id"),
        # With what lists are narrowed by: whoever walks back from today need not look up the cases that do not pass.
        Index(
            "ix_cases_received",
            "received_at",
            "id",
            postgresql_include=["is_restricted", "is_open", "kind", "severity", "team_id", "service_id"],
        ),
        Index("ix_cases_closed", "is_open", "closed_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    external_reference: Mapped[str | None] = mapped_column(unique=True)
    # A digest of the imported row: the same row again is recognised without comparing field by field.
    import_digest: Mapped[str | None]
    kind: Mapped[Kind]
    channel: Mapped[Channel]
    title: Mapped[str]
    narrative: Mapped[str] = mapped_column(default="")
    desired_outcome: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    severity: Mapped[int] = mapped_column(default=1)
    stage: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    logged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    process_version_id: Mapped[int] = mapped_column(ForeignKey("process_versions.id"))
    state: Mapped[str]
    state_since: Mapped[datetime]
    is_open: Mapped[bool] = mapped_column(default=True)
    received_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    # When it was talked over with the customer, and when it came to the department that has it now.
    meeting_at: Mapped[datetime | None]
    transferred_at: Mapped[datetime | None]
    # The path of its process that it is on ("expedited"); empty is the ordinary one.
    path: Mapped[str] = mapped_column(default="")
    date_only: Mapped[list[Any]] = mapped_column(default=list)
    decision_state: Mapped[DecisionState] = mapped_column(default=DecisionState.NONE)
    decision_impossible: Mapped[str] = mapped_column(default="")
    finding: Mapped[str] = mapped_column(default="")
    first_contact: Mapped[bool] = mapped_column(default=False)
    reopened: Mapped[int] = mapped_column(default=0)
    extensions: Mapped[int] = mapped_column(default=0)
    respond_due_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime] = mapped_column(default=NO_DUE)
    is_paused: Mapped[bool] = mapped_column(default=False)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    # What was merged into another case as its duplicate; kept whole, so that the merge can be undone.
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    # What the customer needs so that they can take part: large print, an interpreter, a call after five.
    adjustments: Mapped[str] = mapped_column(default="")
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    # What is said goes to whoever acts for the customer, when the customer wants it so.
    write_to_representative: Mapped[bool] = mapped_column(default=False)
    # Said by counters here, so that pages ask for files, promises, links and tags only where there are some.
    file_count: Mapped[int] = mapped_column(default=0)
    open_actions: Mapped[int] = mapped_column(default=0)
    link_count: Mapped[int] = mapped_column(default=0)
    tags: Mapped[list[Any]] = mapped_column(default=list)
    awaiting_approval: Mapped[bool] = mapped_column(default=False)
    link_nonce: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    # Asked for together with the case by its one door (queries.visible), so that its page need not ask again;
    # None where it was read another way.
    people_text: Mapped[str | None] = query_expression()
    has_merged: Mapped[bool | None] = query_expression()
    # The promise of its soonest running clock, where a list asked for it.
    owes: Mapped[str | None] = query_expression()
    # Of those, what is shown with it; read once for a page (queries.links).
    shown_with_it = cast("list[Case] | None", None)

    __mapper_args__ = {"version_id_col": version}

    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    representative: Mapped[Customer | None] = relationship(foreign_keys=[representative_id])
    service: Mapped[Service | None] = relationship()
    category: Mapped[Category | None] = relationship()
    team: Mapped[Team | None] = relationship()
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    logged_by: Mapped[User | None] = relationship(foreign_keys=[logged_by_id])
    process_version: Mapped[ProcessVersion] = relationship()
    issues: Mapped[list["Issue"]] = relationship(order_by="Issue.number", back_populates="case")
    clocks: Mapped[list[Clock]] = relationship(order_by="Clock.id", back_populates="case")
    clock_events: Mapped[list[ClockEvent]] = relationship(order_by="ClockEvent.id")

    @property
    def addressee(self) -> Customer | None:
        """Whoever is written to: the customer, or the representative where the customer wants it so."""
        if self.write_to_representative and self.representative is not None:
            return self.representative
        return self.customer


class Issue(Model):
    """One point raised in a case, with its own category, finding and cause."""

    __tablename__ = "issues"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    summary: Mapped[str]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), index=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    finding: Mapped[Finding | None]
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("causes.id"), index=True)
    remedy: Mapped[Remedy | None]
    remedy_note: Mapped[str] = mapped_column(default="")
    # What a refund or a payment comes to, in the smallest unit of the agency's currency.
    remedy_amount: Mapped[int | None] = mapped_column(BigInteger)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]

    case: Mapped[Case] = relationship(back_populates="issues")
    service: Mapped[Service | None] = relationship()
    category: Mapped[Category | None] = relationship()
    cause: Mapped[Cause | None] = relationship()
