"""Signs of life that background processes leave in the database, so that anybody can see that they run."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from casework.core.db import Model, db


class Heartbeat(Model):
    """When a process of this name last did something."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def beat(name: str, now: datetime) -> None:
    """Leave a sign of life."""
    db.session.merge(Heartbeat(name=name, at=now))


def last_beat(name: str) -> datetime | None:
    """When `name` last left a sign of life, if ever."""
    row = db.session.get(Heartbeat, name, populate_existing=True)
    return row.at if row else None
