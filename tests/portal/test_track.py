"""Getting the private link again."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Channel
from casework.communications.models import Communication, Delivery
from casework.core.db import db
from casework.customers.services import Contact
from tests.cast import NOW, Cast
from tests.portal.walks import faults_of, look, page_of, press


def sent() -> list[Communication]:
    db.session.expire_all()
    return list(db.session.scalars(select(Communication).order_by(Communication.id)))


@pytest.mark.parametrize("typed", ["Sorina@Customer.example", "(555) 0142"])
def test_the_link_goes_to_the_address_on_file(client: FlaskClient, cast: Cast, typed: str) -> None:
    case = cast.log()
    response = press(client, "/track", {"reference": f" {case.reference} ", "contact": typed})
    assert response.location == "/track/sent"
    (message,) = sent()
    assert (message.to_address, message.delivery) == ("sorina@customer.example", Delivery.QUEUED)
    assert page_of(case) in message.text


@pytest.mark.parametrize(
    ("reference", "contact"),
    [
        ("26-00001", "other@customer.example"),
        ("26-00001", "555 0143"),
        ("26-00001", "@"),
        ("26-00002", "sorina@customer.example"),
        ("26-99999", "sorina@customer.example"),
        ("x\x00", "sorina@customer.example"),
    ],
)
def test_when_they_do_not_match_the_screen_says_the_same_and_nothing_is_sent(
    client: FlaskClient, cast: Cast, reference: str, contact: str
) -> None:
    cast.log()
    cast.log(contact=Contact(name="Somebody Else", email="else@customer.example"))
    response = press(client, "/track", {"reference": reference, "contact": contact})
    assert (response.status_code, response.location) == (302, "/track/sent")
    assert sent() == []


def test_who_left_no_address_or_asked_for_silence_gets_nothing(client: FlaskClient, cast: Cast) -> None:
    silent = Contact(name="Quiet One", email="quiet@customer.example", do_not_contact=True)
    for case in (cast.log(contact=silent), cast.log(channel=Channel.WEB, by=None, contact=Contact())):
        before = len(sent())
        press(client, "/track", {"reference": case.reference, "contact": "quiet@customer.example"})
        assert len(sent()) == before


def test_asking_again_at_once_sends_one_message_and_later_another(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    given = {"reference": case.reference, "contact": "555 0142"}
    for _ in range(3):
        press(client, "/track", given)
    assert len(sent()) == 1
    press(client, "/track", given, at=NOW + timedelta(minutes=15))
    assert len(sent()) == 2


def test_asking_does_not_end_the_link_that_is_in_use(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    link = page_of(case)
    press(client, "/track", {"reference": case.reference, "contact": "555 0142"})
    assert case.reference in look(client, link)


def test_ten_tries_in_a_quarter_of_an_hour_are_enough(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    for _ in range(10):
        press(client, "/track", {"reference": "26-99999", "contact": "555 0142"})
    given = {"reference": case.reference, "contact": "555 0142"}
    refused = press(client, "/track", given)
    assert refused.status_code == 429
    assert case.reference in refused.text
    assert sent() == []
    assert press(client, "/track", given, at=NOW + timedelta(minutes=16)).status_code == 302
    assert len(sent()) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reference": "", "contact": "555 0142"}, "Enter your reference"),
        ({"reference": "26-00001", "contact": ""}, "Enter the email address or the phone number"),
        ({"reference": "26-00001", "contact": "555 0142", "website": "spam"}, "people do not see"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    client: FlaskClient, cast: Cast, given: dict[str, str], sentence: str
) -> None:
    response = press(client, "/track", given)
    assert response.status_code == 422
    assert sentence in response.text
    assert all(value in response.text for name, value in given.items() if name != "website")
    assert faults_of(response.text) == []
    assert sent() == []
