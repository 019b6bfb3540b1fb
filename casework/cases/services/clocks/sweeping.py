"""Walking the points that clocks have passed: warnings, missed due dates, and paths that were not taken in time.

Nothing is put off to a moment. Each run walks the clocks whose next point is passed, by an index that holds only
those with one, lot by lot. What was passed is an event that can be written only once, and in the same transaction
the clock's next point moves on; so a run that was killed, that comes twice or that two workers do at once says
nothing twice and forgets nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import literal, select, tuple_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import load_only, selectinload

from casework.cases.clockwork import DUE, Step, What, who_is_told
from casework.cases.events import ClockPassed
from casework.cases.models import Case, Clock
from casework.cases.services.clocks.standing import (
    NOT_EARLY,
    is_early,
    keep_standing,
    note,
    point_key,
    points_done,
    standing_of,
    steps_left,
)
from casework.core.db import db, transaction
from casework.core.events import publish

log = structlog.get_logger(__name__)
LOT = 200
# What was overdue for longer when it was first met is nobody's news.
LOOK_BACK = timedelta(days=7)
Passed = Sequence[tuple[datetime, Step]]


def sweep_clocks(now: datetime) -> int:
    """Write down every point that was passed until now, each once, and let those be told whom it names.

    - Of several points that one clock passed while nobody looked all are written, and only the last is told.
    - What was overdue for more than a week when it was first met, or lies in a closed case, is told to nobody.
    - A path of early resolution that was not taken in time lapses; nobody is told that it is late.

    Returns how many points were written. Each lot is a transaction; a case that somebody else holds is left to them,
    or to the next run, and one that cannot be worked out keeps no other waiting.
    """
    written, after = 0, None
    while True:
        with transaction():
            rows = db.session.execute(passed_clocks(now, after)).all()
        if rows:
            written += _sweep_lot({row.case_id for row in rows}, now)
        if len(rows) < LOT:
            return written
        after = rows[-1].next_step_at, rows[-1].id


def _sweep_lot(case_ids: set[int], now: datetime) -> int:
    """A lot in one transaction; where something is wrong with one of its cases, each in a transaction of its own."""
    try:
        with transaction():
            return _sweep_together(case_ids, now)
    except OperationalError:
        raise  # The database is not there, or asks to begin again: the next run does.
    except Exception:
        if len(case_ids) > 1:
            return sum(_sweep_lot({case_id}, now) for case_id in sorted(case_ids))
        log.exception("the clocks of a case were not swept", cases=sorted(case_ids))
        return 0


def _sweep_together(case_ids: set[int], now: datetime) -> int:
    told: list[ClockPassed] = []
    # Kept to the end of the lot, so that whoever is told of a case need not read it again.
    cases = _held(case_ids)
    written = sum(_sweep_case(case, now, told) for case in cases)
    # Written together, and told after: whoever asks who is to be told would else write case by case.
    db.session.flush()
    for passed in told:
        publish(passed)
    return written


def passed_clocks(now: datetime, after: tuple[datetime, int] | None = None) -> Any:
    """The next lot of clocks whose next point is passed, the longest ago first; by their index alone."""
    wanted = select(Clock.id, Clock.case_id, Clock.next_step_at).where(Clock.next_step_at <= now)
    if after is not None:
        place = tuple_(literal(after[0], Clock.next_step_at.type), literal(after[1]))
        wanted = wanted.where(tuple_(Clock.next_step_at, Clock.id) > place)
    return wanted.order_by(Clock.next_step_at, Clock.id).limit(LOT)


def _held(case_ids: set[int]) -> Sequence[Case]:
    """These cases, held until the transaction ends; one that somebody else is saving or sweeping is left out."""
    columns = (Case.reference, Case.stage, Case.is_open, Case.team_id, Case.handler_id, Case.version)
    kept = (Case.next_due_at, Case.is_paused, Case.respond_due_at)
    wanted = (
        select(Case)
        .where(Case.id.in_(case_ids))
        .options(
            load_only(*columns, *kept),
            selectinload(Case.clocks).joinedload(Clock.standard),
            selectinload(Case.clock_events),
        )
        .order_by(Case.id)
        .with_for_update(of=Case, skip_locked=True)
        # What this session read before it held them may be old.
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(wanted).all()


def _sweep_case(case: Case, now: datetime, told: list[ClockPassed]) -> int:
    standing, done = standing_of(case), points_done(case.clock_events)
    written = 0
    for clock in case.clocks:
        if clock.next_step_at is not None and clock.next_step_at <= now:
            due_at = standing[clock.number].due_at
            left = steps_left(clock, standing[clock.number], done.get(clock.number, set()))
            passed = [(at, step) for at, step in left if at <= now]
            _write(case, clock, passed, due_at, now)
            if case.is_open and not _is_old(passed, due_at, now):
                told += _telling(case, clock, passed, now)
            written += len(passed)
    keep_standing(case)
    return written


def _write(case: Case, clock: Clock, passed: Passed, due_at: datetime, now: datetime) -> None:
    for at, step in passed:
        what = What.MISSED if step.is_late else What.WARNED
        reason = ""
        if is_early(clock) and step.at == DUE:
            what, reason = What.LAPSED, NOT_EARLY
        key = point_key(clock.number, step.at, due_at)
        note(case, what, at, now=now, clocks=[clock], reason=reason, once=key, point=step.at)


def _is_old(passed: Passed, due_at: datetime, now: datetime) -> bool:
    """Whether it was met for the first time only when it had been overdue for long."""
    is_first = any(step.at == DUE for _, step in passed)
    return bool(passed) and (passed[-1][0] if not is_first else due_at) < now - LOOK_BACK


def _telling(case: Case, clock: Clock, passed: Passed, now: datetime) -> list[ClockPassed]:
    roles = who_is_told([step for _, step in passed])
    if not roles:
        return []
    at, last = passed[-1]
    return [
        ClockPassed(
            case_id=case.id,
            clock_id=clock.id,
            point=last.at,
            tell=roles,
            is_late=last.is_late,
            passed_at=at,
            at=now,
        )
    ]
