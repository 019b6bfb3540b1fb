"""Reading cases. `visible_cases` is the only way to any of them: permission lies inside the query."""

from collections.abc import Collection, Mapping
from functools import cache

from sqlalchemy import Select, String, cast, func, or_, select, type_coerce
from sqlalchemy.orm import aliased, joinedload, selectinload, with_expression
from sqlalchemy.orm.interfaces import ORMOption

from casework.accounts.models import User
from casework.accounts.roles import Permission, Role, may
from casework.cases.models import HANDLED, Case, CasePerson, Clock, Issue, Relation, handled_before
from casework.cases.queries.hidden import let_into, named_in
from casework.cases.queries.openings import note_opening
from casework.core.db import db
from casework.core.errors import NotFound
from casework.customers.models import Customer
from casework.customers.queries import customers_like

LONGEST_REFERENCE = 200
NOT_FOUND = (
    "There is no case with that reference that you may open. Check the reference, or ask your supervisor."
)


def visible_cases(user: User) -> Select[Case]:
    """Every case that this person may see.

    - Staff named in a case never see it; a restricted case is seen only by those it was granted to, and for a
      day by whoever broke the glass.
    - Somebody whose role does not handle cases sees none.
    """
    if not user.may(Permission.WORK_CASES):
        return select(Case).where(Case.id.is_(None))
    open_to_all = Case.is_restricted.is_(False)
    return select(Case).where(Case.id.not_in(named_in(user)), or_(open_to_all, Case.id.in_(let_into(user))))


def get_case_for(user: User, reference: str) -> Case:
    """The one door to a case; that a restricted one was opened is noted here.

    Raises NotFound both when there is none and when this person may not see it.
    """
    if not reference.isprintable() or len(reference) > LONGEST_REFERENCE:
        # NUL and half characters are nothing that the database could look for.
        raise NotFound(NOT_FOUND)
    wanted = visible_cases(user).where(Case.reference == reference).options(*_what_comes_with_it())
    case = db.session.scalars(wanted).unique().first()
    if case is None:
        raise NotFound(NOT_FOUND)
    note_opening(case)
    return case


def may_see(user: User, case_id: int) -> bool:
    """Whether this person may see this case."""
    return (
        db.session.scalar(visible_cases(user).where(Case.id == case_id).with_only_columns(Case.id))
        is not None
    )


def people_in(case: Case) -> dict[Relation, frozenset[int]]:
    """The same as `people_of`, from what came with the case when it was opened by its door just now."""
    if case.people_text is None:
        return people_of(case.id)
    found: dict[Relation, set[int]] = {relation: set() for relation in Relation}
    for pair in case.people_text.split(","):
        relation, _, user_id = pair.partition(":")
        if user_id:
            found[Relation(relation)].add(int(user_id))
    return {relation: frozenset(ids) for relation, ids in found.items()}


# Put together once: it is the same for every case, and takes longer than asking the database.
@cache
def _what_comes_with_it() -> tuple[ORMOption, ...]:
    """What the page of a case needs, so that it need not ask again."""
    return (
        joinedload(Case.customer),
        joinedload(Case.representative),
        joinedload(Case.service),
        joinedload(Case.category),
        joinedload(Case.team),
        joinedload(Case.handler).lazyload(User.team),
        joinedload(Case.logged_by).lazyload(User.team),
        joinedload(Case.process_version),
        selectinload(Case.issues).options(joinedload(Issue.category), joinedload(Issue.cause)),
        # A clock asks its standard for the calendar that it counts by.
        selectinload(Case.clocks).joinedload(Clock.standard),
        # The one list that is short comes with the case itself; two would multiply each other.
        joinedload(Case.clock_events),
        *said_with_it(),
    )


def said_with_it() -> tuple[ORMOption, ORMOption]:
    """Who stands to the case how, and whether others are handled with it: in the same statement as the case."""
    pair = type_coerce(CasePerson.relation, String).concat(":").concat(cast(CasePerson.user_id, String))
    people = select(func.aggregate_strings(pair, ",")).where(CasePerson.case_id == Case.id).correlate(Case)
    other = aliased(Case)
    merged = select(other.id).where(other.duplicate_of_id == Case.id).correlate(Case).exists()
    text = func.coalesce(people.scalar_subquery(), "")
    return with_expression(Case.people_text, text), with_expression(Case.has_merged, merged)


def handled_earlier(case: Case, people: Mapping[Relation, Collection[int]] | None = None) -> frozenset[int]:
    """Whoever handled a stage before the present one: none of them reviews it."""
    if case.stage < 2:
        return frozenset()
    people = people or people_of(case.id)
    return frozenset(one for relation in handled_before(case.stage) for one in people.get(relation, ()))


def stage_handled_by(
    case: Case, user_id: int, people: Mapping[Relation, Collection[int]] | None = None
) -> int | None:
    """The stage before the present one that somebody handled, who therefore does not review it."""
    if case.stage < 2:
        return None
    people = people or people_of(case.id)
    found = (number for number, relation in HANDLED.items() if user_id in people.get(relation, ()))
    return next((number for number in found if number < case.stage), None)


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


def customers_found(user: User, text: str) -> Select[Customer]:
    """Customers of whom this person may know: by name, e-mail or phone, or by the reference of an earlier case.

    A case that this person may not see leads nobody to its customer.
    """
    typed = text.replace("\x00", "").strip()
    if any(sign.isdigit() for sign in typed) and not any(sign.isspace() for sign in typed):
        named = visible_cases(user).where(or_(Case.reference == typed, Case.external_reference == typed))
        customer_id = db.session.scalar(named.with_only_columns(Case.customer_id).limit(1))
        if customer_id is not None:
            return select(Customer).where(Customer.id == customer_id)
    return customers_seen_by(user, customers_like(typed))
