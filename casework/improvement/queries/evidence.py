"""The cases that raised an opportunity, as far as the person who asks may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Finding, Issue, Relation
from casework.cases.queries import visible_cases
from casework.catalogue.models import Cause
from casework.core.db import db
from casework.improvement.models import OpportunityCase

SHOWN = 8
PAGE = 50
BARS = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """Linked cases: the newest that this person may see, how many they may see, and how many there are."""

    cases: Sequence[Case]
    visible_n: int
    n: int

    @property
    def hidden_n(self) -> int:
        """How many more there are that this person may not open."""
        return self.n - self.visible_n


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many upheld issues of the linked cases have this cause."""

    name: str
    n: int


def evidence_of(user: User, opportunity_id: int) -> Evidence:
    """The newest linked cases, with the counts of all."""
    cases, _ = evidence_page(user, opportunity_id, size=SHOWN)
    linked = _linked(opportunity_id)
    # Staff named in a case do not see it in any count either, so for them it is not even among the hidden ones.
    named = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.NAMED
    )
    counted = linked.where(OpportunityCase.case_id.not_in(named))
    seen = visible_cases(user).with_only_columns(Case.id).where(Case.id.in_(linked))
    counts = select(
        select(func.count()).select_from(seen.subquery()).scalar_subquery(),
        select(func.count()).select_from(counted.subquery()).scalar_subquery(),
    )
    visible_n, n = db.session.execute(counts).one()
    return Evidence(cases, visible_n, n)


def evidence_page(
    user: User, opportunity_id: int, *, before_id: int | None = None, size: int = PAGE
) -> tuple[Sequence[Case], int | None]:
    """A page of the linked cases that this person may see, newest first, and where the next page begins."""
    wanted = visible_cases(user).where(Case.id.in_(_linked(opportunity_id)))
    if before_id is not None:
        wanted = wanted.where(Case.id < before_id)
    loaded = wanted.options(
        joinedload(Case.customer),
        joinedload(Case.category),
        joinedload(Case.handler),
        joinedload(Case.process_version),
    )
    cases = list(db.session.scalars(loaded.order_by(Case.id.desc()).limit(size + 1)).unique())
    return cases[:size], cases[size - 1].id if len(cases) > size else None


def causes_in(opportunity_id: int) -> list[CauseCount]:
    """The causes of the issues upheld in the linked cases, most frequent first, the long tail as one."""
    wanted = (
        select(Cause.name, func.count())
        .join(Issue, Issue.cause_id == Cause.id)
        .where(Issue.case_id.in_(_linked(opportunity_id)), Issue.finding == Finding.UPHELD)
        .group_by(Cause.id, Cause.name)
        .order_by(func.count().desc(), Cause.name)
    )
    found = [CauseCount(name, n) for name, n in db.session.execute(wanted)]
    if len(found) <= BARS:
        return found
    rest = found[BARS - 1 :]
    return [*found[: BARS - 1], CauseCount(f"Other, {len(rest)} causes", sum(one.n for one in rest))]


def _linked(opportunity_id: int) -> Select[int]:
    return select(OpportunityCase.case_id).where(OpportunityCase.opportunity_id == opportunity_id)
