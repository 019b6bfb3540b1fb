"""Putting a version of a calendar in force. Only a change that was previewed calls it."""

from datetime import datetime

from casework.audit.services import record
from casework.catalogue.models import CalendarVersion
from casework.core.db import db
from casework.core.errors import Refused


def put_in_force(version: CalendarVersion, *, actor_id: int | None, now: datetime) -> None:
    """Let a draft be what its calendar counts by from now on. Raises Refused when it is no draft, or overtaken."""
    calendar = version.calendar
    if not version.is_draft:
        raise Refused("This version is in force already. Reload the page.")
    if version.number != calendar.number + 1:
        raise Refused("Another version came into force meanwhile. Begin a new draft from that one.")
    calendar.definition, calendar.number = version.definition, version.number
    version.is_draft, version.made_at, version.made_by_id = False, now, actor_id
    db.session.flush()
    words = f"{calendar.name}: version {version.number} is in force"
    record(
        "calendar", calendar.id, "in_force", words, actor_id=actor_id, at=now, after={"note": version.note}
    )
