"""The open cases that a plan may touch, lot by lot, with what their clocks stand on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import load_only, selectinload
from sqlalchemy.sql.base import ExecutableOption

from casework.cases.changes.plans import Outcome, Plan
from casework.cases.models import Case, Clock
from casework.cases.models.changes import Effect, Turn
from casework.core.db import db

LOT = 500
MOST_SHOWN = 10

_COLUMNS = (
    *(Case.reference, Case.kind, Case.channel, Case.stage, Case.severity, Case.path, Case.state),
    *(Case.service_id, Case.category_id, Case.duplicate_of_id, Case.is_open, Case.received_at),
    *(Case.acknowledged_at, Case.escalated_at, Case.meeting_at, Case.transferred_at, Case.external_reference),
    *(Case.next_due_at, Case.is_paused, Case.respond_due_at, Case.updated_at, Case.version),
)


def with_clocks() -> Sequence[ExecutableOption]:
    """What is read of a case: its clocks with their standards, and all that happened to them."""
    return (
        load_only(*_COLUMNS),
        selectinload(Case.clocks).joinedload(Clock.standard),
        selectinload(Case.clock_events),
    )


def next_lot(
    plan: Plan, *, after: int, size: int = LOT, but: ColumnElement[bool] | None = None
) -> Sequence[Case]:
    """The next open cases in the order of their ids, `but` those that it keeps out."""
    wanted = select(Case).where(Case.is_open, plan.where(), Case.id > after).order_by(Case.id).limit(size)
    wanted = wanted if but is None else wanted.where(but)
    return db.session.scalars(wanted.options(*with_clocks())).all()


def count_clocks(plan: Plan) -> int:
    """How many cases there are to look at, or clocks where that is more: it says how long it will take."""
    cases = select(func.count()).select_from(Case).where(Case.is_open, plan.where())
    clocks = select(func.count()).select_from(Clock).join(Case).where(Case.is_open, plan.clocks())
    return max(db.session.scalar(cases) or 0, db.session.scalar(clocks) or 0)


@dataclass
class Found:
    """What a change would do, counted without keeping anything: the cases that move and the furthest of them."""

    cases: int = 0
    clocks: int = 0
    effects: dict[Effect, int] = field(default_factory=dict)
    turns: dict[Turn, int] = field(default_factory=dict)
    moved: int = 0
    furthest: list[tuple[str, Outcome]] = field(default_factory=list)

    def add(self, case: Case, outcomes: Sequence[Outcome]) -> None:
        """Count what becomes of one case."""
        self.cases += bool(outcomes)
        self.clocks += len(outcomes)
        self.moved += any(each.moves for each in outcomes)
        for each in outcomes:
            self.effects[each.effect] = self.effects.get(each.effect, 0) + 1
            self.turns[each.turn] = self.turns.get(each.turn, 0) + 1
        shifted = [(case.reference, each) for each in outcomes if each.shift]
        self.furthest = sorted([*self.furthest, *shifted], key=_by_shift)[:MOST_SHOWN]


def _by_shift(pair: tuple[str, Outcome]) -> tuple[int, str]:
    return -abs(pair[1].shift), pair[0]


def what_would_move(plan: Plan, now: datetime) -> Found:
    """Look at every case that a plan may touch; nothing is kept, and of the cases no more than a lot at a time."""
    found, last = Found(), 0
    while lot := next_lot(plan, after=last):
        last = lot[-1].id
        for case in lot:
            found.add(case, plan.outcomes(case, now))
        db.session.expunge_all()
        # What was read of calendars and the agency belonged to the rows that are forgotten now.
        db.session.info.pop("definitions", None)
    return found
