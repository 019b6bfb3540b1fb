"""Restricting a case, and naming the staff it is about."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.audit.services import record
from casework.cases.events import AccessChanged, CaseChanged
from casework.cases.models import Case, CasePerson, Relation
from casework.cases.queries import people_of
from casework.cases.queries.openings import LOOKED_AT
from casework.cases.services.actions import free_actions
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish

ALONE = (
    "Choose at least one more supervisor or manager who may see it. "
    "Nobody restricts a case to themselves alone, and it must not be lost when somebody is away."
)
BY_GLASS = "You opened this case by breaking the glass. Ask somebody who was let in to change who may see it."


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

    - Whoever restricts a case goes on seeing it, and at least one other supervisor or manager does.
    - Whoever has the case when it becomes restricted goes on seeing it, unless they are named. Somebody who is
      taken off those who may see it later no longer has it.
    - Nobody names themselves: somebody else has to, so that a case cannot be hidden by its own subject.
    - A handler who is named no longer has the case, nor what they had promised to do in it.
    - Whoever came in by breaking the glass changes nothing of it, unless nobody else is left who could.

    Raises Refused.
    """
    if not actor.may(Permission.RESTRICT_CASES):
        raise Refused("Ask a supervisor to restrict this case.")
    if actor.id in named:
        raise Refused("You cannot name yourself. Ask another supervisor to name you in this case.")
    before = people_of(case.id)
    if case.is_restricted and actor.id not in before[Relation.GRANTED] and _leaders(before[Relation.GRANTED]):
        raise Refused(BY_GLASS)
    granted = _granted(case, set(granted), set(named), actor) if restricted else set()
    if restricted and not _leaders(granted - {actor.id}):
        raise Refused(ALONE)
    # The case is taken first: of two who save at once the second waits for it, and is told.
    case.updated_at = now
    db.session.flush()
    _replace(case.id, Relation.NAMED, set(named))
    _replace(case.id, Relation.GRANTED, granted)
    case.is_restricted = restricted
    had = case.handler_id
    if had in named or (restricted and had not in granted):
        case.handler_id = None
    free_actions(case, actor=actor, now=now)
    words = "Restricted" if restricted else "Open to everybody who handles cases"
    record(
        "case",
        case.id,
        "access_changed",
        words + (": nobody has it now" if had is not None and case.handler_id is None else ""),
        actor_id=actor.id,
        at=now,
        before={"named": sorted(before[Relation.NAMED]), "granted": sorted(before[Relation.GRANTED])},
        after={"named": sorted(named), "granted": sorted(granted)},
    )
    publish(CaseChanged(case.id, now))
    publish(AccessChanged(case.id, now))


def note_opened(case_id: int, words: str, *, actor_id: int, now: datetime) -> None:
    """Write down that somebody opened a restricted case, and what of it; every opening is."""
    record("case", case_id, LOOKED_AT, words, actor_id=actor_id, at=now)


def _granted(case: Case, chosen: set[int], named: set[int], actor: User) -> set[int]:
    """Who may see the case once it is saved: those chosen, whoever saves, and whoever has it as it shuts."""
    kept = {case.handler_id} if case.handler_id is not None and not case.is_restricted else set()
    return (chosen | kept | {actor.id}) - named


def _leaders(user_ids: Collection[int]) -> bool:
    """Whether somebody is among these who could look after a restricted case."""
    roles = [role for role in Role if may(role, Permission.RESTRICT_CASES)]
    wanted = select(User.id).where(User.id.in_(user_ids), User.is_active, User.role.in_(roles)).limit(1)
    return db.session.scalar(wanted) is not None


def _replace(case_id: int, relation: Relation, user_ids: set[int]) -> None:
    db.session.execute(
        delete(CasePerson).where(CasePerson.case_id == case_id, CasePerson.relation == relation)
    )
    db.session.add_all(CasePerson(case_id=case_id, user_id=u, relation=relation) for u in sorted(user_ids))
    db.session.flush()
