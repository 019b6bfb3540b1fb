"""The pages on which answers are checked: what is shown to whom, and what stands in the form again."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from casework.cases.services.approval_rules import NewRule, add_rule
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cases.test_approvals import WORDS, asked, decisions, ready
from tests.cast import NOW, Cast
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]


def test_the_approver_sees_all_of_it_and_releases(cast: Cast, client: FlaskClient) -> None:
    case = asked(cast)
    sign_in(client, cast.amara)
    assert "waits to be checked" in client.get(f"/cases/{case.reference}").text
    assert case.reference in client.get("/cases/approvals").text
    page = client.get(f"/cases/{case.reference}/approval").text
    for words in (
        WORDS,
        "Dear Sorina Ionescu",
        "sorina@customer.example",
        "Upheld",
        "Apology",
        "Nobody came",
    ):
        assert words in page
    assert "/c/" not in page.split("<main")[1], "the private link opens the case to whoever reads it"
    mark = page.split('name="seen" value="')[1].split('"')[0]
    answer = client.post(
        f"/cases/{case.reference}/approval/release", data={"seen": mark}, follow_redirects=True
    )
    assert "Released" in answer.text
    db.session.expire_all()
    assert len(decisions(case)) == 1
    assert "No answer waits" in client.get(f"/cases/{case.reference}/approval").text


def test_without_what_was_seen_nothing_is_released(cast: Cast, client: FlaskClient) -> None:
    case = asked(cast)
    sign_in(client, cast.amara)
    for seen in ("", "1", "<script>", "9" * 400):
        answer = client.post(f"/cases/{case.reference}/approval/release", data={"seen": seen})
        assert answer.status_code == 409
        assert "Another answer waits here now" in answer.text
    db.session.expire_all()
    assert decisions(case) == []


def test_a_supervisor_does_not_release_their_own(cast: Cast, client: FlaskClient) -> None:
    case = ready(cast)
    cast.move(case, "respond", by=cast.amara, message=WORDS)
    sign_in(client, cast.amara)
    page = client.get(f"/cases/{case.reference}/approval").text
    assert "Release: send it now" not in page
    assert "Take it back" in page
    answer = client.post(f"/cases/{case.reference}/approval/release", data={"seen": "x"})
    assert answer.status_code == 409
    assert "Nothing waits for you" in client.get("/cases/approvals").text


def test_what_is_returned_is_read_and_changed_by_its_author(cast: Cast, client: FlaskClient) -> None:
    case = ready(cast)
    sign_in(client, cast.dana)
    typed = {"f_message": WORDS, "once": "x"}
    done = client.post(f"/cases/{case.reference}/moves/respond", data=typed, follow_redirects=True)
    assert "waits to be checked" in done.text
    client.post("/sign-out")
    sign_in(client, cast.amara)
    page = client.get(f"/cases/{case.reference}/approval").text
    mark = page.split('name="seen" value="')[1].split('"')[0]
    at = f"/cases/{case.reference}/approval/return"
    assert client.post(at, data={"seen": mark, "comment": " "}).status_code == 422
    client.post(at, data={"seen": mark, "comment": "Say by when <b>we</b> come."})
    client.post("/sign-out")
    sign_in(client, cast.dana)
    form = client.get(f"/cases/{case.reference}/moves/respond").text
    assert WORDS in form
    assert "Say by when &lt;b&gt;we&lt;/b&gt; come." in form
    assert "Say by when" in client.get(f"/cases/{case.reference}/approval").text


def test_the_author_takes_it_back_into_the_form(cast: Cast, client: FlaskClient) -> None:
    case = asked(cast)
    sign_in(client, cast.dana)
    answer = client.post(f"/cases/{case.reference}/approval/withdraw", follow_redirects=True)
    assert answer.request.path.endswith("/moves/respond")
    assert WORDS in answer.text


def test_an_administrator_says_which_answers_are_checked(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.wen)
    assert "Severity high or above" in client.get("/cases/approvals/rules").text
    at = "/cases/approvals/rules"
    assert client.post(at, data={"kind": "enquiry"}).status_code == 302
    for data in (
        {},
        {"kind": "other"},
        {"service_id": "999999"},
        {"min_severity": "9"},
        {"amount_above": "-5"},
    ):
        assert client.post(at, data=data).status_code == 422, data
    page = client.get(at).text
    assert "Enquiries" in page
    rule = page.split('name="rule_id" value="')[1].split('"')[0]
    assert client.post(f"{at}/remove", data={"rule_id": rule}).status_code == 302
    client.post("/cases/approvals/staff", data={"people": [str(cast.toni.id)]})
    db.session.refresh(cast.toni)
    assert cast.toni.answers_checked
    assert client.post("/cases/approvals/staff", data={"people": ["x"]}).status_code == 422


def test_a_case_that_waits_costs_its_page_two_questions_more(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    with transaction():
        add_rule(NewRule(kind="suggestion"), actor=cast.wen, now=NOW)
    plain, waits = ready(cast), asked(cast)
    sign_in(client, cast.amara)
    asked_of = []
    for case in (plain, waits):
        with count_queries() as queries:
            assert client.get(f"/cases/{case.reference}").status_code == 200
        asked_of.append(len(queries))
    assert asked_of[1] - asked_of[0] <= 1
