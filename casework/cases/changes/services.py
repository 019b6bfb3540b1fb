"""Looking at what a change would do, and applying it, in lots: each case once, whatever is repeated or breaks off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import CursorResult

from casework.accounts.models import User
from casework.calendars import CalendarError, due
from casework.cases.changes.drafts import local_day, mark_of, plan_of, standard_draft, version_draft, what_of
from casework.cases.changes.lots import LOT, count_clocks, next_lot
from casework.cases.changes.plans import Outcome
from casework.cases.models import Case
from casework.cases.models.changes import ChangeKind, ChangeState, ClockChange, ClockChangeRow, RowState
from casework.catalogue.calendar_in_force import put_in_force
from casework.catalogue.events import DraftDiscarded
from casework.catalogue.models import CalendarVersion, Standard
from casework.catalogue.queries import calendar_for, calendar_in_force, calendar_of, the_agency
from casework.catalogue.standard_in_force import put_standard_in_force, switch_off_standard
from casework.catalogue.working_calendars.queries import standards_by
from casework.core.db import db, table_of
from casework.core.errors import NotFound, Refused
from casework.core.once import stand_in_line

KEPT = timedelta(days=60)
MOST_REASONS = 5
SEEN_OTHERWISE = (
    "Something changed since this was looked at, so nothing was put in force. Look at it again, then confirm."
)
GONE = "The draft was thrown away meanwhile, and what was looked at with it. Go back to the changes."
SAID_BEFORE = "This was put in force already. What became of the cases stands below."


def look_at(
    kind: ChangeKind, about: CalendarVersion | Standard, *, actor: User, now: datetime, once_key: str
) -> tuple[ClockChange, bool]:
    """Begin to look at what a change would do, and whether this is new: the same form again is the same look.

    Raises Refused when there is nothing to put in force, or nothing to switch off, and for what could not be counted.
    """
    key = sha256(f"{actor.id}:{once_key}:{kind}:{type(about).__name__}:{about.id}".encode()).hexdigest()
    stand_in_line(key)
    before = db.session.scalars(select(ClockChange).where(ClockChange.key == key)).first()
    if before is not None:
        return before, False
    _refuse_what_is_no_change(kind, about)
    if kind is not ChangeKind.OFF:
        _refuse_what_never_ends(about, now)
    is_calendar = isinstance(about, CalendarVersion)
    change = ClockChange(
        key=key,
        kind=kind,
        calendar_version_id=about.id if is_calendar else None,
        standard_id=None if is_calendar else about.id,
        since=about.in_force_from if isinstance(about, Standard) and kind is ChangeKind.STANDARD else None,
        mark=mark_of(about),
        what=what_of(kind, about, local_day(now, the_agency().time_zone)),
        made_by_id=actor.id,
        made_at=now,
        touched_at=now,
    )
    db.session.add(change)
    db.session.flush()
    change.expected = count_clocks(plan_of(change))
    return change, True


def look_at_lot(change: ClockChange, *, now: datetime, size: int = LOT) -> int:
    """Look at the next cases, and say how many they were; with none left, what was found is ready."""
    if not _take_turn(change) or change.state is not ChangeState.LOOKING:
        return 0
    plan = plan_of(change)
    lot = next_lot(plan, after=change.last_case_id, size=size)
    rows = [_row(change, case, each) for case in lot for each in plan.outcomes(case, change.made_at)]
    if rows:
        db.session.execute(insert(table_of(ClockChangeRow)), rows)
    change.touched_at = now
    if lot:
        change.last_case_id = lot[-1].id
    else:
        change.state = ChangeState.READY
    return len(lot)


def begin_to_apply(change: ClockChange, *, reason: str, actor: User, now: datetime) -> None:
    """Put the draft in force (or switch the standard off); what follows for the cases is `applying.apply_lot`.

    - Only what was looked at is put in force: not when the draft, or what was in force before it, changed since.
    - Of two people the first one does it, the second is told.
    - While cases follow another version of a standard, it waits: they would get clocks by what holds no more.

    Raises Refused with the sentence for whoever asked, and NotFound when the draft was thrown away.
    """
    about = about_of(change)
    _alone_with(about)
    if not _take_turn(change):
        raise NotFound(GONE)
    if change.state in (ChangeState.APPLYING, ChangeState.DONE):
        raise Refused(SAID_BEFORE)
    if change.state is not ChangeState.READY:
        raise Refused("It is still being looked at. Wait until all cases were looked at, then confirm.")
    if not reason.strip():
        raise Refused("Say why it is changed; the history of each case says so.")
    if mark_of(about) != change.mark:
        raise Refused(SEEN_OTHERWISE)
    if isinstance(about, Standard):
        _refuse_while_cases_follow(about)
    _put(change.kind, about, actor, now)
    change.state, change.reason = ChangeState.APPLYING, reason.strip()
    change.applied_by_id, change.applied_at, change.touched_at = actor.id, now, now
    change.last_case_id = 0


def about_of(change: ClockChange) -> CalendarVersion | Standard:
    """The draft or standard that a change is about."""
    if change.kind is ChangeKind.CALENDAR:
        return version_draft(change.calendar_version_id or 0)
    return standard_draft(change.standard_id or 0)


def finish(change: ClockChange, *, now: datetime) -> None:
    """It is done when nothing waits any more."""
    left = select(ClockChangeRow.case_id).where(
        ClockChangeRow.change_id == change.id, ClockChangeRow.state == RowState.WAITING
    )
    done = update(ClockChange).where(
        ClockChange.id == change.id, ClockChange.state == ChangeState.APPLYING, ~left.exists()
    )
    changed(done.values(state=ChangeState.DONE, ended_at=now, touched_at=now))


def left_behind(before: datetime) -> Sequence[int]:
    """Changes that are being looked at or applied and on which nobody has worked since."""
    at_work = ClockChange.state.in_((ChangeState.LOOKING, ChangeState.APPLYING))
    wanted = select(ClockChange.id).where(at_work, ClockChange.touched_at < before)
    return db.session.scalars(wanted.order_by(ClockChange.id).limit(20)).all()


def forget_old(now: datetime) -> None:
    """Remove what was looked at or ended long ago; the histories of calendar, standard and cases stay."""
    rest = ClockChange.state.in_((ChangeState.READY, ChangeState.DONE))
    ids = db.session.scalars(
        select(ClockChange.id).where(rest, ClockChange.touched_at < now - KEPT).limit(20)
    ).all()
    _remove(ids)


def forget_draft(event: DraftDiscarded) -> None:
    """Remove what was looked at for a draft that is thrown away: it says what will not be."""
    about = (
        ClockChange.standard_id == event.standard_id
        if event.calendar_version_id is None
        else ClockChange.calendar_version_id == event.calendar_version_id
    )
    ids = db.session.scalars(select(ClockChange.id).where(about).order_by(ClockChange.id)).all()
    for change_id in ids:
        # Whoever looks at the next lot of it writes that down first, or finds that it is gone.
        stand_in_line(f"clock change:{change_id}")
    _remove(ids)


def _remove(ids: Sequence[int]) -> None:
    db.session.execute(delete(ClockChangeRow).where(ClockChangeRow.change_id.in_(ids)))
    db.session.execute(delete(ClockChange).where(ClockChange.id.in_(ids)))


def _take_turn(change: ClockChange) -> bool:
    """Wait until nobody else works on it, and read it anew; whether it is still there."""
    stand_in_line(f"clock change:{change.id}")
    return db.session.get(ClockChange, change.id, populate_existing=True) is not None


def changed(statement: Any) -> int:
    """How many rows a statement changed."""
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount


def _refuse_what_is_no_change(kind: ChangeKind, about: CalendarVersion | Standard) -> None:
    if kind is ChangeKind.OFF:
        if isinstance(about, Standard) and (about.is_draft or not about.is_active):
            raise Refused(f"“{about.name}” is not in force, so it cannot be switched off.")
    elif not about.is_draft:
        raise Refused("This version is in force already, or was. Begin a new draft to change it.")


def _refuse_what_never_ends(about: CalendarVersion | Standard, now: datetime) -> None:
    """Every limit that would be counted has to end: in force, one that does not would let nobody log a case.

    It has to end without special hours, too: those will be over some day.
    """
    if isinstance(about, CalendarVersion):
        calendar, standards = calendar_of(about), standards_by(about.calendar)
    else:
        calendar, standards = calendar_for(*calendar_in_force(about.calendar_id)), [about]
    usual = replace(calendar, special=())
    reasons = []
    for one in standards:
        try:
            for limit in (one.limit, *(one.severity_limits or {}).values()):
                due(usual, start=now, limit=limit, unit=one.unit, roll=one.roll)
        except CalendarError as error:
            reasons.append(f"“{one.name}” could not be counted: {error.message}")
    if reasons:
        raise Refused(reasons[:MOST_REASONS])


def _alone_with(about: CalendarVersion | Standard) -> None:
    """Whoever edits it, or puts another draft of the same in force, at this moment waits, and finds what was done.

    Raises NotFound when it was thrown away.
    """
    if isinstance(about, CalendarVersion):
        stand_in_line(f"calendar:{about.calendar_id}")
        db.session.refresh(about.calendar)
    else:
        stand_in_line(f"standard:{about.code}")
    if db.session.get(type(about), about.id, populate_existing=True) is None:
        raise NotFound(GONE)


def _refuse_while_cases_follow(standard: Standard) -> None:
    follows = (
        select(ClockChange.id)
        .join(Standard, Standard.id == ClockChange.standard_id)
        .where(Standard.code == standard.code, ClockChange.state == ChangeState.APPLYING)
    )
    if db.session.scalars(follows.limit(1)).first() is not None:
        raise Refused(
            "Cases still follow another change of this standard. Wait until all have, then confirm."
        )


def _put(kind: ChangeKind, about: CalendarVersion | Standard, actor: User, now: datetime) -> None:
    if isinstance(about, CalendarVersion):
        put_in_force(about, actor_id=actor.id, now=now)
    elif kind is ChangeKind.OFF:
        switch_off_standard(about, actor_id=actor.id, now=now)
    else:
        put_standard_in_force(about, actor_id=actor.id, now=now)


def _row(change: ClockChange, case: Case, each: Outcome) -> dict[str, Any]:
    return {
        "change_id": change.id,
        "case_id": case.id,
        "number": each.number,
        "name": each.name,
        "before_at": each.before_at,
        "after_at": each.after_at,
        "shift": each.shift,
        "effect": each.effect,
        "turn": each.turn,
        "state": RowState.WAITING,
        "differed": False,
        "came_later": False,
    }
