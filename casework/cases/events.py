"""What happens to a case that others may have to follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CaseOpened:
    """A case was logged, by staff, by a customer, or by an import (`imported`)."""

    case_id: int
    at: datetime
    imported: bool = False


@dataclass(frozen=True)
class CaseChanged:
    """Something that figures or lists depend on changed."""

    case_id: int
    at: datetime


@dataclass(frozen=True)
class CasesChanged:
    """The same of many cases at once."""

    case_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True)
class CaseMoved:
    """A move was made. `says` is the purpose of what the customer is told and `words` the words; both may be empty.

    `channel` is the way that was chosen for it; empty is the customer's own.
    """

    case_id: int
    move: str
    says: str
    words: str
    actor_id: int | None
    at: datetime
    channel: str = ""


@dataclass(frozen=True)
class AnswerImported:
    """What an imported record says that the customer was answered."""

    case_id: int
    customer_id: int | None
    text: str
    at: datetime


@dataclass(frozen=True)
class CasesImported:
    """Cases were added or changed from a file, with the answers that came with the new ones."""

    case_ids: Sequence[int]
    answers: Sequence[AnswerImported]
    at: datetime


@dataclass(frozen=True)
class CaseAssigned:
    """A case was given to a member of staff."""

    case_id: int
    to_id: int
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class CaseTransferred:
    """A case was given to another department, where nobody has it yet."""

    case_id: int
    team_id: int
    actor_id: int | None
    at: datetime


@dataclass(frozen=True)
class CaseHandedOver:
    """A case was given to somebody with words for them; an internal note keeps the words."""

    case_id: int
    to_id: int | None
    actor_id: int
    words: str
    at: datetime


@dataclass(frozen=True)
class CaseActionEnded:
    """Something promised in a case was done, or was cancelled. `words` are for the customer it was promised to."""

    case_id: int
    action_id: int
    done: bool
    promised: bool
    words: str
    actor_id: int
    at: datetime


@dataclass(frozen=True)
class UpdateWritten:
    """Somebody wrote to the customers of many cases at once. The same `intent` never becomes two messages."""

    case_id: int
    words: str
    actor_id: int
    intent: str
    at: datetime


@dataclass(frozen=True)
class ApprovalAsked:
    """An answer waits to be checked before it goes out. `approver_id` is empty when anybody who may can do it."""

    case_id: int
    approval_id: int
    asked_by_id: int
    approver_id: int | None
    at: datetime


@dataclass(frozen=True)
class ApprovalDecided:
    """An answer was released or returned by whoever checked it."""

    case_id: int
    approval_id: int
    asked_by_id: int
    decided_by_id: int
    released: bool
    at: datetime


@dataclass(frozen=True)
class GlassBroken:
    """Somebody who was not let into a restricted case opened it for a day, with a reason."""

    case_id: int
    by_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ClockPassed:
    """A clock passed a point on the way to its due date, the due date (`is_late`) or a point after it.

    `tell` are those who are told of it: owner, supervisor, manager. It was passed at `passed_at`, seen at `at`.
    """

    case_id: int
    clock_id: int
    point: str
    tell: Sequence[str]
    is_late: bool
    passed_at: datetime
    at: datetime


@dataclass(frozen=True)
class AccessChanged:
    """Who may know of a case changed."""

    case_id: int
    at: datetime
