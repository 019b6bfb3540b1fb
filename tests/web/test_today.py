"""Today: each role begins with what helps most; every line says why it is there; little is asked."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from casework.accounts import services as accounts
from casework.accounts.models import User
from casework.cases.models import Case, CaseAction
from casework.cases.services import change_access
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.core import clock
from casework.core.db import db, transaction
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries
from tests.improvement.builders import done

Counting = Callable[[], AbstractContextManager[Queries]]
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def lists_of(client: FlaskClient, person: User) -> dict[str, list[str]]:
    """What stands in each list of this person's Today, by the list's heading."""
    browser = client.application.test_client()
    sign_in(browser, person)
    page = browser.get("/today").text
    found = {}
    for part in page.split("<section ")[1:]:
        heading = re.search(r"<h2[^>]*>([^<]+)</h2>", part)
        assert heading
        found[heading[1]] = re.findall(r"data-open>([^<]+)</a>", part)
    return found


def said(case: Case, direction: Direction, **more: Any) -> None:
    given = {"purpose": Purpose.REPLY, "delivery": Delivery.RECEIVED, "body": "Any news?", "written_at": NOW}
    db.session.add(Communication(case_id=case.id, direction=direction, **{**given, **more}))
    db.session.commit()


def titled(cast: Cast, title: str, **more: Any) -> Case:
    return cast.log(narrative=title, issues=(), **more)


def test_front_line_staff_see_what_is_theirs_and_what_they_may_take(cast: Cast, client: FlaskClient) -> None:
    late = titled(cast, "late", received_at=NOW - days(30), handler_id=cast.dana.id)
    soon = titled(cast, "soon", received_at=NOW - days(3), handler_id=cast.dana.id)
    titled(cast, "theirs", received_at=NOW - days(30), handler_id=cast.toni.id)
    titled(cast, "free")
    titled(cast, "of others", team_id=cast.clinics.id)
    said(soon, Direction.IN)
    said(late, Direction.IN)
    said(late, Direction.NOTE, purpose=Purpose.NOTE, delivery=Delivery.INTERNAL)
    promise = {"owner_id": cast.dana.id, "made_at": NOW}
    db.session.add(CaseAction(case_id=late.id, what="Call back", due_on=date(2026, 11, 22), **promise))
    db.session.add(CaseAction(case_id=late.id, what="Next year", due_on=date(2027, 11, 22), **promise))
    db.session.commit()
    assert lists_of(client, cast.dana) == {
        "Late": ["late"],
        "Customers replied": ["soon"],
        "Promises": ["Call back"],
        "Due soon": ["soon"],
        "Nobody yet": ["free"],
    }


def test_a_supervisor_sees_the_team_and_who_has_too_much(cast: Cast, client: FlaskClient) -> None:
    titled(cast, "late", received_at=NOW - days(30), handler_id=cast.dana.id)
    titled(cast, "free")
    titled(cast, "elsewhere", received_at=NOW - days(30), team_id=cast.clinics.id)
    away = titled(cast, "of toni", handler_id=cast.toni.id)
    by = accounts.By(None, NOW)
    with transaction():
        accounts.set_load(cast.dana, capacity=0, skills=[], by=by)
        accounts.add_absence(cast.toni, from_on=date(2026, 11, 1), to_on=None, reason="", by=by)
    found = lists_of(client, cast.amara)
    assert found == {
        "Late": ["late"],
        "Too much for one person": ["Dana Marsh", "Toni Brandt"],
        "Nobody yet": ["free"],
    }
    with transaction():
        change_access(away, restricted=False, named=[cast.amara.id], granted=[], actor=cast.sol, now=NOW)
    assert lists_of(client, cast.amara)["Too much for one person"] == ["Dana Marsh"], (
        "a case that one may not see is not even counted"
    )


def test_a_letter_is_posted_a_call_is_made_and_trouble_is_settled(cast: Cast, client: FlaskClient) -> None:
    case = titled(cast, "mine", handler_id=cast.dana.id)
    waits = {"purpose": Purpose.DECISION, "delivery": Delivery.BY_HAND}
    for channel in ("letter", "phone"):
        said(case, Direction.OUT, channel=channel, subject=f"by {channel}", **waits)
    failed = {"delivery": Delivery.FAILED, "trouble": "No such mailbox."}
    said(case, Direction.OUT, channel="letter", subject="lost", purpose=Purpose.DECISION, **failed)
    sign_in(client, cast.dana)
    page = client.get("/today").text
    section = page.split('id="h-messages"')[1].split("</section>")[0]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", section))
    for part in ("Letter, written Mon 23 Nov", "Post it", "Call, written Mon 23 Nov", "Make the call"):
        assert part in words
    assert "No such mailbox." in words
    assert words.count("Settle it") == 1


def test_a_manager_sees_the_agency_and_who_was_not_told(cast: Cast, client: FlaskClient) -> None:
    titled(cast, "late", received_at=NOW - days(30), team_id=cast.clinics.id)
    action = done(cast, [cast.log(received_at=NOW)])
    found = lists_of(client, cast.sol)
    assert found["Late"] == ["late"]
    assert "late" in found["Nobody yet"]
    waiting = found.get("Customers to tell", [])
    assert waiting in ([], [action.what])


def test_an_administrator_sees_what_must_be_set_up_and_no_case(cast: Cast, client: FlaskClient) -> None:
    titled(cast, "late", received_at=NOW - days(30))
    make_person(name="Ash Vale")
    found = lists_of(client, cast.wen)
    assert found["People without a team"] == ["Ash Vale"]
    assert "Broker" in found["What does not run"]
    assert "late" not in str(found)


def test_when_nothing_waits_the_page_says_so_kindly(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.pat)
    page = client.get("/today").text
    assert "All is done" in page
    assert "Nothing is late." in page


@pytest.mark.parametrize("who", ["dana", "amara", "sol", "wen"])
def test_today_asks_the_same_however_much_there_is(
    cast: Cast, client: FlaskClient, count_queries: Counting, who: str
) -> None:
    person: User = getattr(cast, who)
    sign_in(client, person)
    asked = []
    for more in (1, 6):
        for number in range(more):
            mine = cast.log(received_at=NOW - days(30), handler_id=cast.dana.id)
            cast.log(received_at=NOW - days(3), severity=3)
            cast.log(received_at=NOW - days(3), handler_id=cast.dana.id)
            said(mine, Direction.IN)
            said(
                mine, Direction.OUT, delivery=Delivery.FAILED, purpose=Purpose.UPDATE, subject=f"No {number}"
            )
            said(cast.log(handler_id=cast.dana.id), Direction.IN)
        person.unread = 3
        db.session.commit()
        with count_queries() as queries:
            page = client.get("/today")
        assert page.status_code == 200
        assert len(re.findall(r"<h1", page.text)) == 1
        asked.append(len(queries))
    assert asked[0] == asked[1] <= MOST_QUERIES, "\n".join(queries.statements)


def test_script_in_what_people_write_stays_words(cast: Cast, client: FlaskClient) -> None:
    titled(cast, "<script>alert(1)</script>", received_at=NOW - days(30), handler_id=cast.dana.id)
    sign_in(client, cast.dana)
    page = client.get("/today").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
