"""Databases for the tests: the schema is migrated once into a template, every test process gets copies of it.

The process that begins the tests makes the template; the processes of pytest-xdist are told where it is.
"""

import os
import shutil
import sqlite3
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy.engine import make_url

from tests.postgres import PostgresServer

Migrate = Callable[[str], None]


class Databases(ABC):
    """Where databases of one kind come from. `place` is what another process needs to use the same template."""

    @property
    @abstractmethod
    def place(self) -> str:
        """What to give to another process."""

    @abstractmethod
    def prepare(self, migrate: Migrate) -> None:
        """Make the template; `migrate` is given its address and brings it to the newest schema."""

    @abstractmethod
    def fresh(self, name: str) -> str:
        """A new database with the schema and no rows; returns its address."""

    @abstractmethod
    def drop(self, name: str) -> None:
        """Remove a database that `fresh` made."""

    @abstractmethod
    def close(self) -> None:
        """Remove everything; only where the template was made."""


class SqliteDatabases(Databases):
    """Files in a temporary folder."""

    def __init__(self, place: str = "") -> None:
        self.folder = place or tempfile.mkdtemp(prefix="casework-sqlite-")

    @property
    def place(self) -> str:
        return self.folder

    def prepare(self, migrate: Migrate) -> None:
        migrate(f"sqlite:///{self._file('template')}")

    def fresh(self, name: str) -> str:
        with (
            closing(sqlite3.connect(self._file("template"))) as template,
            closing(sqlite3.connect(self._file(name))) as copy,
        ):
            template.backup(copy)
        return f"sqlite:///{self._file(name)}"

    def drop(self, name: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._file(name)}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, name: str) -> Path:
        return Path(self.folder) / f"{name}.db"


class PostgresDatabases(Databases):
    """Databases on the server of TEST_DATABASE_URL, else on one of our own."""

    def __init__(self, place: str = "") -> None:
        self.server: PostgresServer | None = None
        # Several test runs may share one server, so names begin with the process that began the run.
        self.admin, _, prefix = place.rpartition("#")
        self.prefix = prefix or f"casework_test_{os.getpid()}"

    @property
    def place(self) -> str:
        return f"{self.admin}#{self.prefix}"

    def prepare(self, migrate: Migrate) -> None:
        address = os.environ.get("TEST_DATABASE_URL", "")
        if not address:
            self.server = PostgresServer()
            self.server.start()
            address = self.server.url("postgres")
        url = make_url(address).set(drivername="postgresql+psycopg")
        self.admin = url.render_as_string(hide_password=False)
        self._say(f'CREATE DATABASE "{self._full("template")}"')
        migrate(self._url("template"))

    def fresh(self, name: str) -> str:
        self._say(f'CREATE DATABASE "{self._full(name)}" TEMPLATE "{self._full("template")}"')
        return self._url(name)

    def drop(self, name: str) -> None:
        self._say(f'DROP DATABASE IF EXISTS "{self._full(name)}" WITH (FORCE)')

    def close(self) -> None:
        if self.server:
            self.server.close()
        else:
            self.drop("template")

    def _full(self, name: str) -> str:
        return f"{self.prefix}_{name}"

    def _url(self, name: str) -> str:
        return make_url(self.admin).set(database=self._full(name)).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        engine = sqlalchemy.create_engine(
            self.admin, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


KINDS: dict[str, type[SqliteDatabases] | type[PostgresDatabases]] = {
    "sqlite": SqliteDatabases,
    "postgresql": PostgresDatabases,
}
