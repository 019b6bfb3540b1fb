"""The cases that raised an opportunity, as far as the person who asks may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import Case, Finding, Issue
from casework.cases.queries import visible_cases
from casework.cases.queries.hidden import hidden_from
from casework.catalogue.models import Cause
from casework.core.db import db
from casework.improvement.models import OpportunityCase

SHOWN = 8
PAGE = 50
BARS = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """Linked cases as one person reads them: the newest, and how many there are.

    A case that this person may not see is in neither: that there are more is not said.
    """

    cases: Sequence[Case]
    n: int


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many upheld issues of the linked cases have this cause."""

    name: str
    n: int


def evidence_of(user: User, opportunity_id: int) -> Evidence:
    """The newest linked cases that this person may see, and how many of them there are."""
    cases, next_id = evidence_page(user, opportunity_id, size=SHOWN)
    if next_id is None:
        return Evidence(cases, len(cases))
    linked = _linked(opportunity_id).where(OpportunityCase.case_id.not_in(hidden_from(user)))
    return Evidence(cases, db.session.scalar(select(func.count()).select_from(linked.subquery())) or 0)


def hidden_evidence(user: User, opportunity_ids: Sequence[int]) -> dict[int, int]:
    """How many of the cases behind each opportunity's figures this person may not know of; only where there are any."""
    wanted = (
        select(OpportunityCase.opportunity_id, func.count())
        .where(
            OpportunityCase.case_id.in_(hidden_from(user)),
            OpportunityCase.opportunity_id.in_(opportunity_ids),
            OpportunityCase.in_figures,
        )
        .group_by(OpportunityCase.opportunity_id)
    )
    return dict(db.session.execute(wanted).all()) if opportunity_ids else {}


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


def causes_in(user: User, opportunity_id: int) -> list[CauseCount]:
    """The causes of the issues upheld in the linked cases that this person may see, most frequent first, the long
    tail as one.
    """
    linked = _linked(opportunity_id).where(OpportunityCase.case_id.not_in(hidden_from(user)))
    wanted = (
        select(Cause.name, func.count())
        .join(Issue, Issue.cause_id == Cause.id)
        .where(Issue.case_id.in_(linked), Issue.finding == Finding.UPHELD)
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
