"""A form that is posted twice, at the same moment too, has one effect, and both answers lead to it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case, Issue
from casework.communications.models import Communication
from casework.core.db import db
from casework.customers.models import Customer
from casework.portal.rules import SHORTEST_TIME
from tests.cast import Cast
from tests.faults.stage import at_once, browsers, count, log_fields, stage, the_case
from tests.portal.walks import COMPLAINT
from tests.web.forms import hidden_on

PRESSES = 4


@pytest.fixture
def on_stage(fresh_database: str, tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    with stage(fresh_database, tmp_path) as found:
        yield found


def press(clients: list[FlaskClient], path: str, data: dict[str, str]) -> list[Any]:
    """The same form from every window at the same moment."""
    return at_once([partial(client.post, path, data=data) for client in clients])


def test_the_log_form_pressed_at_the_same_moment_is_one_case_to_which_all_answers_lead(
    on_stage: tuple[Flask, Cast],
) -> None:
    app, cast = on_stage
    clients = browsers(app, cast.dana.email, PRESSES)
    answers = press(clients, "/cases/new", log_fields(once="one-key"))
    assert [answer.status_code for answer in answers] == [302] * PRESSES
    assert {answer.location for answer in answers} == {f"/cases/{the_case().reference}"}
    assert (count(Case), count(Customer), count(Issue)) == (1, 1, 1)


def test_the_log_form_pressed_again_later_leads_to_the_same_case(on_stage: tuple[Flask, Cast]) -> None:
    app, cast = on_stage
    client = browsers(app, cast.dana.email, 1)[0]
    locations = {client.post("/cases/new", data=log_fields(once="one-key")).location for _ in range(3)}
    assert locations == {f"/cases/{the_case().reference}"}


def test_a_note_and_what_was_heard_pressed_at_the_same_moment_are_kept_once(
    on_stage: tuple[Flask, Cast],
) -> None:
    app, cast = on_stage
    reference = cast.log().reference
    clients = browsers(app, cast.dana.email, PRESSES)
    notes = press(clients, f"/cases/{reference}/notes/new", {"body": "She rang twice.", "once": "n"})
    heard = press(clients, f"/cases/{reference}/heard", {"body": "Thanks.", "channel": "phone", "once": "h"})
    assert [answer.status_code for answer in notes + heard] == [302] * 2 * PRESSES
    db.session.rollback()
    bodies = db.session.scalars(select(Communication.body).where(Communication.intent.is_not(None)))
    assert sorted(bodies) == ["She rang twice.", "Thanks."]


def test_an_issue_pressed_at_the_same_moment_is_added_once(on_stage: tuple[Flask, Cast]) -> None:
    app, cast = on_stage
    reference = cast.log().reference
    clients = browsers(app, cast.dana.email, PRESSES)
    answers = press(clients, f"/cases/{reference}/issues/new", {"summary": "No call back", "once": "i"})
    assert [answer.status_code for answer in answers] == [302] * PRESSES
    assert [issue.summary for issue in the_case().issues] == ["Kitchen not inspected", "No call back"]


def test_a_customer_who_presses_send_twice_has_one_case(on_stage: tuple[Flask, Cast]) -> None:
    app, _ = on_stage
    client = app.test_client()
    for step, given in COMPLAINT.items():
        assert client.post(f"/tell-us/{step}", data=given).status_code == 302
    let_time_pass()
    data = {**hidden_on(client.get("/tell-us/check").text), "website": ""}
    answers = press([twin(app, client) for _ in range(PRESSES)], "/tell-us/check", data)
    assert [answer.status_code for answer in answers] == [302] * PRESSES
    assert len({answer.location for answer in answers}) == 1
    assert the_case().reference in answers[0].location


def let_time_pass() -> None:
    """The answers were begun long enough ago for a person to have typed them."""
    from casework.portal.models import PortalDraft

    db.session.rollback()
    draft = db.session.scalars(select(PortalDraft)).one()
    draft.began_at -= SHORTEST_TIME
    db.session.commit()


def twin(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another window of the same browser."""
    window = app.test_client()
    for cookie in (client._cookies or {}).values():
        window.set_cookie(cookie.key, cookie.value, path=cookie.path)
    return window
