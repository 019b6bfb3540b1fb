"""Guidance: which text holds, versions, who has read what, and who may write."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.catalogue.guidance.models import Guidance, GuidanceRead
from casework.catalogue.guidance.paragraphs import blocks_of
from casework.catalogue.guidance.queries import current_guidance, guidance_for, has_read, unread_guidance
from casework.catalogue.guidance.services import confirm_read, withdraw_guidance
from casework.catalogue.services import category_by_path, service_by_name
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.faults.stage import at_once, staff, stage

HTMX = {"HX-Request": "true"}


def test_the_text_that_was_written_for_the_most_of_a_case_holds(cast: Cast) -> None:
    with transaction():
        deep = category_by_path(["Food safety", "Not inspected", "School kitchen"])
        food = category_by_path(["Food safety"])
        licences = service_by_name("Licences")
    here, service = cast.not_inspected.id, cast.inspections.id
    assert guidance_for(here, service) is None
    for_service = cast.advise(title="Service", category_id=None, service_id=service)
    assert guidance_for(here, service) is for_service
    above = cast.advise(title="Above", category_id=food.id)
    assert guidance_for(deep.id, service) is above
    own = cast.advise(title="Own")
    both = cast.advise(title="Both", service_id=service)
    for category_id, service_id, expected in [
        (here, service, both),
        (deep.id, service, both),
        (here, licences.id, own),
        (deep.id, None, own),
        (food.id, service, above),
        (cast.no_call_back.id, service, for_service),
        (cast.no_call_back.id, licences.id, None),
        (None, None, None),
        (None, service, for_service),
        (999_999, None, None),
    ]:
        assert guidance_for(category_id, service_id) is expected, (category_id, service_id)


def test_a_category_whose_name_begins_alike_is_not_above(cast: Cast) -> None:
    with transaction():
        other = category_by_path(["Food safety", "Not inspected twice"])
    cast.advise()
    assert guidance_for(other.id, None) is None


def test_a_change_is_the_next_version_and_the_old_one_stays(cast: Cast) -> None:
    first = cast.advise()
    second = cast.advise(title="Changed", seen=1, by=cast.wen, now=NOW + days(1))
    assert (second.version, second.is_current, first.is_current) == (2, True, False)
    assert first.title == "A kitchen was not inspected"
    verbs = db.session.scalars(select(HistoryEntry.summary).where(HistoryEntry.subject_type == "guidance"))
    assert list(verbs) == [
        "Guidance “A kitchen was not inspected” written, version 1",
        "Guidance “Changed” written, version 2",
    ]


def test_the_same_words_again_are_no_new_version(cast: Cast) -> None:
    assert cast.advise() is cast.advise()


def test_whoever_writes_on_an_old_version_is_told_and_nothing_is_undone(cast: Cast) -> None:
    cast.advise()
    changed = cast.advise(title="Somebody else's", seen=1)
    with pytest.raises(Conflict, match="version 2"):
        cast.advise(title="Mine", seen=1)
    with pytest.raises(Conflict):
        cast.advise(title="Mine", seen=0)
    assert guidance_for(cast.not_inspected.id, None) is changed


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"category_id": None}, "Choose the category or the service"),
        ({"category_id": 999_999}, "no such category"),
        ({"service_id": 999_999}, "no such service"),
        ({"body": "", "steps": ()}, "Write what to do"),
    ],
)
def test_guidance_for_nothing_or_without_words_is_refused(
    cast: Cast, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        cast.advise(**changes)


def test_withdrawn_guidance_holds_no_more_and_can_be_written_anew(cast: Cast) -> None:
    first = cast.advise()
    with transaction():
        withdraw_guidance(first, actor=cast.sol, now=NOW)
    assert guidance_for(cast.not_inspected.id, None) is None
    with pytest.raises(Refused, match="nothing to withdraw"):
        withdraw_guidance(first, actor=cast.sol, now=NOW)
    assert cast.advise().version == 2


def test_reading_is_kept_for_each_version_and_person_once(cast: Cast) -> None:
    first = cast.advise()
    assert has_read(cast.sol, first.id), "whoever wrote it has read it"
    with transaction():
        confirm_read(first, actor=cast.dana, now=NOW)
        confirm_read(first, actor=cast.dana, now=NOW)
    assert [one.is_read for one in current_guidance(cast.dana)] == [True]
    assert list(db.session.scalars(unread_guidance(cast.dana))) == []
    second = cast.advise(title="Changed", seen=1)
    assert list(db.session.scalars(unread_guidance(cast.dana))) == [second]
    assert [one.guidance for one in current_guidance(cast.dana, unread=True)] == [second]
    assert current_guidance(cast.sol, unread=True) == []
    with pytest.raises(Refused, match="changed meanwhile"):
        confirm_read(first, actor=cast.toni, now=NOW)
    assert db.session.get(GuidanceRead, (cast.dana.id, first.id)) is not None


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", []),
        ("One\nline.\n\nTwo.", [(False, ["One", "line."]), (False, ["Two."])]),
        (
            "Do:\n- this\n* that\nThen stop.",
            [(False, ["Do:"]), (True, ["this", "that"]), (False, ["Then stop."])],
        ),
        ("- a\n\n- b", [(True, ["a"]), (True, ["b"])]),
        ("<b>x</b>\r\n-5 degrees", [(False, ["<b>x</b>", "-5 degrees"])]),
    ],
)
def test_plain_text_becomes_paragraphs_and_lists(text: str, blocks: list[tuple[bool, list[str]]]) -> None:
    assert [(block.is_list, block.lines) for block in blocks_of(text)] == blocks


def test_the_part_of_the_log_page_costs_three_queries_of_its_own(
    client: FlaskClient, cast: Cast, count_queries: Any
) -> None:
    cast.advise()
    sign_in(client, cast.dana)
    path = f"/guidance/for?category_id={cast.not_inspected.id}&service_id={cast.inspections.id}"
    with count_queries() as queries:
        page = client.get(path, headers=HTMX)
    assert "<h1" not in page.text
    assert "Book a new one." in page.text
    assert len(queries) <= 7
    assert "<h1" in client.get(path).text
    assert "Nobody has written guidance" in client.get("/guidance/for", headers=HTMX).text


@pytest.mark.parametrize(
    "asked", ["category_id=x", "service_id=-1", "category_id=99999999999999", "category_id=%00"]
)
def test_an_id_that_is_none_is_answered_with_a_sentence(client: FlaskClient, cast: Cast, asked: str) -> None:
    sign_in(client, cast.dana)
    page = client.get(f"/guidance/for?{asked}")
    assert page.status_code == 400
    assert "not a category or a service of ours" in page.text


def test_the_case_page_leads_to_the_guidance_and_asks_for_nothing_more(
    client: FlaskClient, cast: Cast
) -> None:
    case = cast.log()
    sign_in(client, cast.dana)
    page = client.get(f"/cases/{case.reference}").text
    assert f"/guidance/for?category_id={cast.not_inspected.id}&amp;service_id={cast.inspections.id}" in page


def test_reading_is_confirmed_on_the_page_and_in_the_part(client: FlaskClient, cast: Cast) -> None:
    text = cast.advise()
    sign_in(client, cast.dana)
    assert "Not yet" in client.get("/guidance").text
    part = client.post(f"/guidance/{text.id}/read", headers=HTMX)
    assert "You have read this version" in part.text
    assert client.post(f"/guidance/{text.id}/read").status_code == 302
    assert "Nothing to read" in client.get("/guidance?unread=1").text


def test_a_manager_writes_changes_and_withdraws(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.sol)
    form = {
        "category_id": str(cast.not_inspected.id),
        "service_id": "0",
        "title": "Visits",
        "steps": "One\n\n Two ",
    }
    assert client.post("/guidance/write", data=form).status_code == 302
    made = db.session.scalars(select(Guidance)).one()
    assert made.steps == ["One", "Two"]
    page = client.get(f"/guidance/{made.id}/edit").text
    assert 'name="seen" type="hidden" value="1"' in page
    change = {"title": "Visits", "steps": "One", "seen": "1"}
    assert client.post(f"/guidance/{made.id}/edit", data=change).status_code == 302
    late = client.post(f"/guidance/{made.id}/edit", data={**change, "body": "My words"})
    assert late.status_code == 409
    assert "My words" in late.text
    newest = db.session.scalars(select(Guidance).order_by(Guidance.id.desc())).first()
    assert newest is not None
    assert newest.version == 2
    assert "This is an old version" in client.get(f"/guidance/{made.id}").text
    assert client.post(f"/guidance/{newest.id}/withdraw").status_code == 302
    assert "No guidance yet" in client.get("/guidance").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "x" * 301}, "longer than 300"),
        ({"steps": "\n".join("x" * 31)}, "at most 30 steps"),
        ({"steps": "x" * 501}, "at most 30 steps"),
        ({"category_id": "7777"}, "Not a valid choice"),
        ({"category_id": "0"}, "Choose the category"),
        ({"steps": ""}, "Write what to do"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_a_sentence(
    client: FlaskClient, cast: Cast, fields: dict[str, str], sentence: str
) -> None:
    sign_in(client, cast.wen)
    form = {"category_id": str(cast.not_inspected.id), "title": "Kept words", "steps": "One", **fields}
    page = client.post("/guidance/write", data=form)
    assert page.status_code in (409, 422)
    assert sentence in page.text


def test_script_in_every_field_is_shown_as_words(client: FlaskClient, cast: Cast) -> None:
    nasty = "<script>alert(1)</script>"
    text = cast.advise(title=nasty, body=f"{nasty}\n\n- {nasty}", steps=(nasty,))
    sign_in(client, cast.sol)
    for path in ("/guidance", f"/guidance/{text.id}", f"/guidance/{text.id}/edit"):
        page = client.get(path).text
        assert nasty not in page, path
        assert "alert(1)" in page, path


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999"])
def test_guidance_that_is_not_there_is_not_found(client: FlaskClient, cast: Cast, number: str) -> None:
    sign_in(client, cast.dana)
    assert client.get(f"/guidance/{number}").status_code == 404


def test_of_two_who_write_the_first_text_at_once_one_is_kept_and_the_other_told(
    fresh_database: str, tmp_path: Path
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        form = {"category_id": str(cast.not_inspected.id), "service_id": "0", "steps": "One"}
        windows = [staff(app, person.email) for person in (cast.sol, cast.wen)]
        acts: list[Callable[[], Any]] = [
            partial(window.post, "/guidance/write", data={**form, "title": f"Text {n}"})
            for n, window in enumerate(windows)
        ]
        assert sorted(answer.status_code for answer in at_once(acts)) == [302, 409]
        db.session.rollback()
        assert len(db.session.scalars(select(Guidance)).all()) == 1
