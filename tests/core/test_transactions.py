"""All or nothing, and nothing is asked for before it is kept."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.core.db import after_commit, db, transaction
from casework.core.heartbeat import Heartbeat
from casework.core.once import made_before, remember
from casework.core.queue import BrokerPublisher, enqueue
from tests.cast import NOW


def names() -> list[str]:
    return sorted(db.session.scalars(select(Heartbeat.name)))


def fail_after(act: Callable[[], None]) -> None:
    """A transaction that does this and then fails."""
    with contextlib.suppress(RuntimeError), transaction():
        act()
        raise RuntimeError


def add(name: str) -> None:
    db.session.add(Heartbeat(name=name, at=NOW))


def test_a_transaction_inside_another_joins_it(db_session: Any) -> None:
    def inner() -> None:
        with transaction():
            add("inner")

    fail_after(inner)
    assert names() == []


def test_what_is_put_off_runs_once_after_the_outermost_commit_in_order(db_session: Any) -> None:
    done: list[str] = []
    with transaction():
        after_commit(lambda: done.append("first"))
        with transaction():
            after_commit(lambda: done.append("second"))
        assert done == []
    assert done == ["first", "second"]
    with transaction():
        add("later")
    assert done == ["first", "second"]


def test_what_was_put_off_by_a_transaction_that_failed_never_runs(db_session: Any) -> None:
    done: list[str] = []
    fail_after(lambda: after_commit(lambda: done.append("never")))
    with transaction():
        add("next")
    assert done == []
    assert names() == ["next"]


def test_a_task_is_asked_for_only_when_the_row_is_kept(app: Flask, db_session: Any) -> None:
    asked = app.extensions["publisher"].asked
    asked.clear()
    with transaction():
        enqueue("communications.send", 7)
        assert asked == []
    assert asked == [("communications.send", (7,))]
    fail_after(lambda: enqueue("communications.send", 8))
    assert len(asked) == 1


def test_a_broker_that_is_not_there_raises_nothing(
    app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = BrokerPublisher("redis+socket:///nonexistent/redis.sock")
    monkeypatch.setitem(app.extensions, "publisher", nobody)
    with transaction():
        add("kept")
        enqueue("system.ping")
    assert names() == ["kept"]


def test_a_key_remembers_what_it_made_and_an_empty_key_remembers_nothing(db_session: Any) -> None:
    with transaction():
        assert made_before("key") is None
        remember("key", 41, NOW)
        remember("", 42, NOW)
    assert (made_before("key"), made_before("other"), made_before("")) == (41, None, None)


def test_a_key_of_a_transaction_that_failed_can_be_used_again(db_session: Any) -> None:
    fail_after(lambda: remember("key", 41, NOW))
    assert made_before("key") is None
