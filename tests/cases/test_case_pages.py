"""The pages about cases: what they say, and how little they ask of the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from casework.cases.models import Finding
from casework.cases.services import Decision, NewIssue, change_access, decide_issue
from casework.cases.services.links import LinkAs, link_cases
from casework.communications.services import write_note
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]
MOST_QUERIES = 12


def test_the_queue_asks_the_same_however_long_it_is(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    sign_in(client, cast.amara)
    asked = []
    for cases in (1, 12):
        for number in range(cases):
            cast.log(received_at=NOW - days(number))
        with count_queries() as queries:
            assert client.get("/cases/?view=open").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST_QUERIES


def test_the_case_page_asks_little_however_much_happened(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    sign_in(client, cast.amara)
    points = tuple(NewIssue(summary=f"Point {n}", category_id=cast.not_inspected.id) for n in range(6))
    case = cast.investigated(issues=points)
    cast.log()
    cast.move(case, "ask_customer", message="Which day?")
    with count_queries() as queries:
        page = client.get(f"/cases/{case.reference}")
    assert page.status_code == 200
    assert len(queries) <= MOST_QUERIES, queries.statements


def test_a_rich_case_asks_no_more_than_that(cast: Cast, client: FlaskClient, count_queries: Counting) -> None:
    """With files, promises, links, an answer that waits, a representative, notes and an earlier case."""
    sign_in(client, cast.amara)
    case, other = cast.investigated(), cast.log()
    cast.promise(case)
    cast.attach(case)
    with transaction():
        write_note(case, "@Toni Brandt has the log.", author=cast.amara, now=NOW)
        case.representative, case.adjustments, case.tags = other.customer, "Interpreter: Spanish", ["kitchen"]
        link_cases(case, other.reference, LinkAs.SAME_SUBJECT, actor=cast.amara, now=NOW)
        cast.dana.answers_checked = True
        cause = cast.not_rebooked.id
        decide_issue(case, 1, Decision(finding=Finding.UPHELD, cause_id=cause), actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="You were right.")
    assert (case.open_actions, case.file_count, case.link_count, case.awaiting_approval) == (1, 1, 1, True)
    with count_queries() as queries:
        page = client.get(f"/cases/{case.reference}")
    assert page.status_code == 200
    for words in ("Inspect Corner Bistro", other.reference, "Interpreter: Spanish", "Represented by"):
        assert words in page.text
    assert len(queries) <= MOST_QUERIES, queries.statements


def test_earlier_cases_of_the_customer_come_after_the_page_and_only_those_one_may_see(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    case, before, hidden = cast.log(), cast.log(), cast.log()
    with transaction():
        change_access(hidden, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    assert before.reference not in client.get(f"/cases/{case.reference}").text
    for headers in ({}, {"HX-Request": "true"}):
        part = client.get(f"/cases/{case.reference}/earlier", headers=headers).text
        assert before.reference in part
        assert hidden.reference not in part


def test_a_case_answers_what_where_when_and_what_now(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.investigated()
    page = client.get(f"/cases/{case.reference}").text
    for words in ("Kitchen not inspected", "Investigating", "Answer within 20 working days", "Why this date"):
        assert words in page
    assert "Propose a remedy" in page
    assert "Issue 1 needs a finding and a cause" in page, "what is missing is said where the move is refused"


def test_ten_cases_are_given_in_one_go_and_those_that_may_not_be_are_named(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    free, taken = cast.log(), cast.log()
    cast.give(taken, cast.toni)
    answer = client.post(
        "/cases/assign",
        data={
            "case": [free.reference, taken.reference],
            "handler_id": cast.dana.id,
            "back": "https://elsewhere.example/",
        },
        follow_redirects=True,
    )
    db.session.expire_all()
    assert free.handler == cast.dana
    assert taken.handler == cast.toni
    assert f"{taken.reference}: You may take a case that nobody has" in answer.text
    assert answer.request.path == "/cases/"
