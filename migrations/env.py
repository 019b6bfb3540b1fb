"""Runs the migrations against the application's own database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from casework.core.db import Instant, db


def plain_types(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own type of an instant as the plain type under it, so that a migration stands on its own."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def made_by_models(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out of the comparison what only one of the databases can say: the indexes of words (0003)."""
    outside = ("search_", "ix_search_", "ix_customers_trigrams")
    return kind not in ("table", "index") or not (name or "").startswith(outside)


def run() -> None:
    """Migrate in one transaction; on SQLite tables are rebuilt where ALTER cannot do it."""
    options = dict(current_app.extensions["migrate"].configure_args)
    options |= {"render_item": plain_types, "include_object": made_by_models}
    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """On SQLite, let a table be dropped and made again although others point at it; nothing may hang loose after it.

    The switch is not heard inside a transaction, so it is turned on the driver's own connection.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        loose = driver.execute("PRAGMA foreign_key_check").fetchall()
        if loose:
            raise RuntimeError(
                f"After the migration {len(loose)} rows point at nothing, the first in {loose[0][0]}."
            )
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run()
