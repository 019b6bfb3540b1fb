"""What happens to the agency's reference data that others may have to follow."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AgencySetUp:
    """An agency was set up that was not there before."""

    at: datetime


@dataclass(frozen=True)
class DraftDiscarded:
    """The draft of a calendar or of a standard is about to be thrown away, with all that hangs on it."""

    calendar_version_id: int | None = None
    standard_id: int | None = None
