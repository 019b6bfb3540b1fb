"""`opportunities find` and `opportunities list`, and the tasks' names."""

import json

from flask import Flask

from casework.core.queue import queue_of
from tests.cast import Cast
from tests.improvement.builders import log_many, make_opportunity


def test_find_says_what_a_run_came_to(app: Flask, cast: Cast) -> None:
    log_many(cast, 21, category=cast.no_call_back, ago=100, late=False, start=1000)
    log_many(cast, 21, category=cast.not_inspected, ago=90, late=True)
    ran = app.test_cli_runner().invoke(args=["opportunities", "find", "--json"])
    found = json.loads(ran.output)
    assert (ran.exit_code, found["new"], found["standing"]) == (0, 1, 1)
    assert "0 new, 1 updated" in app.test_cli_runner().invoke(args=["opportunities", "find"]).output


def test_list_shows_what_stands_with_evidence_and_arithmetic(app: Flask, cast: Cast) -> None:
    cases = [cast.log()]
    low = make_opportunity(cast, cases, rank=1.0)
    high = make_opportunity(cast, cases, rank=9.0)
    make_opportunity(cast, cases, state="dismissed")
    make_opportunity(cast, cases, stands=False)
    listed = json.loads(app.test_cli_runner().invoke(args=["opportunities", "list", "--json"]).output)
    assert [one["id"] for one in listed] == [high.id, low.id]
    assert listed[0]["evidence_n"] == 1
    assert listed[0]["arithmetic"][0]["value"] == "41 of 96 = 42.7 %"
    assert "41 of 96" in app.test_cli_runner().invoke(args=["opportunities", "list"]).output


def test_an_empty_list_says_what_to_do(app: Flask, cast: Cast) -> None:
    assert "flask opportunities find" in app.test_cli_runner().invoke(args=["opportunities", "list"]).output


def test_its_tasks_have_a_queue() -> None:
    assert {queue_of(f"improvement.{name}") for name in ("find", "tell", "sweep")} == {"figures"}
