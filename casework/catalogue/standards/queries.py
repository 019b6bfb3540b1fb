"""Reading standards: those in force, their versions, drafts."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select

from casework.accounts.models import User
from casework.catalogue.models import Category, Service, Standard, WorkingCalendar
from casework.core.db import db
from casework.core.errors import NotFound

# The largest number that a key can be; a longer one in an address is nobody's.
MOST_ID = 2**31 - 1
# What belongs to a version and not to what it says.
_BESIDE = frozenset({"id", "number", "is_draft", "is_active"})
Counter = Callable[[User], Mapping[int, int]]
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Let this function say how many clocks run by each standard: cases stand above this package."""
    _counters[:] = [counter]


def running_clocks(user: User) -> Mapping[int, int]:
    """How many clocks run now, by the id of their standard, without cases that this person may not know of."""
    return _counters[0](user) if _counters else {}


def standards_listed() -> Select[Standard]:
    """Every version of every standard, those of one promise together, the newest first."""
    return select(Standard).order_by(Standard.kind, Standard.stage, Standard.code, Standard.number.desc())


def get_standard(standard_id: int) -> Standard:
    """One version. Raises NotFound."""
    found = db.session.get(Standard, min(standard_id, MOST_ID))
    if found is None:
        raise NotFound("There is no such standard. Go back to Standards and choose one.")
    return found


def versions_of(code: str) -> list[Standard]:
    """The versions of a standard, the newest first."""
    wanted = select(Standard).where(Standard.code == code).order_by(Standard.number.desc())
    return list(db.session.scalars(wanted))


def names_of(standards: Iterable[Standard]) -> Mapping[str, str]:
    """The names of what standards keep by its number: "service_id:3" -> "Restaurant inspections"."""
    known = list(standards)
    found: dict[str, str] = {}
    for field, key, name in _NAMED:
        numbers = {getattr(one, field) for one in known} - {None}
        if numbers:
            rows = db.session.execute(select(key, name).where(key.in_(numbers)))
            found |= {f"{field}:{number}": str(word) for number, word in rows}
    return found


_NAMED: tuple[tuple[str, Any, Any], ...] = (
    ("service_id", Service.id, Service.name),
    ("category_id", Category.id, Category.path),
    ("calendar_id", WorkingCalendar.id, WorkingCalendar.name),
)


def values_of(standard: Standard) -> dict[str, object]:
    """What a version says, by column."""
    columns = Standard.__table__.columns.keys()
    return {name: getattr(standard, name) for name in columns if name not in _BESIDE}


def mark_of(standard: Standard) -> str:
    """A mark of what a draft says, by which a form notices that somebody else has changed it since."""
    text = json.dumps(values_of(standard), default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
