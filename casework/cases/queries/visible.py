"""Reading cases. `visible_cases` is the only way to any of them: permission lies inside the query."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.cases.models import Case, CasePerson, Clock, Issue, Relation
from casework.core.db import db
from casework.core.errors import NotFound
from casework.customers.models import Customer
from casework.customers.queries import customers_like

NOT_FOUND = (
    "There is no case with that reference that you may open. Check the reference, or ask your supervisor."
)


def visible_cases(user: User) -> Select[Case]:
    """Every case that this person may see.

    - Staff named in a case never see it; a restricted case is seen only by those it was granted to.
    - Somebody whose role does not handle cases sees none.
    """
    if not user.may(Permission.WORK_CASES):
        return select(Case).where(Case.id.is_(None))
    named = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.NAMED
    )
    granted = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.GRANTED
    )
    return select(Case).where(Case.id.not_in(named), or_(Case.is_restricted.is_(False), Case.id.in_(granted)))


def get_case_for(user: User, reference: str) -> Case:
    """The one door to a case. Raises NotFound both when there is none and when this person may not see it."""
    wanted = (
        visible_cases(user)
        .where(Case.reference == reference)
        .options(
            joinedload(Case.customer),
            joinedload(Case.service),
            joinedload(Case.category),
            joinedload(Case.team),
            joinedload(Case.handler),
            joinedload(Case.logged_by),
            joinedload(Case.process_version),
            selectinload(Case.issues).options(joinedload(Issue.category), joinedload(Issue.cause)),
            # A clock asks its standard for the calendar that it counts by.
            selectinload(Case.clocks).joinedload(Clock.standard),
            # The one list that is short or empty comes with the case itself; two would multiply each other.
            joinedload(Case.pauses),
        )
    )
    case = db.session.scalars(wanted).unique().first()
    if case is None:
        raise NotFound(NOT_FOUND)
    return case


def may_see(user: User, case_id: int) -> bool:
    """Whether this person may see this case."""
    return (
        db.session.scalar(visible_cases(user).where(Case.id == case_id).with_only_columns(Case.id))
        is not None
    )


def people_of(case_id: int) -> dict[Relation, frozenset[int]]:
    """The ids of the staff in each special relation to a case."""
    rows = db.session.execute(
        select(CasePerson.relation, CasePerson.user_id).where(CasePerson.case_id == case_id)
    )
    found: dict[Relation, set[int]] = {relation: set() for relation in Relation}
    for relation, user_id in rows:
        found[relation].add(user_id)
    return {relation: frozenset(ids) for relation, ids in found.items()}


def staff_who_handle(team_id: int | None) -> Select[User]:
    """Active staff who handle cases, this team's first."""
    roles = [role for role in Role if may(role, Permission.WORK_CASES)]
    first = [User.team_id != team_id] if team_id else []
    return select(User).where(User.is_active, User.role.in_(roles)).order_by(*first, User.name)


def staff_who_may_handle(case: Case) -> Select[User]:
    """Active staff to whom this case may be given, its own team's first."""
    named = select(CasePerson.user_id).where(
        CasePerson.case_id == case.id, CasePerson.relation == Relation.NAMED
    )
    return staff_who_handle(case.team_id).where(User.id.not_in(named))


def earlier_cases(user: User, customer_id: int, *, besides: int | None = None) -> Select[Case]:
    """The newest five other cases of a customer that this person may see."""
    wanted = visible_cases(user).where(Case.customer_id == customer_id, Case.id != (besides or 0))
    wanted = wanted.options(
        joinedload(Case.customer),
        joinedload(Case.category),
        joinedload(Case.handler),
        joinedload(Case.process_version),
    )
    return wanted.order_by(Case.id.desc()).limit(5)


def customers_seen_by(user: User, wanted: Select[Customer]) -> Select[Customer]:
    """Of these customers, those of whom this person may know.

    Somebody whose every case is hidden from this person is not suggested to them: that would tell staff who
    complained about them.
    """
    has_case = select(Case.id).where(Case.customer_id == Customer.id).correlate(Customer).exists()
    seen = visible_cases(user).with_only_columns(Case.id).where(Case.customer_id == Customer.id)
    return wanted.where(or_(~has_case, seen.correlate(Customer).exists()))


def cases_found(user: User, text: str) -> Select[Case]:
    """Cases whose reference begins with what was typed, or whose customer's name, e-mail or phone matches it."""
    typed = text.strip()
    own = or_(Case.reference.startswith(typed, autoescape=True), Case.external_reference == typed)
    people = customers_like(typed).with_only_columns(Customer.id).order_by(None)
    return (
        visible_cases(user)
        .where(or_(own, Case.customer_id.in_(people)))
        .options(
            joinedload(Case.customer),
            joinedload(Case.category),
            joinedload(Case.handler),
            selectinload(Case.process_version),
        )
        .order_by(Case.id.desc())
        .limit(50)
    )
