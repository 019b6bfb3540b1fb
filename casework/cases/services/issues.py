"""The points raised in a case: adding one, and deciding one."""

from dataclasses import dataclass
from datetime import datetime

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, Finding, Issue, Relation, Remedy
from casework.cases.queries import people_of
from casework.cases.rules import derived_finding
from casework.cases.services.assignment import note_handled
from casework.cases.services.intake import NewIssue
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.events import publish
from casework.core.once import made_before, remember


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided on one issue."""

    finding: Finding
    cause_id: int | None = None
    # What the person saw when they began: a decision that somebody else saved since is not written over.
    seen: str | None = None
    remedy: Remedy | None = None
    remedy_note: str = ""


def add_issue(case: Case, new: NewIssue, *, actor: User, now: datetime, once_key: str = "") -> Issue:
    """Add a point to an open case; the same `once_key` adds it once.

    Raises Refused when the case is closed or nothing was written.
    """
    before = made_before(once_key)
    if before is not None:
        return db.session.get_one(Issue, before)
    _check_open(case)
    if not new.summary.strip():
        raise Refused("Say in a few words what the point is.")
    issue = Issue(
        number=max((i.number for i in case.issues), default=0) + 1,
        summary=new.summary.strip(),
        service_id=new.service_id or case.service_id,
        category_id=new.category_id,
    )
    case.issues.append(issue)
    _changed(case, now)
    remember(once_key, issue.id, now)
    record(
        "case",
        case.id,
        "issue_added",
        f"Issue {issue.number} added: {issue.summary}",
        actor_id=actor.id,
        at=now,
    )
    return issue


def decide_issue(case: Case, number: int, decision: Decision, *, actor: User, now: datetime) -> Issue:
    """Set finding, cause and remedy of an issue; the finding of the case follows from all of them.

    - A decision that somebody else saved meanwhile is not written over.
    - Once the case is closed its findings stay as they were told to the customer.
    - A finding comes with its cause: without one nothing can be learned from it.
    - From stage 2 on, whoever handled stage 1 decides nothing: a review is made by somebody else.

    Raises Refused.
    """
    _check_open(case)
    if case.stage >= 2 and actor.id in people_of(case.id)[Relation.HANDLED_STAGE_1]:
        raise Refused("You handled stage 1 of this case, so somebody else must review it. Ask a supervisor.")
    issue = next((i for i in case.issues if i.number == number), None)
    if issue is None:
        raise Refused(f"There is no issue {number} in this case. Reload the page to see the issues it has.")
    if decision.cause_id is None:
        raise Refused("Say why it happened: a finding needs a cause.")
    if decision.seen is not None and decision.seen != decided_mark(issue):
        raise Conflict(
            f"Somebody else decided issue {number} while you were at it. Look at what they decided, then change it."
        )
    before = {"finding": issue.finding, "cause_id": issue.cause_id, "remedy": issue.remedy}
    issue.finding, issue.cause_id = decision.finding, decision.cause_id
    issue.remedy, issue.remedy_note = decision.remedy, decision.remedy_note.strip()
    issue.decided_by_id, issue.decided_at = actor.id, now
    case.finding = derived_finding(i.finding for i in case.issues)
    note_handled(case, actor.id)
    _changed(case, now)
    record(
        "case",
        case.id,
        "issue_decided",
        f"Issue {number}: {decision.finding.label.lower()}",
        actor_id=actor.id,
        at=now,
        before=before,
        after={"finding": issue.finding, "cause_id": issue.cause_id, "remedy": issue.remedy},
    )
    return issue


def decided_mark(issue: Issue) -> str:
    """What tells one decision of an issue from the next, for a form to carry."""
    return issue.decided_at.isoformat() if issue.decided_at else ""


def _check_open(case: Case) -> None:
    if not case.is_open:
        raise Refused("This case is closed. Reopen it first.")


def _changed(case: Case, now: datetime) -> None:
    case.updated_at = now
    db.session.flush()
    publish(CaseChanged(case.id, now))
