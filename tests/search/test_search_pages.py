"""The page of the search and the part with look-alikes: what they show, how little they ask, and bad input."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from casework.cases.services import NewIssue
from casework.core.db import db, transaction
from casework.search import routes
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]
SCRIPT = "<script>alert(1)</script>"

ODD = (
    "kitchen " * 1_300, "x" * 10_000, "%", "_", "'", '"', '"kitchen', "'; DROP TABLE cases; --", "(((", ")(", "[a]",
    "* : ^ AND OR NOT NEAR -", "NEAR(kitchen, 2)", "title:kitchen", "{title} : kitchen", "^kitchen", "kitchen:*",
    "kitchen & !mold | (", "kitchen <-> mold", "\\", "-only", "-", '-"', "😀", "kitchen 😀", "kit\x00chen", "\x00",
    "\u202ekitchen", "مطبخ", "ﷺ" * 50, "a*", "*", "ª º ² ٣ ⅷ", "İI ſ ß",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/search?q", "/search/alike?narrative", "/search/alike?issues-0-summary"])
def test_whatever_is_typed_is_answered_with_a_page(client: FlaskClient, cast: Cast, path: str) -> None:
    cast.log()
    sign_in(client, cast.dana)
    base, _, name = path.partition("?")
    answers = {typed[:20]: client.get(base, query_string={name: typed}) for typed in ODD}
    assert {typed: page.status_code for typed, page in answers.items()} == dict.fromkeys(answers, 200)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("-only", "Say also what to look for"),
        ("😀", "There is no word and no number"),
        ("%_*", "There is no word and no number"),
        ("kitchen " * 20 + "a b c d e f g h i j k l m n o p q", "more than is looked for"),
        ("nothing-like-this", "Nothing found for"),
        ("", "Type in the box above"),
    ],
)
def test_the_page_says_what_became_of_what_was_typed(
    client: FlaskClient, cast: Cast, typed: str, says: str
) -> None:
    sign_in(client, cast.dana)
    assert says in client.get("/search", query_string={"q": typed}).text


@pytest.mark.parametrize(
    "part",
    ["kind=x", "state=x", "team=x", "team=9" + "9" * 20, "service=-1", "severity=٣", "from=x", "to=0001-01-01",
     "place=x", "after=x"],
)  # fmt: skip
def test_a_filter_that_was_not_offered_is_refused_with_a_sentence(
    client: FlaskClient, cast: Cast, part: str
) -> None:
    sign_in(client, cast.dana)
    page = client.get(f"/search?q=kitchen&{part}")
    assert page.status_code == 400
    assert "is not usable" in page.text or "not complete" in page.text


def test_an_exact_reference_opens_its_case_at_once(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    for typed in (case.reference, f" {case.reference} ", case.reference.replace("-0000", "-")):
        assert client.get("/search", query_string={"q": typed}).location == f"/cases/{case.reference}"


def test_hits_show_their_words_marked_and_nothing_typed_becomes_html(client: FlaskClient, cast: Cast) -> None:
    story = f"{SCRIPT} in the kitchen"
    cast.log(narrative=story, issues=(NewIssue(summary=f"Kitchen {SCRIPT}"),))
    sign_in(client, cast.dana)
    page = client.get("/search", query_string={"q": f"kitchen alert {SCRIPT}"}).text
    assert SCRIPT not in page
    assert "<mark>alert</mark>" in page
    assert "in the <mark>kitchen</mark>" in page
    alike = client.get("/search/alike", query_string={"narrative": "kitchen alert script"}).text
    assert SCRIPT not in alike
    assert "shared words: " in alike


def test_filters_are_chips_that_can_be_taken_off(client: FlaskClient, cast: Cast) -> None:
    cast.log()
    sign_in(client, cast.dana)
    page = client.get(
        f"/search?q=kitchen&kind=complaint&team={cast.health.id}&from=2026-01-01&place=title"
    ).text
    assert page.count('class="chip"') == 4
    assert "q=kitchen&amp;kind=complaint&amp;from=2026-01-01&amp;place=title" in page, (
        "the address without the team"
    )
    assert "<mark>Kitchen</mark>" in page


def test_a_merged_duplicate_is_found_and_says_where_it_went(client: FlaskClient, cast: Cast) -> None:
    kept, merged = cast.log(narrative="Kept"), cast.log(narrative="Moldy twice")
    with transaction():
        merged.duplicate_of_id = kept.id
    sign_in(client, cast.dana)
    assert f"Merged into {kept.reference}" in client.get("/search?q=moldy").text


def test_more_leads_to_the_next_page(client: FlaskClient, cast: Cast) -> None:
    for number in range(22):
        cast.log(narrative=f"Tap {number}", received_at=NOW - days(number))
    sign_in(client, cast.dana)
    page = client.get("/search?q=tap").text
    assert "22 cases match, best first" in page
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert client.get(following).text.count(" data-open>") == 2


def test_it_asks_the_same_however_many_are_found(
    client: FlaskClient, cast: Cast, count_queries: Counting
) -> None:
    sign_in(client, cast.dana)
    for path in (
        "/search?q=0142",
        "/search/alike?narrative=nobody+came+to+inspect+the+kitchen&customer_id=1",
    ):
        asked = []
        for cases in (1, 8):
            for number in range(cases):
                cast.log(received_at=NOW - days(number))
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 12, path


def test_cases_alike_say_why_the_same_customer_first(client: FlaskClient, cast: Cast) -> None:
    from casework.customers.services import Contact

    other = Contact(name="Ana Reyes", email="ana@customer.example")
    mine = cast.log(narrative="A broken lift", issues=())
    near = cast.log(narrative="The kitchen inspection was cancelled", issues=(), contact=other)
    cast.log(narrative="Kitchen paint", issues=(), contact=other)
    sign_in(client, cast.dana)
    given = {"narrative": "Nobody inspected my kitchen, cancelled", "customer_id": mine.customer_id}
    page = client.get("/search/alike", query_string=given).text
    assert page.index("A broken lift") < page.index("The kitchen inspection")
    assert "same customer" in page
    assert "3 shared words" in page
    assert "paint" not in page, "one shared word is no likeness"
    given["besides"] = near.reference
    assert "The kitchen inspection" not in client.get("/search/alike", query_string=given).text


@pytest.mark.postgres
def test_a_search_that_takes_too_long_is_stopped_with_a_sentence(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_args: object, **_more: object) -> None:
        db.session.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr(routes, "MOST_MILLISECONDS", 20)
    monkeypatch.setattr(routes, "found", forever)
    sign_in(client, cast.dana)
    page = client.get("/search?q=kitchen")
    assert page.status_code == 200
    assert "took too long" in page.text


def test_another_trouble_of_the_database_is_not_called_slow(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(routes, "found", broken)
    sign_in(client, cast.dana)
    assert "took too long" not in client.get("/search?q=kitchen").text
