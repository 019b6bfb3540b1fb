"""What is promised in a case: it outlives the closing, stays on a list until done, and the customer is told."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.queries import history_of
from casework.cases.models import Case, CaseAction
from casework.cases.queries.actions import open_actions
from casework.cases.queries.seen import action_mark, seen_of
from casework.cases.services import Ending, Promised, change_access, change_action, end_action
from casework.communications.models import Communication, Delivery
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Invalid, Refused
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

TOLD = "We promised: Inspect Corner Bistro. It is done."


def finish(cast: Cast, case: Case, action: CaseAction, **changes: Any) -> None:
    with transaction():
        ending = Ending(**{"done": True, "words": TOLD, **changes})
        end_action(case, action, ending, actor=cast.dana, now=NOW)


def messages(case: Case) -> list[Communication]:
    return list(db.session.scalars(select(Communication).where(Communication.case_id == case.id)))


def test_a_promise_outlives_the_case_and_the_customer_is_told_when_it_is_done(cast: Cast) -> None:
    case = cast.log()
    action = cast.promise(case)
    cast.move(case, "withdraw", reason="They found the letter.")
    assert (case.is_open, case.open_actions) == (False, 1)
    finish(cast, case, action)
    assert (action.state, case.open_actions) == ("done", 0)
    (message,) = messages(case)
    assert (message.body, message.delivery, action.told_id) == (TOLD, Delivery.QUEUED, message.id)
    verbs = [entry.verb for entry in db.session.scalars(history_of("case", case.id))]
    assert verbs[:1] + verbs[2:3] == ["action_done", "action_promised"]


def test_what_was_for_ourselves_tells_nobody_and_who_cannot_be_told_is_recorded_so(cast: Cast) -> None:
    case = cast.log()
    finish(cast, case, cast.promise(case, is_promised=False), words="")
    assert messages(case) == []
    silent = cast.log(contact=Contact())
    action = cast.promise(silent)
    finish(cast, silent, action, words="")
    assert messages(silent) == []
    assert action.untold_because == "gave no name and no way to be reached"


def test_cancelling_needs_a_reason_and_tells_the_customer_too(cast: Cast) -> None:
    case = cast.log()
    action = cast.promise(case)
    with pytest.raises(Refused, match="Say why"):
        finish(cast, case, action, done=False)
    db.session.refresh(action)
    finish(cast, case, action, done=False, note="The kitchen was shut down.", words="It closed.")
    assert action.state == "cancelled"
    assert messages(case)[0].body.startswith("It closed.\n\nWe will answer you by")
    with pytest.raises(Refused, match="ended already"):
        finish(cast, case, action)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"what": "  "}, "what is to be done"),
        ({"what": "x" * 301}, "longer than 300"),
        ({"due_on": None}, "Give the day"),
        ({"due_on": (NOW - days(1)).date()}, "lies in the past"),
        ({"due_on": (NOW + days(100_000)).date()}, "Check the year"),
        ({"owner_id": None}, "Choose who"),
        ({"owner_id": 10**6}, "Choose who"),
    ],
)
def test_what_is_not_whole_is_not_promised(cast: Cast, changes: dict[str, Any], sentence: str) -> None:
    case = cast.log()
    with pytest.raises(Refused, match=sentence):
        cast.promise(case, **changes)
    assert case.open_actions == 0


def test_whoever_is_named_in_a_case_is_given_nothing_in_it_and_finds_nothing_on_the_list(cast: Cast) -> None:
    case = cast.log()
    cast.promise(case, owner_id=cast.toni.id)
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    with pytest.raises(Refused, match="cannot be given"):
        cast.promise(case, owner_id=cast.toni.id)
    assert open_actions(cast.toni, whose="mine").actions == []
    assert open_actions(cast.toni, whose="team").actions == []
    assert len(open_actions(cast.amara, whose="team").actions) == 1


def test_the_list_begins_with_the_longest_overdue_and_goes_on_where_it_stopped(cast: Cast) -> None:
    case = cast.log(now=NOW - days(30), received_at=NOW - days(30))
    for ahead in (9, 1, 5, 1):
        cast.promise(case, now=NOW - days(30) + days(ahead), what=f"In {ahead}")
    first = open_actions(cast.dana, whose="mine", size=3)
    rest = open_actions(cast.dana, whose="mine", after=first.next, size=3)
    assert [action.what for action in first.actions + rest.actions] == ["In 1", "In 1", "In 5", "In 9"]
    assert rest.next == ""
    with pytest.raises(Invalid):
        open_actions(cast.dana, whose="mine", after="W10")


def test_a_change_keeps_what_it_was_and_is_not_made_over_somebody_elses(cast: Cast) -> None:
    case = cast.log()
    action = cast.promise(case)
    seen = seen_of(case, action_mark(action))
    later = Promised(
        what="Inspect both kitchens", owner_id=cast.toni.id, due_on=action.due_on + timedelta(days=2)
    )
    with transaction():
        change_action(case, action, later, actor=cast.toni, now=NOW, seen=seen)
    newest = db.session.scalars(history_of("case", case.id)).first()
    assert newest is not None
    assert (newest.before["what"], newest.after["what"]) == ("Inspect Corner Bistro", "Inspect both kitchens")
    with pytest.raises(Conflict), transaction():
        change_action(case, action, later, actor=cast.dana, now=NOW, seen=seen)
    with pytest.raises(Conflict):
        finish(cast, case, action, seen=seen)


@time_machine.travel(NOW)
def test_it_is_promised_changed_and_done_on_its_pages(
    cast: Cast, client: FlaskClient, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    here = f"/cases/{case.reference}/actions"
    form = {
        "what": "<script>Inspect",
        "owner_id": cast.dana.id,
        "due_on": "2026-11-27",
        "is_promised": "y",
        "once": "1",
    }
    for _ in range(2):
        assert client.post(f"{here}/new", data=form).status_code == 302
    (action,) = db.session.scalars(select(CaseAction)).all()
    page = client.get(f"/cases/{case.reference}").text
    assert "&lt;script&gt;Inspect" in page
    assert "<script>Inspect" not in page
    assert "In 3 working days" in page, "Thursday is a holiday"
    assert client.post(f"{here}/{action.id}", data={**form, "what": "Inspect"}).status_code == 302
    with count_queries() as queries:
        assert "Inspect" in client.get("/cases/actions").text
    assert len(queries) <= 12
    told = client.post(f"{here}/{action.id}/end", data={"words": TOLD, "once": "2"}, follow_redirects=True)
    assert "Done. The customer is told." in told.text
    assert "Nothing is owed" in client.get("/cases/actions?whose=team").text
    for wrong in ("whose=theirs", "after=%00", "after=bm8"):
        assert client.get(f"/cases/actions?{wrong}").status_code == 400


@time_machine.travel(NOW)
def test_of_two_who_change_one_promise_the_second_sees_what_the_first_did_and_loses_nothing(
    app: Any, cast: Cast, client: FlaskClient
) -> None:
    case = cast.log()
    action = cast.promise(case)
    address, seen = f"/cases/{case.reference}/actions/{action.id}", seen_of(case, action_mark(action))
    form = {"owner_id": cast.dana.id, "due_on": "2026-11-30", "is_promised": "y", "seen": seen}
    toni = app.test_client()
    sign_in(client, cast.dana)
    sign_in(toni, cast.toni)
    assert toni.post(address, data={**form, "what": "Inspect twice"}).status_code == 302
    answer = client.post(address, data={**form, "what": "Inspect at night"})
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Inspect at night" in page, "what was typed is kept"
    assert "Toni Brandt</b>: Promise changed: Inspect twice" in page
    db.session.refresh(action)
    assert action.what == "Inspect twice"


@time_machine.travel(NOW)
def test_something_is_promised_with_the_answer_in_one_step(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.investigated()
    address = f"/cases/{case.reference}/moves/propose_remedy"
    promise = {
        "p-what": "Inspect",
        "p-owner_id": cast.dana.id,
        "p-due_on": "2026-11-30",
        "p-is_promised": "y",
        "once": "3",
    }
    assert "Promise something with it" in client.get(address).text
    wrong = client.post(address, data={"f_message": "We inspect.", **promise, "p-due_on": "2026-11-01"})
    assert wrong.status_code == 422
    assert "lies in the past" in wrong.text
    db.session.expire_all()
    assert (case.state, case.open_actions) == ("investigating", 0), "neither without the other"
    assert client.post(address, data={"f_message": "We inspect.", **promise}).status_code == 302
    db.session.expire_all()
    assert (case.state, case.open_actions) == ("remedy_proposed", 1)
