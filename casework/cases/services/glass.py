"""Breaking the glass: opening a restricted case by its reference, with a reason, without having been let in.

The answer is the same whatever was typed: "if there is such a case, it is open to you now". So the form tells
neither that a restricted case exists, nor that somebody is named in one. For staff who are named, and for a
reference that does not exist, the same one question is asked of the database, it finds nothing, and the same row is
written. Whoever may open the case learns that it is there by opening it, which is written down.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.events import GlassBroken
from casework.cases.models import Case, GlassBreak
from casework.cases.queries.hidden import let_into, named_in
from casework.core.db import db
from casework.core.errors import NotAllowed, Refused
from casework.core.events import publish

LASTS = timedelta(hours=24)
SHORTEST_REASON = 15
LONGEST_REASON = 500
LONGEST_REFERENCE = 100
# Enough for a bad day; too few to try references one after the other.
MOST_A_DAY = 20
TOO_OFTEN = (
    "You have broken the glass very often since yesterday. Ask somebody who may see the case to let you in."
)


def break_glass(typed: str, reason: str, *, actor: User, now: datetime) -> None:
    """Open a restricted case to somebody for a day, if there is one of this reference that they may open this way.

    - Only somebody whose role could look after it; never staff named in it; not for a case open to them anyway.
    - It is written into the history of the case with the reason, and those who were let into it are told.
    - A try that opens nothing is kept too. Nothing that comes back tells the one from the other.

    Raises NotAllowed, and Refused for no reference, a reason that says too little, or too many tries in a day.
    """
    if not actor.may(Permission.RESTRICT_CASES):
        raise NotAllowed("Only supervisors and managers break the glass. Ask one of them.")
    typed, reason = typed.replace("\x00", "").strip(), reason.replace("\x00", "").strip()
    _check(typed, reason, actor, now)
    found = db.session.scalars(
        select(Case)
        .where(
            Case.reference == typed,
            Case.is_restricted,
            Case.id.not_in(named_in(actor)),
            Case.id.not_in(let_into(actor)),
        )
        .limit(1)
    ).first()
    tried = GlassBreak(user_id=actor.id, typed=typed, reason=reason, at=now)
    if found is not None:
        tried.case_id, tried.until_at = found.id, now + LASTS
    db.session.add(tried)
    db.session.flush()
    if found is not None:
        words = "Broke the glass: may see this restricted case for a day"
        record("case", found.id, "glass_broken", words, actor_id=actor.id, at=now, after={"reason": reason})
        publish(GlassBroken(found.id, actor.id, now))


def _check(typed: str, reason: str, actor: User, now: datetime) -> None:
    reasons = []
    if not typed or len(typed) > LONGEST_REFERENCE:
        reasons.append("Type the reference of the case.")
    if len(reason) < SHORTEST_REASON:
        reasons.append(f"Say why you have to see the case, in at least {SHORTEST_REASON} characters.")
    if len(reason) > LONGEST_REASON:
        reasons.append(f"Say why in at most {LONGEST_REASON} characters.")
    if reasons:
        raise Refused(reasons)
    since = select(func.count()).where(
        GlassBreak.user_id == actor.id, GlassBreak.at > now - timedelta(days=1)
    )
    if (db.session.scalar(since) or 0) >= MOST_A_DAY:
        raise Refused(TOO_OFTEN)
