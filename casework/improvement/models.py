"""Opportunities with their evidence, the actions that follow from them, and who was told.

The chain case → opportunity → action → told is held by foreign keys: only a case that is evidence of an action's
own opportunity can stand in a telling, and evidence that somebody was told about cannot be taken away.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.catalogue.models import Service
from casework.core.db import Model


class State(StrEnum):
    """Where an opportunity is."""

    FOUND = "found"
    ACCEPTED = "accepted"
    ACTING = "acting"
    TELLING = "telling"
    CHECKED = "checked"
    DISMISSED = "dismissed"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return "Effect checked" if self is State.CHECKED else self.value.capitalize()


class Step(StrEnum):
    """The step that an action is at: plan, do, study, act."""

    PLAN = "plan"
    DO = "do"
    STUDY = "study"
    ACT = "act"


class TellingState(StrEnum):
    """How far telling one customer has come. `queued` is with the outbox, or with a person who calls or writes."""

    TO_TELL = "to_tell"
    QUEUED = "queued"
    TOLD = "told"
    CANNOT = "cannot"


class Opportunity(Model):
    """One improvement opportunity: what a finder found, with its newest figures, and what was decided on it.

    - `stands` says whether the newest run of its finder found it again; `gone_at` is since when it did not.
    - `evidence_n` counts the cases behind the newest figures; the linked cases may be more, see OpportunityCase.
    - `service_id` is the service that it is about, or the one most of its cases are about.
    """

    __tablename__ = "opportunities"
    __table_args__ = (
        UniqueConstraint("finder", "key"),
        Index("ix_opportunities_state_rank", "state", "rank", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finder: Mapped[str]
    key: Mapped[str]
    title: Mapped[str]
    subject: Mapped[dict[str, Any]]
    arithmetic: Mapped[list[Any]]
    period: Mapped[str] = mapped_column(default="")
    customers_per_month: Mapped[float]
    mean_severity: Mapped[float]
    rank: Mapped[float]
    strength: Mapped[float]
    evidence_n: Mapped[int]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"), index=True)
    state: Mapped[State] = mapped_column(default=State.FOUND)
    stands: Mapped[bool] = mapped_column(default=True)
    gone_at: Mapped[datetime | None]
    found_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    dismissed_evidence_n: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)

    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    service: Mapped[Service | None] = relationship()
    actions: Mapped[list["ImprovementAction"]] = relationship(
        order_by="ImprovementAction.id", back_populates="opportunity"
    )


class OpportunityCase(Model):
    """A case that raised an opportunity.

    `in_figures` says that it stands behind the newest figures. One that no longer does stays linked once the
    opportunity was accepted, because its customer raised it and has to be told.
    """

    __tablename__ = "opportunity_cases"
    __table_args__ = (UniqueConstraint("opportunity_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    in_figures: Mapped[bool] = mapped_column(default=True)


class ImprovementAction(Model):
    """Work that somebody owns and that follows from an opportunity.

    `change_on` is the day from which customers notice it. `effect` is the newest judgement of what became of the
    measure, as rules.EffectWords gives it. `words` are what customers are told; the three `public_` texts are
    what the public page says once `published_at` is set.
    """

    __tablename__ = "improvement_actions"
    # The pair is unique so that a telling can point to an action and its opportunity at once.
    __table_args__ = (UniqueConstraint("id", "opportunity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id"), index=True)
    what: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_on: Mapped[date]
    expected_measure: Mapped[str] = mapped_column(default="")
    expected_effect: Mapped[str] = mapped_column(default="")
    step: Mapped[Step] = mapped_column(default=Step.PLAN)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_on: Mapped[date | None]
    reopened_at: Mapped[datetime | None]
    effect: Mapped[dict[str, Any]] = mapped_column(default=dict)
    effect_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(default="")
    words_approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    words_approved_at: Mapped[datetime | None]
    public_title: Mapped[str] = mapped_column(default="")
    public_said: Mapped[str] = mapped_column(default="")
    public_did: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]

    opportunity: Mapped[Opportunity] = relationship(back_populates="actions")
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])


class Telling(Model):
    """One customer (or one case without a known customer) who is told of one action, and by which message."""

    __tablename__ = "tellings"
    __table_args__ = (
        UniqueConstraint("action_id", "case_id"),
        UniqueConstraint("action_id", "customer_id"),
        ForeignKeyConstraint(
            ["action_id", "opportunity_id"],
            ["improvement_actions.id", "improvement_actions.opportunity_id"],
            name="fk_tellings_action",
        ),
        ForeignKeyConstraint(
            ["opportunity_id", "case_id"],
            ["opportunity_cases.opportunity_id", "opportunity_cases.case_id"],
            name="fk_tellings_evidence",
        ),
        Index("ix_tellings_action_state", "action_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int]
    opportunity_id: Mapped[int]
    case_id: Mapped[int] = mapped_column(index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    state: Mapped[TellingState]
    reason: Mapped[str] = mapped_column(default="")
    communication_id: Mapped[int | None] = mapped_column(ForeignKey("communications.id"), unique=True)
    told_at: Mapped[datetime | None]
