"""Who is told of an action, who still has to be, and who cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.cases.queries.hidden import hidden_from
from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.rules import reachable_by
from casework.improvement.models import ImprovementAction, Telling, TellingState
from casework.improvement.rules import Coverage, coverage_of

WAYS = {"email": "e-mail", "phone": "phone", "letter": "letter", "": "their private page"}


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list of those who will be told. `reference` is that of the case they are told on."""

    name: str
    reference: str
    way: str


def coverage(action: ImprovementAction, user: User | None = None) -> Coverage:
    """How far telling has come: told ÷ (told + to tell + on the way), as this person reads it."""
    return coverages([action.id], user).get(action.id, Coverage())


def coverages(action_ids: Sequence[int], user: User | None = None) -> dict[int, Coverage]:
    """The coverage of several actions in one statement; one that has no list yet is left out.

    Without those told on a case that `user` may not know of; without a user, of all.
    """
    wanted = (
        select(Telling.action_id, Telling.state, Telling.reason, func.count())
        .where(Telling.action_id.in_(action_ids), *_known_to(user))
        .group_by(Telling.action_id, Telling.state, Telling.reason)
    )
    counts: dict[int, dict[tuple[str, str], int]] = {}
    for action_id, state, reason, n in db.session.execute(wanted):
        counts.setdefault(action_id, {})[state.value, reason] = n
    return {action_id: coverage_of(found) for action_id, found in counts.items()}


def to_tell_ids(action_id: int, user: User | None = None) -> Sequence[int]:
    """The tellings of an action that nothing was written for yet; with a user, those of whom they may know."""
    waits = Telling.action_id == action_id, Telling.state == TellingState.TO_TELL
    wanted = select(Telling.id).where(*waits, *_known_to(user))
    return db.session.scalars(wanted.order_by(Telling.id)).all()


def people_to_tell(user: User, action_id: int) -> list[Person]:
    """Exactly those who will be told when the words are approved, of the cases that this person may see."""
    seen = visible_cases(user).with_only_columns(Case.id)
    wanted = (
        select(Case.reference, Customer.name, *_REACH)
        .select_from(Telling)
        .join(Case, Case.id == Telling.case_id)
        .outerjoin(Customer, Customer.id == Telling.customer_id)
        .where(Telling.action_id == action_id, Telling.state == TellingState.TO_TELL, Case.id.in_(seen))
        .order_by(Customer.search_name, Case.id)
    )
    return [
        Person(name or "", reference, WAYS[_way(reach)])
        for reference, name, *reach in db.session.execute(wanted)
    ]


def ways_to_tell(action_id: int, user: User) -> list[tuple[str, int]]:
    """How those of whom this person may know will hear of it, the most frequent way first; counts only."""
    wanted = (
        select(*_REACH)
        .select_from(Telling)
        .outerjoin(Customer, Customer.id == Telling.customer_id)
        .where(Telling.action_id == action_id, Telling.state == TellingState.TO_TELL, *_known_to(user))
    )
    counts: dict[str, int] = {}
    for reach in db.session.execute(wanted):
        way = WAYS[_way(list(reach))]
        counts[way] = counts.get(way, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def actions_to_tell() -> Select[int]:
    """Actions whose words are approved and that somebody still has to be written to about."""
    waiting = exists().where(Telling.action_id == ImprovementAction.id, Telling.state == TellingState.TO_TELL)
    approved = ImprovementAction.words_approved_at.is_not(None)
    return select(ImprovementAction.id).where(approved, waiting).order_by(ImprovementAction.id)


def _known_to(user: User | None) -> list[ColumnElement[bool]]:
    return [] if user is None else [Telling.case_id.not_in(hidden_from(user))]


_REACH = (Customer.prefers, Customer.email, Customer.phone, Customer.address, Customer.do_not_contact)


def _way(reach: Sequence[object]) -> str:
    prefers, email, phone, address, do_not_contact = reach
    return reachable_by(
        prefers=str(prefers or ""),
        email=str(email or ""),
        phone=str(phone or ""),
        address=str(address or ""),
        do_not_contact=bool(do_not_contact),
    )
