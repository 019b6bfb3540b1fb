"""What goes along with an answer that has to be checked comes true when it goes, and what tells a customer
something is sent from its own page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case, CaseAction, Kind
from casework.cases.queries.approvals import approvers_of, open_approval
from casework.cases.services import Promised, change_access
from casework.cases.services.along import promise_with_answer
from casework.cases.services.approval_rules import NewRule, add_rule, set_checked
from casework.cases.services.releasing import release_answer, withdraw_answer
from casework.cases.services.resolving import OnTheSpot, resolve_on_the_spot
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import sign_in
from tests.cases.log_form import log, the_case
from tests.cases.test_approvals import WORDS, decisions, ready
from tests.cast import NOW, Cast, days

PROMISE = {"p-what": "Inspect", "p-due_on": "2026-11-24", "p-is_promised": "y", "once": "1"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def release(case: Case, cast: Cast, now: Any = NOW) -> None:
    with transaction():
        release_answer(case, actor=cast.amara, now=now, seen="")
    db.session.expire_all()


def actions() -> list[CaseAction]:
    return list(db.session.scalars(select(CaseAction)))


def test_a_promise_typed_with_the_answer_is_made_when_it_goes(cast: Cast, client: FlaskClient) -> None:
    case = ready(cast)
    sign_in(client, cast.dana)
    at = f"/cases/{case.reference}/moves/respond"
    form = {"f_message": WORDS, "p-owner_id": str(cast.dana.id), **PROMISE}
    done = client.post(at, data=form, follow_redirects=True)
    assert "waits to be checked. It goes out when Amara Quill or Sol Ibarra has released it." in done.text
    db.session.expire_all()
    assert (actions(), case.open_actions) == ([], 0)
    assert "Inspect, by" in client.get(f"/cases/{case.reference}/approval").text
    release(case, cast, NOW + days(3))
    (action,) = actions()
    assert (action.what, action.owner_id, action.due_on) == ("Inspect", cast.dana.id, date(2026, 11, 24))
    assert (action.made_at, case.open_actions, len(decisions(case))) == (NOW + days(3), 1, 1)


def test_what_is_taken_back_promises_nothing_and_is_in_the_form_again(
    cast: Cast, client: FlaskClient
) -> None:
    case = ready(cast)
    sign_in(client, cast.dana)
    at = f"/cases/{case.reference}/moves/respond"
    client.post(at, data={"f_message": WORDS, "p-owner_id": str(cast.dana.id), **PROMISE})
    db.session.expire_all()
    with transaction():
        withdraw_answer(case, actor=cast.dana, now=NOW)
    assert actions() == []
    assert 'value="Inspect"' in client.get(at).text


def test_what_cannot_be_promised_is_said_at_once(cast: Cast) -> None:
    case = ready(cast)
    gone = Promised(what="Inspect", owner_id=cast.dana.id, due_on=date(2026, 11, 1))
    cast.move(case, "respond", message=WORDS)
    with pytest.raises(Refused, match="lies in the past"), transaction():
        promise_with_answer(case, gone, actor=cast.dana, now=NOW, once_key="k")


def test_whoever_lost_sight_of_the_case_meanwhile_leaves_the_promise_without_an_owner(cast: Cast) -> None:
    case = ready(cast)
    cast.move(case, "respond", message=WORDS)
    new = Promised(what="Inspect", owner_id=cast.toni.id, due_on=date(2026, 11, 30))
    with transaction():
        promise_with_answer(case, new, actor=cast.dana, now=NOW, once_key="k")
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    release(case, cast)
    assert [(one.what, one.owner_id) for one in actions()] == [("Inspect", None)]


def test_first_contact_is_true_when_the_answer_went(cast: Cast) -> None:
    """An enquiry has no move of its own for it, so that its answer is sent at once."""
    with transaction():
        add_rule(NewRule(kind="enquiry"), actor=cast.wen, now=NOW)
    case = cast.log(kind=Kind.ENQUIRY)
    with transaction():
        resolve_on_the_spot(case, OnTheSpot(words=WORDS), actor=cast.dana, now=NOW)
    assert (case.awaiting_approval, case.first_contact) == (True, False)
    release(case, cast)
    assert (case.awaiting_approval, case.first_contact) == (False, True)


def test_the_page_after_saving_says_who_checks_the_answer(cast: Cast, client: FlaskClient) -> None:
    with transaction():
        set_checked(cast.dana, True, actor=cast.wen, now=NOW)
    sign_in(client, cast.dana)
    spot = {"resolve": "1", "answer": WORDS, "finding": "upheld", "cause": "cancelled visit not rebooked"}
    answer = log(client, **spot, service_id=str(cast.inspections.id), severity="2")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "waits to be checked by Amara Quill or Sol Ibarra before it goes out" in page
    case = the_case()
    assert (case.first_contact, case.responded_at) == (False, None)
    waiting = open_approval(case.id)
    assert waiting is not None
    assert cast.dana not in approvers_of(case, cast.dana)


def test_an_empty_form_tells_nobody_anything(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    action = cast.promise(case)
    sign_in(client, cast.dana)
    here = f"/cases/{case.reference}"
    for path in (f"{here}/actions/{action.id}/end", f"{here}/moves/acknowledge", f"{here}/reply"):
        for data in ({}, {"once": " "}, {"words": "", "csrf_token": "x"}):
            answer = client.post(path, data=data)
            assert answer.status_code == 422, path
    db.session.expire_all()
    assert (case.state, action.state, decisions(case)) == ("received", "open", [])
    assert client.post(f"{here}/moves/acknowledge", data={"once": "1"}).status_code == 302
