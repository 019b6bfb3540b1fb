"""The cast as rows: made by the services once in each database, and put back as rows for every later test.

Making it takes the services some seventy milliseconds, and most tests begin with it.
"""

from dataclasses import fields
from typing import Any

from sqlalchemy import Table, insert, select

from casework.accounts.models import User
from casework.core.db import db

_Rows = list[tuple[Table, list[dict[str, Any]]]]
_kept: dict[str, tuple[_Rows, dict[str, tuple[type, int]]]] = {}


def is_empty() -> bool:
    """Whether nobody has put people into the open database yet."""
    return db.session.scalar(select(User.id).limit(1)) is None


def keep(made: Any) -> None:
    """Remember every row of the open database, and which of them the parts of `made` are."""
    db.session.flush()
    rows = [
        (table, [dict(row) for row in db.session.execute(select(table)).mappings()])
        for table in db.metadata.sorted_tables
    ]
    parts = {part.name: getattr(made, part.name) for part in fields(made)}
    _kept[_address()] = (
        [(table, found) for table, found in rows if found],
        {name: (type(part), part.id) for name, part in parts.items()},
    )


def put_back() -> dict[str, Any] | None:
    """Write the rows that were kept for this database and give the parts by name; None when there are none."""
    kept = _kept.get(_address())
    if kept is None:
        return None
    rows, parts = kept
    for table, found in rows:
        db.session.execute(insert(table), found)
    return {name: db.session.get_one(model, key) for name, (model, key) in parts.items()}


def _address() -> str:
    return str(db.session.get_bind().engine.url)
