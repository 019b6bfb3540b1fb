"""Reminders of case actions: each once. Those of clocks are in tests/cases/test_clock_sweeps.py."""

from typing import Any

from sqlalchemy import func, select

from casework.cases.models import CaseAction
from casework.cases.services import change_access
from casework.core.db import db, transaction
from casework.notices.models import Notice
from casework.notices.rules import KEPT_DAYS, ByMail, What
from casework.notices.services import choose, mark_all_read, sweep, sweeping
from tests.cast import NOW, Cast, days
from tests.notices.test_telling import told


def test_a_case_action_is_due_on_its_day_once(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        db.session.add(
            CaseAction(case_id=case.id, what="Send it", owner_id=cast.toni.id, due_on=NOW.date(), made_at=NOW)
        )
    assert sweep(NOW - days(1)) == 0
    assert (sweep(NOW), sweep(NOW + days(1))) == (1, 0)
    assert told(cast.toni) == [("action_due", 1)]


def test_whoever_may_not_see_the_case_any_more_is_not_reminded_and_the_sweep_ends(cast: Cast) -> None:
    case = cast.log()
    cast.promise(case)
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    assert sweep(NOW + days(7)) == 0
    assert told(cast.dana) == []


def test_more_than_one_lot_is_written_whole(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "LOT", 2)
    for _ in range(5):
        cast.promise(cast.log())
    assert sweep(NOW + days(7)) == 5
    due = select(func.count()).select_from(Notice).where(Notice.what == What.ACTION_DUE)
    assert db.session.scalar(due) == 5


def test_whoever_does_not_want_it_keeps_nobody_else_from_being_told(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(sweeping, "LOT", 2)
    with transaction():
        choose(cast.dana.id, dict.fromkeys(What, (False, ByMail.OFF)))
    for person in (cast.dana, cast.dana, cast.dana, cast.dana, cast.toni):
        cast.promise(cast.log(), owner_id=person.id)
    sweep(NOW + days(7))
    assert told(cast.dana) == []
    assert ("action_due", 1) in told(cast.toni)


def test_what_was_read_long_ago_is_forgotten(cast: Cast) -> None:
    cast.give(cast.log(), cast.dana)
    with transaction():
        mark_all_read(cast.dana.id, upto=NOW, now=NOW)
    sweep(NOW + days(KEPT_DAYS + 1))
    assert told(cast.dana) == []
