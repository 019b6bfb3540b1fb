"""The pages about cases: what they say, and how little they ask of the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from casework.cases.services import NewIssue
from casework.core.db import db
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
