"""Two people at the same moment: an answer is released once, and of two merges crosswise one is made."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.accounts.roles import Role
from casework.cases.models import Approval, ApprovalState, Case, Finding
from casework.cases.queries.approvals import open_approval
from casework.cases.services import Decision, decide_issue
from casework.cases.services.approvals import take_over
from casework.communications.models import Communication, Purpose
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import make_person
from tests.cases.test_approvals import asked
from tests.cast import NOW, Cast
from tests.faults.stage import at_once, staff, stage

SAME = {"Sec-Fetch-Site": "same-origin"}


def waiting_case(cast: Cast) -> tuple[str, str]:
    """A case whose answer waits, and what the page of its approver carries."""
    now = clock.now()
    case = cast.log(now=now, received_at=now, severity=3)
    cast.move(case, "acknowledge", now=now)
    service, team = str(cast.inspections.id), str(cast.health.id)
    cast.move(case, "assess", now=now, severity="3", service=service, team=team)
    cast.give(case, cast.dana, now=now)
    cast.move(case, "investigate", now=now)
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=now)
    cast.move(case, "respond", now=now, message="We are sorry.")
    found = open_approval(case.id)
    assert found is not None
    reference, mark = case.reference, found.mark
    db.session.rollback()
    return reference, mark


def decided() -> tuple[list[str], int]:
    """How the answers ended, and how many were sent."""
    db.session.rollback()
    db.session.expire_all()
    states = [str(state) for state in db.session.scalars(select(Approval.state))]
    sent = select(Communication.id).where(Communication.purpose == Purpose.DECISION)
    return states, len(db.session.scalars(sent).all())


@pytest.mark.parametrize("rival", ["release", "return", "withdraw"])
def test_of_two_at_once_one_decides_and_the_other_is_told(
    fresh_database: str, tmp_path: Path, rival: str
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        reference, mark = waiting_case(cast)
        other = cast.dana if rival == "withdraw" else cast.sol
        first, second = staff(app, cast.amara.email), staff(app, other.email)
        at, data = f"/cases/{reference}/approval", {"seen": mark, "comment": "Say when."}
        answers = at_once(
            [
                partial(first.post, f"{at}/release", data=data, headers=SAME),
                partial(second.post, f"{at}/{rival}", data=data, headers=SAME),
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        states, sent = decided()
        ends = {"release": "released", "return": "returned", "withdraw": "withdrawn"}
        assert states in (["released"], [ends[rival]])
        assert sent == (1 if states == ["released"] else 0)
        case = db.session.scalars(select(Case)).one()
        assert (case.state == "responded", case.awaiting_approval) == (states == ["released"], False)


def test_two_who_send_an_answer_at_once_leave_one_that_waits(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        reference, _ = waiting_case(cast)
        client = staff(app, cast.dana.email)
        client.post(f"/cases/{reference}/approval/withdraw", headers=SAME)
        clients = [client, staff(app, cast.toni.email)]
        path = f"/cases/{reference}/moves/respond"
        at_once(
            [partial(c.post, path, data={"f_message": "Words.", "once": "x"}, headers=SAME) for c in clients]
        )
        states, sent = decided()
        assert sorted(states) == ["waiting", "withdrawn"]
        assert sent == 0


def test_of_two_who_merge_crosswise_one_does(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        now = clock.now()
        one, two = (cast.log(now=now, received_at=now).reference for _ in range(2))
        clients = [staff(app, person.email) for person in (cast.dana, cast.toni)]
        answers = at_once(
            [
                partial(c.post, f"/cases/{a}/merge", data={"reference": b, "reason": "x"}, headers=SAME)
                for c, a, b in zip(clients, (one, two), (two, one), strict=True)
            ]
        )
        assert sorted(answer.status_code for answer in answers)[0] == 302
        assert sorted(answer.status_code for answer in answers)[1] in (409, 422)
        db.session.rollback()
        merged = db.session.scalars(
            select(Case.duplicate_of_id).where(Case.duplicate_of_id.is_not(None))
        ).all()
        assert len(merged) == 1


def test_what_was_decided_meanwhile_is_not_decided_over(cast: Cast) -> None:
    """Between reading the answer and releasing it, somebody else returned it."""
    case = asked(cast)
    waiting = open_approval(case.id)
    assert waiting is not None
    returned: dict[str, Any] = {"state": ApprovalState.RETURNED}
    db.session.execute(update(Approval).values(**returned).execution_options(synchronize_session=False))
    with pytest.raises(Refused, match="Somebody else dealt with this answer first"):
        take_over(waiting.id, (ApprovalState.WAITING,), state=ApprovalState.RELEASED, decided_at=NOW)


def test_whoever_left_is_no_approver(cast: Cast) -> None:
    from casework.cases.services.releasing import why_not_check

    case = asked(cast)
    waiting = open_approval(case.id)
    left = make_person(Role.SUPERVISOR, "Lee Forde")
    with transaction():
        left.is_active = False
    assert waiting is not None
    assert why_not_check(waiting, case, left)
