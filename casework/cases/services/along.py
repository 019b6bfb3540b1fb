"""What goes along with an answer: a promise typed with it, and that it was given at first contact.

Both come true when the answer goes. Where it has to be checked first they wait with it, under a name that no field
of a process can have.
"""

from datetime import date, datetime
from typing import Any

from casework.accounts.models import User
from casework.cases.models import Approval, Case
from casework.cases.queries.approvals import open_approval
from casework.cases.services.actions import Promised, check_promise, promise_action
from casework.cases.services.approvals import ALONG
from casework.core.db import db


def promise_with_answer(case: Case, new: Promised, *, actor: User, now: datetime, once_key: str) -> None:
    """Promise something with the answer that was just sent; now, or when it is released.

    Raises Refused at once for what is missing, so that nothing impossible waits.
    """
    if case.awaiting_approval:
        check_promise(case, new, now=now)
        _keep(case, "promise", _plain(new))
    else:
        promise_action(case, new, actor=actor, now=now, once_key=once_key)


def note_first_contact(case: Case) -> None:
    """The answer that was just sent resolves the case at first contact; now, or when it is released."""
    if case.awaiting_approval:
        _keep(case, "first_contact", True)
    else:
        case.first_contact = True


def go_along(case: Case, approval: Approval, *, author: User, now: datetime) -> None:
    """The answer was released: what was written with it comes true."""
    case.first_contact = case.first_contact or "first_contact" in approval.given.get(ALONG, {})
    promise = promise_of(approval)
    if promise is not None:
        key = f"promise:approval:{approval.id}"
        promise_action(case, promise, actor=author, now=now, once_key=key, was_checked=True)


def promise_of(approval: Approval) -> Promised | None:
    """What was promised with an answer that waits, or came back."""
    kept = approval.given.get(ALONG, {}).get("promise")
    return None if kept is None else Promised(**{**kept, "due_on": date.fromisoformat(kept["due_on"])})


def _keep(case: Case, name: str, value: object) -> None:
    approval = open_approval(case.id)
    assert approval is not None  # It is kept in the same transaction as the flag of the case.
    approval.given = {**approval.given, ALONG: {**approval.given.get(ALONG, {}), name: value}}
    db.session.flush()


def _plain(new: Promised) -> dict[str, Any]:
    assert new.due_on is not None  # It was checked just now.
    return {
        "what": new.what.strip(),
        "owner_id": new.owner_id,
        "due_on": new.due_on.isoformat(),
        "is_promised": new.is_promised,
    }
