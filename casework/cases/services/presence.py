"""Who has a case open just now, so that two people do not write the same answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from casework.accounts.models import User
from casework.cases.models import CasePerson, CasePresence, Relation
from casework.core.db import db

# A page says every 20 seconds that it is there; two that are missed may be a slow network.
HERE_FOR = timedelta(seconds=65)
KEPT_FOR = timedelta(hours=1)

DOING = {
    "": "has this case open",
    "answer": "is writing an answer",
    "reply": "is writing to the customer",
    "move": "is taking the next step",
    "decide": "is deciding an issue",
    "issue": "is changing an issue",
    "note": "is writing a note",
    "call": "is writing down a call",
    "hand-over": "is handing it over",
    "action": "is changing what was promised",
    "access": "is changing who may see it",
}


@dataclass(frozen=True)
class Somebody:
    """Somebody else who has the case open: their name, what they do in words, since when."""

    name: str
    doing: str
    editing: bool
    since_at: datetime


def note_presence(case_id: int, user_id: int, doing: str, *, now: datetime) -> None:
    """Write down that somebody has a case open, with which page. Only looking does not end writing in another tab."""
    doing = doing if doing in DOING else ""
    row = db.session.get(CasePresence, (case_id, user_id)) or _begin(case_id, user_id, now)
    is_here = row.seen_at >= now - HERE_FOR
    if is_here and row.editing and not doing and row.seen_at > now - HERE_FOR / 2:
        return
    if not is_here or row.doing != doing:
        row.since_at = now
    row.doing, row.editing, row.seen_at = doing, bool(doing), now
    db.session.execute(
        delete(CasePresence).where(CasePresence.case_id == case_id, CasePresence.seen_at < now - KEPT_FOR)
    )


def forget_presence(case_id: int, user_id: int) -> None:
    """Somebody saved or left: what they were writing is not being written any more."""
    db.session.execute(
        delete(CasePresence).where(CasePresence.case_id == case_id, CasePresence.user_id == user_id)
    )


def others_here(case_id: int, *, besides: int, now: datetime) -> list[Somebody]:
    """Everybody else who has the case open now, those who write first.

    Whoever was named in the case meanwhile is left out: that they saw it is not told on.
    """
    named = select(CasePerson.user_id).where(
        CasePerson.case_id == case_id, CasePerson.relation == Relation.NAMED
    )
    wanted = (
        select(User.name, CasePresence.doing, CasePresence.editing, CasePresence.since_at)
        .join(CasePresence, CasePresence.user_id == User.id)
        .where(
            CasePresence.case_id == case_id,
            CasePresence.user_id != besides,
            CasePresence.seen_at >= now - HERE_FOR,
            User.id.not_in(named),
        )
        .order_by(CasePresence.editing.desc(), CasePresence.since_at)
        .limit(5)
    )
    return [
        Somebody(name, DOING.get(doing, DOING[""]), editing, since_at)
        for name, doing, editing, since_at in db.session.execute(wanted)
    ]


def _begin(case_id: int, user_id: int, now: datetime) -> CasePresence:
    row = CasePresence(case_id=case_id, user_id=user_id, doing="", editing=False, since_at=now, seen_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # Two tabs of one person began at the same moment.
        return db.session.get_one(CasePresence, (case_id, user_id))
    return row
