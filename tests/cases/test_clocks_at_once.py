"""Two who write about the clocks of one case at the same moment, on a database on which they do not wait in line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from casework.cases.models import Case, ClockState
from casework.cases.services import make_move
from casework.cases.services.clocks import check_clocks, checking, note_told, stored_differences
from casework.core import clock
from casework.core.db import db, transaction
from tests.cases.standards import make_standard, no_standards
from tests.cast import Cast, days
from tests.faults.stage import stage, the_case

pytestmark = pytest.mark.postgres


@pytest.fixture
def staged(fresh_database: str, tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    """A case whose customer hears every five days how it stands, and is answered in ten."""
    with stage(fresh_database, tmp_path) as (app, cast):
        no_standards()
        make_standard("answer", limit=10, unit="calendar_day")
        make_standard(
            "tell", promise="update", limit=20, unit="calendar_day", starts="last_update", repeats=True
        )
        cast.log(now=clock.now(), received_at=clock.now())
        yield app, cast


def meanwhile(app: Flask, act: Callable[[], object]) -> None:
    """Somebody else does this, and has done it when this returns."""

    def doing() -> None:
        with app.app_context(), transaction():
            act()

    other = Thread(target=doing)
    other.start()
    other.join(30)


def told() -> None:
    """A message has reached the customer; what comes next is owed from now on."""
    case = db.session.scalars(select(Case).with_for_update()).one()
    at = clock.now() + days(1)
    note_told(case, at, written_at=at, now=at)


def withdraw(case: Case, cast: Cast) -> None:
    make_move(case, "withdraw", {"reason": "They called it off."}, actor=cast.dana, now=clock.now() + days(2))


def test_a_case_that_is_closed_while_a_message_arrives_leaves_no_clock_running(
    staged: tuple[Flask, Cast],
) -> None:
    app, cast = staged

    def at_the_same_moment() -> None:
        with transaction():
            case = the_case()
            assert (len(case.clocks), len(case.clock_events)) == (2, 0)
            meanwhile(app, told)
            withdraw(case, cast)

    with pytest.raises(StaleDataError):
        at_the_same_moment()
    with transaction():
        withdraw(the_case(), cast)
    states = [one.state for one in the_case().clocks]
    assert states == [ClockState.CANCELLED, ClockState.MET, ClockState.CANCELLED]
    assert check_clocks().different == 0


def test_mending_undoes_nothing_that_somebody_does_meanwhile(
    staged: tuple[Flask, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, _ = staged
    with transaction():
        the_case().clocks[1].next_step_at = None
    seen: list[int] = []

    def looks(case: Case) -> Iterator[str]:
        found = list(stored_differences(case))
        if not seen:
            seen.append(case.id)
            meanwhile(app, told)
        return iter(found)

    monkeypatch.setattr(checking, "stored_differences", looks)
    db.session.rollback()
    check_clocks(mend=True)
    monkeypatch.undo()
    assert check_clocks().different == 0
    assert [one.state for one in the_case().clocks] == [
        ClockState.RUNNING,
        ClockState.MET,
        ClockState.RUNNING,
    ]
