"""Finding cases: by which words, in what order, page after page, and as fresh as what was just written."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import text

from casework.accounts.models import User
from casework.cases.models import Case, CaseFile, Channel, Kind
from casework.cases.services import NewIssue, open_case
from casework.cases.services.intake import NewCase
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db, transaction
from casework.core.errors import Invalid
from casework.customers.services import Contact
from casework.files.models import Blob, Scan
from casework.search.queries import found as finding
from casework.search.queries.found import Filters, case_named, found
from casework.search.rules import PLACES, asked, contact_part
from casework.search.services import (
    index_cases,
    index_everything,
    index_missing,
    index_waiting,
    note_changed,
)
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]


def titles(user: User, typed: str, filters: Filters | None = None, **more: Any) -> list[str]:
    """The titles of what somebody finds, best first."""
    index_waiting()
    page = found(user, asked(typed), filters or Filters(), contact=contact_part(typed), **more)
    return [case.title for case in page.cases]


def told(cast: Cast, title: str, story: str = "Nothing more.", **more: Any) -> Case:
    """A case with this title and story."""
    return cast.log(narrative=story, issues=(NewIssue(summary=title),), **more)


@pytest.fixture
def kitchen(cast: Cast) -> Case:
    """One case with words at every place."""
    contact = Contact(name="José Núñez-Quill", email="jose.nunez@lakeford.example", phone="(555) 014-2233")
    case = told(
        cast,
        "Kitchen never inspected",
        "Nobody came to the café on Elm Street.",
        desired_outcome="A visit before Easter",
        location="Harbour road 12",
        contact=contact,
    )
    with transaction():
        write_note(case, "The inspector was on leave", author=cast.dana, now=NOW)
        hear_from_customer(case, "There is mold behind the fridge", channel="phone", now=NOW)
        case.tags = ["urgent heating"]
        case.external_reference = "CRM/77-ab"
        note_changed(case.id)
    return case


FOUND = (
    "kitchen", "inspecting", "INSPECTED", "cafe", "café", "nunez", "José", "quill nunez", "easter", "harbour",
    "mold", "leave", "heating", "kitch*", '"never inspected"', '"elm street"', "kitchen mold", "kitchen -lift",
    'kitchen -"inspected never"', "jose.nunez@lakeford.example", "nez@lake", "014-2233", "5550142233", "0142",
    "26-00001", "crm/77-ab", "ab",
)  # fmt: skip
NOT_FOUND = (
    "lift", "kitchen lift", '"inspected never"', "kitchen -mold", 'kitchen -"never inspected"', "dana", "marsh",
    "9999", "kitche", "%", "nobody_came",
)  # fmt: skip


def test_a_case_is_found_by_its_words_wherever_they_stand(cast: Cast, kitchen: Case) -> None:
    assert {typed: titles(cast.dana, typed) for typed in FOUND} == {key: [kitchen.title] for key in FOUND}


def test_and_not_by_others_nor_by_the_names_of_staff(cast: Cast, kitchen: Case) -> None:
    # Two words with a sign between them are a phrase, and that phrase stands there.
    wrong = [typed for typed in NOT_FOUND if asked(typed).wanted and titles(cast.dana, typed)]
    assert wrong == ["nobody_came"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [("kitchen", "title"), ("nunez", "people"), ("easter", "story"), ("mold", "said"), ("leave", "said")],
)
def test_where_the_words_stand_narrows_it(cast: Cast, kitchen: Case, typed: str, place: Any) -> None:
    places = {where: titles(cast.dana, typed, Filters(place=where)) for where in PLACES}
    assert {where for where, there in places.items() if there} == {place}


def test_filters_narrow_it(cast: Cast, kitchen: Case) -> None:
    told(cast, "Lift", "A kitchen too", kind=Kind.ENQUIRY, received_at=NOW - days(10), severity=1)
    both = {"Kitchen never inspected", "Lift"}
    assert set(titles(cast.dana, "kitchen")) == both
    for filters, titles_left in (
        (Filters(kind="enquiry"), {"Lift"}),
        (Filters(severity=2), {kitchen.title}),
        (Filters(is_open=False), set()),
        (Filters(is_open=True), both),
        (Filters(team_id=cast.clinics.id), set()),
        (Filters(service_id=cast.inspections.id), both),
        (Filters(from_at=NOW - days(1)), {kitchen.title}),
        (Filters(before_at=NOW - days(1)), {"Lift"}),
    ):
        assert set(titles(cast.dana, "kitchen", filters)) == titles_left, filters


def test_the_title_counts_more_than_what_was_said_and_then_the_newest_is_first(cast: Cast) -> None:
    said = told(cast, "Something else", "Nothing.")
    with transaction():
        write_note(said, "A leaking tap", author=cast.dana, now=NOW)
    told(cast, "Leaking tap", received_at=NOW - days(40))
    told(cast, "Leaking tap again", received_at=NOW - days(2))
    assert titles(cast.dana, "leaking tap")[-1] == "Something else"


def test_pages_follow_one_another_without_a_gap_over_the_windows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "WINDOW", 4)
    for number in range(9):
        told(cast, f"tap {number}", received_at=NOW - days(number // 2))
    index_waiting()
    seen, after, ranked = list[str](), "", list[int]()
    while True:
        page = found(cast.dana, asked("tap"), Filters(), after=after, size=3)
        seen += [case.title for case in page.cases]
        ranked.append(page.ranked)
        after = page.next
        if not after:
            break
    assert sorted(seen) == [f"tap {number}" for number in range(9)]
    assert set(seen[:4]) == {"tap 0", "tap 1", "tap 2", "tap 3"}, "the newest that match are ranked first"
    assert ranked == [4, 4, 4, 4, 1]


@pytest.mark.parametrize("after", ["x", "bm8", "W10", "WyIiLC0xLDBd", "WyIiLDAsInRydWUiXQ", "////", "é"])
def test_a_cursor_that_was_not_made_here_is_refused(cast: Cast, after: str) -> None:
    with pytest.raises(Invalid, match="not complete"):
        found(cast.dana, asked("tap"), Filters(), after=after)


def test_a_reference_is_known_exactly_also_that_of_another_system(cast: Cast, kitchen: Case) -> None:
    assert case_named(cast.dana, kitchen.reference) == kitchen.reference
    assert case_named(cast.dana, "CRM/77-ab") == kitchen.reference
    assert case_named(cast.dana, "CRM/77") is None


def test_what_was_written_is_found_in_the_same_transaction_and_what_was_changed_no_more(cast: Cast) -> None:
    with transaction():
        new = NewCase(kind=Kind.COMPLAINT, channel=Channel.PHONE, received_at=NOW, narrative="A burst pipe")
        case = open_case(new, actor_id=cast.dana.id, now=NOW)
        assert titles(cast.dana, "burst")
        write_note(case, "Plumber called", author=cast.dana, now=NOW)
        assert titles(cast.dana, "plumber burst")
        case.narrative = "A dripping tap"
        note_changed(case.id)
        assert titles(cast.dana, "dripping plumber")
        assert not titles(cast.dana, "narrative")
    case.issues[0].summary = case.title = "Tap"
    index_cases([case.id])
    assert titles(cast.dana, "burst") == []


def test_file_names_are_found_until_the_file_is_removed(cast: Cast, kitchen: Case) -> None:
    file = case_file(kitchen, "water-bill_may.pdf")
    index_cases([kitchen.id])
    assert titles(cast.dana, "bill", Filters(place="said"))
    file.removed_at = NOW
    index_cases([kitchen.id])
    assert titles(cast.dana, "bill") == []


def case_file(case: Case, name: str) -> CaseFile:
    blob = Blob(sha256="0" * 64, size=1, scan=Scan.CLEAN, seen_at=NOW)
    file = CaseFile(case_id=case.id, blob=blob, name=name, original_name=name, kind="pdf", added_at=NOW)
    db.session.add_all([blob, file])
    db.session.flush()
    return file


def test_however_often_a_case_changes_its_words_are_written_once(cast: Cast, count_queries: Counting) -> None:
    case = cast.log()
    with count_queries() as queries, transaction():
        for _ in range(10):
            note_changed(case.id)
    written = [one for one in queries.statements if one.startswith("INSERT INTO search_documents")]
    assert len(written) == 1
    assert len(queries) <= 4


def test_a_rebuild_may_be_repeated_and_takes_away_what_is_gone(cast: Cast) -> None:
    for number in range(3):
        told(cast, f"tap {number}")
    dana_id = cast.dana.id
    with transaction():
        db.session.execute(text("DELETE FROM search_documents"))
    assert titles(cast.dana, "tap") == []
    assert index_missing() == 3
    assert index_everything() == index_everything() == 3
    dana = db.session.get_one(User, dana_id)
    assert len(titles(dana, "tap")) == 3


def test_a_very_long_story_is_indexed(cast: Cast) -> None:
    story = " ".join(f"word{n}" for n in range(2_600))
    case = told(cast, "Long", story)
    with transaction():
        for part in range(12):
            write_note(case, " ".join(f"note{part}x{n}" for n in range(2_000)), author=cast.dana, now=NOW)
    assert titles(cast.dana, "word2500") == ["Long"]
