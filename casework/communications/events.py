"""What happens to a message that others may have to follow."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CommunicationWritten:
    """Something was said and is kept: to the customer, by the customer, or as a note."""

    communication_id: int
    case_id: int
    at: datetime


@dataclass(frozen=True)
class CommunicationSent:
    """It reached the customer as far as the agency can bring it."""

    communication_id: int
    case_id: int | None
    purpose: str
    at: datetime


@dataclass(frozen=True)
class CommunicationFailed:
    """It cannot be delivered; `trouble` says why."""

    communication_id: int
    case_id: int | None
    purpose: str
    trouble: str
    at: datetime


@dataclass(frozen=True)
class CustomerReplied:
    """The customer wrote, on the private page or by another channel."""

    communication_id: int
    case_id: int
    at: datetime


@dataclass(frozen=True)
class StaffMentioned:
    """A note names a member of staff who may see the case."""

    communication_id: int
    case_id: int
    user_id: int
    actor_id: int
    at: datetime
