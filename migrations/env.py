"""Runs the migrations against the application's own database."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from casework.core.db import Instant, db


def plain_types(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own type of an instant as the plain type under it, so that a migration stands on its own."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Migrate in one transaction; on SQLite tables are rebuilt where ALTER cannot do it."""
    options = dict(current_app.extensions["migrate"].configure_args) | {"render_item": plain_types}
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
