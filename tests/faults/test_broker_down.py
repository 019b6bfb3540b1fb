"""The broker is down while a case is logged: the case is saved at once, and its messages follow when it is back."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from structlog.testing import capture_logs

from casework.communications.models import Communication, Delivery
from casework.core.db import db
from casework.core.queue import enqueue
from tests.cast import Cast
from tests.faults.processes import SECRET, Background, background, wait_for
from tests.faults.stage import log_fields, staff, stage, the_case

pytestmark = [pytest.mark.worker]
# Room for a busy machine: the page itself takes a tenth of this.
QUICK_SECONDS = 2.0
# A broker that takes the connection and never answers costs one short time-out more.
FROZEN_SECONDS = 3.0


def test_a_case_logged_while_the_broker_is_down_is_saved_at_once_and_its_message_follows(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        background(fresh_database, tmp_path) as running,
        stage(fresh_database, tmp_path, redis_url=running.redis_url, secret_key=SECRET) as (app, cast),
    ):
        running.kill(running.running[0])
        client = warm(app, cast)
        with capture_logs() as lines:
            log_and_acknowledge(client)
        assert [message.delivery for message in messages()] == [Delivery.QUEUED]
        said = [line for line in lines if line["event"].startswith("task not handed over")]
        assert [line["task"] for line in said] == ["communications.send"]
        follow(running)
        assert [message.delivery for message in messages()] == [Delivery.SENT]
        assert [path.suffix for path in (tmp_path / "mail").iterdir()] == [".eml"]


def test_a_broker_that_hangs_holds_nobody_up_for_long(fresh_database: str, tmp_path: Path) -> None:
    with (
        background(fresh_database, tmp_path) as running,
        stage(fresh_database, tmp_path, redis_url=running.redis_url) as (app, cast),
    ):
        os.kill(running.running[0].pid, signal.SIGSTOP)
        log_and_acknowledge(warm(app, cast), seconds=FROZEN_SECONDS)
        assert [message.delivery for message in messages()] == [Delivery.QUEUED]


def warm(app: Flask, cast: Cast) -> FlaskClient:
    """A person at work: the first page of a process compiles templates, which no later one does."""
    client = staff(app, cast.dana.email)
    assert client.get("/cases/new").status_code == 200
    return client


def log_and_acknowledge(client: FlaskClient, *, seconds: float = QUICK_SECONDS) -> None:
    """Log a case and acknowledge it, each answered quickly."""
    assert quickly(client, "/cases/new", log_fields(once="a"), seconds).status_code == 302
    reference = the_case().reference
    answer = quickly(client, f"/cases/{reference}/moves/acknowledge", {"once": "b"}, seconds)
    assert answer.status_code == 302, answer.text
    assert the_case().acknowledged_at is not None


def quickly(client: FlaskClient, path: str, data: dict[str, str], seconds: float) -> Any:
    began = time.monotonic()
    answer = client.post(path, data=data)
    assert time.monotonic() - began < seconds
    return answer


def follow(running: Background) -> None:
    """The broker is back, and the scheduler asks for the sweep as it always does."""
    running.start_broker()
    running.start_worker()
    enqueue("communications.sweep")
    wait_for(lambda: messages()[0].delivery is Delivery.SENT, 30)


def messages() -> list[Communication]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Communication)))
