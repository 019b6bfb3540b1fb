"""Standards as an administrator works on them: published ones taken over, drafts, versions put in force."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.audit.models import HistoryEntry
from casework.catalogue.models import Standard
from casework.catalogue.queries import standards_in_force
from casework.catalogue.standard_in_force import put_standard_in_force, switch_off_standard
from casework.catalogue.standards.published import published_code, published_codes
from casework.catalogue.standards.queries import values_of
from casework.catalogue.standards.services import begin_draft, begin_new, discard_draft, keep_draft, take_over
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.portal.walks import words_on
from tests.web.forms import hidden_on

TODAY = date(2026, 11, 23)
RESPOND = "respond"


def the_standard(code: str = RESPOND) -> Standard:
    return db.session.scalars(select(Standard).where(Standard.code == code).order_by(Standard.number)).first()  # type: ignore[return-value]


def in_force(on: date) -> set[tuple[str, int]]:
    return {(one.code, one.number) for one in db.session.scalars(standards_in_force(on))}


def begun(cast: Cast) -> Standard:
    with transaction():
        return begin_draft(the_standard(), actor_id=cast.wen.id, now=NOW)[0]


@pytest.mark.parametrize("code", published_codes(), ids=lambda code: code.id)
def test_a_published_code_is_added_once_as_drafts_and_nothing_runs_by_them(cast: Cast, code: Any) -> None:
    before = in_force(TODAY)
    for wanted in (len(code.standards), 0):
        with transaction():
            assert len(take_over(code, actor_id=cast.wen.id, now=NOW)) == wanted
    assert in_force(TODAY) == before


def test_a_version_in_force_is_followed_and_never_changed(cast: Cast) -> None:
    old = the_standard()
    kept = values_of(old)
    draft = begun(cast)
    assert begun(cast).id == draft.id, "there is one draft of a standard"
    with transaction():
        draft.limit, draft.in_force_from = 15, TODAY + timedelta(days=10)
        put_standard_in_force(draft, actor_id=cast.wen.id, now=NOW)
    assert {**values_of(old), "in_force_to": None} == kept
    assert (RESPOND, 1) in in_force(TODAY + timedelta(days=9))
    assert (RESPOND, 2) not in in_force(TODAY + timedelta(days=9))
    assert (RESPOND, 2) in in_force(TODAY + timedelta(days=10))
    assert (RESPOND, 1) not in in_force(TODAY + timedelta(days=10))
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "in_force")).one()
    assert "version 2 is in force from 3 December 2026" in entry.summary


def test_what_is_in_force_is_neither_put_in_force_nor_edited_nor_thrown_away(cast: Cast) -> None:
    standard = the_standard()
    with pytest.raises(Refused, match="in force already"):
        put_standard_in_force(standard, actor_id=cast.wen.id, now=NOW)
    with pytest.raises(Refused, match="in force already"):
        keep_draft(standard, values_of(standard), seen="", actor_id=cast.wen.id, now=NOW)
    with pytest.raises(Refused, match="in force already"):
        discard_draft(standard, actor_id=cast.wen.id, now=NOW)


def test_a_version_does_not_begin_before_the_one_it_follows(cast: Cast) -> None:
    draft = begun(cast)
    with transaction():
        the_standard().in_force_from = TODAY + timedelta(days=3)
        draft.in_force_from = TODAY
    with pytest.raises(Refused, match="Choose a later day"):
        put_standard_in_force(draft, actor_id=cast.wen.id, now=NOW)


def test_what_follows_one_that_was_switched_off_before_it_began_leaves_no_two_in_force(cast: Cast) -> None:
    for begins in (TODAY + timedelta(days=30), TODAY):
        draft = begun(cast)
        with transaction():
            draft.in_force_from = begins
            put_standard_in_force(draft, actor_id=cast.wen.id, now=NOW)
        if begins != TODAY:
            with transaction():
                switch_off_standard(draft, actor_id=cast.wen.id, now=NOW)
    held = [
        {number for code, number in in_force(TODAY + timedelta(days=n)) if code == RESPOND}
        for n in (-1, 0, 40)
    ]
    assert held == [{1}, {3}, {3}]


def test_switched_off_no_case_gets_it_and_that_is_done_once(cast: Cast) -> None:
    with transaction():
        switch_off_standard(the_standard(), actor_id=cast.wen.id, now=NOW)
    assert (RESPOND, 1) not in in_force(TODAY)
    with pytest.raises(Refused, match="switched off already"):
        switch_off_standard(the_standard(), actor_id=cast.wen.id, now=NOW)


def test_one_of_the_agencys_own_can_be_written_after_another_was_thrown_away(cast: Cast) -> None:
    values = {name: value for name, value in values_of(the_standard()).items() if name != "code"}
    for wanted in ("respond-own-1", "respond-own-2"):
        with transaction():
            assert begin_new(values, actor_id=cast.wen.id, now=NOW).code == wanted
    with transaction():
        discard_draft(the_standard("respond-own-1"), actor_id=cast.wen.id, now=NOW)
    for wanted in ("respond-own-1", "respond-own-3"):
        with transaction():
            assert begin_new(values, actor_id=cast.wen.id, now=NOW).code == wanted


def test_who_saves_second_is_told_and_undoes_nothing(cast: Cast) -> None:
    draft = begun(cast)
    with pytest.raises(Conflict, match="Somebody else changed this draft"):
        keep_draft(
            draft, {**values_of(draft), "limit": 9}, seen="something else", actor_id=cast.wen.id, now=NOW
        )
    assert draft.limit == 20


def test_the_pages_say_everything_and_a_name_is_never_markup(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        take_over(published_code("fca-disp"), actor_id=cast.wen.id, now=NOW)
        draft = the_standard("fca-disp-payments")
        draft.name, draft.note = "<script>alert(1)</script>", "<b>bold</b>"
    sign_in(client, cast.wen)
    for path in ("", f"/{draft.id}", f"/{draft.id}/edit", "/codes", "/codes/hse-ie", "/new"):
        page = client.get(f"/settings/standards{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>bold" not in page.text
    assert "35 working days in all" in client.get(f"/settings/standards/{draft.id}").text


def test_a_code_names_its_process_and_the_list_what_a_standard_is_limited_to(
    client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.wen)
    at = "/settings/standards"
    code = client.get(f"{at}/codes/fca-disp").text
    assert "“Complaint with summary resolution”" in code
    assert "Add 3 as drafts" in code
    with transaction():
        the_standard().service_id = cast.inspections.id
        the_standard("acknowledge").is_active = False
        take_over(published_code("fca-disp"), actor_id=cast.wen.id, now=NOW)
    assert "All of them are here already" in client.get(f"{at}/codes/fca-disp").text
    page = client.get(at).text
    assert f"complaints, stage 1, about “{cast.inspections.name}”" in page
    assert page.index("In force") < page.index("Switched off") < page.index("Acknowledge within")


TYPED = {
    "name": "Answer soon",
    "promise": "respond",
    "limit": "20",
    "unit": "working_day",
    "starts": "received",
    "kind": "complaint",
    "channel": "",
    "extension_unit": "",
    "stage": "1",
    "severity": "0",
    "service_id": "0",
    "category_id": "0",
    "calendar_id": "0",
    "extension_times": "1",
}


@pytest.mark.parametrize("field", ["service_id", "category_id", "calendar_id"])
@pytest.mark.parametrize("number", ["99999", "-1", "9" * 30])
def test_a_choice_that_is_not_there_is_refused_with_what_was_typed(
    client: FlaskClient, cast: Cast, field: str, number: str
) -> None:
    sign_in(client, cast.wen)
    page = client.post("/settings/standards/new", data={**TYPED, field: number})
    assert page.status_code == 422
    assert "Answer soon" in page.text


def test_a_draft_keeps_the_service_that_nobody_may_choose_any_more(client: FlaskClient, cast: Cast) -> None:
    draft = begun(cast)
    with transaction():
        draft.service_id, draft.category_id = cast.inspections.id, cast.not_inspected.id
        cast.inspections.is_active = cast.not_inspected.is_active = False
    sign_in(client, cast.wen)
    path = f"/settings/standards/{draft.id}/edit"
    page = client.get(path).text
    for row in (cast.inspections, cast.not_inspected):
        assert f'<option selected value="{row.id}">' in page
    mine = {"service_id": str(cast.inspections.id), "category_id": str(cast.not_inspected.id)}
    assert client.post(path, data={**hidden_on(page), **TYPED, **mine}).status_code == 303
    for there in (f"/settings/standards/{draft.id}", "/settings/standards"):
        assert "about “Restaurant inspections”, of the category “Food safety › Not inspected”" in words_on(
            client.get(there).text
        )
    db.session.expire_all()
    assert the_standard_draft().service_id == cast.inspections.id


def test_what_was_typed_over_a_version_that_came_into_force_meanwhile_is_still_there(
    client: FlaskClient, cast: Cast
) -> None:
    draft = begun(cast)
    sign_in(client, cast.wen)
    path = f"/settings/standards/{draft.id}/edit"
    hidden = hidden_on(client.get(path).text)
    with transaction():
        put_standard_in_force(draft, actor_id=cast.wen.id, now=NOW)
    page = client.post(path, data={**hidden, **TYPED})
    assert page.status_code == 422
    assert "in force already" in page.text
    assert 'value="Answer soon"' in page.text


@pytest.mark.parametrize("number", ["99999999999", "9" * 30])
def test_an_address_that_is_nobodys_is_not_found(client: FlaskClient, cast: Cast, number: str) -> None:
    sign_in(client, cast.wen)
    assert client.get(f"/settings/standards/{number}").status_code == 404
    assert client.post(f"/settings/standards/{number}/discard").status_code == 404


def test_a_refused_save_gives_back_every_field_and_says_why(client: FlaskClient, cast: Cast) -> None:
    draft = begun(cast)
    sign_in(client, cast.wen)
    path = f"/settings/standards/{draft.id}/edit"
    hidden = hidden_on(client.get(path).text)
    given = {**hidden, **TYPED, "steps": "sometime: owner", "note": "typed with care"}
    page = client.post(path, data=given)
    assert page.status_code == 422
    for words in ("“sometime” is not a point", "typed with care", "sometime: owner", "Answer soon"):
        assert words in page.text
    given |= {**hidden_on(page.text), "steps": "2 before: owner, supervisor", "see": "1"}
    saved = client.post(path, data=given)
    assert saved.status_code == 303
    assert saved.location == f"/settings/changes/standards/{draft.id}", (
        "what it changes, with the button beside"
    )
    assert f'data-draft-clear="standard:{draft.id}"' in client.get(saved.location).text
    db.session.expire_all()
    kept = the_standard_draft()
    assert (kept.name, kept.note, kept.steps) == (
        "Answer soon",
        "typed with care",
        [{"at": "2 before", "tell": ["owner", "supervisor"]}],
    )
    given |= {"seen": hidden["seen"]}
    page = client.post(path, data=given)
    assert page.status_code == 422
    assert "Somebody else changed this draft" in page.text


def the_standard_draft() -> Standard:
    return db.session.scalars(select(Standard).where(Standard.is_draft)).one()
