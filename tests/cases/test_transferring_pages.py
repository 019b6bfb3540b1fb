"""The pages that change a kind, transfer, and say where a case came from: shown first, saved after."""

from html import unescape

import time_machine
from flask.testing import FlaskClient

from casework.cases.services import change_access
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.web.forms import hidden_on


@time_machine.travel(NOW)
def test_a_kind_is_saved_only_when_its_due_dates_were_shown(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    case = cast.investigated()
    at = f"/cases/{case.reference}/kind"
    typed = {**hidden_on(client.get(at).text), "kind": "enquiry", "reason": "She asks how it works."}
    shown = client.post(at, data=typed)
    assert shown.status_code == 200
    page = unescape(shown.text)
    for words in (
        "Answer within 20 working days",
        "No longer owed",
        "Answer within 10 working days",
        "Tue 8 Dec 17:00",
        "Acknowledged",
    ):
        assert words in page
    assert "She asks how it works." in page, "what was typed is kept"
    db.session.expire_all()
    assert str(case.kind) == "complaint"
    other = client.post(at, data={**hidden_on(shown.text), "kind": "suggestion", "reason": "An idea."})
    assert other.status_code == 200, "another choice is shown again first"
    saved = client.post(at, data={**hidden_on(shown.text), "kind": "enquiry", "reason": "A question."})
    assert saved.status_code == 302
    db.session.expire_all()
    assert str(case.kind) == "enquiry"
    assert "Complaint became an enquiry" in client.get(f"/cases/{case.reference}").text
    lists = [client.get(f"/cases/?view=open&kind={kind}").text for kind in ("enquiry", "complaint")]
    assert [case.reference in page for page in lists] == [True, False]


@time_machine.travel(NOW)
def test_sent_twice_it_is_done_once(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    case = cast.log()
    at = f"/cases/{case.reference}/transfer"
    clinics = str(cast.clinics.id)
    form = {**hidden_on(client.get(at).text), "team_id": clinics, "reason": "Theirs.", "note": "Call first."}
    form["looked"] = f"{clinics}.0"
    assert [client.post(at, data=form).status_code for _ in range(2)] == [302, 302]
    page = client.get(f"/cases/{case.reference}").text
    assert page.count("Transferred from Environmental health to Clinics") == 1
    assert page.count("Call first.") == 1
    assert case.reference in client.get(f"/cases/?view=open&team={clinics}").text


@time_machine.travel(NOW)
def test_a_transfer_shows_what_the_service_brings_and_asks_for_a_department(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.amara)
    case = cast.log()
    at = f"/cases/{case.reference}/transfer"
    empty = client.post(at, data={**hidden_on(client.get(at).text), "reason": "Theirs."})
    assert empty.status_code == 422
    assert "Choose which department gets it." in empty.text
    looked = client.post(at, data={"look": "1", "team_id": str(cast.clinics.id), "reason": "Half typed"})
    assert "Goes on" in looked.text
    assert "Half typed" in looked.text


@time_machine.travel(NOW)
def test_what_cannot_be_done_is_said_instead_of_a_form(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.toni)
    case = cast.log()
    cast.give(case, cast.dana)
    page = client.get(f"/cases/{case.reference}/kind").text
    assert "Somebody else has this case" in page
    assert "<textarea" not in page
    assert "Change the kind" not in client.get(f"/cases/{case.reference}").text


@time_machine.travel(NOW)
def test_staff_named_in_it_meet_none_of_the_pages(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    with transaction():
        change_access(case, restricted=False, named=[cast.sol.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.sol)
    for page in ("kind", "transfer", "came-from"):
        assert client.get(f"/cases/{case.reference}/{page}").status_code == 404
        assert client.post(f"/cases/{case.reference}/{page}", data={"reason": "x"}).status_code == 404


@time_machine.travel(NOW)
def test_the_customers_page_says_where_it_stands_now(cast: Cast, client: FlaskClient) -> None:
    """The private page follows the process of the new kind."""
    from casework.cases.links import private_link

    case = cast.log()
    sign_in(client, cast.amara)
    at = f"/cases/{case.reference}/kind"
    form = {
        **hidden_on(client.get(at).text),
        "kind": "suggestion",
        "reason": "An idea.",
        "looked": "suggestion",
    }
    assert client.post(at, data=form).status_code == 302
    db.session.expire_all()
    link = private_link(case, site_url="", secret_key="a key for tests alone")
    assert "We got your suggestion" in client.get(link).text
