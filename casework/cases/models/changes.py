"""A change of a calendar or a standard: what it would do to each clock that runs, and what became of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model


class ChangeKind(StrEnum):
    """What is changed: a calendar, a standard, or a standard is switched off."""

    CALENDAR = "calendar"
    STANDARD = "standard"
    OFF = "off"


class ChangeState(StrEnum):
    """How far a change has come: being looked at, ready to be applied, being applied, done."""

    LOOKING = "looking"
    READY = "ready"
    APPLYING = "applying"
    DONE = "done"


class Effect(StrEnum):
    """What a change does to one clock: `starts` is one that a case would get, `ends` one that is owed no more."""

    SAME = "same"
    LATER = "later"
    EARLIER = "earlier"
    ENDS = "ends"
    STARTS = "starts"


class Turn(StrEnum):
    """Whether a running clock becomes late by it, or timely."""

    NONE = "none"
    LATE = "late"
    TIMELY = "timely"


class RowState(StrEnum):
    """What became of a row: `left` had nothing to change any more when its turn came."""

    WAITING = "waiting"
    DONE = "done"
    LEFT = "left"


class ClockChange(Model):
    """A draft that was looked at, and perhaps put in force with all that follows from it.

    - `mark` tells what was looked at from what it became since; `made_at` is the instant by which late was judged.
    - `since`: a standard holds for clocks that started on this day or later (None: for all).
    - `last_case_id` is how far looking at the cases has come, and again how far looking for what came since has;
      `expected` is how many clocks there were to look at.
    - `what` says the difference in words and `reason` why it was made, as the history of the cases has it.
    """

    __tablename__ = "clock_changes"
    __table_args__ = (Index("ix_clock_changes_state", "state", "touched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ChangeKind]
    calendar_version_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_versions.id"))
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("standards.id"))
    since: Mapped[date | None]
    mark: Mapped[str]
    what: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.LOOKING)
    expected: Mapped[int] = mapped_column(default=0)
    last_case_id: Mapped[int] = mapped_column(default=0)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    applied_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ClockChangeRow(Model):
    """One clock of one case: its date before and after. `number` is that of the clock, 0 for one that starts.

    `shift` is by how many seconds it moves. When it was applied: `differed` says that it came out otherwise than the
    preview had it, `came_later` that the preview did not know of it yet.
    """

    __tablename__ = "clock_change_rows"
    __table_args__ = (
        Index("ix_clock_change_rows_state", "change_id", "state", "case_id"),
        Index("ix_clock_change_rows_shift", "change_id", "shift"),
    )

    change_id: Mapped[int] = mapped_column(
        ForeignKey("clock_changes.id"), primary_key=True, autoincrement=False
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    before_at: Mapped[datetime | None]
    after_at: Mapped[datetime | None]
    shift: Mapped[int] = mapped_column(default=0)
    effect: Mapped[Effect]
    turn: Mapped[Turn] = mapped_column(default=Turn.NONE)
    state: Mapped[RowState] = mapped_column(default=RowState.WAITING)
    differed: Mapped[bool] = mapped_column(default=False)
    came_later: Mapped[bool] = mapped_column(default=False)
