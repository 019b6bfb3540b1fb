"""Clocks of a case that two write to at the same moment: nothing is kept that did not happen."""

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.services.clocks import check_clocks, sweep_clocks
from casework.cases.services.moves import make_move
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish
from casework.communications.services import write_to_customer
from casework.core import clock as the_time
from casework.core.db import db, transaction
from tests.cases.standards import make_standard, no_standards
from tests.cast import Cast, days
from tests.faults.stage import stage

Act = Callable[[datetime], object]


def arrives(now: datetime) -> None:
    with transaction():
        finish(said(Purpose.UPDATE), Delivery.SENT, now)


def bounces(now: datetime) -> None:
    with transaction():
        finish(said(Purpose.ACKNOWLEDGEMENT), Delivery.FAILED, now, "There is no such mailbox.")


def is_swept(now: datetime) -> None:
    assert sweep_clocks(now + days(20)) > 0


def said(purpose: Purpose) -> Communication:
    return db.session.scalars(select(Communication).where(Communication.purpose == purpose)).one()


def case_at_work(cast: Cast, now: datetime) -> int:
    """A case with three clocks that may pause and an update on its way, of which the answer is due first."""
    no_standards()
    make_standard("answer", limit=10, may_pause=True)
    make_standard("hear", promise="acknowledge", limit=20, may_pause=True)
    make_standard("weekly", promise="update", limit=20, may_pause=True, repeats=True)
    case = cast.investigated(now=now, received_at=now)
    with transaction():
        write_to_customer(
            case, Purpose.UPDATE, "Soon.", author_id=cast.dana.id, now=now + days(0.01), intent="update"
        )
    case_id = case.id
    db.session.remove()
    return case_id


def as_read(case_id: int) -> Case:
    """The case with all that a page reads of its clocks."""
    case = db.session.get_one(Case, case_id)
    assert case.clocks
    assert list(case.clock_events)
    return case


def meanwhile(app: Flask, act: Callable[[], object]) -> None:
    """Somebody else does this and is done with it."""
    failed: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                act()
            except BaseException as error:
                failed.append(error)
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


def ask(app: Flask, case_id: int, by: int, now: datetime, act: Act) -> None:
    """Ask the customer something, while somebody else acts."""
    with transaction():
        case = as_read(case_id)
        meanwhile(app, lambda: act(now))
        make_move(case, "ask_customer", {"message": "When?"}, actor=db.session.get_one(User, by), now=now)


@pytest.mark.postgres
@pytest.mark.parametrize("act", [arrives, bounces, is_swept], ids=lambda act: act.__name__)
def test_whoever_moves_a_case_while_a_worker_writes_to_its_clocks_is_told(
    fresh_database: str, tmp_path: Path, act: Act
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        now, by = the_time.now(), cast.dana.id
        case_id = case_at_work(cast, now)
        with pytest.raises(StaleDataError):
            ask(app, case_id, by, now + days(0.1), act)
        assert check_clocks().different == 0
