"""The form that extends the time to answer says what is due now, how far it may go, and what has to be told."""

from html import unescape

import time_machine
from flask.testing import FlaskClient

from tests.accounts.people import sign_in
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast
from tests.web.forms import hidden_on


def form_of(client: FlaskClient, reference: str, move: str = "extend") -> str:
    return unescape(client.get(f"/cases/{reference}/moves/{move}").text)


@time_machine.travel(NOW)
def test_it_says_what_is_due_and_how_far_the_process_lets_it_go(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    case = cast.investigated()
    page = form_of(client, case.reference)
    assert "<dt>Due now</dt>" in page
    assert "Answer within 20 working days" in page
    assert "Tue 22 Dec 17:00" in page
    assert "<dt>Latest new date</dt><dd>22 January 2027</dd>" in page
    assert "Latest new date" not in form_of(client, case.reference, "ask_customer")


@time_machine.travel(NOW)
def test_the_standard_may_allow_less_and_say_what_has_to_be_told(cast: Cast, client: FlaskClient) -> None:
    no_standards()
    words = "Tell them whom to complain to."
    make_standard("any", extension_limit=5, extension_unit="calendar_day", extension_words=words)
    sign_in(client, cast.amara)
    page = form_of(client, cast.investigated().reference)
    assert "<dt>Latest new date</dt><dd>13 December 2026</dd>" in page
    assert f"<dt>The customer must read</dt><dd>{words}</dd>" in page


@time_machine.travel(NOW)
def test_what_is_wrong_is_said_beside_its_field(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    at = f"/cases/{cast.investigated().reference}/moves/extend"
    typed = {**hidden_on(client.get(at).text), "f_reason": "", "f_message": "It takes longer."}
    for day, sentence in (
        ("", "Fill in “New date”."),
        ("2026-12-01", "The new date must be later than the present one"),
        ("2027-03-01", "The new date may lie 31 days after"),
    ):
        answer = client.post(at, data={**typed, "f_new_date": day})
        assert answer.status_code == 422
        page = unescape(answer.text)
        beside = page.split('id="f_new_date-err"')[1].split("</p>")[0]
        assert sentence in beside
        assert 'href="#f_new_date"' in page, "the summary leads to the field"
        assert "Fill in “Reason”." in page.split('id="f_reason-err"')[1].split("</p>")[0]
        assert 'id="f_message-err"' not in page


@time_machine.travel(NOW)
def test_where_no_answer_is_owed_the_form_says_nothing_of_it(cast: Cast, client: FlaskClient) -> None:
    no_standards()
    sign_in(client, cast.amara)
    assert "Latest new date" not in form_of(client, cast.investigated().reference)
