"""Insert-or-update, spelled as each of the two databases spells it."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from casework.core.db import Model, db


def upsert(model: type[Model]) -> Any:
    """An INSERT that, where the row is there already, sets every column outside the key to what was given."""
    maker: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    # The table rather than the class: that would send a statement for every pattern of empty columns.
    return maker(model.__table__)


def on_conflict_set(statement: Any, model: type[Model], *columns: str) -> Any:
    """The statement, updating these columns (all outside the key when none are named) of a row that is there."""
    table: Any = model.__table__
    keys = [column.name for column in table.primary_key]
    names = columns or tuple(column.name for column in table.columns if column.name not in keys)
    changed = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)
