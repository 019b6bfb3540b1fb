"""The private page of a case."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.cases.models import Case, Channel, Finding, Kind
from casework.cases.services import Decision, change_access, decide_issue
from casework.communications.models import Purpose
from casework.communications.services import write_note
from casework.core.db import db, transaction
from casework.customers.services import Contact
from casework.portal.models import PortalTry
from tests.cases.standards import make_standard
from tests.cast import NOW, Cast, days
from tests.portal.stages import answer_it, deliver, heard, said_about
from tests.portal.walks import faults_of, look, page_of, press, words_on

Counting = Callable[[], AbstractContextManager[Any]]


def test_the_page_says_what_happens_next_and_where_it_is(client: FlaskClient, cast: Cast) -> None:
    case = cast.investigated()
    page = look(client, page_of(case))
    words = words_on(page)
    assert "Your complaint about Restaurant inspections" in words
    assert f"Reference {case.reference}. You told us on 23 November 2026." in words
    assert "We send you our answer by 22 December 2026 (in 20 working days)" in words
    assert "Done: We got your complaint 23 November 2026" in words
    assert "We are finding out what happened 23 November 2026" in words
    assert "D. Marsh looks after it." in words
    assert faults_of(page) == []


def test_it_promises_the_soonest_answer_and_no_early_path(client: FlaskClient, cast: Cast) -> None:
    make_standard("early", limit=3, is_early=True)
    make_standard("long", limit=60)
    words = words_on(look(client, page_of(cast.investigated())))
    assert words.count("We send you our answer by") == 1
    assert "We send you our answer by 22 December 2026 (in 20 working days)" in words


def test_steps_that_were_left_out_are_not_claimed(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    cast.move(case, "withdraw", reason="Solved itself")
    words = words_on(look(client, page_of(case)))
    assert "You took your complaint back" in words
    assert "We have finished" in words
    for never in ("We are finding out", "We told you", "not yet", "Solved itself"):
        assert never not in words


def test_a_broken_promise_is_owned_up_to(client: FlaskClient, cast: Cast) -> None:
    words = words_on(look(client, page_of(cast.log()), at=NOW + days(10)))
    assert "We are late. We had promised this by 27 November 2026" in words
    assert "We are sorry." in words


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_page(client: FlaskClient, cast: Cast, kind: Kind) -> None:
    page = look(client, page_of(cast.log(kind=kind)))
    assert "We got your" in words_on(page)
    assert faults_of(page) == []


# What stands in a case, and whether its customer may see it on the private page.
SEEN = [
    ("the words they sent on the web", "Nobody came to inspect", True),
    ("what we wrote to them", "Which day was it?", True),
    ("what they wrote", "It was the ninth.", True),
    ("the short name of who wrote", "D. Marsh", True),
    ("an internal note", "Between us: check the diary", False),
    ("who wrote the note", "Amara", False),
    ("the full name of staff", "Dana Marsh", False),
    ("the team", "Environmental health", False),
    ("the category", "Not inspected", False),
    ("the cause", "Cancelled visit", False),
    ("the severity", "Medium", False),
    ("history", "Start investigating", False),
    ("the finding before it is told", "You were right", False),
]


@pytest.mark.parametrize(("what", "words", "seen"), SEEN, ids=[row[0] for row in SEEN])
def test_the_customer_sees_what_is_theirs_and_nothing_else(
    client: FlaskClient, cast: Cast, what: str, words: str, seen: bool
) -> None:
    case = cast.investigated(channel=Channel.WEB, by=None)
    cast.move(case, "ask_customer", message="Which day was it?")
    press(client, page_of(case, "/message"), {"message": "It was the ninth."})
    db.session.refresh(case)
    with transaction():
        write_note(case, "Between us: check the diary", author=cast.amara, now=NOW)
        decision = Decision(
            finding=Finding.UPHELD, cause_id=cast.not_rebooked.id, remedy=None, remedy_note=""
        )
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    assert (words in look(client, page_of(case))) is seen


def test_what_staff_took_down_on_the_phone_is_not_shown(client: FlaskClient, cast: Cast) -> None:
    case = cast.log(narrative="Caller was upset. Nobody came.")
    assert "Caller was upset" not in look(client, page_of(case))


def test_a_restricted_case_is_still_its_customers(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    with transaction():
        change_access(
            case, restricted=True, granted=[cast.ines.id], named=[cast.dana.id], actor=cast.amara, now=NOW
        )
    assert case.reference in look(client, page_of(case))


def test_nobody_else_learns_the_address_and_nobody_keeps_the_page(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    for more in ("", "/message", "/review"):
        response = client.get(page_of(case, more))
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex, nofollow">' in response.text


def test_a_wrong_link_and_an_unknown_reference_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    case, other = cast.log(), cast.log()
    right = page_of(case)
    wrong = [
        right[:-1] + ("a" if right[-1] != "a" else "b"),
        right + "a",
        page_of(other).replace(other.reference, case.reference),
        "/your-case/26-99999/" + "a" * 26,
        f"/your-case/{case.reference}/é%00",
        "/your-case/%00/" + "a" * 26,
    ]
    answers = [client.get(path) for path in wrong]
    assert {answer.status_code for answer in answers} == {404}
    number = [answer.headers["X-Request-ID"] for answer in answers]
    pages = {answer.text.replace(n, "") for answer, n in zip(answers, number, strict=True)}
    assert len(pages) == 1
    assert "This link does not open anything" in pages.pop()


@pytest.mark.parametrize("more", ["", "/message", "/review"])
def test_a_wrong_link_writes_nothing(client: FlaskClient, cast: Cast, more: str) -> None:
    case = cast.log()
    wrong = f"/your-case/{case.reference}/{'a' * 26}{more}"
    assert client.post(wrong, data={"message": "x", "reason": "x", "answer": "yes"}).status_code == 404
    assert heard(case) == []


def test_after_thirty_wrong_links_the_door_stays_shut_for_a_while(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    with time_machine.travel(NOW, tick=False):
        for _ in range(30):
            assert client.get(f"/your-case/{case.reference}/{'a' * 26}").status_code == 404
        shut = client.get(page_of(case))
    assert shut.status_code == 429
    assert "Wait a few minutes" in words_on(shut.text)
    assert case.reference in look(client, page_of(case), at=NOW + timedelta(minutes=16))


def test_a_new_nonce_ends_the_old_link(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    old = page_of(case)
    with transaction():
        case.link_nonce = "another"
    assert client.get(old).status_code == 404
    assert client.get(page_of(case)).status_code == 200


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding.UPHELD, "You were right"),
        (Finding.NOT_UPHELD, "did not find that we did something wrong"),
        (Finding.NO_FINDING, "did not find that we did something wrong"),
    ],
)
def test_the_finding_is_shown_in_plain_words_once_the_decision_has_gone_out(
    client: FlaskClient, cast: Cast, finding: Finding, words: str
) -> None:
    case = answer_it(cast, cast.investigated(), finding)
    assert words not in words_on(look(client, page_of(case)))
    deliver(case)
    after = look(client, page_of(case))
    assert words in words_on(after)
    assert "You have our answer" in words_on(after)
    assert faults_of(after) == []


def test_a_decision_that_is_on_its_way_is_not_promised_again(client: FlaskClient, cast: Cast) -> None:
    case = answer_it(cast, cast.investigated(contact=Contact(name="Ana Reyes", address="1 Mill Lane")))
    words = words_on(look(client, page_of(case)))
    assert "Our decision is below, under Messages" in words
    assert "We send you our answer by" not in words
    deliver(case)
    words = words_on(look(client, page_of(case)))
    assert "You have our answer" in words
    assert "Our decision is below" not in words


def test_whoever_left_no_way_reads_the_decision_on_the_page(client: FlaskClient, cast: Cast) -> None:
    case = cast.investigated(channel=Channel.WEB, by=None, contact=Contact())
    answer_it(cast, case)
    words = words_on(look(client, page_of(case)))
    assert "You were right" in words
    assert "We did not come. We are sorry." in words


def test_the_page_asks_the_database_at_most_twelve_times(
    client: FlaskClient, cast: Cast, offered: Case, count_queries: Counting
) -> None:
    for number in range(5):
        press(client, page_of(offered, "/message"), {"message": f"Message {number}"})
    path = page_of(offered)
    db.session.expire_all()
    with count_queries() as queries:
        assert client.get(path).status_code == 200
    assert len(queries) <= 12, queries.statements


def test_looking_at_a_case_writes_nothing(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    client.get(page_of(case))
    assert db.session.scalar(select(func.count()).select_from(PortalTry)) == 0


def test_a_proposal_sent_to_the_customer_is_what_the_page_shows(client: FlaskClient, offered: Case) -> None:
    proposal = next(said for said in said_about(offered) if said.purpose is Purpose.PROPOSAL)
    assert words_on(proposal.body) in words_on(look(client, page_of(offered)))
