"""For machines that watch: health, readiness, metrics, and the doctor."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from casework.core import clock
from casework.core.db import transaction
from casework.core.heartbeat import beat
from casework.core.queue import NoBroker
from casework.web import doctor, health


class Broker:
    """Stands in for the server behind REDIS_URL: it answers, and knows which keys are set."""

    def __init__(self) -> None:
        self.keys: set[str] = set()

    def ping(self) -> bool:
        return True

    def set(self, key: str, _value: object, *, nx: bool, ex: int) -> bool:
        fresh = key not in self.keys
        self.keys.add(key)
        return fresh


@pytest.fixture
def broker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """A broker is set, and answers."""
    stand_in = Broker()
    with_broker = replace(app.extensions["settings"], redis_url="redis://127.0.0.1:1/0")
    monkeypatch.setitem(app.extensions, "settings", with_broker)
    monkeypatch.setattr(health, "broker", lambda settings: stand_in)
    return stand_in


@pytest.fixture
def asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The tasks asked for during the test."""
    publisher = NoBroker()
    monkeypatch.setitem(app.extensions, "publisher", publisher)
    return publisher.asked


def leave_sign(name: str, seconds_ago: int) -> None:
    with transaction():
        beat(name, clock.now() - timedelta(seconds=seconds_ago))


def test_the_process_is_up(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"ok": True}


def test_without_a_broker_nothing_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["checks"]["database"] == "ok"
    assert "No broker is set." in response.get_json()["checks"]["broker"]


def test_with_database_and_broker_it_is_ready(client: FlaskClient, broker: Broker) -> None:
    assert client.get("/readyz").status_code == 200


def test_a_broker_that_is_away_is_not_ready(
    client: FlaskClient, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise redis.ConnectionError("refused")

    monkeypatch.setattr(broker, "ping", away)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "The broker does not answer." in response.get_json()["checks"]["broker"]


@pytest.mark.parametrize(("seconds_ago", "status"), [(5, 200), (80, 200), (100, 503)])
def test_the_worker_is_there_while_its_sign_of_life_is_fresh(
    client: FlaskClient, broker: Broker, asked: list[Any], seconds_ago: int, status: int
) -> None:
    leave_sign("worker", seconds_ago)
    assert client.get("/readyz?worker=1").status_code == status


def test_a_silent_worker_is_asked_for_a_sign_but_not_over_and_over(
    client: FlaskClient, broker: Broker, asked: list[Any]
) -> None:
    for _ in range(3):
        assert client.get("/readyz?worker=1").status_code == 503
    assert asked == [("system.ping", ())]
    leave_sign("worker", 0)
    assert client.get("/readyz?worker=1").status_code == 200


def test_the_sign_of_an_earlier_worker_does_not_count_for_a_new_one(
    client: FlaskClient, broker: Broker, asked: list[Any]
) -> None:
    started = clock.now().timestamp()
    leave_sign("worker", 20)
    assert client.get("/readyz?worker=1").status_code == 200
    assert client.get(f"/readyz?worker=1&since={started}").status_code == 503
    leave_sign("worker", -1)
    assert client.get(f"/readyz?worker=1&since={started}").status_code == 200


def test_metrics_count_requests_by_page(client: FlaskClient) -> None:
    client.get("/sign-in")
    counted = client.get("/metrics").text
    assert 'casework_requests_total{endpoint="accounts.sign_in",method="GET",status="2xx"}' in counted
    assert 'casework_request_seconds_count{endpoint="accounts.sign_in"}' in counted


@pytest.mark.parametrize(
    "request_from",
    [
        {"environ_overrides": {"REMOTE_ADDR": "203.0.113.9"}},
        {"headers": {"X-Forwarded-For": "203.0.113.9"}},
    ],
)
def test_metrics_are_not_for_everybody(client: FlaskClient, request_from: dict[str, Any]) -> None:
    assert client.get("/metrics", **request_from).status_code == 403


def examine(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["doctor", *words])


def test_the_doctor_says_of_each_thing_whether_it_is_in_order(
    app: Flask, db_session: Any, broker: Broker
) -> None:
    leave_sign("worker", 1)
    leave_sign("scheduler", 1)
    result = examine(app, "--json")
    found = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    for name in ("database", "migrations", "broker", "worker", "scheduler", "mail", "disk"):
        assert found[name]["ok"], found[name]
        assert found[name]["sentence"].endswith(".")


def test_the_doctor_says_what_to_do_and_fails(app: Flask, db_session: Any) -> None:
    result = examine(app)
    assert result.exit_code != 0
    assert "make run" in result.stdout
    assert result.stderr.startswith("Something does not run")


def test_a_check_that_fails_itself_does_not_stop_the_others(
    app: Flask, db_session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_moon() -> doctor.Check:
        raise ZeroDivisionError

    def check_sun() -> doctor.Check:
        return doctor.Check("sun", True, "It shines.")

    monkeypatch.setattr(doctor, "checks", [check_moon, check_sun])
    result = examine(app, "--json")
    assert [(check["name"], check["ok"]) for check in json.loads(result.stdout)["checks"]] == [
        ("moon", False),
        ("sun", True),
    ]
    assert result.exit_code == 1


def test_a_mail_server_that_does_not_answer_is_named(app: Flask, db_session: Any) -> None:
    nowhere = replace(app.extensions["settings"], smtp_url="smtp://127.0.0.1:9")
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(app.extensions, "settings", nowhere)
        check = doctor.check_mail()
    assert not check.ok
    assert "SMTP_URL" in check.sentence
