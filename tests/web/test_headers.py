"""Headers of every answer, and the cookie."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.accounts.roles import Role
from tests.accounts.people import make_person, sign_in
from tests.conftest import make_settings


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/healthz", "/static/icons.svg"])
def test_nothing_from_elsewhere_runs_or_frames_any_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_are_kept_nowhere_and_files_with_a_hash_for_ever(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "immutable" in client.get("/static/icons.svg?v=abc").headers["Cache-Control"]
    assert "immutable" not in client.get("/static/icons.svg").headers["Cache-Control"]
    assert client.get("/static/nothing.css?v=abc").headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_the_browser_alone(client: FlaskClient) -> None:
    cookie = sign_in(client, make_person()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_two_installations_on_one_machine_have_cookies_of_their_own(tmp_path: Any) -> None:
    from app import create_app

    url = f"sqlite:///{tmp_path}/a.db"
    one = create_app(make_settings(url, tmp_path, secret_key="a" * 32))
    two = create_app(make_settings(url, tmp_path, secret_key="b" * 32))
    assert one.config["SESSION_COOKIE_NAME"] != two.config["SESSION_COOKIE_NAME"]


@pytest.fixture
def production(fresh_database: str, tmp_path: Any) -> Flask:
    from app import create_app

    return create_app(make_settings(fresh_database, tmp_path, environment="production", trusted_proxies=1))


def test_production_insists_on_https(production: Flask) -> None:
    production.config["WTF_CSRF_ENABLED"] = True
    client = production.test_client()
    answer = client.get("/sign-in", headers={"X-Forwarded-Proto": "https"}, base_url="http://casework.gov")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-casework=")
    assert "Secure" in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]


def test_only_trusted_proxies_say_where_somebody_comes_from(client: FlaskClient, db_session: Any) -> None:
    from casework.accounts.models import SignIn

    dana = make_person(Role.FRONTLINE)
    data = {"email": dana.email, "password": "correct horse battery"}
    client.post("/sign-in", data=data, headers={"X-Forwarded-For": "203.0.113.9"})
    assert db_session.query(SignIn).one().address == "127.0.0.1"


def test_outside_production_nothing_is_said_about_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
