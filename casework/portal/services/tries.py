"""Counting what is allowed only so often from one network address."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from casework.core.db import db
from casework.portal.models import PortalTry

# A day is kept for whoever looks into misuse; the limits look back an hour at most.
KEEP_TRIES = timedelta(days=1)


def note_try(what: str, address: str, now: datetime) -> None:
    """Count one try of this kind from this address."""
    db.session.execute(delete(PortalTry).where(PortalTry.at < now - KEEP_TRIES))
    db.session.add(PortalTry(what=what, address=address, at=now))
    db.session.flush()
