"""Many rows into one table at once: the statement is made once, and a value that comes again is prepared once.

SQLAlchemy prepares every value of every row by itself, which in a large import takes longer than the database
does. Here the same preparation by the same types is done column by column, and what is alike only once.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Dialect, Table, insert

from casework.core.db import db

Known = dict[str, dict[Hashable, Any]]
"""Values as the driver takes them, by the type of their column; kept for a few tables with much in common."""


def insert_many(table: Table, rows: Sequence[Mapping[str, Any]], known: Known) -> None:
    """Add rows to a table. All of them name the columns that the first one names; the others get their defaults.

    No objects are made and no ids come back; a default is asked for once, not once a row. What is prepared is
    looked up in `known` and added to it.
    """
    if not rows:
        return
    # What the session still holds may be what these rows point to.
    db.session.flush()
    connection = db.session.connection()
    left_out = {
        column.name: _default(column)
        for column in table.columns
        if column.name not in rows[0] and column.default is not None
    }
    names = [*rows[0], *left_out]
    # Inline: the ids are not asked back.
    statement = insert(table).inline().compile(dialect=connection.dialect, column_keys=names)
    order = statement.positiontup or names
    columns = []
    for name in order:
        raw = [left_out[name]] if name in left_out else [row[name] for row in rows]
        ready = _prepared(table.c[name], connection.dialect, raw, known)
        columns.append(ready * len(rows) if name in left_out else ready)
    lines = list(zip(*columns, strict=True))
    values: Any = lines if statement.positional else [dict(zip(order, line, strict=True)) for line in lines]
    connection.exec_driver_sql(str(statement), values)


def _default(column: Column[Any]) -> Any:
    value = getattr(column.default, "arg", None)
    # SQLAlchemy wraps callables so that they take the context of a statement; ours ask for none.
    return value(None) if callable(value) else value


def _prepared(column: Column[Any], dialect: Dialect, values: list[Any], known: Known) -> list[Any]:
    """The values of one column as the driver takes them."""
    prepare = column.type.dialect_impl(dialect).bind_processor(dialect)
    if prepare is None:
        return values
    found = known.setdefault(repr(column.type), {})
    if isinstance(column.type, JSON):
        # Lists and objects cannot be keys, and their text says all that is in them.
        return [_of(found, repr(value), value, prepare) for value in values]
    return [found[value] if value in found else _of(found, value, value, prepare) for value in values]


def _of(found: dict[Hashable, Any], key: Hashable, value: Any, prepare: Callable[[Any], Any]) -> Any:
    if key not in found:
        found[key] = prepare(value)
    return found[key]
