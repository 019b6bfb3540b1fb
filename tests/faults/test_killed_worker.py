"""A worker that is killed in the middle of sending: each is sent once, none is said to be sent that was not."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from casework.communications import outbox
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.queries import WAITING
from casework.communications.services import Settled, tick_off, write_to_customer
from casework.core import clock
from casework.core.db import db
from casework.core.queue import enqueue
from tests.cast import Cast
from tests.faults.mail_server import mail_server
from tests.faults.processes import SECRET, Background, background, wait_for
from tests.faults.stage import stage, writing

MANY = 200
POOL = 2  # as many as a worker has processes, each with one message in its hands
pytestmark = [pytest.mark.worker]


def write_many(cast: Cast) -> None:
    """So many messages to the customer of one case, all in one transaction."""
    with writing():
        case = cast.log()
        for number in range(MANY):
            write_to_customer(
                case, Purpose.UPDATE, "News.", author_id=None, now=clock.now(), intent=f"news:{number}"
            )


def now_in(*states: Delivery) -> int:
    db.session.rollback()
    wanted = select(func.count()).select_from(Communication).where(Communication.delivery.in_(states))
    return db.session.scalar(wanted) or 0


def kill_in_the_middle(running: Background, worker: Any) -> int:
    """Kill the worker with everything it started once some messages are out; returns how many were sent by then."""
    wait_for(lambda: now_in(Delivery.SENT) >= MANY // 5, 60)
    running.kill(worker)
    sent = now_in(Delivery.SENT)
    assert MANY // 5 <= sent < MANY - POOL, "the kill came too late to prove anything"
    return sent


def let_claims_lapse() -> None:
    """What the dead worker held was claimed as long ago as a claim may stand."""
    with writing():
        long_ago = clock.now() - outbox.CLAIM_LASTS - timedelta(seconds=1)
        held = Communication.delivery.in_((Delivery.CLAIMED, Delivery.HANDING_OVER))
        db.session.execute(update(Communication).where(held).values(claimed_at=long_ago))


def go_on(running: Background) -> None:
    """Another worker, the sweep of the schedule, and time until nothing waits."""
    running.start_worker()
    enqueue("communications.sweep")
    wait_for(lambda: now_in(*WAITING) == 0, 60)


def test_mail_into_the_folder_is_sent_once_each_when_the_worker_is_killed_among_200(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        background(fresh_database, tmp_path) as running,
        stage(fresh_database, tmp_path, redis_url=running.redis_url, secret_key=SECRET) as (_, cast),
    ):
        worker = running.start_worker()
        write_many(cast)
        kill_in_the_middle(running, worker)
        let_claims_lapse()
        go_on(running)
        assert now_in(Delivery.SENT) == MANY
        files = sorted(path.name for path in (tmp_path / "mail").iterdir() if path.suffix == ".eml")
        ids = db.session.scalars(select(Communication.message_id)).all()
        assert len(files) == len(set(ids)) == MANY


def test_a_mail_server_gets_each_of_200_once_and_a_person_settles_what_nobody_can_know(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        mail_server() as (server, address),
        background(fresh_database, tmp_path, smtp_url=address) as running,
        stage(fresh_database, tmp_path, redis_url=running.redis_url, secret_key=SECRET) as (_, cast),
    ):
        worker = running.start_worker()
        write_many(cast)
        kill_in_the_middle(running, worker)
        let_claims_lapse()
        go_on(running)
        assert most_often(server.taken) == 1
        unsure = unconfirmed()
        assert len(unsure) <= POOL
        assert now_in(Delivery.SENT) == MANY - len(unsure)
        assert said_to_be_sent() <= set(server.taken)
        settle(unsure, server.taken, cast)
        wait_for(lambda: now_in(Delivery.SENT) == MANY, 30)
        assert most_often(server.taken) == 1
        assert set(server.taken) == said_to_be_sent()
        assert len(server.taken) == MANY


def test_a_process_of_the_worker_that_is_killed_leaves_the_others_at_work(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        background(fresh_database, tmp_path) as running,
        stage(fresh_database, tmp_path, redis_url=running.redis_url, secret_key=SECRET) as (_, cast),
    ):
        worker = running.start_worker()
        write_many(cast)
        wait_for(lambda: now_in(Delivery.SENT) >= MANY // 5, 60)
        running.kill_a_child(worker)
        wait_for(lambda: now_in(Delivery.QUEUED) == 0, 60)
        let_claims_lapse()
        enqueue("communications.sweep")
        wait_for(lambda: now_in(Delivery.SENT) == MANY, 60)
        assert len(list((tmp_path / "mail").glob("*.eml"))) == MANY
        assert worker.poll() is None


def most_often(taken: list[str]) -> int:
    return max(Counter(taken).values())


def unconfirmed() -> list[Communication]:
    return list(
        db.session.scalars(select(Communication).where(Communication.delivery == Delivery.UNCONFIRMED))
    )


def said_to_be_sent() -> set[str]:
    db.session.rollback()
    found = select(Communication.message_id).where(Communication.delivery == Delivery.SENT)
    return set(db.session.scalars(found).all())


def settle(unsure: list[Communication], taken: list[str], cast: Cast) -> None:
    """A person asks the mail server's log about each, and sends again what it never took."""
    with writing():
        for message in unsure:
            is_missing = message.message_id not in taken
            tick_off(
                message, actor=cast.dana, now=clock.now(), how=Settled.AGAIN if is_missing else Settled.DONE
            )
