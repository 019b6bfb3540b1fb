"""Which opportunities a case is evidence of, for its timeline: the chain, seen from the case."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from casework.cases.models import Case
from casework.cases.timeline import Entry, of_cases
from casework.core.db import db
from casework.improvement.models import Opportunity, OpportunityCase


def timeline_entries(cases: Sequence[Case]) -> Iterable[Entry]:
    """An entry for each opportunity that one of these cases is evidence of."""
    made = {case.id: case.created_at for case in cases}
    wanted = (
        select(Opportunity.id, Opportunity.title, Opportunity.found_at, OpportunityCase.case_id)
        .join(OpportunityCase, OpportunityCase.opportunity_id == Opportunity.id)
        .where(of_cases(OpportunityCase.case_id, cases))
        .order_by(Opportunity.id, OpportunityCase.case_id)
    )
    for opportunity_id, title, found_at, case_id in db.session.execute(wanted):
        yield Entry(
            at=max(found_at, made[case_id]),
            icon="loop",
            look="",
            who="Casework",
            what=f"counted it as evidence: {title}",
            href=f"/improvement/{opportunity_id}",
            order=(2, opportunity_id),
            case_id=case_id,
        )
