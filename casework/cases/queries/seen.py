"""What a form saw of a case when it was shown, so that a second save does not undo a first one.

A form carries `seen`: a digest of what it is about to change, and the number of the newest history entry then.
A digest of that, and not of the whole case: a file that came in meanwhile is no reason to refuse a move.
"""

import hashlib
from datetime import datetime

from sqlalchemy import func, select

from casework.audit.models import HistoryEntry
from casework.audit.queries import history_of
from casework.cases.models import Case, CaseAction, Issue, Relation
from casework.core.db import db
from casework.core.errors import Conflict

CHANGED_FIRST = (
    "Somebody else changed it first, and saving yours would have undone theirs. "
    "Look at what they changed, then save again if yours still holds."
)
MOST_SHOWN = 5


def mark_of(*parts: object) -> str:
    """What tells one state of something from the next."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def move_mark(case: Case) -> str:
    """All that a move may change or depends on."""
    issues = [(i.number, str(i.finding), i.cause_id, str(i.remedy), i.remedy_amount) for i in case.issues]
    owner = (case.severity, case.service_id, case.team_id, case.handler_id)
    return mark_of(str(case.kind), case.state, case.stage, case.extensions, owner, issues)


def transfer_mark(case: Case) -> str:
    """What a change of kind, department or agency depends on: all that a move does, and when it came here."""
    return mark_of(move_mark(case), case.transferred_at and case.transferred_at.isoformat())


def handler_mark(case: Case) -> str:
    """Who looks after the case."""
    return mark_of(case.handler_id, case.team_id)


def access_mark(case: Case, people: dict[Relation, frozenset[int]]) -> str:
    """Who may see the case."""
    return mark_of(case.is_restricted, sorted(people[Relation.NAMED]), sorted(people[Relation.GRANTED]))


def issue_mark(issue: Issue) -> str:
    """What an issue is about."""
    return mark_of(issue.summary, issue.category_id, issue.service_id)


def action_mark(action: CaseAction) -> str:
    """What was promised, and how far it has come."""
    owed = (action.what, action.owner_id, action.due_on.isoformat(), action.is_promised)
    return mark_of(*owed, str(action.state))


def seen_of(case: Case, mark: str) -> str:
    """What a form carries: the mark, and the newest entry of the history."""
    newest = select(func.max(HistoryEntry.id)).where(
        HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case.id
    )
    return f"{mark}.{db.session.scalar(newest) or 0}"


def check_seen(seen: str | None, mark: str) -> None:
    """Raises Conflict when the form was filled in over something that is not so any more.

    A form that carries nothing (a link followed from elsewhere, a script) is not held back.
    """
    if seen and seen.partition(".")[0] != mark:
        raise Conflict(CHANGED_FIRST)


def changed_since(case: Case, seen: str | None) -> list[tuple[str, str, datetime]]:
    """What happened to the case since the form was shown, newest first: (who, what, when)."""
    number = (seen or "").partition(".")[2]
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        return []
    newer = history_of("case", case.id).where(HistoryEntry.id > int(number)).limit(MOST_SHOWN)
    return [
        (entry.actor.name if entry.actor else "Casework", entry.summary, entry.at)
        for entry in db.session.scalars(newer)
    ]
