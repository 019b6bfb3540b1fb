"""A Casework of its own for the measurements: a temporary data folder and database, gone when they are over."""

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from casework.core.config import load_settings
from casework.core.db import db
from tools.paths import ROOT


@dataclass(frozen=True)
class Place:
    """The application, its data folder, and the environment that its processes are started in."""

    app: Flask
    folder: Path
    environ: dict[str, str]


@contextmanager
def place(database: str) -> Iterator[Place]:
    """An empty Casework on "sqlite" or "postgresql"."""
    folder = Path(tempfile.mkdtemp(prefix="casework-bench-"))
    url, close = "", _nothing
    try:
        if database == "postgresql":
            url, close = _postgresql()
        # What is set outside belongs to another Casework.
        own = {name: value for name, value in os.environ.items() if name not in _SETTINGS}
        environ = {**own, "CASEWORK_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
        environ |= {"DATABASE_URL": url} if url else {}
        (folder / "logs").mkdir()
        app = _migrated(environ)
        yield Place(app, folder, environ)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        close()
        shutil.rmtree(folder, ignore_errors=True)


_SETTINGS = (
    "CASEWORK_ENV", "CASEWORK_URL", "CASEWORK_TIME_ZONE", "DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL",
    "REDIS_URL_FILE", "SECRET_KEY", "SECRET_KEY_FILE", "SMTP_URL", "SMTP_URL_FILE", "IMAP_URL", "IMAP_URL_FILE",
    "TRUSTED_PROXIES", "PORT",
)  # fmt: skip


def _nothing() -> None:
    return


def _migrated(environ: dict[str, str]) -> Flask:
    app = create_app(load_settings(environ))
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        db.session.remove()
    return app


def _postgresql() -> tuple[str, Callable[[], None]]:
    # The tests know how to come by a server; it is started only when it is asked for.
    from tests.databases import PostgresDatabases

    databases = PostgresDatabases()
    try:
        databases.prepare(_nothing_to_migrate)
        url = databases.fresh("bench")
    except BaseException:
        databases.close()
        raise

    def close() -> None:
        databases.drop("bench")
        databases.close()

    return url, close


def _nothing_to_migrate(_url: str) -> None:
    """The database is migrated like any other, when the application is made."""
