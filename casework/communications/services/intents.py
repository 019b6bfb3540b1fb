"""The intent of a communication: the same one never becomes two."""

import hashlib

from sqlalchemy import select

from casework.cases.models import Case
from casework.communications.models import Communication
from casework.core.db import db
from casework.core.once import stand_in_line


def with_words(intent: str, case: Case, body: str) -> str:
    """The intent of these very words: whoever goes back, writes something else and saves does not lose it."""
    if not intent:
        return ""
    return f"{intent}:{hashlib.sha256(f'{case.id}|{body.strip()}'.encode()).hexdigest()[:16]}"


def written_before(intent: str) -> Communication | None:
    """What this intent became before. Of two at the same moment the second waits for the first."""
    if not intent:
        return None
    stand_in_line(intent)
    return db.session.scalar(select(Communication).where(Communication.intent == intent))
