"""Which opportunities a case is evidence of, for its timeline: the chain, seen from the case."""

from collections.abc import Iterable

from sqlalchemy import select

from casework.cases.models import Case
from casework.cases.timeline import Entry
from casework.core.db import db
from casework.improvement.models import Opportunity, OpportunityCase


def timeline_entries(case: Case) -> Iterable[Entry]:
    """An entry for each opportunity that this case is evidence of."""
    wanted = (
        select(Opportunity.id, Opportunity.title, Opportunity.found_at)
        .join(OpportunityCase, OpportunityCase.opportunity_id == Opportunity.id)
        .where(OpportunityCase.case_id == case.id)
        .order_by(Opportunity.id)
    )
    for opportunity_id, title, found_at in db.session.execute(wanted):
        yield Entry(
            at=max(found_at, case.created_at),
            icon="loop",
            look="",
            who="Casework",
            what=f"counted it as evidence: {title}",
            href=f"/improvement/{opportunity_id}",
            order=(2, opportunity_id),
        )
