"""Letting a change that is in force follow on the cases: lot after lot, what the preview showed and what came since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm.attributes import flag_modified

from casework.audit.services import record
from casework.calendars import moment_text
from casework.cases.changes.drafts import plan_of
from casework.cases.changes.lots import next_lot, with_clocks
from casework.cases.changes.plans import Outcome, Plan
from casework.cases.changes.services import changed
from casework.cases.events import CasesChanged
from casework.cases.models import Case
from casework.cases.models.changes import ChangeState, ClockChange, ClockChangeRow, RowState
from casework.catalogue.queries import the_agency
from casework.core.db import db, table_of
from casework.core.events import publish
from casework.core.once import stand_in_line

LOT = 100


def apply_lot(change: ClockChange, *, now: datetime, size: int = LOT) -> int:
    """Let it follow on the next cases, and say how many they were; 0 when none is left.

    - What becomes of a case is found out anew: what ended since the preview stays, what came since is among it.
    - A case has its event, its history entry and its settled rows in one transaction, or none of them.
    """
    stand_in_line(f"clock change:{change.id}")
    db.session.refresh(change)
    if change.state is not ChangeState.APPLYING:
        return 0
    plan = plan_of(change)
    waiting = _waiting(change, size)
    _apply_all(change, plan, waiting, now)
    change.touched_at = now
    return len(waiting) or _apply_what_came_since(change, plan, now)


def _waiting(change: ClockChange, size: int) -> Sequence[Case]:
    wanted = (
        select(ClockChangeRow.case_id)
        .where(ClockChangeRow.change_id == change.id, ClockChangeRow.state == RowState.WAITING)
        .order_by(ClockChangeRow.case_id)
        .distinct()
        .limit(size)
    )
    return _held(db.session.scalars(wanted).all())


def _apply_what_came_since(change: ClockChange, plan: Plan, now: datetime) -> int:
    """Go once through the cases that the preview had nothing for: they may have by now."""
    known = exists().where(ClockChangeRow.change_id == change.id, ClockChangeRow.case_id == Case.id)
    lot = next_lot(plan, after=change.last_case_id, but=~known)
    touched = [case.id for case in lot if plan.outcomes(case, now)]
    _apply_all(change, plan, _held(touched), now)
    if lot:
        change.last_case_id = lot[-1].id
    return len(lot)


def _held(ids: Sequence[int]) -> Sequence[Case]:
    """The cases, held until the transaction ends: whoever saves one meanwhile waits and notices."""
    wanted = select(Case).where(Case.id.in_(ids)).order_by(Case.id).options(*with_clocks())
    held = wanted.with_for_update(of=Case).execution_options(populate_existing=True)
    return db.session.scalars(held).all()


def _apply_all(change: ClockChange, plan: Plan, cases: Sequence[Case], now: datetime) -> None:
    """Their words stay as they are and only their dates move, so figures are told of all of them at once."""
    moved = [case.id for case in cases if _apply(change, plan, case, now)]
    if moved:
        publish(CasesChanged(moved, now))


def _apply(change: ClockChange, plan: Plan, case: Case, now: datetime) -> bool:
    """Let it follow on one case, and say whether anybody would notice."""
    outcomes = plan.outcomes(case, change.applied_at or now) if case.is_open else []
    moves = any(each.moves for each in outcomes)
    if outcomes:
        why = f"{change.what}: {change.reason}"
        plan.apply(case, outcomes, why=why, actor_id=change.applied_by_id, now=now)
        if moves:
            _write_history(change, case, outcomes, now)
            case.updated_at = now
        # Whoever is saving it meanwhile notices, though nothing that can be seen of it may have changed.
        flag_modified(case, "updated_at")
        db.session.flush()
    _settle(change, case, outcomes)
    return moves


def _write_history(change: ClockChange, case: Case, outcomes: Sequence[Outcome], now: datetime) -> None:
    moved = [each for each in outcomes if each.moves]
    zone = ZoneInfo(the_agency().time_zone)
    words = [_sentence(each, zone, now) for each in moved]
    record(
        "case",
        case.id,
        "clocks_changed",
        f"{' '.join(words)} {change.what}: {change.reason}",
        actor_id=change.applied_by_id,
        at=now,
        before={each.name: _kept(each.before_at) for each in moved},
        after={**{each.name: _kept(each.after_at) for each in moved}, "change": change.id},
    )


def _sentence(each: Outcome, zone: ZoneInfo, now: datetime) -> str:
    if each.after_at is None:
        return f"{each.name}: owed no more."
    due = _moment(zone, each.after_at, now)
    if each.before_at is None:
        return f"{each.name}: due {due}."
    return f"{each.name}: due {due} instead of {_moment(zone, each.before_at, now)}."


def _moment(zone: ZoneInfo, at: datetime, now: datetime) -> str:
    return moment_text(zone, at, year=at.astimezone(zone).year != now.astimezone(zone).year)


def _kept(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _settle(change: ClockChange, case: Case, outcomes: Sequence[Outcome]) -> None:
    """Say on the rows of a case what became of them; what is found there for the first time gets a row."""
    own = (ClockChangeRow.change_id == change.id, ClockChangeRow.case_id == case.id)
    known = {row.number: row for row in db.session.scalars(select(ClockChangeRow).where(*own))}
    for each in outcomes:
        _settle_one(change, case, each, known.pop(each.number, None))
    for row in known.values():
        if row.state is RowState.WAITING:
            _set(row, {"state": RowState.LEFT})


def _settle_one(change: ClockChange, case: Case, each: Outcome, row: ClockChangeRow | None) -> None:
    values: dict[str, Any] = {
        "before_at": each.before_at,
        "after_at": each.after_at,
        "shift": each.shift,
        "effect": each.effect,
        "turn": each.turn,
        "state": RowState.DONE,
    }
    if row is None:
        new = {"change_id": change.id, "case_id": case.id, "number": each.number, "name": each.name}
        late = {"differed": False, "came_later": True}
        db.session.execute(insert(table_of(ClockChangeRow)).values({**new, **values, **late}))
    elif row.state is RowState.WAITING:
        differs = (row.before_at, row.after_at) != (each.before_at, each.after_at)
        _set(row, {**values, "differed": differs})


def _set(row: ClockChangeRow, values: dict[str, Any]) -> None:
    own = update(ClockChangeRow).where(
        ClockChangeRow.change_id == row.change_id,
        ClockChangeRow.case_id == row.case_id,
        ClockChangeRow.number == row.number,
        ClockChangeRow.state == RowState.WAITING,
    )
    changed(own.values(values))
