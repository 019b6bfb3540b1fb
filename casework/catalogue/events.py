"""What happens to the agency's reference data that others may have to follow."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AgencySetUp:
    """An agency was set up that was not there before."""

    at: datetime
