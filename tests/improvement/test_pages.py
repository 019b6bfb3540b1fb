"""The pages: who may use them, the whole loop by forms, few queries, and what the public sees."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.cases.models import CasePerson, Relation
from casework.communications.models import Communication, Purpose
from casework.core.db import db, transaction
from casework.improvement import services
from casework.improvement.models import ImprovementAction, State
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.improvement.builders import (
    WORDS,
    acted_on,
    approve,
    customer,
    done,
    make_opportunity,
    published,
    state_of,
)

Counting = Callable[[], AbstractContextManager[Any]]
MOST_QUERIES = 12
EFFECT = {
    "state": "improved",
    "heading": "Improved",
    "measure": "late answers",
    "unit": "%",
    "grain": "week",
    "needed": 0,
    "before": 43.1,
    "after": 14.2,
    "before_n": 160,
    "after_n": 110,
}


def value(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


def pages(action: ImprovementAction) -> dict[str, str]:
    base, one = f"/improvement/{action.opportunity_id}", f"/improvement/actions/{action.id}"
    return {
        "list": "/improvement/",
        "opportunity": base,
        "cases": f"{base}/cases",
        "accept": f"{base}/accept",
        "dismiss": f"{base}/dismiss",
        "merge": f"{base}/merge",
        "new action": f"{base}/actions/new",
        "done": f"{one}/done",
        "tell": f"{one}/tell",
        "publish": f"{one}/publish",
    }


READ = ("list", "opportunity", "cases")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("dana", READ),
        ("amara", READ),
        ("sol", (*READ, "accept", "dismiss", "merge", "new action", "done", "tell", "publish")),
        ("wen", ()),
    ],
)
def test_who_may_open_which_page(client: FlaskClient, cast: Cast, who: str, may: tuple[str, ...]) -> None:
    addresses = pages(done(cast, [cast.log()]))
    sign_in(client, getattr(cast, who))
    opened = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    assert opened == set(may)


@pytest.mark.parametrize("post", ["step", "people", "withdraw"])
@pytest.mark.parametrize(("who", "status"), [("dana", 403), ("amara", 403), ("sol", 302), ("wen", 403)])
def test_who_may_press_which_button(
    client: FlaskClient, cast: Cast, post: str, who: str, status: int
) -> None:
    action = done(cast, [cast.log()])
    sign_in(client, getattr(cast, who))
    answer = client.post(f"/improvement/actions/{action.id}/{post}", data={"step": "act"})
    assert answer.status_code == status


@pytest.mark.parametrize("page", ["list", "opportunity", "cases", "tell"])
def test_pages_ask_few_questions_however_much_there_is(
    client: FlaskClient, cast: Cast, count_queries: Counting, page: str
) -> None:
    cases = [cast.log(contact=customer(number)) for number in range(12)]
    action = done(cast, cases)
    for _ in range(3):
        done(cast, cases[:4])
    with transaction():
        services.accept(make_opportunity(cast, cases), owner_id=cast.dana.id, actor=cast.sol, now=NOW)
    sign_in(client, cast.sol)
    address = pages(action)[page] + ("?show=in_hand" if page == "list" else "")
    client.get(address)
    with count_queries() as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= MOST_QUERIES, queries.statements


def test_from_found_to_told_by_forms(client: FlaskClient, cast: Cast) -> None:
    opportunity = make_opportunity(cast, [cast.log(contact=customer(n)) for n in (1, 1, 2)])
    base = f"/improvement/{opportunity.id}"
    sign_in(client, cast.sol)
    assert "Cancelled visits are answered late" in client.get("/improvement/").text
    client.post(f"{base}/accept", data={"owner_id": cast.amara.id, "reason": "Cheap."})
    assert state_of(opportunity) is State.ACCEPTED
    form = {
        "what": "Back on the list",
        "owner_id": cast.dana.id,
        "due_on": "2026-12-01",
        "once": "the same key",
    }
    for _ in range(2):
        assert client.post(f"{base}/actions/new", data=form).status_code == 302
    action = db.session.scalars(select(ImprovementAction)).one()
    one = f"/improvement/actions/{action.id}"
    for _ in range(2):
        assert client.post(f"{one}/done", data={"change_on": "2026-09-07"}).status_code == 302
    page = client.get(f"{one}/tell").text
    assert "2 customers will be told" in page
    seen = value(page, "seen")
    for _ in range(2):
        answer = client.post(f"{one}/tell", data={"words": WORDS, "seen": seen})
        assert answer.status_code == 302
    db.session.expire_all()
    services.tell_customers(action.id, NOW)
    wanted = select(func.count()).select_from(Communication).where(Communication.purpose == Purpose.TOLD)
    assert db.session.scalar(wanted) == 2
    texts = {"public_title": "Booked again", "public_said": "Nobody came.", "public_did": "We come."}
    assert client.post(f"{one}/publish", data=texts).status_code == 302
    assert "Booked again" in client.get("/you-said-we-did").text
    assert "coverage" in client.get(base).text


@pytest.mark.parametrize(
    ("page", "data", "sentence"),
    [
        ("dismiss", {"reason": " "}, "Say why it is dismissed"),
        ("new action", {"what": "", "due_on": "2026-12-01"}, "Say what will be done."),
        ("new action", {"what": "x", "due_on": "2026-02-30"}, "There is no such date"),
        ("done", {"change_on": "2199-01-01"}, "still to come"),
        ("tell", {"words": ""}, "Write what customers will be told."),
        ("tell", {"words": "Changed.", "seen": "old"}, "The list of people changed"),
        ("publish", {"public_title": "x", "public_said": "", "public_did": "y"}, "Write what people said."),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    client: FlaskClient, cast: Cast, page: str, data: dict[str, str], sentence: str
) -> None:
    action = done(cast, [cast.log()]) if page != "dismiss" else acted_on(cast)
    sign_in(client, cast.sol)
    answer = client.post(pages(action)[page], data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(text in answer.text for text in data.values() if text.strip() and text != "old")


def test_evidence_shows_and_counts_only_cases_one_may_see(client: FlaskClient, cast: Cast) -> None:
    seen, restricted = cast.log(contact=customer(1)), cast.log(contact=customer(2))
    opportunity = make_opportunity(cast, [seen, restricted])
    with transaction():
        restricted.is_restricted = True
    sign_in(client, cast.dana)
    page = client.get(f"/improvement/{opportunity.id}").text
    assert seen.reference in page
    assert restricted.reference not in page
    assert "may not open" not in page
    assert ">1 case<" in page
    assert restricted.reference not in client.get(f"/improvement/{opportunity.id}/cases").text


def test_staff_named_in_a_case_do_not_meet_it_in_the_count_either(client: FlaskClient, cast: Cast) -> None:
    seen, about_dana = cast.log(contact=customer(1)), cast.log(contact=customer(2))
    opportunity = make_opportunity(cast, [seen, about_dana])
    with transaction():
        db.session.add(CasePerson(case_id=about_dana.id, user_id=cast.dana.id, relation=Relation.NAMED))
    sign_in(client, cast.dana)
    page = client.get(f"/improvement/{opportunity.id}").text
    assert "may not open" not in page


@pytest.mark.parametrize("show", ["found", "in_hand", "checked", "dismissed", "gone"])
def test_each_list_holds_its_own(client: FlaskClient, cast: Cast, show: str) -> None:
    made = {
        "found": make_opportunity(cast),
        "in_hand": make_opportunity(cast, state=State.TELLING),
        "checked": make_opportunity(cast, state=State.CHECKED),
        "dismissed": make_opportunity(cast, state=State.DISMISSED),
        "gone": make_opportunity(cast, stands=False, gone_at=NOW),
    }
    sign_in(client, cast.dana)
    page = client.get(f"/improvement/?show={show}").text
    assert [name for name, one in made.items() if one.title in page] == [show]


def test_a_list_without_anything_says_what_would_be_there(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.dana)
    assert "Nothing waits for a decision" in client.get("/improvement/").text


@pytest.mark.parametrize(
    "address",
    ["/improvement/?show=x", "/improvement/999", "/improvement/999/cases", "/improvement/actions/9/done"],
)
def test_an_address_that_leads_nowhere_is_answered_kindly(
    client: FlaskClient, cast: Cast, address: str
) -> None:
    sign_in(client, cast.sol)
    assert client.get(address).status_code in (400, 404)


@pytest.mark.parametrize("state", list(State))
def test_an_opportunity_has_a_page_in_every_state(client: FlaskClient, cast: Cast, state: State) -> None:
    other = make_opportunity(cast)
    into = other.id if state is State.MERGED else None
    found = make_opportunity(cast, [cast.log()], state=state, merged_into_id=into, decision_reason="A storm.")
    sign_in(client, cast.sol)
    assert client.get(f"/improvement/{found.id}").status_code == 200


def test_an_effect_is_drawn_with_its_verdict_and_its_table(client: FlaskClient, cast: Cast) -> None:
    action = done(cast, [cast.log()], change_on=date(2026, 10, 1))
    services.find_opportunities(NOW)
    sign_in(client, cast.sol)
    page = client.get(f"/improvement/{action.opportunity_id}").text
    assert "Cannot be judged" in page


def people_of(cast: Cast, n: int) -> list[Any]:
    return [cast.log(contact=customer(number)) for number in range(n)]


@pytest.mark.parametrize(
    ("n", "words"),
    [(3, "Said by fewer than 10 people"), (9, "Said by fewer than 10 people"), (10, "Said by 10 people")],
)
def test_the_public_page_hides_small_numbers(client: FlaskClient, cast: Cast, n: int, words: str) -> None:
    published(cast, people_of(cast, n))
    page = client.get("/you-said-we-did").text
    assert words in page
    assert f"by {n} people" not in page or n >= 10


@pytest.mark.parametrize(
    ("changes", "words", "bars"),
    [
        ({}, "Yes. It is better than before.", True),
        ({"after_n": 9}, "Yes. It is better than before.", False),
        ({"state": "worse"}, "No. It got worse.", True),
        ({"state": "returned"}, "Not yet. It was better for a time and went back.", False),
        ({"state": "no_signal_yet", "needed": 5}, "We need 5 more weeks of figures.", False),
        (
            {"state": "no_signal_yet", "needed": 1, "grain": "month"},
            "We need 1 more month of figures.",
            False,
        ),
        ({"state": "cannot_tell", "before": None}, "We cannot tell from our figures yet.", False),
    ],
)
def test_the_public_page_says_whether_it_worked(
    client: FlaskClient, cast: Cast, changes: dict[str, Any], words: str, bars: bool
) -> None:
    published(cast, people_of(cast, 1), effect={**EFFECT, **changes})
    page = client.get("/you-said-we-did").text
    assert words in page
    assert ("43 in 100" in page) is bars


def test_the_public_page_counts_a_customer_once(client: FlaskClient, cast: Cast) -> None:
    cases = people_of(cast, 10) + people_of(cast, 10)
    published(cast, cases)
    assert "Said by 10 people" in client.get("/you-said-we-did").text


def test_the_public_page_shows_one_service_when_asked(client: FlaskClient, cast: Cast) -> None:
    published(cast, people_of(cast, 1))
    service = cast.inspections.id
    assert "Visits are booked again" in client.get(f"/you-said-we-did?service={service}").text
    assert client.get(f"/you-said-we-did?service={service + 1}").status_code == 404
    assert client.get("/you-said-we-did?service=x").status_code == 404


def test_the_public_page_says_what_will_be_there_when_nothing_is(client: FlaskClient, cast: Cast) -> None:
    done(cast, people_of(cast, 1))
    assert "No change to show yet" in client.get("/you-said-we-did").text


def test_the_public_page_asks_few_questions(client: FlaskClient, cast: Cast, count_queries: Counting) -> None:
    for _ in range(4):
        published(cast, people_of(cast, 2), effect=EFFECT)
    with count_queries() as queries:
        client.get("/you-said-we-did")
    assert len(queries) <= 6, queries.statements


def test_what_was_told_is_found_again_on_the_page(client: FlaskClient, cast: Cast) -> None:
    action = done(cast, people_of(cast, 4))
    approve(cast, action)
    services.tell_customers(action.id, NOW)
    sign_in(client, cast.sol)
    page = client.get(f"/improvement/{action.opportunity_id}").text
    assert "0 of 4 who should be" in page
    assert "4 still to tell" in page
