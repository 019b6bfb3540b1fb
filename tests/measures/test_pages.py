"""The pages about performance: what they show, to whom, and that they equal their export."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import product
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from casework.accounts.models import User
from casework.cases.models import CasePerson, Finding, Issue, Relation
from casework.core.db import db, transaction
from casework.measures.definitions import DEFINITIONS, DIMENSIONS
from casework.measures.services import refresh
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.measures.conftest import Made

Counting = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def two_years(make_case: Made, cast: Cast) -> None:
    """Twenty-four months of twelve answered cases, and two that wait, one of them late."""
    with transaction():
        for month in range(24):
            year, number = 2024 + (month + 11) // 12, (month + 11) % 12 + 1
            for day in range(12):
                start = f"{year}-{number:02}-{day + 1:02}"
                late = day % 4 == 0
                make_case(
                    f"{start} 09:00",
                    answered=f"{year}-{number:02}-{day + 1 + day % 6:02} 09:00",
                    due=f"{start} 17:00" if late else f"{year}-{number:02}-28 17:00",
                    category_id=(cast.not_inspected if day < 9 else cast.no_call_back).id,
                )
    make_case("2026-10-01 09:00", due="2026-10-20 17:00")
    make_case("2026-11-20 09:00", due="2026-12-20 17:00")
    refresh(NOW)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    for address in (
        "/performance",
        "/performance/received",
        "/performance/received/cases",
        "/performance/received.csv",
    ):
        assert client.get(address).status_code == 302


def test_before_the_first_case_the_scorecard_says_what_will_be_there(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.dana)
    assert "No figures yet" in page(client, "/performance")
    assert "no figures yet" in page(client, "/performance/time_to_respond")


@pytest.mark.usefixtures("two_years")
def test_the_scorecard_names_every_measure(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.sol)
    text = page(client, "/performance")
    for definition in DEFINITIONS.values():
        assert definition.short in text
    assert "1 of 2 open cases is late" in text
    assert "Computed" in text


@pytest.mark.usefixtures("two_years")
def test_every_measure_has_a_page_by_every_dimension(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.sol)
    for name, by in product(DEFINITIONS, DIMENSIONS):
        text = page(client, f"/performance/{name}?by={by}&team={cast.health.id}")
        assert DEFINITIONS[name].counts.split(".")[0] in text
        assert text.count("<h1") == 1


@pytest.mark.usefixtures("two_years")
def test_every_page_asks_the_database_a_few_times(
    client: FlaskClient, cast: Cast, count_queries: Counting
) -> None:
    sign_in(client, cast.sol)
    narrow = f"team={cast.health.id}&service={cast.inspections.id}"
    for address in (
        "/performance",
        f"/performance?{narrow}",
        *(f"/performance/{name}" for name in DEFINITIONS),
        f"/performance/time_to_respond?{narrow}&by=category",
        f"/performance/time_to_respond/cases?period=2026-03&{narrow}&which=late",
    ):
        with count_queries() as queries:
            page(client, address)
        assert len(queries) <= 12, (address, queries.statements)


@pytest.mark.usefixtures("two_years")
def test_a_month_that_still_runs_is_shown_and_not_judged(client: FlaskClient, cast: Cast) -> None:
    with time_machine.travel(NOW):
        sign_in(client, cast.sol)
        text = page(client, "/performance/received")
    assert "November 2026, not complete" in text
    assert "November 2026 is not complete" in text
    assert 'aria-label="November 2026: ' not in text


@pytest.mark.usefixtures("two_years")
def test_the_address_may_end_the_series_earlier(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.sol)
    text = page(client, "/performance/received?until=2026-03")
    assert "December 2024" in text
    assert 'aria-label="March 2026: ' in text
    assert 'aria-label="April 2026: ' not in text
    assert "until=2026-03" in page(client, "/performance?until=2026-03")


@pytest.mark.usefixtures("two_years")
def test_small_groups_are_not_compared(client: FlaskClient, cast: Cast, make_case: Made) -> None:
    make_case("2026-03-02 09:00", answered="2026-03-04 09:00", team_id=cast.clinics.id)
    refresh(NOW)
    sign_in(client, cast.sol)
    text = page(client, "/performance/time_to_respond?by=team")
    assert text.count("too few to judge") == 1


@pytest.mark.usefixtures("two_years")
def test_the_number_of_a_month_opens_its_cases(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.dana)
    text = page(client, "/performance/time_to_respond")
    found = re.search(r'href="(/performance/time_to_respond/cases\?which=late[^"]*period=2026-03)"', text)
    assert found is not None
    listed = page(client, found[1].replace("&amp;", "&"))
    assert "2 cases." in listed
    assert listed.count(">Late<") == 2


def test_what_one_may_not_know_of_is_in_no_count_and_nothing_says_so(
    client: FlaskClient, cast: Cast, make_case: Made
) -> None:
    make_case("2026-03-02 09:00", title="Open to all")
    make_case("2026-03-02 09:00", title="Restricted", is_restricted=True)
    named = make_case("2026-03-02 09:00", title="About Dana")
    with transaction():
        db.session.add(CasePerson(case_id=named.id, user_id=cast.dana.id, relation=Relation.NAMED))
    refresh(NOW)
    rows = [
        (cast.dana, "1 case.", {"Open to all"}),
        (cast.toni, "2 cases.", {"Open to all", "About Dana"}),
        # Somebody who keeps the settings reads figures and no cases.
        (cast.wen, "2 cases.", set[str]()),
    ]
    for person, seen, titles in rows:
        check(client, person, seen, titles)


def check(client: FlaskClient, person: User, seen: str, titles: set[str]) -> None:
    browser = client.application.test_client()
    sign_in(browser, person)
    text = page(browser, "/performance/received/cases?period=2026-03")
    assert seen in text
    assert "may not open." not in text
    assert {title for title in ("Open to all", "Restricted", "About Dana") if title in text} == titles


def test_a_long_list_goes_on(client: FlaskClient, cast: Cast, make_case: Made) -> None:
    for _ in range(53):
        make_case("2026-03-02 09:00")
    refresh(NOW)
    sign_in(client, cast.dana)
    first = page(client, "/performance/received/cases?period=2026-03")
    onward = re.search(r'href="([^"]*after=\d+[^"]*)"', first)
    assert onward is not None
    second = page(client, onward[1].replace("&amp;", "&"))
    references = [set(re.findall(r">(T-\d+)<", text)) for text in (first, second)]
    assert [len(found) for found in references] == [50, 3]
    assert not references[0] & references[1]


@pytest.mark.usefixtures("two_years")
def test_the_export_equals_the_screen(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.sol)
    for name, by in (
        ("time_to_respond", ""),
        ("time_to_respond", "category"),
        ("received", ""),
        ("overdue_now", "team"),
    ):
        text = page(client, f"/performance/{name}?by={by or 'service'}")
        answer = client.get(f"/performance/{name}.csv?by={by}")
        assert answer.mimetype == "text/csv"
        lines = list(csv.reader(io.StringIO(answer.text)))
        start = next(place for place, line in enumerate(lines) if line[:2] == ["group", "period"])
        assert ["Time zone", "America/Chicago"] in lines[:start]
        column = 3 if lines[start + 1][3] else 2
        table = re.findall(r"<tbody>(.*?)</tbody>", text, re.S)[1 if by else 0]
        shown = [
            re.sub(r"<[^>]+>|,", "", cell)
            for cell in re.findall(r'</th>\s*<td class="num">(.*?)</td>', table, re.S)
        ]
        assert [line[column] for line in lines[start + 1 :]] == shown


def test_upheld_issues_by_cause_come_before_categories(
    client: FlaskClient, cast: Cast, make_case: Made
) -> None:
    for _ in range(30):
        case = make_case("2026-03-02 09:00", answered="2026-03-04 09:00")
        with transaction():
            issue = Issue(
                case_id=case.id, number=1, summary="x", finding=Finding.UPHELD, cause_id=cast.not_rebooked.id
            )
            db.session.add(issue)
    refresh(NOW)
    sign_in(client, cast.sol)
    assert "1 of 1 cause makes 100 % of upheld issues" in page(client, "/performance")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/performance/speed", 404),
        ("/performance/received?by=mood", 404),
        ("/performance?until=2026-13", 400),
        ("/performance?until=soon", 400),
        ("/performance/received.csv?until=2020-01", 200),
        ("/performance/received/cases?period=2026-13", 400),
        ("/performance/received/cases?which=some", 400),
        ("/performance/open_at_end/cases?age=old", 400),
        ("/performance/received/cases?_external=1&_scheme=gopher&after=x", 200),
        ("/performance?team=9999&_anchor=x", 200),
    ],
)
def test_an_address_that_makes_no_sense_is_answered_in_words(
    client: FlaskClient, cast: Cast, address: str, status: int
) -> None:
    sign_in(client, cast.sol)
    page(client, address, status)
