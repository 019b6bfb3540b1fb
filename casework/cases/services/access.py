"""Restricting a case, and naming the staff it is about."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.queries import people_of
from casework.core.db import db
from casework.core.errors import Refused


def change_access(
    case: Case,
    *,
    restricted: bool,
    named: Collection[int],
    granted: Collection[int],
    actor: User,
    now: datetime,
) -> None:
    """Set who the case is about (they lose sight of it at once) and, when restricted, who may see it.

    - Whoever restricts a case goes on seeing it.
    - Nobody names themselves: somebody else has to, so that a case cannot be hidden by its own subject.
    - A handler who is named no longer has the case.

    Raises Refused.
    """
    if not actor.may(Permission.RESTRICT_CASES):
        raise Refused("Ask a supervisor to restrict this case.")
    if actor.id in named:
        raise Refused("You cannot name yourself. Ask another supervisor to name you in this case.")
    before = people_of(case.id)
    granted = {*granted, actor.id} - set(named) if restricted else set()
    _replace(case.id, Relation.NAMED, set(named))
    _replace(case.id, Relation.GRANTED, granted)
    case.is_restricted = restricted
    if case.handler_id in named or (restricted and case.handler_id not in granted):
        case.handler_id = None
    case.updated_at = now
    record(
        "case",
        case.id,
        "access_changed",
        "Restricted" if restricted else "Open to everybody who handles cases",
        actor_id=actor.id,
        at=now,
        before={"named": sorted(before[Relation.NAMED]), "granted": sorted(before[Relation.GRANTED])},
        after={"named": sorted(named), "granted": sorted(granted)},
    )


def note_opened(case_id: int, *, actor_id: int, now: datetime) -> None:
    """Write down that somebody opened a restricted case; every opening is."""
    record("case", case_id, "looked_at", "Opened this restricted case", actor_id=actor_id, at=now)


def _replace(case_id: int, relation: Relation, user_ids: set[int]) -> None:
    db.session.execute(
        delete(CasePerson).where(CasePerson.case_id == case_id, CasePerson.relation == relation)
    )
    db.session.add_all(CasePerson(case_id=case_id, user_id=u, relation=relation) for u in sorted(user_ids))
    db.session.flush()
