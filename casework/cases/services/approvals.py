"""Asking that an answer is checked before it goes out, and noticing when it no longer fits its case.

What releases an answer is in releasing.py, above the moves; here is what the moves themselves need.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import ApprovalAsked, CaseChanged
from casework.cases.models import Approval, ApprovalState, Case, Issue, Kind
from casework.cases.queries.approvals import open_approval
from casework.cases.rules import SEVERITIES
from casework.cases.services.approval_rules import may_wait
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.workflow.definition import Move

# What goes along with an answer is kept beside its form (services.along); no process calls a field so.
ALONG = "+along"


def ask_for_approval(
    case: Case,
    move: Move,
    given: Mapping[str, object],
    *,
    why: list[str],
    actor: User | None,
    now: datetime,
    channel: str = "",
) -> Approval:
    """Keep an answer until somebody else has looked at it. The move itself is not made.

    - The rules of the move were checked before, so that nothing impossible waits.
    - One answer of a case waits at a time. The clocks go on.

    Raises Refused.
    """
    if actor is None:
        raise Refused("This has to be checked before it goes out, so a member of staff must send it.")
    typed = {field.name: _plain(given.get(field.name)) for field in move.fields}
    kept = {name: value for name, value in typed.items() if value not in (None, "")}
    waiting = open_approval(case.id)
    if waiting is not None and (waiting.asked_by_id, waiting.move, _typed(waiting)) == (
        actor.id,
        move.name,
        kept,
    ):
        return waiting  # The same form, sent twice.
    _refuse_second(waiting)
    words = next((str(kept.get(f.name, "")) for f in move.fields if f.kind == "message"), "")
    approval = Approval(
        case_id=case.id,
        move=move.name,
        says=move.says,
        given=kept,
        words=words.strip(),
        channel=channel,
        why=why,
        asked_by_id=actor.id,
        asked_at=now,
        state=ApprovalState.WAITING,
        case_version=case.version,
        basis=basis_of(case),
        changes=[],
    )
    case.awaiting_approval, case.updated_at = True, now
    db.session.add(approval)
    db.session.flush()
    approval.case_version = case.version
    note_asked(case, approval, f"{move.label}: waits to be checked", now)
    return approval


def refuse_while_waiting(case: Case, move: Move) -> None:
    """No second answer goes out past one that waits. Raises Refused."""
    if case.awaiting_approval and may_wait(move):
        _refuse_second(open_approval(case.id))


def note_asked(case: Case, approval: Approval, summary: str, now: datetime) -> None:
    """Write down and announce that an answer waits."""
    record(
        "case",
        case.id,
        "approval_asked",
        summary,
        actor_id=approval.asked_by_id,
        at=now,
        after={"approval_id": approval.id, "move": approval.move, "why": ", ".join(approval.why)},
    )
    publish(ApprovalAsked(case.id, approval.id, approval.asked_by_id, approval.approver_id, now))
    publish(CaseChanged(case.id, now))


def look_for_changes(case: Case, *, now: datetime) -> None:
    """After a change of a case with an answer that waits: mark the answer stale, or end it with the case."""
    if not case.awaiting_approval:
        return
    approval = open_approval(case.id)
    if approval is None:
        return
    if not case.is_open:
        _end(case, approval, now)
        return
    changed = what_changed(approval, case)
    if changed:
        _mark_stale(case, approval, changed, now)


def note_customer_wrote(case: Case, *, now: datetime) -> None:
    """The customer wrote while the answer waits to be checked: it may no longer be the right one."""
    approval = open_approval(case.id) if case.awaiting_approval else None
    if approval is not None:
        _mark_stale(case, approval, ["The customer wrote something since."], now)


def basis_of(case: Case) -> dict[str, Any]:
    """What an answer rests on: where the case stands, and what was decided on each issue."""
    merged = select(Case.id).where(Case.duplicate_of_id == case.id).order_by(Case.id)
    return {
        "state": case.state,
        "stage": case.stage,
        "severity": case.severity,
        "kind": str(case.kind),
        "customer": case.customer_id,
        "merged": list(db.session.scalars(merged)) if case.link_count else [],
        "issues": {str(issue.number): _decided(issue) for issue in case.issues},
    }


def what_changed(approval: Approval, case: Case) -> list[str]:
    """A sentence for each thing that is different since the answer was written."""
    before, after = approval.basis, basis_of(case)
    found = [str(sentence) for sentence in approval.changes]
    found += _issues_changed(before["issues"], after["issues"])
    words = {
        "state": "The case has moved on to another state.",
        "stage": "The case is at another stage now.",
        "severity": f"The severity is now {SEVERITIES.get(case.severity, ('unknown', ''))[0].lower()}.",
        "kind": f"The case is now {'an' if case.kind is Kind.ENQUIRY else 'a'} {case.kind.label.lower()}.",
        "customer": "The case belongs to another customer now.",
        "merged": "Which cases are handled together with this one has changed.",
    }
    found += [sentence for name, sentence in words.items() if before[name] != after[name]]
    return list(dict.fromkeys(found))


def take_over(approval_id: int, states: tuple[ApprovalState, ...], **values: object) -> None:
    """Change an approval that is still in one of these states: of two people at once, one does.

    Raises Refused for the other.
    """
    claimed = db.session.execute(
        update(Approval)
        .where(Approval.id == approval_id, Approval.state.in_(states))
        .values(**values)
        .returning(Approval.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if claimed is None:
        raise Refused("Somebody else dealt with this answer first. Reload the page to see what they did.")


def _decided(issue: Issue) -> list[Any]:
    finding, remedy = str(issue.finding or ""), str(issue.remedy or "")
    return [issue.id, issue.summary, finding, issue.cause_id, remedy, issue.remedy_note, issue.remedy_amount]


def _issues_changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = [f"Issue {number} was added." for number in after if number not in before]
    found += [f"Issue {number} is no longer in this case." for number in before if number not in after]
    both = [number for number in before if number in after]
    return found + [
        f"Issue {n} was changed or decided anew." for n in both if list(before[n]) != list(after[n])
    ]


def _mark_stale(case: Case, approval: Approval, changed: list[str], now: datetime) -> None:
    kept = list(dict.fromkeys([*approval.changes, *changed]))
    if approval.state is ApprovalState.STALE and kept == approval.changes:
        return
    states = (ApprovalState.WAITING, ApprovalState.STALE)
    first = approval.state is ApprovalState.WAITING
    take_over(approval.id, states, state=ApprovalState.STALE, changes=kept)
    db.session.refresh(approval)
    if first:
        words = "The answer that waits to be checked has to be looked at again"
        after = {"approval_id": approval.id, "reason": " ".join(changed)}
        record("case", case.id, "approval_stale", words, actor_id=None, at=now, after=after)


def _end(case: Case, approval: Approval, now: datetime) -> None:
    values = {"state": ApprovalState.WITHDRAWN, "decided_at": now, "comment": "The case was closed."}
    take_over(approval.id, (ApprovalState.WAITING, ApprovalState.STALE), **values)
    case.awaiting_approval = False
    db.session.refresh(approval)
    words = "The answer that waited to be checked was dropped with the closing of the case"
    record(
        "case",
        case.id,
        "approval_withdrawn",
        words,
        actor_id=None,
        at=now,
        after={"approval_id": approval.id},
    )


def _refuse_second(waiting: Approval | None) -> None:
    if waiting is not None:
        raise Refused(
            f"An answer that {waiting.asked_by.name} wrote waits to be checked. "
            "It has to be released, returned or withdrawn before another one is sent."
        )


def _typed(approval: Approval) -> dict[str, object]:
    return {name: value for name, value in approval.given.items() if name != ALONG}


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int | bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)
