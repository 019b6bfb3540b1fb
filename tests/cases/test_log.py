"""Logging a case on one screen: what was typed becomes the case, and nothing typed is ever lost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from html import escape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CasePerson, Channel, Kind, Relation
from casework.cases.services import change_access
from casework.core.db import db, transaction
from casework.customers.models import Consent, Representative
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cases.log_form import STORY, fields, log, no_case, said, the_case
from tests.cast import NOW, Cast
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]
pytestmark = pytest.mark.usefixtures("today")
REP = {"rep_name": "Ana Ionescu", "rep_relation": "daughter", "rep_phone": "555 0177"}
CONSENT = {"rep_consent": "said", "rep_consent_on": "2026-11-20"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def today() -> object:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def dana(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.dana)
    return client


def test_a_call_becomes_a_case_with_its_points_and_what_each_is_about(cast: Cast, dana: FlaskClient) -> None:
    answer = log(
        dana,
        find="555 0142",
        service_id=str(cast.inspections.id),
        severity="3",
        issues_0_summary="Kitchen not inspected",
        issues_0_category="not inspected",
        issues_1_summary="Two messages, nobody called back",
        issues_1_category="Contact > no call BACK",
        desired_outcome="Inspect it",
        adjusted="Large print",
        adjustments="Romanian",
        location="12 Harbor Road",
    )
    case = the_case()
    assert answer.location == f"/cases/{case.reference}"
    assert (case.kind, case.channel, case.severity) == (Kind.COMPLAINT, Channel.PHONE, 3)
    assert [(i.summary, i.category, i.service) for i in case.issues] == [
        ("Kitchen not inspected", cast.not_inspected, cast.inspections),
        ("Two messages, nobody called back", cast.no_call_back, cast.inspections),
    ]
    assert (case.adjustments, case.location) == ("Large print; Romanian", "12 Harbor Road")
    assert case.customer is not None
    assert case.customer.phone == "555 0142", "what stood in the look-up is not lost"
    assert case.received_at.isoformat() == "2026-11-23T14:30:00+00:00"


def test_the_next_page_says_the_reference_the_due_dates_and_where_the_case_is(dana: FlaskClient) -> None:
    page = dana.post("/cases/new", data={**fields(), "next": "1"}, follow_redirects=True)
    assert page.request.path == "/cases/new"
    reference = the_case().reference
    assert f"Saved as {reference}." in page.text
    assert "acknowledge: Fri 27 Nov" in page.text
    assert f'<a href="/cases/{reference}">' in page.text


def test_harm_and_risk_propose_the_severity_and_a_person_may_choose_another(dana: FlaskClient) -> None:
    rows = [
        ("0", "0", "0", 1),
        ("2", "1", "0", 3),
        ("2", "2", "0", 4),
        ("3", "0", "0", 3),
        ("2", "2", "1", 1),
    ]
    for harm, risk, severity, _ in rows:
        assert (
            log(dana, harm=harm, risk=risk, severity=severity, once=f"{harm}{risk}{severity}").status_code
            == 302
        )
    logged = db.session.scalars(select(Case.severity).order_by(Case.id)).all()
    assert list(logged) == [reached for *_, reached in rows]


def test_how_the_severity_was_reached_stands_in_the_history(dana: FlaskClient) -> None:
    log(dana, harm="2", risk="2", severity="2")
    opened = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "opened")).one()
    assert "proposed 4, a person chose 2" in opened.after["severity_why"]


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"narrative": "", "issues_1_summary": ""}, "Say what happened, or name at least one issue."),
    ({"received": ""}, "Give the day and time at which it was received."),
    ({"received": "2026-13-45T99:99"}, "There is no such date and time."),
    ({"received": "2326-11-23T10:00"}, "Check the year"),
    ({"received": "2026-03-08T02:30"}, "The clocks went forward over that time"),
    ({"received": "2026-11-24T10:00"}, "lies in the future"),
    ({"email": "not an address"}, "Write the e-mail address in full"),
    ({"issues_0_category": "juggling"}, "There is no category like that"),
    ({"issues_0_service": "juggling"}, "There is no service like that"),
    ({"service_id": "99999999999999999999"}, "That service can no longer be chosen"),
    ({"customer_id": "99999999999999999999"}, "That customer is no longer there"),
    ({"kind": "ode"}, "Not a valid choice"),
    ({"narrative": "x" * 20_001}, "longer than 20,000 characters"),
    ({"find": "26-00001"}, "Choose the customer of 26-00001 from the list"),
    ({"answer": "I told them."}, "You wrote an answer."),
    (REP, "Say how the customer agreed"),
    ({**REP, **CONSENT, "name": ""}, "Say for whom they act"),
    ({**REP, **CONSENT, "name": "Sorina", "rep_consent_on": "2026-11-24"}, "it cannot lie in the future"),
    ({**CONSENT, "name": "Sorina"}, "Give the name of the person who acts"),
]


def test_what_is_missing_or_odd_is_said_and_nothing_typed_is_lost(dana: FlaskClient) -> None:
    for changes, sentence in REFUSED:
        page = log(dana, **{"issues_1_summary": "A second point", **changes})
        assert page.status_code == 422, sentence
        assert sentence in said(page.text)
        typed = [value for name, value in changes.items() if name in ("answer", "find", "email", "rep_name")]
        assert all(escape(value, quote=True) in page.text for value in typed)
    assert no_case()


def test_somebody_acts_for_the_customer_with_recorded_consent(cast: Cast, dana: FlaskClient) -> None:
    log(dana, name="Sorina Ionescu", rep_write="y", **REP, **CONSENT)
    case, row = the_case(), db.session.scalars(select(Representative)).one()
    assert (row.customer_id, row.person_id) == (case.customer_id, case.representative_id)
    assert (row.consent, row.consent_on.isoformat(), row.recorded_by_id) == (
        Consent.SAID,
        "2026-11-20",
        cast.dana.id,
    )
    assert case.addressee is not None
    assert case.addressee.name == "Ana Ionescu"
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "represented")).one()
    assert "Ana Ionescu (daughter) acts for the customer; consent: said so to us" in entry.summary


def test_script_in_every_field_is_words_and_not_script(dana: FlaskClient) -> None:
    names = ("find", "name", "phone", "email", "address", "rep_name", "rep_relation", "narrative", "answer")
    more = (
        "desired_outcome",
        "location",
        "adjustments",
        "cause",
        "amount",
        "remedy_note",
        "once",
        "replaces",
    )
    rows = ("issues_0_summary", "issues_0_category", "issues_0_service", "issues_0_cause", "issues_0_amount")
    page = log(dana, **dict.fromkeys((*names, *more, *rows), SCRIPT))
    assert page.status_code == 422
    assert SCRIPT not in page.text
    assert page.text.count(escape(SCRIPT)) >= len(names) + len(rows)


def test_a_name_of_300_letters_is_kept_whole(dana: FlaskClient) -> None:
    log(dana, name="Ö" * 300, email="long@customer.example")
    customer = the_case().customer
    assert customer is not None
    assert customer.name == "Ö" * 300


def test_a_second_press_makes_no_second_case_whatever_the_first_did(cast: Cast, dana: FlaskClient) -> None:
    spot = {"answer": "Booked.", "finding": "upheld", "cause": "not rebooked", "resolve": "1"}
    first, second = (
        log(dana, service_id=str(cast.inspections.id), **spot, **REP, **CONSENT, name="Sorina") for _ in "ab"
    )
    assert first.location == second.location == f"/cases/{the_case().reference}"
    assert len(db.session.scalars(select(Representative)).all()) == 1


def test_without_script_find_and_add_a_point_keep_everything_typed(cast: Cast, dana: FlaskClient) -> None:
    cast.log()
    typed = fields(find="ionescu", desired_outcome="A visit", issues_0_summary="First", harm="2")
    found = dana.post("/cases/new", data={**typed, "find_now": "1"})
    assert found.status_code == 200
    assert "Sorina Ionescu" in found.text
    longer = dana.post("/cases/new", data={**typed, "add_point": "1"})
    assert 'name="issues-2-summary"' in longer.text
    for page in (found.text, longer.text):
        for words in (STORY, "A visit", "First", 'value="2" selected', '<option selected value="2">'):
            assert words in page or words in ('value="2" selected', '<option selected value="2">')


def test_customers_are_suggested_only_where_one_may_know_of_them(cast: Cast, dana: FlaskClient) -> None:
    with_toni = cast.log(contact=Contact(name="Yolanda Hidden", phone="555 0999"))
    db.session.add(CasePerson(case_id=with_toni.id, user_id=cast.dana.id, relation=Relation.NAMED))
    db.session.commit()
    cast.log()
    assert "Yolanda" not in dana.get("/cases/new/customers?find=yolanda").text
    assert "phone matches" in dana.get("/cases/new/customers?find=0142").text
    assert log(dana, customer_id=str(with_toni.customer_id)).status_code == 422


def test_an_address_that_is_typed_tells_nobody_whose_it_is(cast: Cast, dana: FlaskClient) -> None:
    contact = Contact(name="Yolanda Hidden", email="y@home.example", phone="555 0999")
    about_dana = cast.log(by=cast.toni, contact=contact)
    with transaction():
        change_access(
            about_dana, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW
        )
    page = log(dana, email="y@home.example", once="one").location
    assert "Yolanda" not in dana.get(page).text
    acting = {"rep_name": "Yolanda Hidden", "rep_email": "y@home.example", "once": "two", **CONSENT}
    page = log(dana, name="Ann Lee", **acting).location
    assert "0999" not in dana.get(page).text
    assert cast.log(by=cast.toni, contact=contact).customer == about_dana.customer, (
        "others find her as before"
    )


def test_the_live_parts_answer_whatever_is_sent(dana: FlaskClient) -> None:
    odd = {
        "received": "x",
        "severity": "9",
        "kind": "ode",
        "service_id": "9" * 30,
        "harm": "-1",
        "find": "%_\x00'\"(",
    }
    for part in ("promises", "customers", "history"):
        answer = dana.get(f"/cases/new/{part}", query_string={**odd, "customer_id": "9" * 30})
        assert answer.status_code == 200, part


def test_the_due_dates_follow_what_is_in_the_form(dana: FlaskClient) -> None:
    page = dana.get("/cases/new/promises?kind=complaint&severity=1&received=2026-11-23T09:00").text
    # Three working days on, and Thursday is Thanksgiving.
    assert "Fri 27 Nov 17:00" in page.replace(" 2026", "")


def test_page_and_save_ask_little_of_the_database(
    cast: Cast, dana: FlaskClient, count_queries: Counting
) -> None:
    cast.log()
    with count_queries() as shown:
        assert dana.get("/cases/new").status_code == 200
    assert len(shown) <= 12, shown.statements
    with count_queries() as saved:
        sent = log(
            dana,
            service_id=str(cast.inspections.id),
            issues_0_summary="Kitchen",
            issues_0_category="not insp",
        )
        assert sent.status_code == 302
    reads = [statement for statement in saved.statements if statement.startswith("SELECT")]
    assert len(reads) <= 12, reads
