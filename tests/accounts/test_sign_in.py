"""Signing in over the web: sessions, guessing, and where one goes then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.accounts import services
from casework.accounts.models import SignIn, SignInAttempt
from casework.accounts.roles import Role
from casework.core.db import transaction
from tests.accounts.people import BY_NOBODY, is_signed_in, make_person, sign_in

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The time of day, which stands still until a test moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def cookie_of(client: FlaskClient) -> tuple[str, str]:
    name = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return name, cookie.value


def fail(client: FlaskClient, email: str, times: int = 1) -> Any:
    for _ in range(times):
        response = sign_in(client, email, "not the password")
    return response


def test_the_right_password_signs_in_and_signing_out_ends_it(client: FlaskClient, db_session: Any) -> None:
    dana = make_person()
    response = sign_in(client, dana)
    assert (response.status_code, response.location) == (302, "/")
    assert is_signed_in(client)
    assert client.post("/sign-out").location == "/sign-in"
    assert not is_signed_in(client)
    assert db_session.scalar(select(func.count()).where(SignIn.ended_at.is_(None))) == 0


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(client: FlaskClient) -> None:
    sign_in(client, make_person())
    name, stolen = cookie_of(client)
    client.post("/sign-out")
    client.set_cookie(name, stolen)
    assert not is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(client: FlaskClient) -> None:
    dana = make_person()
    known, unknown = fail(client, dana.email), fail(client, "nobody@lakeford.example")
    assert known.status_code == unknown.status_code == 401
    sentence = "The e-mail address or the password is not right."
    assert sentence in known.text
    assert sentence in unknown.text


def test_an_unknown_address_takes_the_work_of_a_known_one(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = make_person()
    asked: list[str | None] = []
    real = services.is_password

    def noted(password: str, password_hash: str | None) -> bool:
        asked.append(password_hash)
        return real(password, password_hash)

    monkeypatch.setattr(services, "is_password", noted)
    fail(client, "nobody@lakeford.example")
    fail(client, dana.email)
    assert asked == [None, dana.password_hash]


def test_five_failures_shut_the_door_even_for_the_right_password(client: FlaskClient, clock: Any) -> None:
    dana = make_person()
    fail(client, dana.email, 5)
    clock.shift(timedelta(minutes=3))
    response = sign_in(client, dana)
    assert "Try again in 12 minutes." in response.text
    assert not is_signed_in(client)
    clock.shift(timedelta(minutes=12))
    assert sign_in(client, dana).status_code == 302


def test_trying_at_a_shut_door_does_not_keep_it_shut(client: FlaskClient, clock: Any) -> None:
    dana = make_person()
    fail(client, dana.email, 5)
    clock.shift(timedelta(minutes=14))
    fail(client, dana.email, 5)
    clock.shift(timedelta(minutes=1))
    assert sign_in(client, dana).status_code == 302


def test_signing_in_ends_the_count_of_the_address_but_not_of_the_network(
    client: FlaskClient, clock: Any, db_session: Any
) -> None:
    dana = make_person()
    fail(client, dana.email, 4)
    clock.shift(timedelta(seconds=1))
    sign_in(client, dana)
    client.post("/sign-out")
    clock.shift(timedelta(seconds=1))
    fail(client, dana.email, 4)
    assert sign_in(client, dana).status_code == 302
    assert db_session.scalar(select(func.count()).select_from(SignInAttempt)) == 8


def test_twenty_failures_from_one_network_shut_the_door_for_every_address(
    client: FlaskClient, clock: Any
) -> None:
    dana = make_person()
    for n in range(20):
        fail(client, f"guess{n}@lakeford.example")
    assert "Try again in 15 minutes." in sign_in(client, dana).text
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.7"}}
    response = client.post(
        "/sign-in", data={"email": dana.email, "password": "correct horse battery"}, **elsewhere
    )
    assert response.status_code == 302


def test_every_sign_in_has_a_new_token_and_leaves_the_old_browser_session_behind(client: FlaskClient) -> None:
    dana = make_person()
    with client.session_transaction() as session:
        session["_user_id"] = "planted"
        session["left"] = "behind"
    sign_in(client, dana)
    with client.session_transaction() as session:
        first = session["_user_id"]
        assert first != "planted"
        assert "left" not in session
    client.post("/sign-out")
    sign_in(client, dana)
    with client.session_transaction() as session:
        assert session["_user_id"] != first


def test_a_session_ends_after_an_hour_without_its_owner(client: FlaskClient, clock: Any) -> None:
    sign_in(client, make_person())
    for _ in range(3):
        clock.shift(timedelta(minutes=54))
        assert is_signed_in(client)
    clock.shift(timedelta(minutes=60))
    assert not is_signed_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(client: FlaskClient, clock: Any) -> None:
    sign_in(client, make_person())
    for _ in range(23):
        clock.shift(timedelta(minutes=30))
        assert is_signed_in(client)
    clock.shift(timedelta(minutes=30))
    assert not is_signed_in(client)


def test_being_seen_is_written_at_most_every_five_minutes(
    client: FlaskClient, clock: Any, db_session: Any
) -> None:
    sign_in(client, make_person())
    seen = []
    for _ in range(4):
        clock.shift(timedelta(minutes=2))
        client.get("/account")
        db_session.expire_all()
        seen.append(db_session.scalar(select(SignIn.seen_at)) - MONDAY)
    assert [at // timedelta(minutes=1) for at in seen] == [0, 0, 6, 6]


def test_a_deactivated_person_is_out_at_once_and_stays_out(client: FlaskClient) -> None:
    dana = make_person()
    sign_in(client, dana)
    with transaction():
        services.deactivate_person(dana, by=BY_NOBODY)
    assert not is_signed_in(client)
    assert sign_in(client, dana).status_code == 401


def test_production_lets_nobody_in_with_the_demo_password(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = make_person(password=services.DEMO_PASSWORD)
    production = replace(app.extensions["settings"], environment="production")
    monkeypatch.setitem(app.extensions, "settings", production)
    response = sign_in(client, dana, services.DEMO_PASSWORD)
    assert "The demo password opens nothing here." in response.text
    assert not is_signed_in(client)
    assert "Demo sign-ins" not in client.get("/sign-in").text


def test_the_demo_shows_its_people_while_they_have_its_password(client: FlaskClient) -> None:
    dana = make_person(Role.FRONTLINE, password=services.DEMO_PASSWORD)
    sol = make_person(Role.MANAGER)
    page = client.get("/sign-in").text
    assert dana.email in page
    assert sol.email not in page
    assert services.DEMO_PASSWORD in page


@pytest.mark.parametrize(
    ("asked", "gone"), [("/account", "/account"), ("//evil.example/", "/"), ("https://evil.example", "/")]
)
def test_after_signing_in_one_goes_where_one_was_going_and_never_elsewhere(
    client: FlaskClient, asked: str, gone: str
) -> None:
    assert sign_in(client, make_person(), next=asked).location == gone


def test_the_page_asked_for_survives_signing_in(client: FlaskClient) -> None:
    response = client.get("/account?tab=sessions")
    assert response.location == "/sign-in?next=/account?tab%3Dsessions"
    assert 'value="/account?tab=sessions"' in client.get(response.location).text


def test_an_empty_form_says_what_is_missing_and_is_no_failure(client: FlaskClient, db_session: Any) -> None:
    response = client.post("/sign-in", data={"email": "", "password": ""})
    assert response.status_code == 400
    assert "Write your e-mail address." in response.text
    assert db_session.scalar(select(func.count()).select_from(SignInAttempt)) == 0


def test_a_password_is_never_written_back_into_the_page(client: FlaskClient) -> None:
    page = sign_in(client, make_person(), "a mistyped secret").text
    assert "a mistyped secret" not in page


def test_old_failures_are_cleared_away(client: FlaskClient, clock: Any, db_session: Any) -> None:
    fail(client, "nobody@lakeford.example", 3)
    clock.shift(timedelta(days=2))
    fail(client, "nobody@lakeford.example")
    assert db_session.scalar(select(func.count()).select_from(SignInAttempt)) == 1
