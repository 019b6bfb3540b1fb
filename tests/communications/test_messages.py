"""Messages that need a person: the lists, whose they are, and the letters on the team board."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient

from casework.cases.board import read_board
from casework.cases.models import Case
from casework.cases.queues import Filters
from casework.cases.services import change_access
from casework.cases.views import soon_after
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish
from casework.communications.queries import NEEDING, messages_needing
from casework.communications.services import Settled, tick_off, ways_to_settle, write_to_customer
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.customers.models import Consent
from casework.customers.services import Contact, NewRepresentative
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]

SORINA = Contact(
    name="Sorina Ionescu", email="sorina@customer.example", phone="555 0101", address="1 Mill Lane"
)


def write(case: Case, channel: str, words: str = "It goes on.") -> Communication:
    with transaction():
        message = write_to_customer(
            case, Purpose.UPDATE, words, author_id=None, now=NOW, intent=f"{case.id}:{words}", channel=channel
        )
    assert message is not None
    return message


@pytest.fixture
def letters(cast: Cast) -> dict[str, Communication]:
    """Two letters of Dana, one of a case that nobody has, a call of Toni, and a mail that did not arrive."""
    cases = {name: cast.log(contact=SORINA) for name in ("dana", "nobody", "toni", "failed")}
    cast.give(cases["dana"], cast.dana)
    cast.give(cases["toni"], cast.toni)
    made = {
        "first": write(cases["dana"], "letter"),
        "second": write(cases["dana"], "letter", "It went on."),
        "free": write(cases["nobody"], "letter"),
        "call": write(cases["toni"], "phone"),
        "failed": write(cases["failed"], "email"),
    }
    with transaction():
        made["failed"].delivery = Delivery.FAILED
    return made


def owed(cast: Cast) -> dict[str, int]:
    board = read_board(cast.amara, cast.health, now=NOW, soon=soon_after(NOW))
    found = {line.user.name.split()[0]: line.owes["letters"] for line in board.lines if line.owes}
    return {**found, **({"nobody": n} if (n := board.nobody_owes.get("letters")) else {})}


def test_each_list_holds_its_messages(cast: Cast, letters: dict[str, Communication]) -> None:
    def listed(what: str) -> set[str]:
        page = messages_needing(cast.amara, Filters(), what=what)
        return {name for name, one in letters.items() if one in page.messages}

    found = {what: listed(what) for what in NEEDING}
    assert found == {
        "all": set(letters),
        "letters": {"first", "second", "free"},
        "calls": {"call"},
        "trouble": {"failed"},
    }


@time_machine.travel(NOW)
def test_the_board_counts_the_letters_and_each_number_opens_them(
    cast: Cast, client: FlaskClient, letters: dict[str, Communication]
) -> None:
    assert owed(cast) == {"Dana": 2, "nobody": 1}
    sign_in(client, cast.amara)
    page = unescape(client.get(f"/cases/board?team={cast.health.id}").text)
    numbers = dict(re.findall(r'<a class="n" href="(/messages[^"]*)" aria-label="([^"]+)"', page))
    assert sorted(numbers.values()) == ["Dana Marsh: 2 letters to post", "Nobody yet: 1 letters to post"]
    for href, words in numbers.items():
        listed = re.findall(r'<td><a href="/messages/(\d+)"', client.get(href).text)
        assert len(listed) == int(words.split(": ")[1].split()[0]), href


@time_machine.travel(NOW)
def test_a_letter_that_was_posted_is_owed_no_more(cast: Cast, letters: dict[str, Communication]) -> None:
    with transaction():
        tick_off(letters["first"], actor=cast.dana, now=NOW)
        tick_off(letters["free"], actor=cast.dana, now=NOW)
    assert owed(cast) == {"Dana": 1}


def test_letters_of_a_case_that_somebody_may_not_see_are_not_counted_for_them(
    cast: Cast, letters: dict[str, Communication]
) -> None:
    case = letters["first"].case
    assert case is not None
    with transaction():
        change_access(case, restricted=False, named=[cast.amara.id], granted=[], actor=cast.sol, now=NOW)
    assert owed(cast) == {"nobody": 1}
    assert letters["first"] not in messages_needing(cast.amara, Filters()).messages


def test_a_long_list_goes_on_where_the_page_before_ended(
    cast: Cast, letters: dict[str, Communication]
) -> None:
    first = messages_needing(cast.amara, Filters(), size=3)
    second = messages_needing(cast.amara, Filters(), size=3, after=first.next)
    assert [*first.messages, *second.messages] == sorted(letters.values(), key=lambda one: one.id)
    assert (len(first.messages), second.next) == (3, 0)


@pytest.mark.parametrize(
    "address", ["?what=nothing", "?after=x", "?after=-1", "?team=x", f"?after={'9' * 30}"]
)
def test_an_address_that_says_nothing_is_refused_with_a_sentence(
    cast: Cast, client: FlaskClient, address: str
) -> None:
    sign_in(client, cast.dana)
    answer = client.get(f"/messages{address}")
    assert answer.status_code == 400
    assert "list" in answer.text or "filter" in answer.text


def bounced(cast: Cast, contact: Contact) -> Communication:
    message = write(cast.log(contact=contact), "email")
    with transaction():
        finish(message, Delivery.FAILED, NOW, "There is no such mailbox.")
    return message


def test_what_came_back_can_go_another_way(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    message = bounced(cast, SORINA)
    assert ways_to_settle(message) == [Settled.AGAIN, Settled.LETTER, Settled.TOLD]
    page = client.get(f"/messages/{message.id}").text
    for words in (
        "Send it by e-mail again",
        "sorina@customer.example",
        "Send it by letter instead",
        "I told them",
    ):
        assert words in page
    answer = client.post(f"/messages/{message.id}", data={"what": "letter"})
    assert answer.location == f"/messages/{message.id}/letter"
    assert "1 Mill Lane" in client.get(answer.location).text
    db.session.expire_all()
    assert (message.channel, message.delivery, message.trouble) == ("letter", Delivery.BY_HAND, "")


def test_it_is_sent_again_to_the_address_that_the_customer_has_now(cast: Cast) -> None:
    message = bounced(cast, Contact(name="Sorina Ionescu", email="wrong@customer.example"))
    assert message.case is not None
    assert message.case.customer is not None
    with transaction():
        message.case.customer.email = "right@customer.example"
        tick_off(message, actor=cast.dana, now=NOW, how=Settled.AGAIN)
    assert (message.to_address, message.delivery) == ("right@customer.example", Delivery.QUEUED)


def test_whoever_told_them_says_so_and_when(cast: Cast) -> None:
    message = bounced(cast, Contact(name="Sorina Ionescu", email="wrong@customer.example"))
    assert ways_to_settle(message) == [Settled.AGAIN, Settled.TOLD]
    with pytest.raises(Refused, match="tell the customer another way"):
        tick_off(message, actor=cast.dana, now=NOW)
    with pytest.raises(Refused, match="lies ahead"):
        tick_off(message, actor=cast.dana, now=NOW, how=Settled.TOLD, on=(NOW + days(1)).date())
    with transaction():
        tick_off(message, actor=cast.dana, now=NOW + days(2), how=Settled.TOLD)
    assert (message.delivery, message.sent_at) == (Delivery.SENT, NOW + days(2))
    assert ways_to_settle(message) == []


@time_machine.travel(NOW)
def test_letters_are_printed_together_and_ticked_off_together(
    cast: Cast, client: FlaskClient, letters: dict[str, Communication]
) -> None:
    sign_in(client, cast.dana)
    page = client.get("/messages/letters").text
    assert page.count('<article class="letter"') == 3
    assert page.count("1 Mill Lane") == 3
    ids = [letters[name].id for name in ("first", "free")]
    answer = client.post("/messages/posted?team=1", data={"message": ids, "on": "2026-11-23"})
    assert answer.location == "/messages?team=1&what=letters"
    db.session.expire_all()
    assert [one.delivery for one in letters.values()] == [
        Delivery.SENT, Delivery.BY_HAND, Delivery.SENT, Delivery.BY_HAND, Delivery.FAILED,
    ]  # fmt: skip
    assert client.get("/messages/letters").text.count('<article class="letter"') == 1


@time_machine.travel(NOW)
def test_one_that_cannot_be_ticked_off_does_not_hold_up_the_others(
    cast: Cast, client: FlaskClient, letters: dict[str, Communication]
) -> None:
    sign_in(client, cast.dana)
    hidden = cast.log(contact=SORINA)
    secret = write(hidden, "letter")
    cast.restrict(hidden)
    ids = [letters["first"].id, secret.id, letters["failed"].id]
    answer = client.post("/messages/posted", data={"message": ids})
    assert answer.status_code == 422
    assert "no such message" in answer.text
    assert "did not arrive" in answer.text
    db.session.expire_all()
    found = [letters["first"].delivery, secret.delivery, letters["failed"].delivery]
    assert found == [Delivery.SENT, Delivery.BY_HAND, Delivery.FAILED]


@time_machine.travel(NOW)
@pytest.mark.parametrize(
    "sent", [{}, {"message": "x"}, {"message": "9" * 40}, {"message": "-1"}, {"message": "1", "on": "soon"}]
)
def test_what_ticks_off_nothing_is_said(
    cast: Cast, client: FlaskClient, letters: dict[str, Communication], sent: dict[str, str]
) -> None:
    sign_in(client, cast.dana)
    assert client.post("/messages/posted", data=sent).status_code == 422
    assert letters["first"].delivery is Delivery.BY_HAND


def test_a_letter_for_a_representative_is_addressed_to_them(cast: Cast, client: FlaskClient) -> None:
    acting = NewRepresentative(
        contact=Contact(name="Lou Acting", address="9 High Street"),
        consent=Consent.WRITTEN,
        consent_on=NOW.date(),
    )
    case = cast.log(contact=SORINA, representative=acting, write_to_representative=True)
    message = write(case, "letter")
    sign_in(client, cast.dana)
    page = client.get(f"/messages/{message.id}/letter").text
    assert "Lou Acting<br>9 High Street" in page


def test_a_list_asks_the_same_however_long_it_is(
    cast: Cast, client: FlaskClient, letters: dict[str, Communication], count_queries: Counting
) -> None:
    sign_in(client, cast.amara)
    asked = []
    for _ in range(2):
        db.session.expire_all()
        with count_queries() as queries:
            assert client.get("/messages").status_code == 200
        asked.append(len(queries))
        for number in range(5):
            write(cast.log(contact=Contact(name=f"Person {number}", address="1 Lane")), "letter")
    assert asked[0] == asked[1] <= 12, queries.statements
