"""Reminders of what is due: each once for each clock, and again only when the due date moves."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from casework.cases.models import CaseAction, Clock
from casework.cases.services import change_access
from casework.cases.views import soon_after
from casework.core.db import db, transaction
from casework.notices.models import Notice
from casework.notices.rules import KEPT_DAYS, ByMail, What
from casework.notices.services import choose, mark_all_read, sweep, sweeping
from tests.cast import NOW, Cast, days
from tests.notices.test_telling import told


def run(now: Any = NOW) -> int:
    return sweep(now, soon=soon_after(now))


def test_a_case_is_due_soon_once_and_overdue_once_for_each_clock(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    clocks = {clock.promise: clock.due_at for clock in case.clocks}
    assert set(clocks) >= {"acknowledge", "respond"}
    early = clocks["acknowledge"] - timedelta(hours=1)
    assert run(early) >= 1
    before = told(cast.dana)
    assert ("due_soon", 1) in before
    assert run(early + timedelta(minutes=5)) == 0
    with transaction():
        mark_all_read(cast.dana.id, upto=early + days(1), now=early)
    assert run(early + timedelta(minutes=10)) == 0, "reading does not bring it back"
    late = clocks["acknowledge"] + timedelta(hours=1)
    run(late)
    assert told(cast.dana).count(("overdue", 1)) == 1
    run(late + timedelta(minutes=5))
    assert told(cast.dana).count(("overdue", 1)) == 1


def test_a_due_date_that_moves_is_due_soon_again(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    clock = min(case.clocks, key=lambda one: one.due_at)
    now = clock.due_at - timedelta(hours=1)
    run(now)
    had = len(told(cast.dana))
    with transaction():
        clock.due_at += timedelta(hours=3)
    assert run(now) == 1
    assert len(told(cast.dana)) == had + 1


def test_cases_of_nobody_closed_ones_and_stopped_clocks_remind_nobody(cast: Cast) -> None:
    late = NOW + days(3)
    nobody, stopped, closed = cast.log(), cast.log(), cast.log()
    for case in (stopped, closed):
        cast.give(case, cast.dana, by=cast.dana)
    with transaction():
        for clock in stopped.clocks:
            clock.state = "met"  # type: ignore[assignment]
        closed.is_open = False
        for clock in nobody.clocks:
            clock.due_at = late - days(1)
    assert run(late) == 0


def test_what_was_overdue_long_ago_is_nobodys_news(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    last = max(clock.due_at for clock in case.clocks)
    assert run(last + days(8)) == 0


def test_whoever_may_not_see_the_case_any_more_is_not_reminded_and_the_sweep_ends(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
        case.handler_id = cast.dana.id
    assert run(NOW + days(2)) == 0
    assert told(cast.dana) == []


def test_a_case_action_is_due_on_its_day_once(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        db.session.add(
            CaseAction(case_id=case.id, what="Send it", owner_id=cast.toni.id, due_on=NOW.date(), made_at=NOW)
        )
    assert run(NOW - days(1)) == 0
    assert (run(NOW), run(NOW + days(1))) == (1, 0)
    assert told(cast.toni) == [("action_due", 1)]


def test_more_than_one_lot_is_written_whole(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "LOT", 2)
    for _ in range(5):
        cast.give(cast.log(), cast.dana, by=cast.dana)
    due = min(db.session.scalars(select(Clock.due_at)))
    assert run(due + timedelta(minutes=1)) >= 5
    overdue = select(func.count()).select_from(Notice).where(Notice.what == What.OVERDUE)
    assert db.session.scalar(overdue) == 5


def test_whoever_does_not_want_it_keeps_nobody_else_from_being_told(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "LOT", 2)
    with transaction():
        choose(cast.dana.id, dict.fromkeys(What, (False, ByMail.OFF)))
    for person in (cast.dana, cast.dana, cast.dana, cast.dana, cast.toni):
        cast.give(cast.log(), person)
    due = min(db.session.scalars(select(Clock.due_at)))
    run(due + timedelta(minutes=1))
    assert told(cast.dana) == []
    assert ("overdue", 1) in told(cast.toni)


def test_what_was_read_long_ago_is_forgotten(cast: Cast) -> None:
    cast.give(cast.log(), cast.dana)
    with transaction():
        mark_all_read(cast.dana.id, upto=NOW, now=NOW)
    run(NOW + days(KEPT_DAYS + 1))
    assert told(cast.dana) == []
