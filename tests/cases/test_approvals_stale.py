"""What makes an answer that waits to be checked stale, and what becomes of it then."""

from collections.abc import Callable

import pytest

from casework.cases.events import CaseChanged
from casework.cases.models import ApprovalState, Case, Finding
from casework.cases.queries.approvals import approvals_waiting_for, open_approval
from casework.cases.services import add_issue
from casework.cases.services.intake import NewIssue
from casework.cases.services.releasing import ask_again
from casework.communications.services import hear_from_customer
from casework.core import events
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.test_approvals import asked, decide, decisions, release, verbs
from tests.cast import NOW, Cast


def severity_raised(cast: Cast, case: Case) -> None:
    with transaction():
        case.severity = 4
        events.publish(CaseChanged(case.id, NOW))


def customer_wrote(cast: Cast, case: Case) -> None:
    with transaction():
        hear_from_customer(case, "It happened again.", channel="email", now=NOW)


def point_added(cast: Cast, case: Case) -> None:
    with transaction():
        add_issue(case, NewIssue(summary="Nobody called back"), actor=cast.dana, now=NOW)


CHANGES: dict[str, tuple[Callable[[Cast, Case], None], str]] = {
    "an issue was decided anew": (
        lambda cast, case: decide(cast, case, finding=Finding.NOT_UPHELD),
        "Issue 1 was",
    ),
    "the severity was changed": (severity_raised, "severity is now severe"),
    "an issue was added": (point_added, "Issue 2 was added"),
    "the customer wrote": (customer_wrote, "The customer wrote"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_the_basis_of_an_answer_makes_it_stale(cast: Cast, name: str) -> None:
    change, expected = CHANGES[name]
    case = asked(cast)
    change(cast, case)
    waiting = open_approval(case.id)
    assert waiting is not None
    assert waiting.state is ApprovalState.STALE
    assert list(db.session.scalars(approvals_waiting_for(cast.amara))) == []
    with pytest.raises(Refused, match=expected):
        release(case, cast.amara)
    assert decisions(case) == []
    if name == "an issue was added":
        with pytest.raises(Refused, match="Issue 2 needs a finding"), transaction():
            ask_again(case, actor=cast.dana, now=NOW)
        return
    with pytest.raises(Refused, match="Dana Marsh wrote this"), transaction():
        ask_again(case, actor=cast.toni, now=NOW)
    with transaction():
        ask_again(case, actor=cast.dana, now=NOW)
    release(case, cast.amara)
    assert len(decisions(case)) == 1


def test_a_change_that_the_answer_does_not_rest_on_leaves_it_as_it_is(cast: Cast) -> None:
    case = asked(cast)
    cast.give(case, cast.toni)
    waiting = open_approval(case.id)
    assert waiting is not None
    assert waiting.state is ApprovalState.WAITING


def test_what_waits_ends_with_its_case(cast: Cast) -> None:
    case = asked(cast)
    cast.move(case, "withdraw", reason="They found the letter.")
    assert (case.is_open, case.awaiting_approval) == (False, False)
    assert "approval_withdrawn" in verbs(case)
