"""What the public page says: made from the same opportunities, actions and cases as the staff's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, case, func, select

from casework.cases.models import Case
from casework.catalogue.models import Service
from casework.core.db import db
from casework.improvement.models import ImprovementAction, Opportunity, OpportunityCase
from casework.improvement.rules import EffectWords, shown_in_public

SHOWN = 100


@dataclass(frozen=True, slots=True)
class PublicChange:
    """One change as the public sees it. `people` is None when they are too few to be counted in public."""

    action_id: int
    title: str
    said: str
    did: str
    service: str
    since: date | None
    people: int | None
    effect: EffectWords | None

    @property
    def bars(self) -> bool:
        """Whether figures may stand beside the answer: there are some, and no small number is given away."""
        effect = self.effect
        if effect is None or effect["before"] is None or effect["after"] is None:
            return False
        return all(shown_in_public(effect[side]) for side in ("before_n", "after_n"))


def public_changes(service_id: int | None = None) -> list[PublicChange]:
    """What was published, the newest change first; only of one service when it is given."""
    wanted = (
        select(ImprovementAction, Service.name, _people())
        .join(Opportunity, Opportunity.id == ImprovementAction.opportunity_id)
        .outerjoin(Service, Service.id == Opportunity.service_id)
        .where(ImprovementAction.published_at.is_not(None))
        .order_by(ImprovementAction.change_on.desc(), ImprovementAction.id.desc())
        .limit(SHOWN)
    )
    if service_id is not None:
        wanted = wanted.where(Opportunity.service_id == service_id)
    return [
        PublicChange(
            action_id=action.id,
            title=action.public_title,
            said=action.public_said,
            did=action.public_did,
            service=service or "",
            since=action.change_on,
            people=shown_in_public(people or 0),
            effect=EffectWords(**action.effect) if action.effect else None,  # type: ignore[typeddict-item]
        )
        for action, service, people in db.session.execute(wanted)
    ]


def public_services() -> Sequence[tuple[int, str]]:
    """The services that something was published about, by name."""
    wanted = (
        select(Service.id, Service.name)
        .join(Opportunity, Opportunity.service_id == Service.id)
        .join(ImprovementAction, ImprovementAction.opportunity_id == Opportunity.id)
        .where(ImprovementAction.published_at.is_not(None))
        .distinct()
        .order_by(Service.name)
    )
    return [(key, name) for key, name in db.session.execute(wanted)]


def _people() -> ScalarSelect[int]:
    """How many people raised it: each known customer once, each case without one as one person."""
    known = func.count(Case.customer_id.distinct())
    unknown = func.sum(case((Case.customer_id.is_(None), 1), else_=0))
    return (
        select(known + func.coalesce(unknown, 0))
        .select_from(OpportunityCase)
        .join(Case, Case.id == OpportunityCase.case_id)
        .where(OpportunityCase.opportunity_id == Opportunity.id)
        .correlate(Opportunity)
        .scalar_subquery()
    )
