"""The timeline of a case: narrowed, a page at a time, each entry with an address of its own."""

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import insert

from casework.audit.models import HistoryEntry
from casework.audit.services import record
from casework.cases.models import Case
from casework.cases.timeline import Entry, runs_of, timeline_of, timeline_page
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db, table_of, transaction
from casework.core.errors import Invalid
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries


def talked_about(cast: Cast) -> Case:
    """A case with a message out, one in, a note and changes, some at the same instant."""
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    with transaction():
        hear_from_customer(case, "The ninth.", channel="email", now=NOW)
        write_note(case, "Van was reassigned.", author=cast.dana, now=NOW + days(1))
    return case


def long_one(cast: Cast, entries: int) -> Case:
    """A case of which there is much to say: half of it history, half of it notes."""
    case = cast.log()
    half = range(entries // 2)
    lines = [
        {
            "subject_type": "case",
            "subject_id": case.id,
            "verb": "moved",
            "summary": f"Line {n}",
            "at": NOW + days(n / 50),
        }
        for n in half
    ]
    notes = [
        {
            "case_id": case.id,
            "direction": Direction.NOTE,
            "purpose": Purpose.NOTE,
            "body": f"Note {n}",
            "written_at": NOW + days(n / 50),
            "delivery": Delivery.INTERNAL,
        }
        for n in half
    ]
    with transaction():
        db.session.execute(
            insert(table_of(HistoryEntry)), [{"before": {}, "after": {}, **line} for line in lines]
        )
        db.session.execute(insert(table_of(Communication)), notes)
    return case


@pytest.mark.parametrize("size", [1, 3, 50])
def test_page_after_page_gives_every_entry_once_in_order(cast: Cast, size: int) -> None:
    case = talked_about(cast)
    whole = [entry.key for entry in timeline_of(case)]
    assert whole == sorted(whole, reverse=True)
    found, before = [], ""
    while True:
        page = timeline_page(case, before=before, size=size)
        found += [entry.key for entry in page.entries]
        if not page.older:
            break
        before = page.older
    assert found == whole


@pytest.mark.parametrize(
    ("show", "looks"),
    [
        ("customer", {"in", "out"}),
        ("messages", {"in", "out"}),
        ("notes", {"note"}),
        ("changes", {""}),
        ("internal", {"note", ""}),
        ("", {"in", "out", "note", ""}),
    ],
)
def test_it_is_narrowed_to_what_is_asked_for(cast: Cast, show: str, looks: set[str]) -> None:
    case = talked_about(cast)
    page = timeline_page(case, show=show)
    assert {entry.look for entry in page.entries} == looks
    assert all(entry.belongs_to(show) for entry in page.entries)
    assert [entry for entry in timeline_of(case) if entry.belongs_to(show)] == page.entries


def test_the_address_of_an_entry_begins_with_it(cast: Cast) -> None:
    case = talked_about(cast)
    for entry in timeline_of(case):
        page = timeline_page(case, at=entry.cursor)
        assert page.entries[0] == entry
        assert not page.is_newest


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "%00", "A" * 500, "WyIyMDI2LTExLTIzIiwwLDFd"])
def test_a_cursor_from_elsewhere_is_answered_with_a_sentence(
    cast: Cast, client: FlaskClient, cursor: str
) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    for part in ("before", "at"):
        answer = client.get(f"/cases/{case.reference}", query_string={part: cursor})
        assert answer.status_code == 400
    with pytest.raises(Invalid):
        timeline_page(case, show="everything else")
    assert client.get(f"/cases/{case.reference}?show=x").status_code == 400


def test_small_entries_in_a_row_are_put_together_from_four_on() -> None:
    def entry(number: int, body: str = "") -> Entry:
        return Entry(at=NOW, icon="dot", look="", who="Casework", what="Moved", body=body, order=(0, number))

    entries = [entry(1), entry(2), entry(3), entry(4, "a reason"), *(entry(n) for n in range(5, 9))]
    assert [len(run) for run in runs_of(entries)] == [1, 1, 1, 1, 4]


@time_machine.travel(NOW)
def test_a_case_with_five_thousand_entries_opens_as_fast_as_any(
    cast: Cast, client: FlaskClient, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    case = long_one(cast, 5000)
    sign_in(client, cast.dana)
    client.get(f"/cases/{cast.log().reference}")
    began = time.perf_counter()
    with count_queries() as queries:
        page = client.get(f"/cases/{case.reference}").text
    assert time.perf_counter() - began < 2
    assert len(queries) <= 12
    assert "Note 2499" in page
    assert "Note 2400" not in page
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older
    assert "Note 2450" in client.get(older[1].replace("&amp;", "&")).text


def test_script_and_long_names_in_an_entry_are_only_words(cast: Cast, client: FlaskClient) -> None:
    case = cast.log(narrative="<script>alert(1)</script>", desired_outcome="<img src=x onerror=alert(2)>")
    name = "<b>" + "x" * 297
    with transaction():
        case.adjustments, case.location, case.tags = name, name, [name]
        record("case", case.id, "moved", name, actor_id=None, at=NOW, after={"reason": name})
        write_note(case, name, author=cast.dana, now=NOW)
    sign_in(client, cast.dana)
    page = client.get(f"/cases/{case.reference}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>xxx" not in page
    assert page.count("&lt;b&gt;xxx") >= 5
