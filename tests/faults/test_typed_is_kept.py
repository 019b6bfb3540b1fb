"""What somebody typed into the log form is in the case at the end, whatever happened to session and token."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case
from casework.core.db import db
from tests.accounts.people import PASSWORD
from tests.cast import NOW, Cast
from tests.faults.stage import STORY, log_fields
from tests.web.forms import hidden_on, signed_in_with_token, token_on

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def dana(app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Dana's browser, with form tokens checked as they are outside of tests."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    with time_machine.travel(NOW):
        signed_in_with_token(client, cast.dana.email, PASSWORD)
    return client


def fields(**changes: str) -> dict[str, str]:
    with time_machine.travel(NOW):
        return log_fields(**changes)


def saved() -> Case:
    db.session.expire_all()
    return db.session.scalars(select(Case)).one()


@time_machine.travel(NOW)
def test_a_form_with_a_stale_token_is_shown_again_and_saved_with_the_next_press(dana: FlaskClient) -> None:
    answer = dana.post("/cases/new", data=fields(csrf_token="stale", once="one"), headers=HERE)
    assert answer.status_code == 400
    assert STORY in answer.text
    assert db.session.scalars(select(Case)).all() == []
    again = dana.post("/cases/new", data=hidden_on(answer.text), headers=HERE)
    assert again.status_code == 302
    case = saved()
    assert case.customer is not None
    assert (case.narrative, case.customer.email) == (STORY, "sorina@customer.example")


@time_machine.travel(NOW)
def test_a_form_with_an_ended_session_is_saved_after_signing_in_again(dana: FlaskClient, cast: Cast) -> None:
    token = token_on(dana.get("/cases/new").text)
    with dana.session_transaction() as session:
        session["_user_id"] += "x"
    asked = dana.post("/cases/new", data=fields(csrf_token=token, once="one"), headers=HERE)
    assert asked.status_code == 401
    who = {"email": cast.dana.email, "password": PASSWORD}
    shown = dana.post("/sign-in", data={**hidden_on(asked.text), **who}, headers=HERE)
    assert STORY in shown.text
    answer = dana.post("/cases/new", data=hidden_on(shown.text), headers=HERE)
    assert answer.status_code == 302
    assert saved().narrative == STORY
    assert saved().logged_by_id == cast.dana.id


@time_machine.travel(NOW)
def test_rescued_twice_it_is_still_one_case(dana: FlaskClient) -> None:
    rescued = [dana.post("/cases/new", data=fields(once="one"), headers=HERE).text for _ in range(2)]
    answers = [dana.post("/cases/new", data=hidden_on(page), headers=HERE) for page in rescued]
    assert {answer.location for answer in answers} == {f"/cases/{saved().reference}"}
