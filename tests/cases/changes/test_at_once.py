"""Two at the same moment: two administrators, two workers, and somebody who moves a case while it follows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from casework.cases.changes import doing
from casework.cases.clockwork import What
from casework.cases.models import Case, ClockEvent
from casework.cases.models.changes import ChangeState, ClockChange
from casework.cases.services.clocks import check_clocks
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.db import db, expect_writes
from tests.cases.changes.drafts import calendar_draft, confirm, look
from tests.cast import Cast, days
from tests.faults.stage import at_once, staff, stage

SAME = {"Sec-Fetch-Site": "same-origin"}


def changed_events() -> list[int]:
    """How many events of a change each case has."""
    db.session.rollback()
    wanted = select(func.count()).where(ClockEvent.what == What.CHANGED).group_by(ClockEvent.case_id)
    return list(db.session.scalars(wanted))


def some_cases(cast: Cast, n: int) -> list[str]:
    now = clock.now()
    return [cast.log(now=now, received_at=now).reference for _ in range(n)]


def next_thursday() -> str:
    on = (clock.now() + days(2)).date()
    while on.weekday() != 3:
        on += days(1)
    return on.isoformat()


def as_a_task(app: Flask, number: int) -> None:
    """What a worker does."""
    with app.app_context():
        expect_writes()
        doing.run(number, clock.now)


def test_of_two_administrators_at_once_one_puts_it_in_force(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        some_cases(cast, 3)
        draft = calendar_draft(next_thursday())
        changes = [look(draft, cast.wen, now=clock.now(), once=each).id for each in ("1", "2")]
        db.session.rollback()
        clients = [staff(app, cast.wen.email) for _ in changes]
        answers = at_once(
            [
                partial(
                    client.post,
                    f"/settings/changes/{number}",
                    data={"reason": "Storm.", "once": "x"},
                    headers=SAME,
                )
                for client, number in zip(clients, changes, strict=True)
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        assert changed_events() == [1, 1, 1]
        assert the_agency().calendar.number == 2
        assert check_clocks().different == 0


def test_two_workers_at_once_let_it_follow_once(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        some_cases(cast, 6)
        now = clock.now()
        change = look(calendar_draft(next_thursday()), cast.wen, now=now)
        confirm(change, cast.wen, now=now)
        number = change.id
        db.session.rollback()
        at_once([partial(as_a_task, app, number) for _ in range(2)])
        assert changed_events() == [1] * 6
        assert db.session.get_one(ClockChange, number).state is ChangeState.DONE
        assert check_clocks().different == 0


def test_somebody_moves_a_case_while_it_follows(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        references = some_cases(cast, 4)
        now = clock.now()
        change = look(calendar_draft(next_thursday()), cast.wen, now=now)
        confirm(change, cast.wen, now=now)
        number, client = change.id, staff(app, cast.dana.email)
        db.session.rollback()
        path = f"/cases/{references[1]}/moves/acknowledge"
        acts: list[Callable[[], object]] = [
            partial(as_a_task, app, number),
            partial(client.post, path, data={"once": "x"}, headers=SAME),
        ]
        at_once(acts)
        db.session.rollback()
        assert db.session.get_one(ClockChange, number).state is ChangeState.DONE
        assert changed_events() == [1] * 4
        assert db.session.scalar(select(func.count()).where(Case.next_due_at.is_(None))) == 0
        assert check_clocks().different == 0
