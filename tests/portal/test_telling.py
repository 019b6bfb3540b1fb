"""Telling the agency something, one question a page."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.cases.models import Case, Channel, Kind
from casework.communications.models import Communication, Purpose
from casework.core.db import db, transaction
from casework.portal.models import PortalDraft, PortalTry
from casework.portal.services import forget_old_drafts
from tests.cast import NOW, Cast, days
from tests.portal.walks import COMPLAINT, LATER, all_cases, answer, faults_of, fill_in, look, send, words_on
from tests.web.forms import hidden_on


def drafts() -> int:
    return db.session.scalar(select(func.count()).select_from(PortalDraft)) or 0


def test_a_complaint_is_told_checked_and_sent(client: FlaskClient, cast: Cast) -> None:
    fill_in(client, service={"service": str(cast.inspections.id)})
    check = words_on(look(client, "/tell-us/check", at=LATER))
    for words in ("Complain", "Nobody came", "Restaurant inspections", "Email: sorina@customer.example"):
        assert words in check
    response = send(client)
    (case,) = all_cases()
    assert response.status_code == 302
    assert response.location.startswith(f"/your-case/{case.reference}/")
    assert response.location.endswith("?new=1")
    assert (case.kind, case.channel, case.received_at) == (Kind.COMPLAINT, Channel.WEB, LATER)
    assert case.narrative == "Nobody came to inspect the kitchen.\n\nI waited all day."
    assert case.desired_outcome == "Please send an inspector."
    assert (case.service, case.team) == (cast.inspections, cast.health)
    assert case.customer is not None
    assert (case.customer.name, case.customer.email) == ("Sorina Ionescu", "sorina@customer.example")
    assert case.customer.prefers == "email"


def test_the_reference_and_the_link_are_shown_at_once(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    page = look(client, send(client).location, at=LATER)
    (case,) = all_cases()
    words = words_on(page)
    assert f"Your reference is {case.reference}" in words
    assert f"/your-case/{case.reference}/" in words
    assert "We tell you by 27 November 2026 that we are looking at it (in 3 working days)" in words
    assert "We send you our answer by 22 December 2026 (in 20 working days)" in words
    assert faults_of(page) == []


def test_whoever_can_be_reached_gets_the_link_by_mail_too(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    link = send(client).location.split("?")[0]
    receipt = db.session.scalars(select(Communication)).one()
    assert (receipt.purpose, receipt.to_address) == (Purpose.RECEIPT, "sorina@customer.example")
    assert link in receipt.text
    assert link not in receipt.body


def test_nobody_has_to_give_a_name(client: FlaskClient, cast: Cast) -> None:
    answers = {step: given for step, given in COMPLAINT.items() if step != "name"}
    fill_in(client, answers, reach={"reach": "none", "email": "typed@and.dropped.example"})
    look(client, send(client).location, at=LATER)
    (case,) = all_cases()
    assert case.customer is not None
    assert case.customer.is_anonymous


@pytest.mark.parametrize("kind", ["compliment", "suggestion", "enquiry"])
def test_others_are_not_asked_what_would_put_it_right(client: FlaskClient, cast: Cast, kind: str) -> None:
    answers = {step: given for step, given in COMPLAINT.items() if step != "wish"}
    fill_in(client, answers, kind={"kind": kind})
    assert send(client).status_code == 302
    (case,) = all_cases()
    assert (case.kind, case.desired_outcome) == (kind, "")


@pytest.mark.parametrize(
    ("way", "field", "value"),
    [("phone", "phone", "555 0142"), ("letter", "address", "1 Main Street\r\nLakeford")],
)
def test_only_the_way_that_was_chosen_is_taken(
    client: FlaskClient, cast: Cast, way: str, field: str, value: str
) -> None:
    fill_in(client, reach={"reach": way, field: value, "email": "not@chosen.example"})
    send(client)
    customer = all_cases()[0].customer
    assert customer is not None
    assert (customer.prefers, customer.email) == (way, "")
    assert getattr(customer, field) == value.replace("\r\n", "\n")


def test_pressing_send_twice_makes_one_case(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    first, second = send(client), send(client)
    assert first.location == second.location
    assert len(all_cases()) == 1
    assert db.session.scalar(select(func.count()).select_from(Communication)) == 1


def test_going_back_after_sending_leads_to_the_case_and_not_to_a_second_one(
    client: FlaskClient, cast: Cast
) -> None:
    fill_in(client)
    sent = send(client)
    with time_machine.travel(LATER, tick=False):
        assert client.get("/tell-us/check").location == sent.location.removesuffix("?new=1")
        assert client.get("/tell-us/story").location == "/tell-us/kind"
        assert "Nobody came" not in client.get("/tell-us/kind").text


def test_what_was_sent_is_no_longer_kept_beside_the_case(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    send(client)
    draft = db.session.scalars(select(PortalDraft)).one()
    assert (draft.answers, draft.case_id) == ({}, all_cases()[0].id)
    assert draft.expires_at == LATER + timedelta(hours=1)


@pytest.mark.parametrize(
    ("step", "given", "sentence", "kept"),
    [
        ("kind", {}, "Choose what you want to do", ""),
        ("kind", {"kind": "riot"}, "Choose what you want to do", ""),
        ("story", {"story": " \r\n "}, "Write in a few words what it is about", ""),
        ("story", {"story": "x" * 20_001}, "longer than 20,000 characters", "x" * 20_001),
        ("service", {}, "Choose a service", ""),
        ("service", {"service": "999"}, "Choose a service", ""),
        ("wish", {"wish": "y" * 5_001}, "longer than 5,000 characters", "y" * 5_001),
        ("reach", {}, "Choose how we should answer you", ""),
        ("reach", {"reach": "email", "phone": "555 7777"}, "Enter your email address", "555 7777"),
        ("reach", {"reach": "email", "email": "sorina"}, "in full, like name@example.com", "sorina"),
        ("reach", {"reach": "phone", "phone": "later"}, "with all its digits", "later"),
        ("reach", {"reach": "phone", "email": "a@b.example"}, "Enter your phone number", "a@b.example"),
        ("reach", {"reach": "letter"}, "Enter your postal address", ""),
        ("name", {"name": "z" * 301}, "longer than 300 characters", "z" * 301),
    ],
)
def test_a_wrong_answer_is_shown_again_with_a_sentence_that_leads_to_its_field(
    client: FlaskClient, cast: Cast, step: str, given: dict[str, str], sentence: str, kept: str
) -> None:
    for before, right in COMPLAINT.items():
        if before == step:
            break
        answer(client, before, right)
    response = answer(client, step, given)
    assert response.status_code == 422
    assert "<title>Error: " in response.text
    assert words_on(response.text).count(sentence) == 2
    assert kept in response.text
    assert faults_of(response.text) == []


def test_a_text_at_the_limit_is_taken_whole(client: FlaskClient, cast: Cast) -> None:
    story = "line\r\n" * 3_999 + "lines"
    fill_in(client, story={"story": story})
    send(client)
    assert all_cases()[0].narrative == story.replace("\r\n", "\n")


def test_no_field_lets_the_browser_cut_off_what_is_pasted(client: FlaskClient, cast: Cast) -> None:
    for step, given in COMPLAINT.items():
        assert "maxlength" not in look(client, f"/tell-us/{step}")
        answer(client, step, given)


def test_what_somebody_writes_is_never_taken_for_html(client: FlaskClient, cast: Cast) -> None:
    evil = "<script>alert(1)</script><b>bold</b>"
    fill_in(client, story={"story": evil}, wish={"wish": evil}, name={"name": evil})
    pages = [look(client, f"/tell-us/{step}", at=LATER) for step in ("story", "wish", "name", "check")]
    pages.append(look(client, send(client).location, at=LATER))
    for page in pages:
        assert "<script>alert" not in page
        assert "<b>bold" not in page
        assert "&lt;script&gt;" in page or "alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in pages[3]


def test_a_question_cannot_be_jumped_over(client: FlaskClient, cast: Cast) -> None:
    answer(client, "kind", {"kind": "complaint"})
    for path in ("/tell-us/reach", "/tell-us/check"):
        assert client.get(path).location == "/tell-us/story"
    assert client.get("/tell-us/nonsense").status_code == 404


def test_what_was_left_empty_is_said_to_be_empty(client: FlaskClient, cast: Cast) -> None:
    fill_in(client, wish={"wish": ""}, name={"name": " "})
    assert words_on(look(client, "/tell-us/check")).count("You left this empty") == 2
    send(client)
    customer = all_cases()[0].customer
    assert customer is not None
    assert (customer.name, customer.email) == ("", "sorina@customer.example")


def test_changing_an_answer_leads_back_to_the_check(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    assert "I waited all day." in look(client, "/tell-us/story")
    assert answer(client, "story", {"story": "Another story."}).location == "/tell-us/check"
    send(client)
    assert all_cases()[0].narrative == "Another story."


def test_turning_a_suggestion_into_a_complaint_asks_what_was_not_asked(
    client: FlaskClient, cast: Cast
) -> None:
    answers = {step: given for step, given in COMPLAINT.items() if step != "wish"}
    fill_in(client, answers, kind={"kind": "suggestion"})
    assert answer(client, "kind", {"kind": "complaint"}).location == "/tell-us/wish"


def test_answers_wait_for_seven_days_and_the_link_brings_them_to_another_browser(
    client: FlaskClient, cast: Cast
) -> None:
    answer(client, "kind", {"kind": "complaint"})
    answer(client, "story", {"story": "Half a story"})
    page = look(client, "/tell-us/saved")
    assert "until 30 November 2026" in words_on(page)
    link = page.split("/tell-us/back/")[1].split('"')[0]
    other = client.application.test_client()
    offer = look(other, f"/tell-us/back/{link}", at=NOW + days(6.9))
    assert "Half a story" not in offer
    with time_machine.travel(NOW + days(6.9), tick=False):
        assert other.post(f"/tell-us/back/{link}").location == "/tell-us/service"
    assert "Half a story" in look(other, "/tell-us/story", at=NOW + days(6.9))
    with time_machine.travel(NOW + days(6.9), tick=False):
        spent = client.application.test_client().post(f"/tell-us/back/{link}")
    assert spent.status_code == 404, "whoever sent the link cannot read along"


def test_answers_older_than_seven_days_are_gone_and_the_page_says_so(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    with time_machine.travel(NOW + days(7.1), tick=False):
        assert client.post("/tell-us/check", data={"website": ""}).location == "/tell-us/kind"
    assert "yours are no longer here" in words_on(look(client, "/tell-us/kind", at=NOW + days(7.1)))
    assert all_cases() == []


def test_what_is_typed_after_the_answers_have_expired_is_kept_in_new_ones(
    client: FlaskClient, cast: Cast
) -> None:
    answer(client, "kind", {"kind": "complaint"})
    with time_machine.travel(NOW + days(8), tick=False):
        response = client.post("/tell-us/story", data={"story": "Typed after a week"})
        assert response.location == "/tell-us/kind"
    assert answer(client, "kind", {"kind": "complaint"}, at=NOW + days(8)).location == "/tell-us/service"
    assert "Typed after a week" in look(client, "/tell-us/story", at=NOW + days(8))


def test_old_answers_are_forgotten_and_live_ones_are_not(client: FlaskClient, cast: Cast) -> None:
    answer(client, "kind", {"kind": "complaint"})
    other = client.application.test_client()
    answer(other, "kind", {"kind": "complaint"}, at=NOW + days(3))
    with transaction():
        assert forget_old_drafts(NOW + days(7)) == 1
        assert forget_old_drafts(NOW + days(7)) == 0
    assert drafts() == 1
    assert db.session.scalar(select(func.count()).select_from(PortalTry)) == 0


def test_answers_can_be_deleted_at_once(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    with time_machine.travel(LATER, tick=False):
        client.post("/tell-us/forget")
        assert drafts() == 0
        assert client.get("/tell-us/check").location == "/tell-us/kind"


def test_the_browser_keeps_the_token_away_from_scripts_and_the_table_keeps_its_hash(
    client: FlaskClient, cast: Cast
) -> None:
    cookie = answer(client, "kind", {"kind": "complaint"}).headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/tell-us", "Max-Age=604800"):
        assert part in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) == 43
    assert db.session.scalars(select(PortalDraft.token_hash)).one() != token


def test_a_program_that_fills_in_everything_makes_no_case(client: FlaskClient, cast: Cast) -> None:
    fill_in(client)
    response = send(client, website="https://spam.example")
    assert response.status_code == 422
    assert "people do not see" in response.text
    assert "spam.example" not in response.text
    assert all_cases() == []
    assert send(client).status_code == 302


def test_who_answers_faster_than_a_person_is_asked_to_press_once_more(
    client: FlaskClient, cast: Cast
) -> None:
    fill_in(client)
    response = send(client, at=NOW + timedelta(seconds=1))
    assert response.status_code == 422
    assert "very quick" in response.text
    assert all_cases() == []
    assert send(client, at=NOW + timedelta(seconds=10)).status_code == 302


def test_twenty_cases_an_hour_come_from_one_address_and_the_next_one_keeps_its_answers(
    client: FlaskClient, cast: Cast
) -> None:
    with transaction():
        db.session.add_all(
            PortalTry(what="case", address="127.0.0.1", at=NOW - timedelta(minutes=n)) for n in range(20)
        )
    fill_in(client)
    response = send(client)
    assert response.status_code == 429
    assert "Your answers are kept" in response.text
    assert all_cases() == []
    assert send(client, at=NOW + timedelta(hours=1)).status_code == 302


def test_a_service_that_was_taken_away_meanwhile_is_asked_for_again(client: FlaskClient, cast: Cast) -> None:
    fill_in(client, service={"service": str(cast.inspections.id)})
    with transaction():
        cast.inspections.is_active = False
    response = send(client)
    assert response.status_code == 422
    assert "no longer in our list" in response.text
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    assert answer(client, "service", {"service": "0"}).location == "/tell-us/check"
    assert send(client).status_code == 302


def test_a_page_that_was_open_too_long_gives_the_text_back_and_takes_it_then(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(client, "kind", {"kind": "complaint"})
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    ours = {"Sec-Fetch-Site": "same-origin"}
    old = {"csrf_token": "of yesterday", "story": "A long story"}
    stale = client.post("/tell-us/story", data=old, headers=ours)
    assert stale.status_code == 400
    assert "A long story" in words_on(stale.text)
    again = client.post("/tell-us/story", data=hidden_on(stale.text), headers=ours)
    assert again.location == "/tell-us/service"
    assert "A long story" in look(client, "/tell-us/story")


def test_a_form_from_another_site_changes_nothing(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_in(client)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    foreign = client.post("/tell-us/check", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 400
    assert all_cases() == []
