"""What is known of each case for counting, and the figures counted from it. Everything here can be made again.

Figures are kept incrementally: a case that changed is taken out of its figures as it was, and put in as it is.
"""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class CaseFact(Model):
    """One case as the measures see it, on the wall clock of the agency's zone.

    Months are "2011-07". Days are decimals on the wall clock, whole where either end came as a date alone.
    `*_within` is None where there is no standard, or not yet an end to judge. No foreign keys: the facts follow
    the cases by refresh, and hold nothing that a case does not.
    """

    __tablename__ = "case_facts"
    __table_args__ = (
        Index("ix_case_facts_answered", "answered_month", "case_id"),
        Index("ix_case_facts_received", "received_month", "case_id"),
        Index("ix_case_facts_closed", "closed_month", "case_id"),
        Index("ix_case_facts_open", "is_open", "respond_due_at", "case_id"),
        Index("ix_case_facts_team", "team_id", "case_id"),
        Index("ix_case_facts_service", "service_id", "case_id"),
        Index("ix_case_facts_category", "category_id", "case_id"),
    )

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    service_id: Mapped[int | None]
    category_id: Mapped[int | None]
    team_id: Mapped[int | None]
    channel: Mapped[str]
    severity: Mapped[int]
    received_on: Mapped[date]
    received_month: Mapped[str]
    acknowledged_month: Mapped[str | None]
    answered_month: Mapped[str | None]
    closed_month: Mapped[str | None]
    acknowledge_days: Mapped[float | None]
    respond_days: Mapped[float | None]
    close_days: Mapped[float | None]
    acknowledge_within: Mapped[bool | None]
    respond_within: Mapped[bool | None]
    respond_due_at: Mapped[datetime | None]
    # The month in which the answer fell due: with the month answered it tells how many were late at each month's end.
    respond_due_month: Mapped[str | None]
    is_open: Mapped[bool]
    is_paused: Mapped[bool]
    first_contact: Mapped[bool]
    extensions: Mapped[int]
    finding: Mapped[str]


class StaleFact(Model):
    """A case that changed since its fact was made."""

    __tablename__ = "stale_facts"

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]


class MeasureValue(Model):
    """One figure: a measure, for one group of one dimension, in one period.

    `cohort` says how cases are placed: "all" (no period), "answered" (by the period of the end that is measured),
    "received". `figures` holds the days behind the summary, ascending, 8-byte floats, least significant byte first.
    """

    __tablename__ = "measure_values"

    measure: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    cohort: Mapped[str] = mapped_column(primary_key=True)
    period_kind: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    closed_n: Mapped[int]
    open_n: Mapped[int]
    mean: Mapped[float | None]
    median: Mapped[float | None]
    p90: Mapped[float | None]
    within_n: Mapped[int]
    with_standard_n: Mapped[int]
    computed_at: Mapped[datetime]
    figures: Mapped[bytes] = mapped_column(LargeBinary)


class MeasureState(Model):
    """The one row that every refresh locks, so that two at once take turns.

    `is_rebuilding` stays true from the first fact rewritten apart from its figures until the figures are made anew;
    whoever finds it makes them. A change of `time_zone` moves cases between months, so it asks for everything.
    """

    __tablename__ = "measure_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    computed_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(default="")
    is_rebuilding: Mapped[bool] = mapped_column(default=False)
