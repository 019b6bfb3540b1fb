"""A whole case on paper: exactly what was seen goes in, and what is left out is in it nowhere."""

import re
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.queries import history_of
from casework.cases.casefile import making
from casework.cases.casefile.document import document_of, entries_of, mark_of, texts_in
from casework.cases.casefile.leaving_out import LeaveOut, issue_numbers, words_in
from casework.cases.casefile.pdf import write_pdf
from casework.cases.casefile.redaction import MARK, NAME_MARK, Redactor, Staff
from casework.cases.models import Case, CasefileRequest, Making
from casework.cases.services import NewIssue
from casework.communications.services import write_note
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

EVERYTHING = LeaveOut(unseen=False)
DANA = Staff("Dana Marsh", "D. Marsh", "dana.marsh@lakeford.example", is_close=True)
MAY = Staff("Theresa May", "T. May", "theresa.may@lakeford.example", is_close=False)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case in which names, contact details and a secret stand in many places."""
    case = cast.investigated(
        narrative="José Núñez told Dana to phone +1 (555) 014-2.\n\nWrite to SORINA@customer.example.",
        issues=(
            NewIssue(summary="Kitchen of Jose\u0301 Nunez", category_id=cast.not_inspected.id),
            NewIssue(summary="Nobody called"),
        ),
        contact=Contact(name="Sorina Ionescu", email="sorina@customer.example", phone="555 0142"),
    )
    with transaction():
        write_note(case, "Ask Dana Marsh about JOSÉ\nNÚÑEZ.", author=cast.dana, now=NOW)
    cast.attach(case, "jose nunez.txt")
    return case


def said(case: Case, leave: LeaveOut) -> str:
    return "\n".join(texts_in(document_of(case, leave, now=NOW)))


@pytest.mark.parametrize(
    ("words", "text", "cleaned"),
    [
        (("secret",), "A Secret, the SECRETS.", f"A {MARK}, the {MARK}S."),
        (("jose nunez",), "José\n  Núñez was here", f"{MARK} was here"),
        (("José",), "Jose\u0301 came", f"{MARK} came"),
        (("secret",), "se\u00adcr\u200bet", MARK),
        (("straße",), "STRASSE 5", f"{MARK} 5"),
        (("an", "banana"), "banana", MARK),
        (("a.c",), "abc a.c", f"abc {MARK}"),
        ((" ", ""), "nothing", "nothing"),
    ],
)
def test_words_are_taken_out_however_they_are_written(
    words: tuple[str, ...], text: str, cleaned: str
) -> None:
    assert Redactor(words=words).clean(text) == cleaned


@pytest.mark.parametrize("written", ["555 0142", "555-0142", "(555) 01.42", "5550142", "+5550142"])
def test_a_number_is_taken_out_however_it_is_grouped(written: str) -> None:
    assert Redactor(numbers=("555 0142",)).clean(f"Phone {written}!") == f"Phone {MARK}!"


def test_names_of_staff_are_taken_out_and_words_of_the_language_stay() -> None:
    redactor = Redactor(staff=(DANA, MAY))
    text = "Dana, Ms Marsh and THERESA MAY (T. May) may write to dana.marsh@lakeford.example about Danapolis."
    cleaned = redactor.clean(text)
    assert cleaned.count(NAME_MARK) == 5
    assert "may write" in cleaned
    assert "Danapolis" in cleaned


def test_everything_is_in_it_unless_it_is_left_out(case: Case) -> None:
    text = said(case, EVERYTHING)
    for words in (
        "José Núñez",
        "Nobody called",
        "sorina@customer.example",
        "Ask Dana Marsh",
        "jose nunez.txt",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("leave", "gone"),
    [
        (LeaveOut(), ("Ask Dana", "jose nunez.txt", "Investigat: done")),
        (replace(EVERYTHING, staff=True), ("Dana", "Marsh", "Quill")),
        (replace(EVERYTHING, contact=True), ("sorina@customer.example", "SORINA@", "555 0142", "555) 014-2")),
        (replace(EVERYTHING, words=("jose nunez",)), ("José", "Nunez", "NÚÑEZ", "jose")),
        (replace(EVERYTHING, sections=frozenset({"customer", "story"})), ("José Núñez told",)),
        (replace(EVERYTHING, issues=frozenset({2})), ("Nobody called",)),
    ],
)
def test_what_is_left_out_is_nowhere(case: Case, leave: LeaveOut, gone: tuple[str, ...]) -> None:
    text = said(case, leave)
    assert [words for words in gone if words in text] == []


def test_one_entry_of_the_timeline_is_left_out(case: Case) -> None:
    note = next(entry for entry in entries_of(case) if "Ask Dana" in entry.body)
    assert "Ask Dana" not in said(case, replace(EVERYTHING, entries=frozenset({note.anchor})))


def test_who_looked_or_printed_is_not_part_of_it(case: Case, cast: Cast) -> None:
    before = mark_of(document_of(case, EVERYTHING, now=NOW))
    with transaction():
        making.note_made(case, EVERYTHING, "PDF", actor=cast.dana, now=NOW)
    assert mark_of(document_of(case, EVERYTHING, now=NOW + timedelta(hours=5))) == before


def choices(**more: Any) -> dict[str, Any]:
    return {"unseen": "y", "words": "jose nunez", "sections": ["clocks"], **more}


def test_what_goes_in_is_seen_before_it_is_made(case: Case, cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    here = f"/cases/{case.reference}/casefile"
    assert "Words to black out everywhere" in client.get(here).text
    page = client.post(here, data=choices(staff="y", do="preview")).text
    sheet = page.split("casefile-sheet", 1)[1]
    assert MARK in sheet
    for words in ("José", "Due dates", "Dana"):
        assert words not in sheet
    assert "jose nunez" in client.post(here, data=choices(do="change")).text, "what was typed comes back"


def seen_in(page: str) -> str:
    found = re.search(r'name="seen"[^>]* value="(\w+)"', page)
    assert found
    return found[1]


def test_printing_is_written_down_and_a_case_that_changed_is_looked_at_again(
    case: Case, cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.dana)
    here = f"/cases/{case.reference}/casefile"
    seen = seen_in(client.post(here, data=choices(unseen="")).text)
    page = client.post(here, data=choices(unseen="", do="print", seen=seen))
    assert (page.status_code, MARK in page.text) == (200, True)
    entry = db.session.scalars(history_of("case", case.id)).first()
    assert entry is not None
    assert (
        entry.summary
        == "Case file made (printed from the browser); left out: due dates, 1 word or phrase blacked out"
    )
    assert "jose" not in str(entry.after).lower()
    with transaction():
        write_note(case, "New.", author=cast.dana, now=NOW)
    again = client.post(here, data=choices(unseen="", do="print", seen=seen))
    assert (again.status_code, "The case changed since you saw this" in again.text) == (409, True)


def test_without_the_library_the_page_says_so(
    case: Case, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.cases.routes.casefile.can_make_pdf", lambda: False)
    monkeypatch.setattr(making, "can_make_pdf", lambda: False)
    sign_in(client, cast.dana)
    page = client.post(f"/cases/{case.reference}/casefile", data=choices()).text
    assert "cannot make PDFs" in page
    assert "Make the PDF" not in page
    with pytest.raises(Refused, match="cannot make PDFs"):
        making.ask_for_casefile(case, LeaveOut(), "", actor=cast.dana, now=NOW)


def asked_for(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch, leave: LeaveOut = EVERYTHING
) -> CasefileRequest:
    monkeypatch.setattr(making, "can_make_pdf", lambda: True)
    seen = mark_of(document_of(case, leave, now=NOW))
    with transaction():
        return making.ask_for_casefile(case, leave, seen, actor=cast.dana, now=NOW, once_key="k")


def fake(document: dict[str, Any], _: datetime) -> bytes:
    return b"%PDF-1.7 " + "\n".join(texts_in(document)).encode()


def test_what_was_asked_for_is_made_once_fetched_and_forgotten(
    app: Flask, case: Case, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_for(case, cast, monkeypatch)
    assert asked_for(case, cast, monkeypatch) is asked
    assert ("cases.make_casefile", (asked.id,)) in app.extensions["publisher"].asked
    sign_in(client, cast.amara)
    here = f"/cases/{case.reference}/casefile/{asked.id}"
    assert "is being made" in client.get(here).text
    assert client.get(f"{here}/pdf").status_code == 409
    with transaction():
        write_note(case, "Written afterwards.", author=cast.dana, now=NOW)
    for _ in range(2):
        assert making.make_casefile(asked.id, fake, NOW) is Making.DONE
    answer = client.get(f"{here}/pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=case-{case.reference}.pdf"
    assert "José Núñez".encode() in answer.data
    assert b"Written afterwards" not in answer.data, "what was seen is what is made"
    assert client.get(f"/cases/{cast.log().reference}/casefile/{asked.id}").status_code == 404
    with transaction():
        making.sweep_casefiles(NOW + timedelta(days=3))
    db.session.expire_all()
    assert (asked.state, asked.document, asked.blob_id) == (Making.EXPIRED, {}, None)
    assert "no longer kept" in client.get(here).text


def test_a_failure_is_told_and_a_lost_task_is_asked_for_again(
    app: Flask, case: Case, cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise OSError("no pango")

    asked = asked_for(case, cast, monkeypatch)
    app.extensions["publisher"].asked.clear()
    with transaction():
        making.sweep_casefiles(NOW + timedelta(minutes=3))
    assert app.extensions["publisher"].asked == [("cases.make_casefile", (asked.id,))]
    assert making.make_casefile(asked.id, broken, NOW) is Making.FAILED
    sign_in(client, cast.dana)
    assert "could not be made" in client.get(f"/cases/{case.reference}/casefile/{asked.id}").text


def test_a_case_that_changed_since_the_preview_is_not_made(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "can_make_pdf", lambda: True)
    with pytest.raises(Conflict, match="changed since you saw this"):
        making.ask_for_casefile(case, EVERYTHING, "another", actor=cast.dana, now=NOW)
    assert db.session.scalar(select(CasefileRequest.id)) is None


def test_words_come_one_a_line_the_longest_first() -> None:
    assert words_in("an\n\n  Ann   Lee \nan\n" + "x" * 500) == ("x" * 200, "Ann Lee", "an")
    assert issue_numbers(["1", "x", "-2", "9999999"]) == {1}


def test_a_real_pdf_has_the_words_that_stay_and_none_that_are_left_out(case: Case, app: Flask) -> None:
    pytest.importorskip("weasyprint")
    leave = LeaveOut(unseen=False, staff=True, contact=True, words=("jose nunez",))
    pdf = write_pdf(document_of(case, leave, now=NOW), NOW)
    assert pdf.startswith(b"%PDF-")
    text = text_in_pdf(pdf)
    assert "Nobodycalled" in text
    for gone in ("Núñez", "Nunez", "Dana", "Marsh", "sorina@", "5550142", "555)014"):
        assert gone.lower() not in text.lower(), gone


def text_in_pdf(pdf: bytes) -> str:
    """Everything that a PDF can show, and everything it says beside that, without spaces."""
    reader: Any = pytest.importorskip("pypdf").PdfReader
    import io

    shown = "".join(page.extract_text() for page in reader(io.BytesIO(pdf)).pages)
    beside = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, flags=re.S):
        try:
            beside.append(zlib.decompress(stream).decode("latin-1"))
        except zlib.error:
            beside.append(stream.decode("latin-1"))
    return "".join((shown + "".join(beside) + pdf.decode("latin-1")).split())
