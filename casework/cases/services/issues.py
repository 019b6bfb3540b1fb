"""The points raised in a case: adding one, saying better what it is about, and deciding one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.audit.models import HistoryEntry
from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, DecisionState, Finding, Issue, Remedy
from casework.cases.queries import stage_handled_by
from casework.cases.queries.seen import check_seen, issue_mark
from casework.cases.rules import derived_finding, title_of
from casework.cases.services import clocks
from casework.cases.services.assignment import note_handled
from casework.cases.services.intake import NewIssue
from casework.catalogue.limits import remedy_limits
from casework.catalogue.money import major_units
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Conflict, Refused
from casework.core.events import publish
from casework.core.once import made_before, remember
from casework.workflow.guards.limits import MONEY, NOT_MONEY, beyond_limits


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided on one issue."""

    finding: Finding
    cause_id: int | None = None
    # What the person saw when they began: a decision that somebody else saved since is not written over.
    seen: str | None = None
    remedy: Remedy | None = None
    remedy_note: str = ""
    # What a refund or a payment comes to, in the smallest unit of the agency's currency.
    remedy_amount: int | None = None
    # Why it is decided otherwise than the customer was told; asked for only then.
    reason: str = ""


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
    - Once the answer went out, what it says is changed only as a correction, with its reason.
    - Once the case is closed its findings stay as they were told to the customer.
    - A finding comes with its cause: without one nothing can be learned from it.
    - An amount belongs to a refund or a payment. Front-line staff stay within their limits with it, all issues of
      the case added up; what is decided already and stays as it is was somebody's who may.
    - From stage 2 on, whoever handled an earlier one decides nothing: a review is made by somebody else.

    Raises Refused and Conflict.
    """
    _check_open(case)
    stage = stage_handled_by(case, actor.id)
    if stage is not None:
        raise Refused(
            f"You handled stage {stage} of this case, so somebody else must review it. Ask a supervisor."
        )
    issue = issue_of(case, number)
    if decision.cause_id is None:
        raise Refused("Say why it happened: a finding needs a cause.")
    if decision.seen is not None and decision.seen != decided_mark(issue):
        raise Conflict(
            f"Somebody else decided issue {number} while you were at it. Look at what they decided, then change it."
        )
    corrects = is_correction(case, issue)
    if corrects and not decision.reason.strip():
        raise Refused("The customer was told another decision. Say why it is corrected now.")
    _check_amount(case, issue, decision, actor)
    before = _decided(issue)
    issue.finding, issue.cause_id = decision.finding, decision.cause_id
    issue.remedy, issue.remedy_amount = decision.remedy, decision.remedy_amount
    issue.remedy_note = decision.remedy_note.strip()
    issue.decided_by_id, issue.decided_at = actor.id, now
    case.finding = derived_finding(i.finding for i in case.issues)
    note_handled(case, actor.id)
    _changed(case, now)
    _record_decision(case, issue, decision, before, corrects=corrects, actor=actor, now=now)
    return issue


def _check_amount(case: Case, issue: Issue, decision: Decision, actor: User) -> None:
    """The limits of an offer on the spot, as far as money goes. Raises Refused."""
    amount, remedy = decision.remedy_amount, decision.remedy
    if amount is None or (remedy, amount) == (issue.remedy, issue.remedy_amount):
        return
    if remedy not in MONEY:
        raise Refused(NOT_MONEY)
    if actor.role is not Role.FRONTLINE:
        return
    others = [one.remedy_amount or 0 for one in case.issues if one is not issue and one.remedy == remedy]
    text = str(major_units(amount + sum(others), the_agency().currency))
    sentence = beyond_limits(remedy_limits(), role=actor.role, severity=None, remedy=remedy, amount=text)
    if sentence:
        raise Refused(sentence)


def is_correction(case: Case, issue: Issue) -> bool:
    """Whether a new decision on this issue would say something else than the customer was told."""
    return issue.finding is not None and case.decision_state in (DecisionState.QUEUED, DecisionState.SENT)


@dataclass(frozen=True, kw_only=True)
class IssueEdit:
    """What an issue is about. `seen` is what the form saw (queries.seen)."""

    summary: str
    category_id: int | None = None
    service_id: int | None = None
    seen: str | None = None


def edit_issue(case: Case, number: int, edit: IssueEdit, *, actor: User, now: datetime) -> Issue:
    """Say better what an issue is about: its words, its category, its service.

    - The history keeps what it was before. The case is called by its first issue, so its title follows; it is about
      what that is about, and other standards may hold for another category.
    - Once the case is closed its issues stay as they were answered.

    Raises Refused, and Conflict when somebody else changed it first.
    """
    _check_open(case)
    issue = issue_of(case, number)
    check_seen(edit.seen, issue_mark(issue))
    summary = edit.summary.strip()
    if not summary:
        raise Refused("Say in a few words what the point is.")
    before = _about(issue)
    if case.title == title_of([issue.summary], ""):
        case.title = title_of([summary], "")
    follows = number == 1 and case.category_id == issue.category_id != edit.category_id
    issue.summary, issue.category_id, issue.service_id = summary, edit.category_id, edit.service_id
    if _about(issue) == before:
        return issue
    if follows:
        case.category_id = edit.category_id
        clocks.fit_clocks(case, why="the category changed", now=now, actor_id=actor.id)
    _changed(case, now)
    words = f"Issue {number} changed: {summary}"
    record(
        "case", case.id, "issue_changed", words, actor_id=actor.id, at=now, before=before, after=_about(issue)
    )
    return issue


def issue_of(case: Case, number: int) -> Issue:
    """One issue by its number. Raises Refused."""
    issue = next((i for i in case.issues if i.number == number), None)
    if issue is None:
        raise Refused(f"There is no issue {number} in this case. Reload the page to see the issues it has.")
    return issue


def _record_decision(
    case: Case,
    issue: Issue,
    decision: Decision,
    before: dict[str, object],
    *,
    corrects: bool,
    actor: User,
    now: datetime,
) -> None:
    """A decision is an entry; a correction is another one that names the entry it corrects."""
    after = {**_decided(issue), "number": issue.number}
    word = decision.finding.label.lower()
    verb, summary = "issue_decided", f"Issue {issue.number}: {word}"
    if corrects:
        verb, summary = "issue_corrected", f"Correction of issue {issue.number}: now {word}"
        after["reason"] = decision.reason.strip()
    entry = record("case", case.id, verb, summary, actor_id=actor.id, at=now, before=before, after=after)
    if corrects:
        entry.corrects_id = _newest_decision(case.id, issue.number)


def _newest_decision(case_id: int, number: int) -> int | None:
    decided = select(HistoryEntry.id, HistoryEntry.summary).where(
        HistoryEntry.subject_type == "case",
        HistoryEntry.subject_id == case_id,
        HistoryEntry.verb.in_(("issue_decided", "issue_corrected")),
    )
    with db.session.no_autoflush:
        found = db.session.execute(decided.order_by(HistoryEntry.id.desc())).all()
    of_this = (f"Issue {number}: ", f"Correction of issue {number}: ")
    return next((key for key, summary in found if summary.startswith(of_this)), None)


def _decided(issue: Issue) -> dict[str, object]:
    return {
        "finding": issue.finding,
        "cause_id": issue.cause_id,
        "remedy": issue.remedy,
        "remedy_note": issue.remedy_note,
        "remedy_amount": issue.remedy_amount,
    }


def _about(issue: Issue) -> dict[str, object]:
    return {"summary": issue.summary, "category_id": issue.category_id, "service_id": issue.service_id}


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
