"""Once: a form posted twice, or a task run twice, has one effect.

A form carries a random key. The first save keeps the key with what it made; the second finds it there.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model, db


class OnceKey(Model):
    """A key that was used, and the id of what it made."""

    __tablename__ = "once_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    made_id: Mapped[int]
    used_at: Mapped[datetime]


def made_before(key: str) -> int | None:
    """The id of what this key made, if it was used before."""
    return db.session.scalar(select(OnceKey.made_id).where(OnceKey.key == key)) if key else None


def remember(key: str, made_id: int, now: datetime) -> None:
    """Keep the key with what it made. A second writer fails on the primary key and is rolled back."""
    if key:
        db.session.add(OnceKey(key=key, made_id=made_id, used_at=now))
        db.session.flush()
