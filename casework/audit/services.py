"""Writing history."""

from datetime import datetime
from typing import Any

from casework.audit.models import HistoryEntry
from casework.core.db import db


def record(
    subject_type: str,
    subject_id: int,
    verb: str,
    summary: str,
    *,
    actor_id: int | None,
    at: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> HistoryEntry:
    """Add an entry. `summary` is the sentence that people read; `before` and `after` hold plain JSON values."""
    entry = HistoryEntry(
        subject_type=subject_type,
        subject_id=subject_id,
        verb=verb,
        summary=summary,
        actor_id=actor_id,
        at=at,
        before=before or {},
        after=after or {},
    )
    db.session.add(entry)
    return entry
