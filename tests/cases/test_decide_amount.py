"""What a refund or a payment comes to, said where an issue is decided: kept, shown, and within the limits."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.models import Case, Finding, Remedy
from casework.cases.queries.seen import move_mark
from casework.cases.services import Decision, NewIssue, decide_issue
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import sign_in
from tests.cases.log_form import said
from tests.cast import NOW, Cast


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def decide(client: FlaskClient, case: Case, cast: Cast, **changes: str) -> str:
    """What the page says at the top when it refuses; empty when it was saved."""
    at = f"/cases/{case.reference}/issues/1"
    seen = re.search(r'name="seen"[^>]* value="([^"]*)"', client.get(at).text)
    data = {
        "finding": "upheld",
        "cause_id": str(cast.not_rebooked.id),
        "remedy": "refund",
        "seen": seen[1] if seen else "",
        **changes,
    }
    answer = client.post(at, data=data)
    db.session.expire_all()
    return said(answer.text) if answer.status_code == 422 else ""


def test_the_amount_is_kept_shown_and_taken_away_again(cast: Cast, client: FlaskClient) -> None:
    case = cast.investigated()
    sign_in(client, cast.dana)
    assert decide(client, case, cast, amount="25.50") == ""
    assert (case.issues[0].remedy, case.issues[0].remedy_amount) == (Remedy.REFUND, 2550)
    assert "$25.50" in client.get(f"/cases/{case.reference}").text
    assert 'value="25.50"' in client.get(f"/cases/{case.reference}/issues/1").text
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "issue_decided")).one()
    assert (entry.before["remedy_amount"], entry.after["remedy_amount"]) == (None, 2550)
    assert decide(client, case, cast, amount="") == ""
    assert case.issues[0].remedy_amount is None


REFUSED = {
    "not a number": ("frontline", {"amount": "lots"}, "must be a number"),
    "parts of a cent": ("frontline", {"amount": "1.005"}, "more decimals than USD has"),
    "too large to keep": ("supervisor", {"amount": "9" * 29}, "larger than can be kept"),
    "no money": ("supervisor", {"amount": "5", "remedy": "apology"}, "An amount belongs to a refund"),
    "no remedy": ("supervisor", {"amount": "5", "remedy": ""}, "An amount belongs to a refund"),
    "beyond the limit": ("frontline", {"amount": "50.01"}, "may offer a refund of up to $50.00 on the spot"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_taken_is_said_and_stays_in_the_form(cast: Cast, client: FlaskClient, name: str) -> None:
    role, changes, sentence = REFUSED[name]
    case = cast.investigated()
    sign_in(client, cast.dana if role == "frontline" else cast.amara)
    assert sentence in decide(client, case, cast, **changes)
    assert case.issues[0].finding is None
    answer = client.post(f"/cases/{case.reference}/issues/1", data={"finding": "upheld", **changes})
    assert f'value="{changes["amount"]}"' in unescape(answer.text)


def test_the_limit_holds_for_all_issues_together_and_not_for_a_supervisor(cast: Cast) -> None:
    points = (NewIssue(summary="Charged twice"), NewIssue(summary="Came for nothing"))
    case = cast.investigated(issues=points)

    def give(number: int, amount: int, by: User) -> None:
        decision = Decision(
            finding=Finding.UPHELD,
            cause_id=cast.not_rebooked.id,
            remedy=Remedy.REFUND,
            remedy_amount=amount,
        )
        with transaction():
            decide_issue(case, number, decision, actor=by, now=NOW)

    give(1, 3000, cast.dana)
    with pytest.raises(Refused, match=r"a refund of up to \$50"):
        give(2, 2001, cast.dana)
    give(2, 2000, cast.dana)
    give(2, 900_000, cast.amara)
    give(2, 900_000, cast.dana)  # What a supervisor decided may be said again, with other words.


def test_a_move_looks_at_the_amount_that_its_form_saw(cast: Cast) -> None:
    case = cast.investigated()
    before = move_mark(case)
    case.issues[0].remedy_amount = 4000
    assert move_mark(case) != before
