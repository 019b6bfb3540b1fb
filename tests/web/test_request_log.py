"""One line for each request, with a number of our own, and nothing that people typed."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.accounts.people import make_person, sign_in


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


def test_a_request_leaves_one_line(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    dana = make_person()
    sign_in(client, dana)
    capsys.readouterr()
    response = client.get("/account?q=private+words")
    (line,) = [line for line in lines(capsys) if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/account", 200)
    assert line["user_id"] == dana.id
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["ms"] >= 0


def test_nothing_typed_is_in_the_log(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    sign_in(client, make_person(), "a mistyped secret")
    client.get("/sign-in?next=/private-words")
    written = capsys.readouterr()
    assert "a mistyped secret" not in written.out + written.err
    assert "private-words" not in written.out + written.err


def test_the_number_of_a_request_comes_from_nobody_else(client: FlaskClient) -> None:
    first = client.get("/healthz", headers={"X-Request-ID": "chosen"}).headers["X-Request-ID"]
    second = client.get("/healthz").headers["X-Request-ID"]
    assert first != "chosen"
    assert first != second
