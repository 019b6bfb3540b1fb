"""Nothing typed is lost: stale tokens, ended sessions, and forms from elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from casework.accounts import queries
from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.core import clock
from casework.core.db import db
from casework.web.kept import KEPT_CHARACTERS, Kept, is_same_origin, is_secret, label_of, pack, unpack
from tests.accounts.people import PASSWORD, make_person
from tests.web.forms import hidden_on, signed_in_with_token, token_on

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
FORM = "/settings/teams/add"
WORDS = "Tëam <b>of</b> 3\nand a second line"


@pytest.fixture
def boss(client: FlaskClient, tokens: None) -> User:
    """An administrator, signed in, with form tokens checked."""
    person = make_person(Role.ADMINISTRATOR)
    signed_in_with_token(client, person.email, PASSWORD)
    return person


def send(client: FlaskClient, headers: dict[str, str] | None = None, **fields: str) -> Any:
    return client.post(FORM, data=fields, headers=headers if headers is not None else HERE)


def end_session(client: FlaskClient) -> None:
    """The session ends in the table; the browser still has its cookie."""
    with client.session_transaction() as session:
        session["_user_id"] = session["_user_id"] + "x"


def sign_in_again(client: FlaskClient, page: str, email: str) -> Any:
    data = {**hidden_on(page), "email": email, "password": PASSWORD}
    return client.post("/sign-in", data=data, headers=HERE)


def test_a_good_token_is_let_through(client: FlaskClient, boss: User) -> None:
    page = client.get(FORM).text
    assert send(client, name="Food safety", csrf_token=token_on(page)).status_code == 302
    assert queries.team_named("Food safety")


@pytest.mark.parametrize("token", [None, "", "nonsense"])
def test_a_stale_token_from_our_own_page_shows_what_was_typed_and_saves_it(
    client: FlaskClient, boss: User, token: str | None
) -> None:
    fields = {"name": WORDS} if token is None else {"name": WORDS, "csrf_token": token}
    response = client.post(FORM, data=fields, headers=HERE)
    assert response.status_code == 400
    assert "This is not saved yet" in response.text
    assert WORDS in unescape(response.text)
    assert "<b>of</b>" not in response.text
    assert db.session.scalars(queries.teams()).all() == []
    again = client.post(FORM, data=hidden_on(response.text), headers=HERE)
    assert again.status_code == 302
    assert queries.team_named("Tëam <b>of</b> 3 and a second line")


@pytest.mark.parametrize("headers", [ELSEWHERE, {"Referer": "https://evil.example/localhost"}, {}])
def test_a_form_from_elsewhere_is_refused_and_not_repeated(
    client: FlaskClient, boss: User, headers: dict[str, str]
) -> None:
    response = send(client, headers, name="planted words")
    assert response.status_code == 400
    assert "planted words" not in response.text
    assert "did not come from a page of this site" in response.text


def test_the_token_of_another_browser_is_stale_here(client: FlaskClient, app: Flask, boss: User) -> None:
    theirs = token_on(app.test_client().get("/sign-in").text)
    assert "This is not saved yet" in send(client, name="Food safety", csrf_token=theirs).text


def test_a_button_pressed_on_an_old_page_says_that_nothing_was_changed(
    client: FlaskClient, boss: User
) -> None:
    response = client.post("/sign-out", headers={**HERE, "Referer": "http://localhost/account"})
    assert response.status_code == 400
    assert "Nothing was changed yet" in response.text
    assert 'href="/account"' in response.text


def test_what_was_typed_survives_the_end_of_the_session(client: FlaskClient, boss: User) -> None:
    token = token_on(client.get(FORM).text)
    end_session(client)
    asked = send(client, name=WORDS, csrf_token=token)
    assert asked.status_code == 401
    assert "What you typed is kept." in asked.text
    shown = sign_in_again(client, asked.text, boss.email)
    assert shown.status_code == 200
    assert WORDS in unescape(shown.text)
    assert client.post(FORM, data=hidden_on(shown.text), headers=HERE).status_code == 302
    assert queries.team_named("Tëam <b>of</b> 3 and a second line")


def test_what_was_typed_survives_a_closed_browser_too(client: FlaskClient, boss: User) -> None:
    token = token_on(client.get(FORM).text)
    client.delete_cookie(client.application.config["SESSION_COOKIE_NAME"])
    asked = send(client, name="Food safety", csrf_token=token)
    assert asked.status_code == 401
    assert "Food safety" in sign_in_again(client, asked.text, boss.email).text


def test_what_was_typed_survives_a_mistyped_password(client: FlaskClient, boss: User) -> None:
    end_session(client)
    asked = send(client, name="Food safety").text
    wrong = client.post(
        "/sign-in", data={**hidden_on(asked), "email": boss.email, "password": "wrong"}, headers=HERE
    )
    assert wrong.status_code == 401
    assert "Food safety" in sign_in_again(client, wrong.text, boss.email).text


def test_a_sign_in_page_that_went_stale_keeps_what_it_carries(client: FlaskClient, boss: User) -> None:
    end_session(client)
    asked = send(client, name="Food safety").text
    client.delete_cookie(client.application.config["SESSION_COOKIE_NAME"])
    stale = sign_in_again(client, asked, boss.email)
    assert stale.status_code == 400
    assert "Sign in again." in stale.text
    assert "Food safety" in sign_in_again(client, stale.text, boss.email).text


def test_signing_in_in_another_tab_meanwhile_is_enough(client: FlaskClient, boss: User) -> None:
    end_session(client)
    asked = send(client, name="Food safety").text
    signed_in_with_token(client, boss.email, PASSWORD)
    response = sign_in_again(client, asked, boss.email)
    assert "Food safety" in response.text
    assert "Save it now" in response.text


def test_what_somebody_typed_is_not_for_whoever_signs_in_next(client: FlaskClient, boss: User) -> None:
    sol = make_person(Role.MANAGER)
    client.get("/account")
    with client.session_transaction() as session:
        token = session["_user_id"]
    client.post("/sign-out", data={"csrf_token": token_on(client.get("/account").text)}, headers=HERE)
    with client.session_transaction() as session:
        session["_user_id"] = token
    asked = send(client, name="private words")
    response = sign_in_again(client, asked.text, sol.email)
    assert response.status_code == 302
    assert "private words" not in client.get("/account").text


def test_a_form_from_elsewhere_is_not_carried_through_signing_in(client: FlaskClient, tokens: None) -> None:
    response = send(client, ELSEWHERE, name="planted words")
    assert response.status_code == 400
    assert hidden_on(response.text).get("kept", "") == ""


def test_passwords_and_tokens_are_never_kept(client: FlaskClient, boss: User) -> None:
    data = {
        "current_password": "s3cret-one",
        "new_password": "s3cret-two",
        "csrf_token": "old",
        "note": "words",
    }
    response = client.post("/account/password", data=data, headers=HERE)
    assert "words" in response.text
    for secret in ("s3cret-one", "s3cret-two"):
        assert secret not in response.text
    end_session(client)
    kept = unpack_on(client, client.post("/account/password", data=data, headers=HERE).text)
    assert kept.fields == (("note", "words"),)


def test_lost_files_are_said_to_be_lost(client: FlaskClient, boss: User) -> None:
    data = {"name": "Food safety", "file": (BytesIO(b"scan"), "scan.pdf")}
    assert "Files could not be kept." in client.post(FORM, data=data, headers=HERE).text
    end_session(client)
    data = {"name": "Food safety", "file": (BytesIO(b"scan"), "scan.pdf")}
    assert "Files could not be kept." in client.post(FORM, data=data, headers=HERE).text


def test_a_form_too_long_to_carry_says_what_to_do(client: FlaskClient, boss: User) -> None:
    end_session(client)
    response = send(client, name="x" * (KEPT_CHARACTERS + 1))
    assert response.status_code == 401
    assert "copy it, then sign in" in response.text


def test_the_once_key_of_a_form_stays_the_same(client: FlaskClient, boss: User) -> None:
    page = send(client, name="Food safety", once="key-of-the-form").text
    assert hidden_on(page)["once"] == "key-of-the-form"
    assert "<dd>key-of-the-form</dd>" not in page


def test_a_field_with_several_values_keeps_them_all_in_order(
    client: FlaskClient, tokens: None, view: Callable[[Callable[[], Any]], str]
) -> None:
    address = view(lambda: request.form.getlist("causes"))
    response = client.post(address, data={"causes": ["staff", "delay"]}, headers=HERE)
    assert response.text.count('name="causes"') == 2
    assert response.text.index('value="staff"') < response.text.index('value="delay"')


def unpack_on(client: FlaskClient, page: str) -> Kept:
    with client.application.test_request_context():
        kept = unpack(hidden_on(page)["kept"])
    assert kept is not None
    return kept


FIELDS = st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=5).map(tuple)


@given(fields=FIELDS, files_lost=st.booleans(), person_id=st.none() | st.integers(1, 99))
def test_what_is_packed_is_what_is_unpacked(
    app: Flask, fields: Any, files_lost: bool, person_id: int | None
) -> None:
    kept = Kept(path="/cases/log?kind=complaint", fields=fields, files_lost=files_lost, person_id=person_id)
    with app.test_request_context():
        packed = pack(kept)
        assert packed is not None
        assert unpack(packed) == kept


def test_a_packed_form_that_was_changed_or_is_too_old_is_nothing(app: Flask) -> None:
    with app.test_request_context():
        packed = pack(Kept(path="/account", fields=(("a", "b"),)))
        assert packed is not None
        assert unpack(packed[:-2] + "xx") is None
        assert unpack("") is None
        with time_machine.travel(clock.now() + timedelta(hours=3)):
            assert unpack(packed) is None


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "https://localhost"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Referer": "http://localhost/cases/log"}, True),
        ({"Referer": "http://evil.example/http://localhost/"}, False),
        ({}, False),
    ],
)
def test_a_request_is_ours_when_the_browser_says_so(app: Flask, headers: dict[str, str], ours: bool) -> None:
    with app.test_request_context(headers=headers):
        assert is_same_origin(request) is ours


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("name", "Name"),
        ("what_happened", "What happened"),
        ("issues-0-summary", "Issues 1 summary"),
        ("received.at", "Received at"),
    ],
)
def test_fields_are_labelled_in_words(name: str, label: str) -> None:
    assert label_of(name) == label


@pytest.mark.parametrize("name", ["password", "new_password", "Password2", "csrf_token", "form-csrf_token"])
def test_secret_fields_are_known_by_their_names(name: str) -> None:
    assert is_secret(name)
