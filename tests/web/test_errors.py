"""Every error says what happened, what was kept, and what to do next."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from casework.core.errors import CaseworkError, Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.web import context
from tests.accounts.people import make_person, sign_in

HERE = {"Origin": "http://localhost"}
PutView = Callable[[Callable[[], Any]], str]


@pytest.fixture
def outside(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are answered as they are outside of tests."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def raises(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Refused(["No cause is chosen.", "No finding is made."]), 409, "No finding is made."),
        (Invalid("The date does not exist."), 400, "The date does not exist."),
        (NotFound("There is no such case."), 404, "There is no such case."),
        (NotAllowed("You may not."), 403, "You may not."),
        (Conflict("It is there already."), 409, "It is there already."),
        (CaseworkError("Something else."), 400, "Something else."),
        (StaleDataError("rows"), 409, "Somebody else changed it first"),
        (OperationalError("SELECT", {}, Exception("locked")), 503, "The database did not answer in time."),
        (RuntimeError("boom"), 500, "Something went wrong on our side."),
    ],
)
def test_errors_are_pages_with_a_sentence(
    client: FlaskClient, view: PutView, outside: None, error: Exception, status: int, words: str
) -> None:
    response = client.get(view(raises(error)))
    assert response.status_code == status
    assert words in response.text
    assert response.text.count("<h1") == 1
    assert response.headers["X-Request-ID"] in response.text


@pytest.mark.parametrize("status", [400, 404, 405, 413, 429, 500])
def test_what_flask_refuses_is_a_page_too(client: FlaskClient, view: PutView, status: int) -> None:
    response = client.get(view(lambda: abort(status)))
    assert response.status_code == status
    assert "What you can do next" in response.text


def test_an_address_that_leads_nowhere_is_a_page(client: FlaskClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "The address leads nowhere." in response.text


def test_the_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    response = client.get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("error", "again"),
    [(Refused("Not yet."), False), (StaleDataError("rows"), False), (RuntimeError("boom"), True)],
)
def test_an_error_after_typing_shows_what_was_typed(
    client: FlaskClient, view: PutView, outside: None, error: Exception, again: bool
) -> None:
    address = view(raises(error))
    response = client.post(address, data={"narrative": "They <lost> it"}, headers=HERE)
    assert "Nothing was saved. What you typed is below." in response.text
    assert "They &lt;lost&gt; it" in response.text
    assert ("Send it again" in response.text) is again


def test_an_error_shows_nothing_that_a_page_elsewhere_sent(client: FlaskClient, view: PutView) -> None:
    address = view(raises(Refused("Not yet.")))
    response = client.post(address, data={"narrative": "planted"}, headers={"Origin": "https://evil.example"})
    assert "planted" not in response.text


def test_a_form_that_is_too_big_is_told_so(client: FlaskClient, view: PutView) -> None:
    from flask import request

    address = view(lambda: str(request.form))
    response = client.post(address, data={"narrative": "x" * 3_000_000}, headers=HERE)
    assert response.status_code == 413
    assert "bigger than a form may be" in response.text


def test_a_crash_is_written_down_under_the_number_that_is_shown(
    client: FlaskClient, view: PutView, outside: None, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get(view(raises(RuntimeError("boom"))))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    crash = next(line for line in lines if line["event"] == "crashed")
    assert crash["request_id"] == response.headers["X-Request-ID"]
    assert "RuntimeError: boom" in crash["exception"]


def test_a_crash_writes_down_nothing_that_was_typed(
    client: FlaskClient, view: PutView, outside: None, capsys: pytest.CaptureFixture[str]
) -> None:
    error = IntegrityError("INSERT INTO cases", {"narrative": "a private story"}, Exception("constraint"))
    client.post(view(raises(error)), data={"narrative": "a private story"}, headers=HERE)
    assert "a private story" not in capsys.readouterr().err


def test_a_part_of_a_page_gets_a_part_as_error(client: FlaskClient, view: PutView) -> None:
    response = client.get(view(raises(Refused("Not yet."))), headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "Not yet." in response.text
    assert "<html" not in response.text


def test_an_error_page_that_fails_itself_is_still_words(
    client: FlaskClient, view: PutView, outside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "the_agency", raises(RuntimeError("no agency")))
    response = client.get(view(raises(Refused("Not <yet>."))))
    assert response.status_code == 409
    assert "Not &lt;yet&gt;." in response.text


def test_the_shell_stays_around_errors_for_staff(client: FlaskClient, view: PutView) -> None:
    sign_in(client, make_person())
    page = client.get(view(raises(NotFound("There is no such case.")))).text
    assert 'class="staff"' in page
