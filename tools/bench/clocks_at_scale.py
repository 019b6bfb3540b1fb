"""What the clocks of many cases cost in the background: an idle sweep, that of a whole day, a late holiday.

Nobody waits for these at a page; they are given beside what one case takes, and with the processor time of the program.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.calendars import nth_working_day
from casework.cases.changes import doing, services
from casework.cases.models import Case
from casework.cases.models.changes import ChangeKind, ClockChange, ClockChangeRow, Effect
from casework.cases.services.clocks import check_clocks, sweep_clocks
from casework.catalogue.queries import default_calendar, the_agency
from casework.catalogue.working_calendars.services import begin_draft
from casework.core import clock
from casework.core.db import db, transaction
from tools.bench.figures import Figure
from tools.bench.place import Place


def clock_figures(where: Place, size: int) -> list[Figure]:
    """The figures of one size; changes its clocks, so it comes after all that is asked of pages."""
    now, name = clock.now(), f"{size:,} cases: "
    with where.app.app_context():
        sweep_clocks(now)
        idle = _timed(lambda: sweep_clocks(now), 5)
        points, of_a_day, cpu = _once(lambda: sweep_clocks(now + timedelta(days=1)))
        figures = [
            Figure(name=f"{name}clock sweep, nothing passed", value=idle * 1000, unit="ms"),
            Figure(name=f"{name}clock sweep, all points of a day", value=of_a_day, unit="s",
                   note=f"{points:,} points, {cpu:.1f} s of processor"),
        ]  # fmt: skip
        figures += [*_late_holiday(now, name), _all_replayed(name)]
        db.session.remove()
    return figures


def _late_holiday(now: datetime, name: str) -> list[Figure]:
    """The third working day from now becomes a closed day."""
    administrator = db.session.scalars(select(User).where(User.role == Role.ADMINISTRATOR)).first()
    assert administrator is not None
    with transaction():
        change = _draft(administrator, now)
    looked = _once(lambda: doing.run(change.id, clock.now))
    found = (ClockChangeRow.change_id == change.id, ClockChangeRow.effect != Effect.SAME)
    moved = db.session.scalar(select(func.count(ClockChangeRow.case_id.distinct())).where(*found)) or 0
    is_open = db.session.scalar(select(func.count()).select_from(Case).where(Case.is_open)) or 0
    with transaction():
        services.begin_to_apply(change, reason="A holiday came late.", actor=administrator, now=clock.now())
    applied = _once(lambda: doing.run(change.id, clock.now))
    return [
        Figure(name=f"{name}late holiday, looked at", value=looked[1], unit="s",
               note=f"{is_open:,} open cases, {change.expected:,} clocks, {looked[2]:.1f} s of processor"),
        Figure(name=f"{name}late holiday, applied", value=applied[1], unit="s",
               note=f"{moved:,} cases move, {applied[2]:.1f} s of processor"),
    ]  # fmt: skip


def _all_replayed(name: str) -> Figure:
    """After all of that: what is kept of every clock against what happened to it."""
    began, used = time.perf_counter(), time.process_time()
    checked = check_clocks()
    cpu = time.process_time() - used
    seconds = time.perf_counter() - began
    said = f"{checked.clocks:,} clocks, {checked.different:,} cases differ, {cpu:.0f} s of processor"
    return Figure(name=f"{name}clocks check", value=seconds, unit="s", note=said)


def _draft(administrator: User, now: datetime) -> ClockChange:
    agency = the_agency()
    day, _ = nth_working_day(default_calendar(), now.astimezone(ZoneInfo(agency.time_zone)).date(), 3)
    draft, _ = begin_draft(agency.calendar, actor_id=administrator.id, now=now)
    closures = [*draft.definition.get("closures", []), day.isoformat()]
    draft.definition = {**draft.definition, "closures": closures}
    db.session.flush()
    change, _ = services.look_at(ChangeKind.CALENDAR, draft, actor=administrator, now=now, once_key="bench")
    return change


def _timed(act: Callable[[], int], turns: int) -> float:
    return min(_once(act)[1] for _ in range(turns))


def _once(act: Callable[[], int | None]) -> tuple[int, float, float]:
    """What it gave, seconds by the clock on the wall, and seconds of processor."""
    began, used = time.perf_counter(), time.process_time()
    found = act()
    return found or 0, time.perf_counter() - began, time.process_time() - used
