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


def made_by_models(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out of the comparison what only one of the databases can say: the indexes of words (0003)."""
    outside = ("search_", "ix_search_", "ix_customers_trigrams")
    return kind not in ("table", "index") or not (name or "").startswith(outside)


def run() -> None:
    """Migrate in one transaction; on SQLite tables are rebuilt where ALTER cannot do it."""
    options = dict(current_app.extensions["migrate"].configure_args)
    options |= {"render_item": plain_types, "include_object": made_by_models}
    with db.engine.connect() as connection:
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()


run()
