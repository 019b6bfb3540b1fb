"""What happened to people and teams, told to whoever follows (reactions.py writes the history)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AccountChanged:
    """A person or a team was added or changed: `subject_type` is "person" or "team"; values are plain JSON."""

    subject_type: str
    subject_id: int
    verb: str
    summary: str
    actor_id: int | None
    at: datetime
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
