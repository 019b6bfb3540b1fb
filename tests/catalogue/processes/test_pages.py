"""Settings > Processes as an administrator walks it: every page whole, nothing typed lost, no name run as code."""

import io
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.catalogue.processes import services
from casework.catalogue.processes.files import to_toml
from casework.catalogue.processes.models import ProcessDraft
from casework.catalogue.processes.queries import newest_version
from casework.catalogue.queries import current_process
from casework.core.db import db, transaction
from casework.workflow.validation import problems
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.portal.walks import Elements, faults_of, words_on
from tests.web.forms import hidden_on

AT = "/settings/processes"
EVIL = '<script>alert("x")</script>'


@pytest.fixture
def wen(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.wen)
    return client


@pytest.fixture
def draft(cast: Cast, wen: FlaskClient) -> ProcessDraft:
    version = newest_version("complaint")
    assert version is not None
    answer = wen.post(f"{AT}/versions/{version.id}/copy")
    assert answer.status_code == 303
    return the_draft()


def the_draft() -> ProcessDraft:
    db.session.expire_all()
    return db.session.scalars(select(ProcessDraft)).one()


def look(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert faults_of(answer.text) == []
    return str(answer.text)


def form_on(page: str) -> dict[str, Any]:
    """What a browser would send of the form with the id "edit", unchanged."""
    form = page.split('id="edit"', 1)[1].split("</form>", 1)[0]
    given: dict[str, Any] = dict(hidden_on(form))
    for attrs in Elements(form).named("input"):
        kind, name = attrs.get("type", "text"), attrs.get("name", "")
        if kind == "checkbox" and "checked" in attrs:
            given.setdefault(name, []).append(attrs.get("value", "y"))
        elif kind not in ("checkbox", "hidden", "submit"):
            given[name] = attrs.get("value", "")
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
        given[name] = inside.strip().replace("&#39;", "'").replace("&amp;", "&")
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', inside)
        given[name] = chosen[1] if chosen else ""
    return given


def place(part: str, name: str) -> int:
    rows = the_draft().definition[part]
    return next(n for n, row in enumerate(rows) if row["name"] == name)


def test_the_list_names_versions_and_what_new_cases_begin_with(cast: Cast, wen: FlaskClient) -> None:
    cast.log()
    page = look(wen, AT)
    said = words_on(page)
    assert "New complaints begin with Complaint in two stages, version 1" in said
    assert "came with Casework" in said
    assert f'href="{AT}/versions/{current_process("complaint").id}"' in page
    assert "Processes" in look(wen, "/settings")


def test_a_version_is_drawn_and_said_in_words(cast: Cast, wen: FlaskClient) -> None:
    cast.log()
    page = look(wen, f"{AT}/versions/{current_process('complaint').id}")
    assert "<svg" in page
    said = words_on(page)
    assert "1 open case has it." in said
    assert "every issue has a finding and a cause" in said
    assert "stops the promise to acknowledge" in said
    assert "front-line staff, supervisors, managers" in said
    assert "Move its open cases" in said


def test_a_file_goes_out_and_comes_in_again(cast: Cast, wen: FlaskClient) -> None:
    version = current_process("enquiry")
    file = wen.get(f"{AT}/versions/{version.id}/file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="enquiry-1.toml"'
    assert file.text == to_toml(version.definition)
    changed = file.text.replace(str(version.definition["title"]), "Enquiry from a file")
    answer = wen.post(f"{AT}/bring-in", data={"file": (io.BytesIO(changed.encode()), "x.toml")})
    assert answer.status_code == 303
    assert the_draft().definition["title"] == "Enquiry from a file"
    look(wen, answer.location)
    for content in (b"<html>", b"", b"\x00\xff"):
        refused = wen.post(f"{AT}/bring-in", data={"file": (io.BytesIO(content), "x.toml")})
        assert refused.status_code == 422
        assert "There is a problem" in refused.text
        assert faults_of(refused.text) == []


def test_every_page_of_a_draft_is_whole(wen: FlaskClient, draft: ProcessDraft) -> None:
    for path in ("", "/state", "/state?at=0", "/move", "/move?at=1", "/publish"):
        look(wen, f"{AT}/drafts/{draft.id}{path}")
    for path in ("/state?at=99", "/move?at=99"):
        assert wen.get(f"{AT}/drafts/{draft.id}{path}").status_code == 404
    assert wen.get(f"{AT}/drafts/{draft.id}/move?at=x").status_code == 400


@pytest.mark.parametrize("number", range(20))
def test_a_move_saved_unchanged_stays_the_same(wen: FlaskClient, draft: ProcessDraft, number: int) -> None:
    if number >= len(draft.definition["move"]):
        pytest.skip("There is no such move.")
    before = draft.definition["move"][number]
    path = f"{AT}/drafts/{draft.id}/move?at={number}"
    answer = wen.post(path, data=form_on(wen.get(path).text))
    assert answer.status_code == 303, words_on(answer.text)
    after = the_draft().definition["move"][number]
    assert {**after, "clocks": after.get("clocks")} == {**before, "clocks": before.get("clocks")}


def test_a_move_is_changed_by_its_form(wen: FlaskClient, draft: ProcessDraft) -> None:
    path = f"{AT}/drafts/{draft.id}/move?at={place('move', 'extend')}"
    given = form_on(wen.get(path).text)
    given |= {"g_extension_left.0_max": "2", "label": "Take longer", "roles": ["manager"], "stage": "2"}
    given |= {"f3_label": "How sure", "f3_kind": "choice", "f3_choices": "sure = Sure\r\nNot so sure"}
    given["effects"] = ["extend", "pause"]
    assert wen.post(path, data=given).status_code == 303
    move = the_draft().definition["move"][place("move", "extend")]
    assert {"name": "extension_left", "max": 2} in move["guards"]
    assert (move["label"], move["roles"], move["stage"]) == ("Take longer", ["manager"], 2)
    assert move["clocks"] == {"pause": True, "extend": True}
    assert move["field"][3] == {
        "name": "how_sure", "label": "How sure", "kind": "choice",
        "choices": [["sure", "Sure"], ["not_so_sure", "Not so sure"]],
    }  # fmt: skip


@pytest.mark.parametrize("value", [5, ["x"], {"a": 1}, True])
def test_a_rule_with_a_number_for_a_word_can_be_mended(
    wen: FlaskClient, draft: ProcessDraft, value: object
) -> None:
    definition = deepcopy(draft.definition)
    number = place("move", "extend")
    definition["move"][number]["guards"] = [
        {"name": "due_before", "days": value, "field": value},
        {"name": "within_window", "window": value},
    ]
    with transaction():
        services.save_draft(draft, definition, seen=draft.version, actor=draft.started_by, now=NOW)
    page = look(wen, f"{AT}/drafts/{draft.id}/move?at={number}")
    assert "has a wrong parameter" in words_on(page)


def test_nothing_typed_is_lost_when_a_form_is_refused(wen: FlaskClient, draft: ProcessDraft) -> None:
    path = f"{AT}/drafts/{draft.id}/move"
    given = form_on(wen.get(path).text)
    given |= {
        "label": "",
        "f0_hint": "Say it plainly",
        "g_due_before.0_on": "y",
        "g_due_before.0_days": "soon",
    }
    answer = wen.post(path, data=given)
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    for words in (
        "Say it plainly",
        'value="soon"',
        "Write a whole number from 1 to 36500",
        "Give it a label",
    ):
        assert words in answer.text
    assert the_draft().version == draft.version


def test_a_state_is_added_renamed_and_removed(wen: FlaskClient, draft: ProcessDraft) -> None:
    path = f"{AT}/drafts/{draft.id}/state"
    given = form_on(wen.get(path).text)
    given |= {"label": "With the board", "public_label": "Our board looks at it", "step": "Investigating"}
    assert wen.post(path, data=given).status_code == 303
    page = look(wen, f"{AT}/drafts/{draft.id}")
    assert "State &#39;with_the_board&#39; cannot be reached" in page
    assert f"/drafts/{draft.id}/state?at={place('state', 'with_the_board')}" in page
    taken = form_on(wen.get(path).text) | {"label": "With the board", "public_label": "x"}
    assert "is taken by another state" in wen.post(path, data=taken).text
    at = place("state", "awaiting_customer")
    assert "Moves that go with it: Ask the customer" in words_on(look(wen, f"{path}?at={at}"))
    seen = the_draft().version
    gone = wen.post(f"{AT}/drafts/{draft.id}/remove", data={"part": "state", "at": at, "seen": seen})
    assert gone.status_code == 303
    assert "awaiting_customer" not in str(the_draft().definition)
    again = wen.post(f"{AT}/drafts/{draft.id}/remove", data={"part": "state", "at": at, "seen": seen})
    assert again.status_code == 409


def test_two_who_edit_do_not_undo_each_other(cast: Cast, wen: FlaskClient, draft: ProcessDraft) -> None:
    path = f"{AT}/drafts/{draft.id}"
    mine = form_on(wen.get(path).text) | {"title": "Mine"}
    assert wen.post(path, data=form_on(wen.get(path).text) | {"title": "Theirs"}).status_code == 303
    refused = wen.post(path, data=mine)
    assert refused.status_code == 409
    assert "saved this draft after you opened it" in words_on(refused.text)
    assert 'value="Mine"' in refused.text
    assert the_draft().definition["title"] == "Theirs"
    assert wen.post(path, data=form_on(refused.text)).status_code == 303
    assert the_draft().definition["title"] == "Mine"


def test_after_somebody_shifted_the_order_a_save_finds_its_own_move(
    wen: FlaskClient, draft: ProcessDraft
) -> None:
    path = f"{AT}/drafts/{draft.id}/move?at=1"
    mine = form_on(wen.get(path).text) | {"label": "At once"}
    name = draft.definition["move"][1]["name"]
    wen.post(
        f"{AT}/drafts/{draft.id}/shift", data={"part": "move", "at": 1, "step": "up", "seen": draft.version}
    )
    refused = wen.post(path, data=mine)
    assert refused.status_code == 409
    assert wen.post(path, data=form_on(refused.text)).status_code == 303
    labels = {move["name"]: move["label"] for move in the_draft().definition["move"]}
    assert labels[name] == "At once"
    assert list(labels.values()).count("At once") == 1


def test_what_is_typed_is_tried_without_being_kept(wen: FlaskClient, draft: ProcessDraft) -> None:
    path = f"{AT}/drafts/{draft.id}"
    given = form_on(wen.get(path).text) | {"start": "closed"}
    part = wen.post(f"{path}/trial", data=given)
    assert part.status_code == 200
    assert "cannot be reached from the start" in part.text
    assert "<svg" in part.text
    assert the_draft().version == draft.version
    move = form_on(wen.get(f"{path}/move?at=0").text) | {"to": "nowhere"}
    assert "unknown state" in wen.post(f"{path}/trial?part=move&at=0", data=move).text
    unread = wen.post(f"{path}/trial?part=state", data={"seen": "1"})
    assert "cannot be read yet" in unread.text


def test_publishing_with_problems_is_refused_with_every_sentence(
    cast: Cast, wen: FlaskClient, draft: ProcessDraft
) -> None:
    path = f"{AT}/drafts/{draft.id}"
    broken = deepcopy(draft.definition) | {"start": "nowhere"}
    broken["move"][0]["roles"], broken["move"][1]["to"], broken["move"][2]["guards"] = (
        ["boss"],
        "limbo",
        ["luck"],
    )
    with transaction():
        services.save_draft(draft, broken, seen=draft.version, actor=cast.wen, now=NOW)
    found = problems(the_draft().definition)
    assert len(found) > 3
    page = look(wen, f"{path}/publish")
    answer = wen.post(f"{path}/publish", data={**hidden_on(page), "note": "Because."})
    assert answer.status_code == 422
    assert faults_of(answer.text) == []
    assert [one for one in found if one not in words_on(answer.text)] == []
    assert "Because." in answer.text
    assert newest_version("complaint").number == 1  # type: ignore[union-attr]


def test_publishing_shows_what_changes_and_makes_the_next_version(
    cast: Cast, wen: FlaskClient, draft: ProcessDraft
) -> None:
    case, path = cast.log(), f"{AT}/drafts/{draft.id}"
    wen.post(path, data=form_on(wen.get(path).text) | {"title": "Complaint, plainer"})
    page = look(wen, f"{path}/publish")
    assert "The title: “Complaint in two stages” becomes “Complaint, plainer”." in words_on(page)
    given = {**hidden_on(page), "note": "Plainer words.", "use": "y"}
    answer = wen.post(f"{path}/publish", data=given)
    assert answer.status_code == 303
    db.session.expire_all()
    made = current_process("complaint")
    assert (made.number, made.note, case.process_version.number) == (2, "Plainer words.", 1)
    assert "Plainer words." in words_on(look(wen, AT))
    assert "New complaints begin with this version." in words_on(look(wen, answer.location))
    assert wen.get(path).status_code == 404


def test_no_name_is_run_as_code(cast: Cast, wen: FlaskClient, draft: ProcessDraft) -> None:
    evil = {**draft.definition, "title": EVIL, "note": EVIL, "steps": [EVIL, *draft.definition["steps"][1:]]}
    evil["state"] = [
        {
            **state,
            "label": EVIL + state["name"],
            "public_label": EVIL,
            "step": EVIL if n < 2 else state["step"],
        }
        for n, state in enumerate(evil["state"])
    ]
    evil["move"] = [
        {**move, "label": EVIL + str(n), "path": EVIL,
         "field": [{"name": "reason", "label": EVIL, "kind": "choice", "hint": EVIL, "choices": [[EVIL, EVIL]]}]}
        for n, move in enumerate(evil["move"])
    ]  # fmt: skip
    evil["move"][0] |= {"guards": [EVIL], "roles": [EVIL], "says": EVIL, "key": EVIL}
    with transaction():
        services.save_draft(draft, evil, seen=draft.version, actor=cast.wen, now=NOW)
    for path in ("", "/state?at=0", "/move?at=0", "/publish"):
        assert "<script>alert" not in look(wen, f"{AT}/drafts/{draft.id}{path}")
    assert "<script>alert" not in look(wen, AT)


def test_the_same_pages_take_as_many_statements_with_many_versions(
    cast: Cast, wen: FlaskClient, count_queries: Callable[..., Any]
) -> None:
    with count_queries() as few:
        look(wen, AT)
    for n in range(6):
        version = newest_version("enquiry")
        assert version is not None
        with transaction():
            made = services.start_draft(version, actor=cast.wen, now=NOW)[0]
        with transaction():
            services.save_draft(
                made, {**made.definition, "title": f"Enquiry {n}"}, seen=1, actor=cast.wen, now=NOW
            )
        with transaction():
            services.publish_draft(made, seen=2, note="x", use=False, actor=cast.wen, now=NOW)
    with count_queries() as many:
        look(wen, AT)
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["dana", "amara", "sol"])
def test_nobody_but_an_administrator(cast: Cast, client: FlaskClient, who: str) -> None:
    sign_in(client, getattr(cast, who))
    assert client.get(AT).status_code == 403
    assert client.post(f"{AT}/versions/{current_process('complaint').id}/use").status_code == 403
