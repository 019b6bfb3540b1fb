"""The pages of notices: the bell, the list, the door to the case, the choices."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.services import change_access
from casework.core.db import db, transaction
from casework.notices.models import Notice, NoticeChoice
from casework.notices.rules import ByMail, What
from casework.notices.services import tell
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days


def test_the_bell_shows_how_many_are_unread_on_every_page_and_asks_nothing(
    client: FlaskClient, cast: Cast, count_queries: Any
) -> None:
    sign_in(client, cast.dana)
    with count_queries() as before:
        page = client.get("/account").text
    assert 'aria-label="Notices"' in page
    cast.give(cast.log(), cast.dana)
    with count_queries() as after:
        page = client.get("/account").text
    assert 'aria-label="Notices, 1 not read"' in page
    assert len(after) == len(before)


def test_whoever_handles_no_cases_has_no_bell(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.wen)
    assert 'href="/notices"' not in client.get("/account").text


def test_the_list_shows_what_happened_and_opening_the_case_reads_it(
    client: FlaskClient, cast: Cast, count_queries: Any
) -> None:
    case = cast.log()
    cast.give(case, cast.dana)
    for _ in range(3):
        cast.give(cast.log(), cast.dana)
    sign_in(client, cast.dana)
    client.get("/notices")
    with count_queries() as queries:
        page = client.get("/notices").text
    assert len(queries) <= 6
    assert "The case was given to you" in page
    assert f"{case.reference} · {case.title}" in unescape(page)
    assert "A. Quill" in page
    notice = db.session.scalars(select(Notice).where(Notice.case_id == case.id)).one()
    answer = client.get(f"/notices/{notice.id}")
    assert (answer.status_code, answer.location) == (302, f"/cases/{case.reference}")
    db.session.expire_all()
    assert (notice.read_at is not None, cast.dana.unread) == (True, 3)
    assert case.reference not in client.get("/notices?unread=1").text


def test_a_hidden_case_is_gone_from_list_door_and_bell(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.toni)
    notice = db.session.scalars(select(Notice)).one()
    cast.give(case, cast.dana)
    with transaction():
        change_access(case, restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.toni)
    page = client.get("/notices").text
    assert case.reference not in page
    assert "No notices yet" in page
    assert 'aria-label="Notices"' in client.get("/account").text
    assert client.get(f"/notices/{notice.id}").status_code == 404
    assert client.post(f"/notices/{notice.id}/read").status_code == 404
    sign_in(client, cast.dana)
    assert client.get(f"/notices/{notice.id}").status_code == 404, "somebody else's"


def test_one_or_all_are_marked_as_read(client: FlaskClient, cast: Cast) -> None:
    for _ in range(3):
        cast.give(cast.log(), cast.dana)
    sign_in(client, cast.dana)
    first = db.session.scalars(select(Notice.id).order_by(Notice.id)).first()
    assert client.post(f"/notices/{first}/read").status_code == 302
    db.session.expire_all()
    assert cast.dana.unread == 2
    assert client.post("/notices/read", data={"upto": NOW.isoformat()}).status_code == 302
    db.session.expire_all()
    assert cast.dana.unread == 0
    assert "Nothing new" in client.get("/notices?unread=1").text


@pytest.mark.parametrize("upto", ["", "x", "2026-11-23", "2026-11-23T10:00:00", "9" * 300])
def test_marking_all_without_knowing_what_was_seen_is_answered_with_a_sentence(
    client: FlaskClient, cast: Cast, upto: str
) -> None:
    sign_in(client, cast.dana)
    answer = client.post("/notices/read", data={"upto": upto})
    assert answer.status_code == 400
    assert "not known what you have seen" in answer.text


@pytest.mark.parametrize("after", ["x", "W10", "WyJ4IiwxXQ", "WzEsMl0", "%00", "9" * 5000, "bnVsbA"])
def test_a_cursor_that_is_none_is_answered_with_a_sentence(
    client: FlaskClient, cast: Cast, after: str
) -> None:
    sign_in(client, cast.dana)
    answer = client.get("/notices", query_string={"after": after})
    assert answer.status_code == 400
    assert "not a page of your notices" in answer.text


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999"])
def test_a_notice_that_is_not_there_is_not_found(client: FlaskClient, cast: Cast, number: str) -> None:
    sign_in(client, cast.dana)
    assert client.get(f"/notices/{number}").status_code == 404


def test_what_one_chooses_is_kept_and_shown(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.dana)
    assert "I am mentioned in a note" in client.get("/account/notices").text
    fields = {f"mail_{what.value}": "daily" for what in What} | {"app_mentioned": "y", "mail_assigned": "off"}
    assert client.post("/account/notices", data=fields).status_code == 302
    chosen = {
        row.what: (row.in_app, row.mail)
        for row in db.session.scalars(select(NoticeChoice).where(NoticeChoice.user_id == cast.dana.id))
    }
    assert chosen[What.MENTIONED] == (True, ByMail.DAILY)
    assert chosen[What.ASSIGNED] == (False, ByMail.OFF)
    assert client.post("/account/notices", data=fields).status_code == 302
    answer = client.post("/account/notices", data={**fields, "mail_assigned": "hourly"})
    assert answer.status_code == 422


def test_script_in_a_title_is_shown_as_words(client: FlaskClient, cast: Cast) -> None:
    nasty = "<script>alert(1)</script>"
    case = cast.log(narrative=nasty, issues=())
    with transaction():
        case.title = nasty
        tell([cast.dana.id], What.MENTIONED, case.id, by_id=None, at=NOW - days(1))
    sign_in(client, cast.dana)
    page = client.get("/notices").text
    assert nasty not in page
    assert "&lt;script&gt;" in page
