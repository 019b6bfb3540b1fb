"""Resolving a case on the call on which it is logged, within the limits of whoever does it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.cases.models import DecisionState, Finding, Remedy
from casework.catalogue.limits import Allowed, limits_table, remedy_limits, set_remedy_limits
from casework.communications.models import Communication, Delivery
from casework.core.db import db
from tests.accounts.people import sign_in
from tests.cases.log_form import log, no_case, said, the_case
from tests.cast import NOW, Cast

WORDS = "I booked the visit for Friday while we spoke."
SPOT = {"resolve": "1", "answer": WORDS, "finding": "upheld", "cause": "cancelled visit not rebooked"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def dana(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.dana)
    return client


def resolve(client: FlaskClient, cast: Cast, **changes: str) -> str:
    """What the page says at the top when it refuses; empty when the case was saved."""
    answer = log(client, **{**SPOT, "service_id": str(cast.inspections.id), "severity": "2", **changes})
    return said(answer.text) if answer.status_code == 422 else ""


def test_case_decision_answer_and_message_are_saved_at_once(cast: Cast, dana: FlaskClient) -> None:
    assert resolve(dana, cast, remedy="refund", amount="25.50", remedy_note="Fee of the visit") == ""
    case = the_case()
    assert (case.state, case.first_contact, case.finding) == ("responded", True, "upheld")
    issue = case.issues[0]
    assert (issue.finding, issue.cause, issue.remedy) == (Finding.UPHELD, cast.not_rebooked, Remedy.REFUND)
    assert (issue.remedy_amount, issue.remedy_note) == (2550, "Fee of the visit")
    assert case.decision_state is DecisionState.SENT, "who is on the phone has heard it"
    message = db.session.scalars(select(Communication).where(Communication.case_id == case.id)).one()
    assert (message.delivery, message.author_id) == (Delivery.SENT, cast.dana.id)
    assert WORDS in message.body


def test_each_point_may_be_decided_apart_and_money_for_all_is_given_once(
    cast: Cast, dana: FlaskClient
) -> None:
    rows = {
        "issues_0_summary": "Not inspected",
        "issues_1_summary": "Nobody called",
        "issues_2_summary": "Charged twice",
        "issues_1_finding": "not_upheld",
        "issues_1_remedy": "explanation",
    }
    assert resolve(dana, cast, remedy="payment", amount="10", **rows) == ""
    decided = [(i.finding, i.remedy, i.remedy_amount) for i in the_case().issues]
    assert decided == [
        (Finding.UPHELD, Remedy.PAYMENT, 1000),
        (Finding.NOT_UPHELD, Remedy.EXPLANATION, None),
        (Finding.UPHELD, Remedy.PAYMENT, None),
    ]
    assert the_case().finding == "partly_upheld"


BEYOND: list[tuple[dict[str, str], str]] = [
    ({"remedy": "refund", "amount": "50.01"}, "Front-line staff may offer a refund of up to $50.00 on the spot."),
    ({"remedy": "policy_change"}, "Front-line staff may not offer a policy change on the spot, only: an apology"),
    ({"severity": "3"}, "A case of severity 3 cannot be resolved on the spot by front-line staff (up to severity 2)."),
    ({"remedy": "refund", "amount": "a lot"}, "The amount must be a number such as 25 or 25.50."),
    ({"remedy": "refund", "amount": "1.005"}, "more decimals than USD has"),
    ({"remedy": "refund", "amount": "9" * 28}, "The amount is larger than can be kept."),
    ({"remedy": "refund", "amount": "-5"}, "The amount must be a number"),
    ({"remedy": "refund"}, "Say how much the refund comes to."),
    ({"remedy": "apology", "amount": "5"}, "An amount belongs to a refund or a payment"),
    ({"answer": ""}, "Write what you told the customer"),
    ({"cause": ""}, "Say why it happened: a finding needs a cause."),
    ({"cause": "moonlight"}, "There is no cause like that"),
    ({"finding": ""}, "Say what was found"),
    ({"service_id": "0"}, "Choose the service that it is about"),
    (
        {"issues_0_summary": "A", "issues_1_summary": "B", "remedy": "refund", "amount": "30",
         "issues_1_remedy": "refund", "issues_1_amount": "30"},
        "Front-line staff may offer a refund of up to $50.00 on the spot.",
    ),
]  # fmt: skip


def test_what_is_beyond_the_limits_or_missing_is_said_and_nothing_is_saved(
    cast: Cast, dana: FlaskClient
) -> None:
    for changes, sentence in BEYOND:
        assert sentence in resolve(dana, cast, **changes)
    assert no_case()


def test_the_refusal_says_who_may_and_they_may(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    assert resolve(client, cast, severity="4", remedy="payment", amount="1,200.00") == ""
    assert the_case().issues[0].remedy_amount == 120_000


@pytest.mark.parametrize(
    ("kind", "more"), [("enquiry", {}), ("compliment", {}), ("suggestion", {"outcome": "adopted"})]
)
def test_other_kinds_are_resolved_with_words_alone(
    cast: Cast, dana: FlaskClient, kind: str, more: dict[str, str]
) -> None:
    log(dana, kind=kind, answer="Yes, until six o'clock.", resolve="1", **more)
    case = the_case()
    assert (case.state, case.first_contact) == ("responded", True)
    assert case.decision_state is DecisionState.SENT


def test_the_answer_to_a_letter_goes_into_the_outbox(cast: Cast, dana: FlaskClient) -> None:
    assert resolve(dana, cast, channel="letter", name="Sorina", email="sorina@customer.example") == ""
    assert the_case().decision_state is DecisionState.QUEUED


def test_by_letter_without_an_address_nothing_can_be_answered(cast: Cast, dana: FlaskClient) -> None:
    assert "The customer cannot be reached" in resolve(dana, cast, channel="letter")
    assert no_case()


def test_an_administrator_sets_what_each_role_may_offer(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.wen)
    page = client.get("/cases/limits").text
    assert 'name="frontline-refund-most"' in page
    sent = {"frontline-refund-may": "y", "frontline-refund-level": "3", "frontline-refund-most": "80"}
    wrong = client.post("/cases/limits", data={**sent, "frontline-refund-most": "much"})
    assert wrong.status_code == 422
    assert "Front-line, Refund: The amount must be a number" in said(wrong.text)
    assert client.post("/cases/limits", data=sent).status_code == 302
    db.session.info.pop("remedy_limits", None)
    assert {key: (one.max_severity, one.most_amount) for key, one in limits_table().items()} == {
        ("frontline", "refund"): (3, 8000)
    }
    assert remedy_limits()["frontline"]["refund"].words == "$80.00"
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "limits_changed")).one()
    assert entry.before["limits"]["frontline refund"] == [2, 5000]


def test_a_changed_limit_holds_at_once(cast: Cast, dana: FlaskClient) -> None:
    set_remedy_limits({("frontline", "apology"): Allowed(4)}, actor_id=None, now=NOW)
    db.session.commit()
    assert "may not offer a refund on the spot, only: an apology" in resolve(
        dana, cast, remedy="refund", amount="5"
    )
    assert resolve(dana, cast, remedy="apology", severity="4") == ""


def test_the_form_says_what_this_person_may_offer(cast: Cast, dana: FlaskClient) -> None:
    page = " ".join(dana.get("/cases/new").text.split())
    assert "refund up to $50.00" in page
    assert "severity up to 2." in page
