"""A list as a file: the same cases in the same order, every one of them, and nothing that a spreadsheet runs."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from casework.cases.services import change_access
from casework.cases.services.tags import tag_case
from casework.core.db import transaction
from casework.core.sheets import guarded
from casework.customers.services import Contact
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days

# Full-width forms and an ideographic space among them.
DANGEROUS = [
    "=1+1",
    "+44 20",
    "-dash",
    "@sum",
    "\tx",
    "\rx",
    "\nx",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "　＝1",
    " =1",
    "\x00=1",
]
HARMLESS = ["-5", "-12.5", "+3", "1e5", "Food = safe", "a-b", ""]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [*HARMLESS, -5, 1.5, None])
def test_the_rest_stays_as_it_is(cell: object) -> None:
    assert guarded(cell) == cell


def rows_of_csv(text: str) -> tuple[dict[str, str], list[str], list[list[str]]]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    at = next(n for n, row in enumerate(rows) if row[0] == "Reference")
    return {row[0]: row[1] for row in rows[:at]}, rows[at], rows[at + 1 :]


def test_a_csv_holds_what_the_screen_shows_in_its_order(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    for number in range(55):
        cast.log(
            narrative=f"Case number {number}.", issues=(), received_at=NOW - days(number % 7), severity=2
        )
    cast.log(severity=4)
    answer = client.get("/cases/export/csv?view=open&severity=2&sort=-due", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    about, _heads, rows = rows_of_csv(answer.get_data(as_text=True))
    assert about["Filter"] == "Severity: Medium"
    assert about["Time zone"] == "America/Chicago"
    assert about["Order"] == "Due next, backwards"
    assert len(rows) == 55
    on_screen: list[str] = []
    address = "/cases/?view=open&severity=2&sort=-due"
    while address:
        page = client.get(address).text
        on_screen += [part.split('"')[0] for part in page.split('name="case" value="')[1:]]
        more = (
            page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in page else ""
        )
        address = more.replace("&amp;", "&")
    assert [row[0] for row in rows] == on_screen


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_hostile_words_are_written_harmless(cast: Cast, client: FlaskClient, kind: str) -> None:
    sign_in(client, cast.amara)
    case = cast.log(narrative="=cmd|' /C calc'!A0", issues=(), contact=Contact(name="＝HYPERLINK(1)"))
    cast.log(narrative="-5", issues=(), received_at=NOW - days(9))
    with transaction():
        tag_case(case, ["@sum"], actor=cast.amara, now=NOW)
    answer = client.get(
        f"/cases/export/{kind}?view=open&cols=reference,title,customer,tags,received", buffered=True
    )
    rows: list[Any]
    if kind == "csv":
        _, _, rows = rows_of_csv(answer.get_data(as_text=True))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        assert book.sheet_names == ["Cases", "About this list"]
        rows = book.get_sheet_by_name("Cases").to_python()[1:]
        assert str(rows[1][3])[:16] == "2026-11-23 09:00", "on the wall of the agency"
    words = {str(cell) for row in rows for cell in row}
    assert {"'=cmd|' /C calc'!A0", "'＝HYPERLINK(1)", "'@sum", "-5"} <= words


def test_a_hidden_case_and_its_people_are_in_no_file(cast: Cast, client: FlaskClient) -> None:
    case = cast.log(contact=Contact(name="Ada Hidden"))
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.dana)
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/cases/export/{kind}?view=open", buffered=True)
        assert answer.status_code == 200
        assert b"Ada Hidden" not in answer.data
        assert case.reference.encode() not in answer.data


def test_an_export_of_what_is_not_allowed_is_a_sentence(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    assert client.get("/cases/export/csv?cols=password").status_code == 400
    assert client.get("/cases/export/pdf?view=open").status_code == 404
