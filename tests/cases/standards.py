"""Standards that tests make, one at a time, and the clocks of a case by their promise."""

from typing import Any

from casework.cases.models import Case, Clock
from casework.catalogue.models import Standard
from casework.core.db import db, transaction


def make_standard(code: str, promise: str = "respond", **changes: Any) -> Standard:
    """A standard in force from always: ten working days from the receipt, unless something else is said."""
    given: dict[str, Any] = {
        "name": f"{code} standard",
        "limit": 10,
        "unit": "working_day",
        **changes,
    }
    with transaction():
        made = Standard(code=code, promise=promise, **given)
        db.session.add(made)
    return made


def no_standards() -> None:
    """Let none of those that came with the agency be in force."""
    with transaction():
        for standard in db.session.query(Standard):
            standard.is_active = False


def the_clock(case: Case, promise: str, **which: Any) -> Clock:
    """The newest clock of a promise on a case."""
    found = [
        clock
        for clock in case.clocks
        if clock.promise == promise and all(getattr(clock, name) == value for name, value in which.items())
    ]
    return found[-1]
