"""The form that extends the time to answer says what is due now, how far it may go, and what has to be told."""

from html import unescape

import time_machine
from flask.testing import FlaskClient

from tests.accounts.people import sign_in
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast


def form_of(client: FlaskClient, reference: str, move: str = "extend") -> str:
    return unescape(client.get(f"/cases/{reference}/moves/{move}").text)


@time_machine.travel(NOW)
def test_it_says_what_is_due_and_how_far_the_process_lets_it_go(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    case = cast.investigated()
    page = form_of(client, case.reference)
    assert "<dt>Answer within 20 working days</dt>" in page
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
def test_where_no_answer_is_owed_the_form_says_nothing_of_it(cast: Cast, client: FlaskClient) -> None:
    no_standards()
    sign_in(client, cast.amara)
    assert "Latest new date" not in form_of(client, cast.investigated().reference)
