"""Reading history."""

from sqlalchemy import Select, select

from casework.audit.models import HistoryEntry


def history_of(subject_type: str, subject_id: int) -> Select[HistoryEntry]:
    """Everything that happened to a record, newest first, each with who did it."""
    return (
        select(HistoryEntry)
        .where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
        .order_by(HistoryEntry.id.desc())
    )
