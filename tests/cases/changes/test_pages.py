"""The pages on which a change is looked at, confirmed with a reason, and followed."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.changes import doing, queries, routes
from casework.cases.models.changes import ClockChange
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cases.changes.drafts import (
    THANKSGIVING,
    apply,
    at,
    calendar_draft,
    clock_of,
    look,
    standard,
    standard_draft,
)
from tests.cast import NOW, Cast
from tests.portal.walks import faults_of, words_on
from tests.web.forms import hidden_on

AT = "/settings/changes"
EVIL = '<script>alert("x")</script>'


@pytest.fixture
def wen(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.wen)
    return client


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert faults_of(answer.text) == []
    assert "<script>alert" not in answer.text
    return str(answer.text)


def send(client: FlaskClient, path: str, text: str, **given: str) -> Any:
    form = text.split('method="post"')[-1].split("</form>")[0]
    return client.post(path, data={**hidden_on(form), **given})


def looked(client: FlaskClient, path: str) -> str:
    answer = send(client, path, page(client, path))
    assert answer.status_code == 303
    return str(answer.location)


def test_looked_at_confirmed_and_done(cast: Cast, wen: FlaskClient) -> None:
    cases = [cast.log(narrative=EVIL) for _ in range(3)]
    draft = calendar_draft(THANKSGIVING)
    path = f"{AT}/calendars/{draft.id}"
    assert "Thu 26 Nov 2026 was added to the closed days" in words_on(page(wen, path))
    assert f"version {draft.number}" in words_on(page(wen, AT))
    at_change = looked(wen, path)
    text = page(wen, at_change)
    said = words_on(text)
    assert "3 cases move" in said
    assert "0 cases become late" in said
    assert all(case.reference in said for case in cases)
    assert "Sorina" not in said
    assert "/cases/26" not in text, "administrators open no cases"
    assert send(wen, at_change, text, reason="  ").status_code == 422
    answer = send(wen, at_change, text, reason=f"The council decided. {EVIL}")
    assert answer.status_code == 303
    done = words_on(page(wen, answer.location))
    assert "In force since" in done
    assert "6 clocks were counted again" in done
    db.session.expire_all()
    assert clock_of(cases[0]).due_at.day == 27
    again = send(wen, at_change, text, reason="Again.")
    assert again.status_code == 422
    assert "in force already" in again.text
    assert "no draft any more" in page(wen, path)


def test_what_was_looked_at_too_long_ago_offers_to_look_again(cast: Cast, wen: FlaskClient) -> None:
    draft = calendar_draft(THANKSGIVING)
    old = look(draft, cast.wen, once="old")
    apply(look(draft, cast.wen, once="new"), cast.wen)
    text = page(wen, f"{AT}/{old.id}")
    assert "Something changed since this was looked at" in words_on(text)
    assert "Put it in force" not in text


def test_the_same_press_twice_is_one_look(cast: Cast, wen: FlaskClient) -> None:
    path = f"{AT}/calendars/{calendar_draft(THANKSGIVING).id}"
    text = page(wen, path)
    assert send(wen, path, text).location == send(wen, path, text).location


def test_a_standard_is_looked_at_and_switched_off(cast: Cast, wen: FlaskClient) -> None:
    cast.log()
    draft = standard_draft("respond", limit=15, name=EVIL)
    path = f"{AT}/standards/{draft.id}"
    assert "15 working days instead of 20 working days" in words_on(page(wen, path))
    assert "1 case moves , 1 earlier" in words_on(page(wen, looked(wen, path)))
    off = f"{AT}/standards/{standard('acknowledge').id}"
    at_change = looked(wen, off)
    assert "1 is owed no more" in words_on(page(wen, at_change))
    send(wen, at_change, page(wen, at_change), reason="It is part of the answer.")
    assert "no draft any more" in words_on(page(wen, off))
    assert "In force since" in words_on(page(wen, at_change))


def test_what_is_in_force_cannot_be_looked_at_as_a_draft(cast: Cast, wen: FlaskClient) -> None:
    answer = wen.post(f"{AT}/calendars/1", data={"once": "k"})
    assert answer.location == AT
    assert "in force already" in wen.get(AT).text


def test_many_are_handed_to_a_worker_and_the_page_says_how_far(
    cast: Cast, wen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 1)
    monkeypatch.setattr(routes, "APPLIED_AT_ONCE", 1)
    cast.log()
    cast.restrict(cast.log())
    at_change = looked(wen, f"{AT}/calendars/{calendar_draft(THANKSGIVING).id}")
    waiting = page(wen, at_change)
    assert "about 0 percent" in words_on(waiting)
    assert "clocks" not in words_on(waiting).split("about 0 percent")[1], "how many tells of restricted cases"
    assert "every 2s" in waiting
    number = db.session.scalars(select(ClockChange.id)).one()
    doing.run(number, at(NOW))
    ready = page(wen, at_change)
    assert "every 2s" not in ready
    send(wen, at_change, ready, reason="A holiday.")
    waiting = page(wen, at_change)
    assert "waits its turn" in words_on(waiting)
    assert "0 of about 2 clocks" in words_on(waiting)
    doing.run(number, at(NOW))
    assert "2 clocks were counted again" in words_on(page(wen, at_change))


def test_a_long_list_goes_on_where_it_ended(
    cast: Cast, wen: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.page_of, "__kwdefaults__", {"size": 3})
    cases = [cast.log() for _ in range(2)]
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    first = page(wen, f"{AT}/{change.id}")
    following = re.search(r'href="([^"]+after=[^"#]+)[^"]*"[^>]*rel="next"', first)
    assert following is not None
    more = page(wen, following[1].replace("&amp;", "&")).split('id="cases"')[1]
    assert cases[1].reference in more
    assert cases[0].reference not in more


def test_the_file_holds_the_same_cases_and_nothing_a_spreadsheet_runs(cast: Cast, wen: FlaskClient) -> None:
    plain, shut = cast.log(), cast.log()
    cast.restrict(shut)
    change = look(standard_draft("respond", limit=15, name="=1+1"), cast.wen)
    with transaction():
        clock_of(plain, "respond").name = "=HYPERLINK(1)"
    change = look(standard_draft("respond", limit=16, number=3), cast.wen)
    answer = wen.get(f"{AT}/{change.id}/cases.csv", buffered=True)
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[4][0] == "Case"
    assert [(row[0], row[1]) for row in rows[5:]] == [(plain.reference, "'=HYPERLINK(1)")]
    assert shut.reference not in answer.text
    assert shut.reference not in page(wen, f"{AT}/{change.id}")


def test_dates_that_came_with_a_record_stay_and_are_counted(cast: Cast, wen: FlaskClient) -> None:
    case = cast.log()
    with transaction():
        for clock in case.clocks:
            clock.limit, clock.standard_id, clock.standard = None, None, None
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    assert "2 dates came with imported records and stay" in words_on(page(wen, f"{AT}/{change.id}"))
    assert look(standard_draft("respond", limit=15), cast.wen).expected == 1
    apply(change, cast.wen)
    assert case.clock_events == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("/99999999999999", 404), ("/calendars/999999", 404), ("/standards/99999999999", 404)],
)
def test_what_is_not_there_is_answered_with_a_sentence(wen: FlaskClient, path: str, status: int) -> None:
    assert wen.get(AT + path).status_code == status


@pytest.mark.parametrize("after", ["x", "1", "-1-2", "1-99999999999", "1-2-3"])
def test_a_place_that_cannot_be_is_answered_with_a_sentence(cast: Cast, wen: FlaskClient, after: str) -> None:
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    assert wen.get(f"{AT}/{change.id}", query_string={"after": after}).status_code == 400


def test_a_page_costs_as_much_for_many_as_for_few(
    cast: Cast, wen: FlaskClient, count_queries: Callable[..., Any]
) -> None:
    counts = []
    for n in (2, 6):
        for _ in range(n):
            cast.log()
        change = look(calendar_draft(THANKSGIVING), cast.wen, once=str(n))
        with count_queries() as asked:
            wen.get(f"{AT}/{change.id}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
