"""Running the finders, and keeping what they find: the same finding is updated, not repeated."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update

from casework.catalogue.queries import the_agency
from casework.core.db import db, transaction
from casework.improvement.finders import FINDERS, Finding, materially_more
from casework.improvement.models import Opportunity, OpportunityCase, State
from casework.improvement.queries.rows import last_day_with_cases, names, rows_for
from casework.improvement.services.deciding import feed
from casework.improvement.services.effects import review_effects
from casework.improvement.services.guard import note
from casework.measures import services as measures
from casework.measures.models import CaseFact

_AT_ONCE = 500
_PLAIN: dict[str, Any] = {"synchronize_session": False}


@dataclass
class Found:
    """What a run of the finders came to, in opportunities."""

    new: int = 0
    updated: int = 0
    returned: int = 0
    gone: int = 0


def find_opportunities(now: datetime) -> Found:
    """Run every finder over the cases as they are now and keep what it finds. Opens its own transactions.

    - The same finding (finder and key) is updated with its newest figures and keeps its state.
    - A dismissed one stays as it was dismissed, and is found again only with materially more evidence.
    - One that is no longer found is marked so and never removed.
    - Afterwards the effect of every action that is done is judged again.
    Raises NotFound before the agency is set up.
    """
    measures.refresh(now)
    with transaction():
        findings = newest_findings(now)
        found = _keep(findings, now)
        db.session.flush()
        review_effects(now)
    return found


def newest_findings(now: datetime) -> list[Finding]:
    """What the finders find in the cases as they are now; nothing is written."""
    today = now.astimezone(ZoneInfo(the_agency().time_zone)).date()
    until, labels = last_day_with_cases(today), names()
    return [
        finding
        for finder in FINDERS.values()
        for finding in finder.find(
            rows_for(finder, until=until, now=now),
            today=until,
            names=labels,
            window_months=finder.window_months,
        )
    ]


def _keep(findings: Sequence[Finding], now: datetime) -> Found:
    counted = Found()
    known = {(one.finder, one.key): one for one in db.session.scalars(select(Opportunity))}
    for finding in findings:
        opportunity = known.pop((finding.finder, finding.key), None)
        if opportunity is None:
            _add(finding, now)
            counted.new += 1
        elif opportunity.state is State.DISMISSED:
            counted.returned += _return(opportunity, finding, now)
        else:
            _update(opportunity, finding, now)
            counted.updated += 1
    for opportunity in known.values():
        counted.gone += _mark_gone(opportunity, now)
    for opportunity in db.session.scalars(select(Opportunity).where(Opportunity.merged_into_id.is_not(None))):
        if opportunity.merged_into_id is not None:
            feed(opportunity.id, opportunity.merged_into_id)
    return counted


def _add(finding: Finding, now: datetime) -> None:
    opportunity = Opportunity(
        finder=finding.finder, key=finding.key, state=State.FOUND, found_at=now, **_figures(finding, now)
    )
    db.session.add(opportunity)
    db.session.flush()
    _link(opportunity, finding)
    after = {"evidence_n": opportunity.evidence_n, "rank": opportunity.rank}
    note(opportunity, "found", "Found", actor=None, at=now, after=after)


def _update(opportunity: Opportunity, finding: Finding, now: datetime) -> None:
    if not opportunity.stands:
        note(opportunity, "stands_again", "Found again after it had gone", actor=None, at=now)
    for name, value in _figures(finding, now).items():
        setattr(opportunity, name, value)
    _link(opportunity, finding)


def _return(opportunity: Opportunity, finding: Finding, now: datetime) -> bool:
    """Whether the dismissed opportunity has earned a second look; if so it waits for a decision again."""
    then, n = opportunity.dismissed_evidence_n or 0, len(finding.evidence_case_ids)
    if not materially_more(then, n):
        return False
    opportunity.state, opportunity.dismissed_evidence_n = State.FOUND, None
    opportunity.owner_id = None
    words = f"Back with more evidence: {n} cases, {then} when it was dismissed"
    note(
        opportunity, "returned", words, actor=None, at=now, before={"evidence_n": then}, after={"evidence_n": n}
    )  # fmt: skip
    _update(opportunity, finding, now)
    return True


def _mark_gone(opportunity: Opportunity, now: datetime) -> bool:
    if not opportunity.stands:
        return False
    opportunity.stands, opportunity.gone_at = False, now
    if opportunity.state not in (State.DISMISSED, State.MERGED):
        note(opportunity, "gone", "No longer found: the figures do not show it any more", actor=None, at=now)
    return True


def _figures(finding: Finding, now: datetime) -> dict[str, Any]:
    return {
        "title": finding.title,
        "subject": dict(finding.subject),
        "arithmetic": [asdict(step) for step in finding.arithmetic],
        "period": finding.period,
        "customers_per_month": finding.customers_per_month,
        "mean_severity": finding.mean_severity,
        "rank": finding.rank,
        "strength": finding.strength,
        "evidence_n": len(finding.evidence_case_ids),
        "stands": True,
        "gone_at": None,
        "updated_at": now,
    }


def _link(opportunity: Opportunity, finding: Finding) -> None:
    """Bring the linked cases in line with the finding.

    Cases that are no longer behind the figures are let go while nothing was decided; afterwards they stay linked.
    """
    mine = OpportunityCase.opportunity_id == opportunity.id
    rows = db.session.execute(select(OpportunityCase.case_id, OpportunityCase.in_figures).where(mine))
    linked = dict(rows.all())
    wanted = set(finding.evidence_case_ids)
    new = [
        {"opportunity_id": opportunity.id, "case_id": case_id, "in_figures": True}
        for case_id in sorted(wanted - linked.keys())
    ]
    if new:
        db.session.execute(insert(OpportunityCase), new)
    _set_in_figures(opportunity.id, [key for key in wanted & linked.keys() if not linked[key]], yes=True)
    left = [key for key in linked.keys() - wanted if linked[key]]
    if opportunity.state is State.FOUND and not _has_taken_in(opportunity.id):
        for some in _in_parts(left):
            gone = delete(OpportunityCase).where(mine, OpportunityCase.case_id.in_(some))
            db.session.execute(gone.execution_options(**_PLAIN))
    else:
        _set_in_figures(opportunity.id, left, yes=False)
    opportunity.service_id = finding.subject.get("service") or _service_of_most(opportunity.id)


def _set_in_figures(opportunity_id: int, case_ids: Sequence[int], *, yes: bool) -> None:
    for some in _in_parts(case_ids):
        changed = update(OpportunityCase).where(
            OpportunityCase.opportunity_id == opportunity_id, OpportunityCase.case_id.in_(some)
        )
        db.session.execute(changed.values(in_figures=yes).execution_options(**_PLAIN))


def _has_taken_in(opportunity_id: int) -> bool:
    wanted = select(Opportunity.id).where(Opportunity.merged_into_id == opportunity_id).limit(1)
    return db.session.scalar(wanted) is not None


def _service_of_most(opportunity_id: int) -> int | None:
    """The service that more than half of the linked cases are about."""
    wanted = (
        select(CaseFact.service_id, func.count())
        .join(OpportunityCase, OpportunityCase.case_id == CaseFact.case_id)
        .where(OpportunityCase.opportunity_id == opportunity_id)
        .group_by(CaseFact.service_id)
    )
    counts = dict(db.session.execute(wanted).all())
    most = max(counts, key=lambda key: counts[key], default=None)
    return most if most is not None and 2 * counts[most] > sum(counts.values()) else None


def _in_parts(ids: Sequence[int]) -> list[Sequence[int]]:
    """A statement takes only so many values."""
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
