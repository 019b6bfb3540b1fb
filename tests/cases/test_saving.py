"""Two people at one case: the second save is refused with what changed meanwhile, and nothing typed is lost."""

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from casework.audit.queries import history_of
from casework.cases import services
from casework.cases.models import Case, Finding
from casework.cases.services import Decision, IssueEdit, change_access, decide_issue, edit_issue
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.web.forms import hidden_on


@pytest.fixture
def both(app: Flask, client: FlaskClient, cast: Cast) -> tuple[FlaskClient, FlaskClient]:
    """Two supervisors' browsers."""
    other = app.test_client()
    with time_machine.travel(NOW):
        sign_in(client, cast.amara)
        sign_in(other, cast.sol)
    return client, other


# The page, what the first of two saves there, what the second does, and the words of the second that must come back.
PAGES: dict[str, tuple[str, dict[str, str], dict[str, str], str]] = {
    "move": ("moves/extend", {"f_reason": "The laboratory.", "f_new_date": "2026-12-30", "f_message": "Longer."},
             {"f_reason": "The van.", "f_new_date": "2026-12-31", "f_message": "Sorry."}, "The van."),
    "hand over": ("hand-over", {"handler_id": "toni"}, {"handler_id": "pat", "note": "Call first."}, "Call first."),
    "kind": ("kind", {"kind": "suggestion", "reason": "An idea.", "looked": "suggestion"},
             {"kind": "enquiry", "reason": "A question.", "looked": "enquiry"}, "A question."),
    "transfer": ("transfer", {"team_id": "clinics", "reason": "Theirs.", "looked": "clinics.0"},
                 {"team_id": "licences", "reason": "Not ours.", "looked": "licences.0"}, "Not ours."),
    "came from": ("came-from", {"agency": "Lake County", "first_received_on": "2026-11-02", "reason": "Theirs."},
                  {"agency": "Mill County", "first_received_on": "2026-11-03", "reason": "By mistake."}, "Mill County"),
    "issue": ("issues/1/about", {"summary": "No visit"}, {"summary": "Nobody came"}, "Nobody came"),
    "decide": ("issues/1", {"finding": "upheld", "cause_id": "cause"},
               {"finding": "not_upheld", "cause_id": "cause", "remedy_note": "By Friday."}, "By Friday."),
    "access": ("access", {"restricted": "yes", "granted": "sol"}, {"restricted": "", "named": "pat"}, ""),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@time_machine.travel(NOW)
def test_the_second_save_is_refused_keeps_what_was_typed_and_goes_through_when_meant(
    cast: Cast, both: tuple[FlaskClient, FlaskClient], page: str
) -> None:
    case = cast.investigated()
    path, first, second, typed = PAGES[page]
    address = f"/cases/{case.reference}/{path}"
    ids: dict[str, Any] = {
        "toni": cast.toni.id,
        "pat": cast.pat.id,
        "sol": cast.sol.id,
        "cause": cast.not_rebooked.id,
    }
    if page == "transfer":
        ids |= {"clinics": cast.clinics.id, "licences": cast.ines.team_id or 0}
        ids |= {f"{name}.0": f"{ids[name]}.0" for name in ("clinics", "licences")}
    first, second = ({k: str(ids.get(v, v)) for k, v in given.items()} for given in (first, second))
    if page == "access":
        first["granted"] = [str(cast.sol.id), str(cast.amara.id)]  # type: ignore[assignment]
    mine, theirs = both
    pages = [hidden_on(browser.get(address).text) for browser in both]
    assert theirs.post(address, data={**pages[1], **first}).status_code == 302
    answer = mine.post(address, data={**pages[0], **second})
    assert answer.status_code == 409
    shown = unescape(answer.text)
    assert typed in shown
    assert re.search(r"What changed meanwhile|What they decided", shown)
    if page == "move":
        return  # An extension is given once.
    if page == "came from":
        return  # That is written down once.
    again = mine.post(address, data={**hidden_on(answer.text), **second})
    assert again.status_code == 302


@time_machine.travel(NOW)
def test_what_does_not_concern_a_form_does_not_hold_it_back(
    cast: Cast, both: tuple[FlaskClient, FlaskClient]
) -> None:
    case = cast.investigated()
    address = f"/cases/{case.reference}/moves/ask_customer"
    form = hidden_on(both[0].get(address).text)
    cast.promise(case)
    assert both[0].post(address, data={**form, "f_message": "Which day?"}).status_code == 302


@time_machine.travel(NOW)
def test_of_two_different_moves_at_the_same_moment_one_wins_and_the_other_is_told(
    cast: Cast, both: tuple[FlaskClient, FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is saved by somebody else after it was read and checked, just before the move is written."""
    case, make = cast.investigated(), services.make_move

    def make_too_late(found: Case, *args: Any, **given: Any) -> Any:
        newer = update(Case).where(Case.id == found.id).values(version=Case.version + 1, state="responded")
        db.session.execute(newer.execution_options(synchronize_session=False))
        return make(found, *args, **given)

    monkeypatch.setattr("casework.cases.routes.moves.make_move", make_too_late)
    address = f"/cases/{case.reference}/moves/ask_customer"
    answer = both[0].post(address, data={"f_message": "Which day was it?", "once": "x"})
    assert answer.status_code == 409
    assert "Somebody else changed it first" in answer.text
    assert "Which day was it?" in answer.text
    db.session.expire_all()
    assert case.state == "investigating", "what the loser did is undone whole"


def decided(cast: Cast, finding: Finding, **more: Any) -> Decision:
    return Decision(finding=finding, cause_id=cast.not_rebooked.id, **more)


def test_what_the_customer_was_told_is_changed_only_as_a_correction_with_its_reason(cast: Cast) -> None:
    case = cast.investigated()
    with transaction():
        decide_issue(case, 1, decided(cast, Finding.UPHELD), actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="You were right.", answer="You were right.")
    changed = decided(cast, Finding.NOT_UPHELD)
    with pytest.raises(Refused, match="Say why it is corrected"), transaction():
        decide_issue(case, 1, changed, actor=cast.dana, now=NOW)
    with transaction():
        why = decided(cast, Finding.NOT_UPHELD, reason="The log was of another kitchen.")
        decide_issue(case, 1, why, actor=cast.dana, now=NOW)
    correction, *before = db.session.scalars(history_of("case", case.id))
    told = next(entry for entry in before if entry.verb == "issue_decided")
    assert (correction.verb, correction.corrects_id) == ("issue_corrected", told.id)
    assert (correction.before["finding"], correction.after["finding"]) == ("upheld", "not_upheld")
    assert case.finding == "not_upheld"


def test_an_issue_is_said_better_and_the_title_follows_while_the_history_keeps_the_old_words(
    cast: Cast,
) -> None:
    case = cast.log()
    edit = IssueEdit(summary="Kitchen not inspected in October", category_id=cast.no_call_back.id)
    with transaction():
        edit_issue(case, 1, edit, actor=cast.dana, now=NOW)
    assert (case.title, case.category_id) == ("Kitchen not inspected in October", cast.no_call_back.id)
    entry = db.session.scalars(history_of("case", case.id)).first()
    assert entry is not None
    assert entry.before["summary"] == "Kitchen not inspected"
    with pytest.raises(Refused, match="few words"):
        edit_issue(case, 1, IssueEdit(summary=" "), actor=cast.dana, now=NOW)
    cast.move(case, "withdraw", reason="They found the letter.")
    with pytest.raises(Refused, match="closed"):
        edit_issue(case, 1, edit, actor=cast.dana, now=NOW)


@time_machine.travel(NOW)
def test_whoever_gets_a_case_sees_the_words_first_until_they_do_something(
    app: Flask, cast: Cast, both: tuple[FlaskClient, FlaskClient]
) -> None:
    case = cast.investigated()
    words = {"handler_id": str(cast.toni.id), "note": "Call <b>before</b> noon."}
    assert both[0].post(f"/cases/{case.reference}/hand-over", data=words).status_code == 302
    toni = app.test_client()
    sign_in(toni, cast.toni)
    here = f"/cases/{case.reference}"
    assert "A. Quill gave you this case" in toni.get(here).text
    assert "Call &lt;b&gt;before" in toni.get(here).text
    assert "gave you this case" not in both[0].get(here).text
    assert toni.post(f"{here}/notes/new", data={"body": "I called."}).status_code == 302
    assert "gave you this case" not in toni.get(here).text


@time_machine.travel(NOW)
def test_a_case_is_watched_and_no_longer(cast: Cast, both: tuple[FlaskClient, FlaskClient]) -> None:
    case = cast.log()
    here = f"/cases/{case.reference}"
    for _ in range(2):
        page = both[0].post(f"{here}/watch", follow_redirects=True)
    assert "Stop watching" in page.text
    assert "Stop watching" not in both[1].get(here).text
    assert (
        "Stop watching" not in both[0].post(f"{here}/watch", data={"stop": "1"}, follow_redirects=True).text
    )


def test_hidden_cases_answer_none_of_it(cast: Cast, client: FlaskClient) -> None:
    case = cast.log()
    promise = cast.promise(case)
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.dana)
    here = f"/cases/{case.reference}"
    for path in (
        "hand-over",
        "kind",
        "transfer",
        "came-from",
        "earlier",
        "issues/1/about",
        f"actions/{promise.id}",
        "reply",
        "notes/names?q=t",
    ):
        assert client.get(f"{here}/{path}").status_code == 404
    for path in ("watch", "presence"):
        assert client.post(f"{here}/{path}").status_code == 404
