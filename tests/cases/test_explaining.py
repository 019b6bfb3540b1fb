"""Every due date explains itself: on the case's page, on a page of its own, and on the command line."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from casework.cases.clockwork import What
from casework.cases.models import Case
from casework.cases.services import change_access
from casework.cases.services.clocks import explain_clocks, note, point_key, sweep_clocks
from casework.catalogue.models import Standard
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]


def long_story(cast: Cast) -> Case:
    """Paused by Dana, answered, extended by Toni, warned of; under two codes at once."""
    with transaction():
        row = {"promise": "respond", "limit": 60, "unit": "working_day", "number": 2}
        db.session.add(Standard(code="long", name="The long code", source="Some Act, s. 9", **row))
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    cast.move(case, "customer_answers", now=NOW + days(1), answer="Monday.")
    cast.give(case, cast.toni, now=NOW + days(1))
    cast.move(
        case,
        "extend",
        by=cast.toni,
        now=NOW + days(2),
        reason="The laboratory.",
        new_date="2027-01-05",
        message="x",
    )
    with transaction():
        clock = next(c for c in case.clocks if c.name.startswith("Answer within 20"))
        once = point_key(clock.number, "2 before", clock.due_at)
        note(case, What.WARNED, NOW + days(3), clocks=[clock], once=once)
    return case


def test_pauses_extensions_and_warnings_say_when_why_and_for_staff_who(cast: Cast) -> None:
    case = long_story(cast)
    names = {cast.dana.id: "Dana Marsh", cast.toni.id: "Toni Brandt"}
    told = {e.clock.name: e for e in explain_clocks(case, now=NOW + days(3), names=names)}
    answer = told["Answer within 20 working days"]
    assert [(one.at, one.until, one.by) for one in answer.pauses] == [(NOW, NOW + days(1), "Dana Marsh")]
    assert [(one.why, one.by) for one in answer.extensions] == [("The laboratory.", "Toni Brandt")]
    assert ("Passed", "2 working days before the due date, on Thu 26 Nov 2026 09:00") in answer.lines
    assert ("By", "extended on Wed 25 Nov 2026 09:00 by Toni Brandt") in answer.lines
    nameless = explain_clocks(case, now=NOW + days(3))
    assert not any("Dana" in str(e) or "Toni" in str(e) for e in nameless), "a customer reads no name"


def test_a_point_that_was_told_to_nobody_is_said_to_have_been_passed(cast: Cast) -> None:
    no_standards()
    make_standard("five", limit=5, unit="calendar_day")
    case = cast.log(received_at=NOW - days(60))
    sweep_clocks(NOW)
    (clock,) = explain_clocks(case, now=NOW)
    # What was overdue for more than a week when it was first met is nobody's news.
    assert ("Passed", "the due date, on Tue 29 Sep 2026 24:00") in clock.lines
    assert "told" not in str(clock.lines)


@time_machine.travel(NOW + days(3))
def test_its_page_shows_every_clock_every_day_left_out_and_which_code_it_comes_from(
    cast: Cast, client: FlaskClient
) -> None:
    case = long_story(cast)
    sign_in(client, cast.amara)
    assert f"/cases/{case.reference}/clocks" in client.get(f"/cases/{case.reference}").text
    page = unescape(client.get(f"/cases/{case.reference}/clocks").text)
    for words in (
        "Acknowledge within 3 working days",
        "The long code",
        "long, version 2, Some Act, s. 9",
        "Dana Marsh",
        "Toni Brandt",
        "The laboratory.",
        "Thu 26 Nov 2026",
        "Thanksgiving Day",
        "Fri 1 Jan 2027",
        "New Year's Day",
        "We will answer you by",
    ):
        assert words in page, words
    # Sixty working days from Monday 23 November, every weekend of them by its days.
    long = next(e for e in explain_clocks(case, now=NOW) if e.clock.name == "The long code")
    assert len(long.skipped) > 8
    assert all(day in page for day, _ in long.days_left_out)


@time_machine.travel(NOW + days(3))
def test_the_case_page_asks_no_more_for_the_names(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    case = long_story(cast)
    cast.give(case, cast.pat, now=NOW + days(3))
    sign_in(client, cast.amara)
    db.session.expire_all()
    with count_queries() as queries:
        page = client.get(f"/cases/{case.reference}").text
    assert "by Dana Marsh" in page
    assert len(queries) <= 12, queries.statements


def test_clocks_explain_says_the_same_and_json_has_it_in_fields(app: Flask, cast: Cast) -> None:
    case = long_story(cast)
    run = app.test_cli_runner()
    said = run.invoke(args=["clocks", "explain", case.reference]).output
    for words in (
        "Standard: long, version 2, Some Act, s. 9",
        "Started: Mon 23 Nov 2026 09:00, when it was received",
        "Skipped: Thu 26 Nov 2026, Thanksgiving Day",
        "Extended: by 13 calendar days",
        "By: paused on Mon 23 Nov 2026 09:00 by Dana Marsh",
        "Result: done on Mon 23 Nov 2026 09:00, in time",
    ):
        assert words in said, said
    found = json.loads(run.invoke(args=["clocks", "explain", case.reference, "--json"]).output)["clocks"]
    answer: dict[str, Any] = next(one for one in found if one["standard_code"] == "respond")
    assert answer["pauses"] == [
        {
            "at": "2026-11-23T09:00:00-06:00",
            "until": "2026-11-24T09:00:00-06:00",
            "reason": "waiting for the customer",
            "by": "Dana Marsh",
        }
    ]
    assert [one["by"] for one in answer["extensions"]] == ["Toni Brandt"]
    assert (answer["start_event"], len(answer["warnings"])) == ("received", 1)
    assert answer["result"] in ("running", "late")


def test_whoever_is_named_in_it_does_not_meet_the_page(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    with transaction():
        change_access(case, restricted=False, named=[cast.sol.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.sol)
    assert client.get(f"/cases/{case.reference}/clocks").status_code == 404
