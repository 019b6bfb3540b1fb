"""What every test may ask for: an application on a real database, a session that is rolled back, a client.

`--database sqlite` (the usual) or `--database postgresql` says which database. On PostgreSQL only the tests that
use a database are run; the others would say the same again.
"""

import contextvars
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from casework.core.config import Settings
from tests.databases import KINDS, Databases

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
REAL_TIME = frozenset({"browser", "worker", "real_time"})
DATABASES = pytest.StashKey[Databases]()
_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=sorted(KINDS), default="sqlite", help="the database to test on")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kind = config.getoption("--database")
    kept = [item for item in items if _belongs(item, kind)]
    chosen = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    # What takes long is begun first, so that no process is left with it alone at the end.
    items[:] = sorted(kept, key=_is_quick)


def _is_quick(item: pytest.Item) -> bool:
    return not {mark.name for mark in item.iter_markers()} & {"browser", "worker", "long"}


def _belongs(item: pytest.Item, kind: str) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    if kind == "sqlite":
        return "postgres" not in marks
    uses_database = "databases" in getattr(item, "fixturenames", ())
    return "sqlite" not in marks and (uses_database or "postgres" in marks)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """The first process makes the template before the others begin, and tells them where it is."""
    node.workerinput["databases"] = _template(node.config).place


def _template(config: pytest.Config) -> Databases:
    if DATABASES not in config.stash:
        databases = KINDS[config.getoption("--database")]()
        config.stash[DATABASES] = databases
        config.add_cleanup(databases.close)
        databases.prepare(_migrate)
    return config.stash[DATABASES]


def _migrate(url: str) -> None:
    from flask_migrate import upgrade

    from app import create_app
    from casework.core.db import db

    with tempfile.TemporaryDirectory(prefix="casework-migrate-") as folder:
        app = create_app(make_settings(url, Path(folder)))
        with app.app_context():
            upgrade()
            db.engine.dispose()


def make_settings(url: str, data_dir: Path, **changes: Any) -> Settings:
    """Settings for a test: no broker, mail into a folder, forms without their token unless asked for."""
    return Settings(
        **{
            "data_dir": data_dir,
            "database_url": url,
            "redis_url": "",
            "secret_key": "a key for tests alone",
            "time_zone": "America/Chicago",
            "testing": True,
            **changes,
        }
    )


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_quick() -> Iterator[None]:
    """Hashing is made slow on purpose; the hundreds of people whom tests make would wait for nothing."""
    from argon2 import PasswordHasher

    from casework.accounts.services import passwords

    patch = pytest.MonkeyPatch()
    patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _mail_stays_here() -> Iterator[None]:
    """No mail leaves this machine, whatever a test or a setting says."""
    patch = pytest.MonkeyPatch()
    connect = smtplib.SMTP.connect

    def guarded(self: smtplib.SMTP, host: str = "localhost", *args: Any, **options: Any) -> Any:
        if host not in LOOPBACK:
            raise AssertionError(f"A test tried to send mail by {host}.")
        return connect(self, host, *args, **options)

    patch.setattr(smtplib.SMTP, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _it_is_the_day_of_the_cast(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests say the same on whatever day they are run: the clock stands at the cast's moment when each begins.

    Not where other processes take part, whose clocks are their own.
    """
    from tests.cast import NOW

    if {mark.name for mark in request.node.iter_markers()} & REAL_TIME:
        yield
        return
    with time_machine.travel(NOW):
        yield


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where databases with the schema and no rows come from."""
    told = getattr(request.config, "workerinput", None)
    if told:
        return KINDS[request.config.getoption("--database")](told["databases"])
    return _template(request.config)


@pytest.fixture
def fresh_database(databases: Databases, worker_id: str) -> Iterator[str]:
    """The address of a database of its own, for tests that commit or use several processes."""
    name = f"{worker_id}_{next(_numbers)}"
    yield databases.fresh(name)
    databases.drop(name)


@pytest.fixture(scope="session")
def app(databases: Databases, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The whole application on this process's database."""
    from app import create_app
    from casework.core.db import db

    url = databases.fresh(worker_id)
    application = create_app(make_settings(url, tmp_path_factory.mktemp("data")))
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    yield application
    with application.app_context():
        db.engine.dispose()
    databases.drop(worker_id)


@pytest.fixture
def db_session(app: Flask) -> Iterator[Any]:
    """The session, inside a transaction that is rolled back: commits of the code under test are savepoints in it.

    Every session of the application, those of the client's requests too, uses the same connection meanwhile.
    """
    from casework.core.db import db

    with app.app_context():
        engine = db.engine
        with engine.connect() as connection:
            outer = connection.begin()
            db._app_engines[app][None] = connection  # type: ignore[assignment]
            try:
                yield db.session
            finally:
                db.session.remove()
                db._app_engines[app][None] = engine
                outer.rollback()


class ApartClient(FlaskClient):
    """A client whose requests each get an application context of their own, as they do from outside.

    Without that, what one request keeps for its own time (who is signed in) would be there in the next.
    """

    def open(self, *args: Any, **options: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **options)


@pytest.fixture
def client(app: Flask, db_session: Any) -> FlaskClient:
    """A browser without a window; it keeps its cookies and sees what the test has written."""
    app.test_client_class = ApartClient
    return app.test_client()


@dataclass
class Queries:
    """The statements that reached the database."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[Queries]]:
    """`with count_queries() as queries:` counts the statements inside, without the bookkeeping of transactions."""

    @contextmanager
    def counting() -> Iterator[Queries]:
        queries = Queries()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.lstrip().upper().startswith(BOOKKEEPING):
                queries.statements.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield queries
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting


pytest_plugins = ["tests.cast"]
