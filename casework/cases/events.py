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
class CaseMoved:
    """A move was made. `says` is the purpose of what the customer is told and `words` the words; both may be empty."""

    case_id: int
    move: str
    says: str
    words: str
    actor_id: int | None
    at: datetime


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
