"""Once: a form posted twice, or a task run twice, has one effect.

A form carries a random key. The first save keeps the key with what it made; the second finds it there.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model, db


class OnceKey(Model):
    """A key that was used, and the id of what it made."""

    __tablename__ = "once_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    made_id: Mapped[int]
    used_at: Mapped[datetime]


def stand_in_line(key: str) -> None:
    """Wait until nobody else saves under this key; the turn lasts until the end of the open transaction.

    Whoever waited then finds what the first one made, instead of failing on a unique key after all the work.
    SQLite has one writer at a time, so there everybody stands in line from the beginning.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def made_before(key: str) -> int | None:
    """The id of what this key made, if it was used before. Of two at the same moment the second waits for the first."""
    if not key:
        return None
    stand_in_line(key)
    return db.session.scalar(select(OnceKey.made_id).where(OnceKey.key == key))


def remember(key: str, made_id: int, now: datetime) -> None:
    """Keep the key with what it made. Two makers are kept apart by the primary key, should one not have asked."""
    if key:
        db.session.add(OnceKey(key=key, made_id=made_id, used_at=now))
        db.session.flush()
