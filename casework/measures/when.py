"""The present as the measures see it: the instant, and the month it lies in on the agency's clocks."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.catalogue.queries import the_agency


@dataclass(frozen=True)
class When:
    """An instant, the agency's time zone and the month there."""

    now: datetime
    zone: str
    month: str


def present(now: datetime) -> When:
    """The present in the agency's zone. Raises NotFound before the agency is set up."""
    zone = the_agency().time_zone
    return When(now, zone, now.astimezone(ZoneInfo(zone)).strftime("%Y-%m"))
