"""Ways in, and ways to lose what somebody wrote, that were tried once and stay shut."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.accounts.models import User
from casework.accounts.rules import email_problem
from casework.audit.models import HistoryEntry
from casework.cases.links import link_token
from casework.cases.models import Case, Finding, Relation
from casework.cases.queries import people_of
from casework.cases.services import Decision, assign_case, change_access, decide_issue
from casework.communications.models import Communication, Delivery
from casework.communications.outbox import send_message
from casework.core.config import current_settings
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.core.mailer import FolderMailer, Mail, MailRefused
from casework.customers.services import Contact, find_or_add_customer
from casework.portal.rules import LIMITS
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.faults.stage import log_fields
from tests.portal.stages import heard
from tests.portal.walks import SECRET

NO_MAIL = ("v@x.example\nBcc: other@x.example", "x@[", "a:b;@c", '"', "<")
BEYOND_INTEGERS = 10**25


@pytest.mark.parametrize("address", NO_MAIL)
def test_an_address_that_breaks_the_head_of_a_mail_is_refused_for_good(address: str) -> None:
    mail = Mail(message_id="<1@x>", sender="a@x", sender_name="A", to=address, subject="s", text="t")
    with pytest.raises(MailRefused):
        mail.as_message()
    assert email_problem(address)


def test_a_message_that_cannot_be_written_fails_once_and_is_not_tried_for_ever(
    cast: Cast, tmp_path: Path
) -> None:
    cast.move(cast.log(contact=Contact(name="Odd", email="x@[")), "acknowledge", message="We look into it.")
    queued = db.session.scalars(
        select(Communication).where(Communication.delivery == Delivery.QUEUED)
    ).first()
    assert queued is not None
    mailer = FolderMailer(tmp_path)
    assert send_message(queued.id, mailer=mailer, sender=("a@x", "A"), now=NOW) is Delivery.FAILED


def test_an_address_that_only_looks_alike_is_another_customer(cast: Cast) -> None:
    with transaction():
        first = find_or_add_customer(Contact(email="sorina@gmaïl.example"), now=NOW)
        second = find_or_add_customer(Contact(email="sorina@gmail.example", name="Sorina"), now=NOW)
        again = find_or_add_customer(Contact(email=" Sorina@Gmail.example"), now=NOW)
    assert first.id != second.id
    assert again.id == second.id


def test_the_mail_page_shows_no_mail_of_a_case_that_the_manager_may_not_see(
    client: FlaskClient, cast: Cast
) -> None:
    case = cast.log()
    cast.move(case, "acknowledge", message="We look into it.")
    queued = db.session.scalars(
        select(Communication).where(Communication.delivery == Delivery.QUEUED)
    ).first()
    assert queued is not None
    folder = FolderMailer(current_settings().data_dir / "mail")
    send_message(queued.id, mailer=folder, sender=("a@x.example", "A"), now=NOW)
    sign_in(client, cast.sol)
    assert f"/your-case/{case.reference}/" in client.get("/mail").text
    restrict(case, cast, named=cast.sol)
    assert case.reference not in client.get("/mail").text


def restrict(case: Case, cast: Cast, *, named: User | None = None) -> None:
    with transaction():
        ids = [named.id] if named else []
        change_access(case, restricted=True, named=ids, granted=[cast.ines.id], actor=cast.amara, now=NOW)


def test_every_opening_of_a_restricted_case_is_written_down(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    sign_in(client, cast.amara)
    client.get(f"/cases/{case.reference}")
    assert openings(case) == 0
    restrict(case, cast)
    client.get(f"/cases/{case.reference}")
    client.get(f"/cases/{case.reference}")
    assert openings(case) == 2


def test_letters_that_are_printed_together_open_their_restricted_cases(
    client: FlaskClient, cast: Cast
) -> None:
    case = cast.log(contact=Contact(name="Sorina Ionescu", address="1 Mill Lane"))
    cast.move(case, "acknowledge", message="We look into it.")
    cast.restrict(case, granted=[cast.dana])
    sign_in(client, cast.dana)
    assert client.get("/messages?what=letters").text.count("26-") > 0
    assert openings(case) == 0, "a list opens nothing"
    assert "1 Mill Lane" in client.get("/messages/letters").text
    assert openings(case) == 1


def openings(case: Case) -> int:
    seen = select(func.count()).where(
        HistoryEntry.subject_type == "case",
        HistoryEntry.subject_id == case.id,
        HistoryEntry.verb == "looked_at",
    )
    return db.session.scalar(seen) or 0


def test_saving_who_may_see_a_case_keeps_the_named_who_have_left(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    restrict(case, cast, named=cast.toni)
    with transaction():
        cast.toni.is_active = False
    sign_in(client, cast.amara)
    page = client.get(f"/cases/{case.reference}/access").text
    assert "Toni Brandt" in page
    kept = {"restricted": "yes", "named": str(cast.toni.id), "granted": [cast.amara.id, cast.ines.id]}
    assert client.post(f"/cases/{case.reference}/access", data=kept).status_code == 302
    assert people_of(case.id)[Relation.NAMED] == {cast.toni.id}


def test_whoever_handled_stage_1_decides_no_issue_at_stage_2(cast: Cast) -> None:
    case = cast.investigated()
    with transaction():
        case.stage = 2
    decision = Decision(finding=Finding.NOT_UPHELD, cause_id=cast.not_rebooked.id)
    with pytest.raises(Refused, match="handled stage 1"), transaction():
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    with transaction():
        assert decide_issue(case, 1, decision, actor=cast.pat, now=NOW).finding is Finding.NOT_UPHELD


def test_no_case_is_given_to_somebody_who_can_no_longer_sign_in(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        cast.toni.is_active = False
    with pytest.raises(Refused, match="can no longer sign in"), transaction():
        assign_case(case, to=cast.toni, actor=cast.amara, now=NOW)


def test_the_key_of_somebody_elses_form_does_not_lead_to_their_case(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    form = log_fields(once="known")
    sign_in(client, cast.dana)
    first = client.post("/cases/new", data=form).location
    other = app.test_client()
    sign_in(other, cast.pat)
    second = other.post("/cases/new", data={**form, "narrative": "Another."}).location
    assert first != second
    assert client.post("/cases/new", data=form).location == first


@pytest.mark.parametrize("path", ["notes/new", "heard"])
def test_other_words_under_the_same_key_are_kept_too(client: FlaskClient, cast: Cast, path: str) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    for body in ("First.", "Second.", "Second."):
        client.post(f"/cases/{case.reference}/{path}", data={"once": "k", "body": body, "channel": "phone"})
    bodies = db.session.scalars(select(Communication.body).where(Communication.case_id == case.id))
    assert [body for body in bodies if body in ("First.", "Second.")] == ["First.", "Second."]


def test_a_private_page_takes_only_so_many_messages_an_hour(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    path = f"/your-case/{case.reference}/{link_token(case, SECRET)}/message"
    answers = [
        client.post(path, data={"message": f"Message {number}", "once": str(number)}).status_code
        for number in range(LIMITS["message"].most + 1)
    ]
    assert set(answers[:-1]) == {302}
    assert answers[-1] == 429
    assert len(heard(case)) == LIMITS["message"].most


@pytest.mark.parametrize(
    "path",
    [
        f"/messages/{BEYOND_INTEGERS}",
        f"/improvement/{BEYOND_INTEGERS}",
        f"/performance/received/cases?after={BEYOND_INTEGERS}",
        "/cases/a%00b",
        "/search?q=a%00b",
    ],
)
def test_a_number_or_character_beyond_the_database_is_no_crash(
    client: FlaskClient, cast: Cast, path: str
) -> None:
    sign_in(client, cast.sol)
    assert client.get(path).status_code < 500


def test_a_case_of_a_hundred_years_ago_is_asked_about_and_takes_nobodys_reference(cast: Cast) -> None:
    cast.log()
    with pytest.raises(Refused, match="Check the year"):
        cast.log(received_at=NOW.replace(year=NOW.year - 100))


@pytest.mark.parametrize("back", ["/cases/\r\nSet-Cookie: a=b", "//elsewhere.example/cases/", "/cases/\\x"])
def test_giving_several_cases_leads_back_to_a_page_of_ours_alone(
    client: FlaskClient, cast: Cast, back: str
) -> None:
    sign_in(client, cast.amara)
    given = {"handler_id": str(cast.dana.id), "case": cast.log().reference, "back": back}
    assert client.post("/cases/assign", data=given).location == "/cases/"


def test_one_case_that_cannot_be_opened_does_not_hide_that_others_were_given(
    client: FlaskClient, cast: Cast
) -> None:
    case, hidden = cast.log(), cast.log()
    restrict(hidden, cast)
    sign_in(client, cast.sol)
    given = {"handler_id": str(cast.dana.id), "case": [case.reference, hidden.reference]}
    assert client.post("/cases/assign", data=given).status_code == 302
    db.session.expire_all()
    assert (case.handler_id, hidden.handler_id) == (cast.dana.id, None)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_an_unknown_proxy_does_not_open_the_counts_to_everybody(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_a_subject_never_has_two_lines() -> None:
    mail = Mail(
        message_id="<1@x>", sender="a@x", sender_name="A", to="b@x", subject="a\r\nBcc: c@x", text="t"
    )
    message: EmailMessage = mail.as_message()
    assert message["Bcc"] is None
