"""Working on standards: taking over published ones, drafts. A version in force is never changed, only followed."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from casework.audit.services import record
from casework.catalogue.events import DraftDiscarded
from casework.catalogue.models import Standard
from casework.catalogue.standards.published import Code
from casework.catalogue.standards.queries import mark_of, values_of, versions_of
from casework.catalogue.standards.rules import problems_of
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.events import publish
from casework.core.once import stand_in_line


def take_over(code: Code, *, actor_id: int | None, now: datetime) -> list[Standard]:
    """Add the standards of a published code as drafts; those that are here already are left as they are.

    What has to be checked first says so in its note. Nothing runs by a draft.
    """
    stand_in_line(f"published code:{code.id}")
    here = set(db.session.scalars(select(Standard.code)))
    made = [
        Standard(**{**row, "is_draft": True, "is_active": False})
        for row in code.standards
        if row["code"] not in here
    ]
    db.session.add_all(made)
    db.session.flush()
    for standard in made:
        _record(standard, "drafted", f"Taken over from {code.name}", actor_id, now)
    return made


def begin_draft(standard: Standard, *, actor_id: int | None, now: datetime) -> tuple[Standard, bool]:
    """A draft of the next version of a standard, or the one there is already; and whether it is new."""
    stand_in_line(f"standard:{standard.code}")
    versions = versions_of(standard.code)
    there = next((one for one in versions if one.is_draft), None)
    if there is not None:
        return there, False
    draft = Standard(**values_of(standard), number=versions[0].number + 1, is_draft=True, is_active=False)
    draft.in_force_from = draft.in_force_to = None
    db.session.add(draft)
    db.session.flush()
    _record(draft, "drafted", f"Version {draft.number} was begun", actor_id, now)
    return draft, True


def begin_new(values: Mapping[str, Any], *, actor_id: int | None, now: datetime) -> Standard:
    """A draft of a standard that there was not yet. Raises Refused with every reason."""
    _check(values)
    draft = Standard(**values, code=_free_code(str(values["promise"])), is_draft=True, is_active=False)
    db.session.add(draft)
    db.session.flush()
    _record(draft, "drafted", "A standard was begun", actor_id, now)
    return draft


def keep_draft(
    draft: Standard, values: Mapping[str, Any], *, seen: str, actor_id: int | None, now: datetime
) -> None:
    """Keep what was typed into a draft. Raises Refused with every reason, Conflict when somebody else was quicker."""
    _take_turn(draft)
    if seen != mark_of(draft):
        raise Conflict(
            "Somebody else changed this draft while you were at it. What you typed is below; look at theirs."
        )
    _check(values)
    for name, value in values.items():
        setattr(draft, name, value)
    db.session.flush()
    _record(draft, "draft_changed", "The draft was changed", actor_id, now)


def discard_draft(draft: Standard, *, actor_id: int | None, now: datetime) -> None:
    """Throw a draft away. Raises Refused for a version that was in force."""
    _take_turn(draft)
    publish(DraftDiscarded(standard_id=draft.id))
    _record(draft, "draft_discarded", "The draft was thrown away", actor_id, now)
    db.session.delete(draft)
    db.session.flush()


def _take_turn(draft: Standard) -> None:
    """Wait in line, and read the draft again: whoever stood before may have changed it. Raises Refused."""
    stand_in_line(f"standard:{draft.code}")
    if db.session.get(Standard, draft.id, populate_existing=True) is None:
        raise Refused("This draft was thrown away meanwhile. Begin the next version anew.")
    check_draft(draft)


def check_draft(draft: Standard) -> None:
    """Raises Refused when this is no draft (any more)."""
    if not draft.is_draft:
        raise Refused("This version is in force already and is not changed any more. Begin the next one.")


def _check(values: Mapping[str, Any]) -> None:
    reasons = problems_of(values)
    if reasons:
        raise Refused(reasons)


def _free_code(promise: str) -> str:
    """The first code of the agency's own that no standard has; one that was thrown away leaves a gap."""
    stand_in_line(f"standards of one's own:{promise}")
    own = f"{promise}-own-"
    taken = set(db.session.scalars(select(Standard.code).where(Standard.code.startswith(own))))
    return next(code for number in count(1) if (code := f"{own}{number}") not in taken)


def _record(standard: Standard, verb: str, words: str, actor_id: int | None, now: datetime) -> None:
    summary = f"{standard.name}: {words[0].lower()}{words[1:]}"
    record("standard", standard.id, verb, summary, actor_id=actor_id, at=now)
