"""Writing to the customer: seen whole before it goes, by their way or another, once."""

from datetime import date
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.services import tick_off, ways_to_tell, write_to_customer
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.web.forms import hidden_on

WORDS = "An inspector comes on Friday. <script>"
WITH_ADDRESS = Contact(name="Sorina Ionescu", email="sorina@customer.example", address="1 Mill Lane")


def written(case: Case) -> list[Communication]:
    db.session.expire_all()
    wanted = select(Communication).where(Communication.case_id == case.id).order_by(Communication.id)
    return list(db.session.scalars(wanted))


@time_machine.travel(NOW)
def test_nothing_goes_before_it_was_seen_and_what_changed_is_seen_again(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    here = f"/cases/{case.reference}/reply"
    form = {"purpose": "tell", "channel": "email", "body": WORDS, "once": "one"}
    unseen = client.post(here, data={**form, "send": "1"})
    assert written(case) == []
    page = unescape(unseen.text)
    for words in ("This is what goes", "Dear Sorina Ionescu,", "News about", "sorina@customer.example"):
        assert words in page
    assert "/your-case/" not in page, "the private link is the customer's alone"
    assert "<script>\n" not in unseen.text
    assert "&lt;script&gt;" in unseen.text
    seen = {**hidden_on(unseen.text), **form, "send": "1"}
    client.post(here, data={**seen, "body": "Something else."})
    assert written(case) == []
    for _ in range(2):
        assert client.post(here, data=seen).status_code == 302
    (message,) = written(case)
    assert message.body.startswith(f"{WORDS}\n\nWe will answer you by Tuesday 22 December 2026.")
    assert (message.delivery, message.author_id) == (Delivery.QUEUED, cast.dana.id)
    assert "/your-case/" in message.text


@time_machine.travel(NOW)
def test_a_question_is_asked_by_the_move_of_the_process_where_it_offers_one(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    fresh, case = cast.log(), cast.investigated()
    assert "To ask them something" not in client.get(f"/cases/{fresh.reference}/reply").text
    here = f"/cases/{case.reference}/reply"
    form = {"purpose": "ask", "channel": "email", "body": "Which day?", "once": "one"}
    shown = client.post(here, data=form).text
    assert client.post(here, data={**hidden_on(shown), **form, "send": "1"}).status_code == 302
    db.session.expire_all()
    assert (case.state, case.is_paused) == ("awaiting_customer", True)
    assert written(case)[-1].purpose is Purpose.QUESTION


@time_machine.travel(NOW)
def test_a_letter_is_printed_and_counts_as_sent_from_the_day_it_was_posted(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    case = cast.log(contact=WITH_ADDRESS)
    here = f"/cases/{case.reference}/reply"
    form = {"purpose": "tell", "channel": "letter", "body": WORDS, "once": "one"}
    shown = client.post(here, data=form).text
    assert "1 Mill Lane" in shown
    made = client.post(here, data={**hidden_on(shown), **form, "send": "1"})
    (letter,) = written(case)
    assert made.location == f"/messages/{letter.id}/letter"
    page = client.get(made.location).text
    for words in ("1 Mill Lane", "23 November 2026", case.reference, "Print it, post it"):
        assert words in page
    assert letter.delivery is Delivery.BY_HAND
    for wrong in ("2026-11-24", "2026-11-20"):
        assert client.post(f"/messages/{letter.id}", data={"what": "done", "on": wrong}).status_code == 422
    assert client.post(f"/messages/{letter.id}", data={"what": "done"}).status_code == 302
    assert written(case)[0].delivery is Delivery.SENT


def test_a_letter_that_was_posted_days_ago_was_sent_then(cast: Cast) -> None:
    case = cast.log(contact=WITH_ADDRESS)
    with transaction():
        letter = write_to_customer(
            case, Purpose.UPDATE, WORDS, author_id=None, now=NOW, intent="letter", channel="letter"
        )
        assert letter is not None
        tick_off(letter, actor=cast.dana, now=NOW + days(4), on=date(2026, 11, 25))
    assert letter.sent_at is not None
    assert letter.sent_at.date() == date(2026, 11, 25)


def test_only_ways_that_the_customer_left_are_offered_their_own_first(cast: Cast) -> None:
    assert ways_to_tell(cast.log(contact=WITH_ADDRESS)) == ["email", "letter"]
    prefers = Contact(name="Sam Low", email="sam@low.example", phone="555 0177", prefers="phone")
    assert ways_to_tell(cast.log(contact=prefers)) == ["phone", "email"]
    with pytest.raises(Refused, match="by that way"):
        write_to_customer(
            cast.log(contact=prefers),
            Purpose.UPDATE,
            "x",
            author_id=None,
            now=NOW,
            intent="x",
            channel="letter",
        )


def test_who_cannot_be_told_is_said_to_be_so(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log(contact=Contact())
    assert "gave no name and no way to be reached" in client.get(f"/cases/{case.reference}/reply").text
    assert client.post(f"/cases/{case.reference}/reply", data={"body": "x"}).status_code == 409
