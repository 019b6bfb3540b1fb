"""Nothing typed into the log form is lost: drafts on the server, expired sessions, failed saves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import CaseDraft
from casework.cases.queries.files import staged_files_of
from casework.cases.services import drafts as draft_services
from casework.cases.services import files as file_services
from casework.cases.services import resolving
from casework.cases.services.drafts import MOST_OF_ONE, drafts_of, keep_draft, sweep_drafts
from casework.core.db import db, transaction
from tests.accounts.people import PASSWORD, sign_in
from tests.cases.log_form import STORY, fields, log, the_case
from tests.cases.test_files import staged
from tests.cast import NOW, Cast
from tests.files.samples import PDF
from tests.web.forms import hidden_on, signed_in_with_token, token_on

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
ROWS = {f"issues_{n}_summary": f"Point {n}" for n in range(4)}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def dana(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.dana)
    return client


def keep(client: FlaskClient, **changes: str) -> Any:
    return client.post("/cases/drafts", data=fields(**changes))


def draft() -> CaseDraft:
    db.session.expire_all()
    return db.session.scalars(select(CaseDraft)).one()


def test_what_is_typed_is_kept_and_another_computer_goes_on_with_it(cast: Cast, dana: FlaskClient) -> None:
    assert keep(dana, name="Sorina", **ROWS).status_code == 204
    assert keep(dana, name="Sorina Ionescu", **ROWS).status_code == 204
    listed = dana.get("/cases/new").text
    assert "Point 0" in listed
    assert f"/cases/new?draft={draft().id}" in listed
    opened = dana.get(f"/cases/new?draft={draft().id}").text
    for words in (STORY, "Sorina Ionescu", "Point 3", 'name="issues-3-summary"'):
        assert words in opened
    assert f"draft={draft().id}" not in opened, "the one that is open is not offered"
    assert f'data-draft="log-case-{draft().id}"' in opened


def test_saving_the_case_ends_its_draft_and_no_late_word_brings_it_back(dana: FlaskClient) -> None:
    keep(dana)
    log(dana)
    assert keep(dana).status_code == 204
    assert db.session.scalars(select(CaseDraft)).all() == []


def test_words_that_the_browser_put_back_into_a_new_form_are_not_two_drafts(dana: FlaskClient) -> None:
    keep(dana, once="old")
    keep(dana, once="new", replaces="old")
    assert draft().once == "new"


def test_a_draft_is_its_owners_alone(cast: Cast, dana: FlaskClient) -> None:
    keep(dana)
    key = draft().id
    toni = dana.application.test_client()
    sign_in(toni, cast.toni)
    assert toni.get(f"/cases/new?draft={key}").status_code == 404
    assert toni.post(f"/cases/drafts/{key}/discard").status_code == 404
    assert "Go on" not in toni.get("/cases/new").text


def test_an_odd_draft_is_a_sentence(dana: FlaskClient) -> None:
    for key in ("x", "-1", "9" * 30, "1 or 1", "²"):
        assert dana.get("/cases/new", query_string={"draft": key}).status_code == 404


def test_discarding_can_be_undone(dana: FlaskClient) -> None:
    keep(dana)
    key = draft().id
    page = dana.post(f"/cases/drafts/{key}/discard", follow_redirects=True).text
    assert "The draft is discarded." in page
    assert f"/cases/drafts/{key}/back" in page
    assert f"/cases/new?draft={key}" not in page
    assert STORY in dana.post(f"/cases/drafts/{key}/back", follow_redirects=True).text


def test_what_is_too_long_or_has_no_key_is_refused_in_words(dana: FlaskClient) -> None:
    long = keep(dana, narrative="x" * 200_001)
    assert (long.status_code, "too long to be kept" in long.text) == (413, True)
    assert keep(dana, once="").status_code == 413
    assert db.session.scalars(select(CaseDraft)).all() == []


def test_drafts_are_few_and_end_after_a_month(cast: Cast) -> None:
    for n in range(MOST_OF_ONE + 3):
        keep_draft(cast.dana.id, f"k{n}", [("narrative", f"Story {n}")], now=NOW + timedelta(minutes=n))
    kept = [one.title for one in drafts_of(cast.dana.id)]
    assert kept == [f"Story {n}" for n in range(MOST_OF_ONE + 2, 2, -1)]
    draft_services.discard_draft(drafts_of(cast.dana.id)[0], now=NOW)
    db.session.flush()
    assert sweep_drafts(NOW + timedelta(days=2)) == 1
    assert sweep_drafts(NOW + timedelta(days=31)) == MOST_OF_ONE - 1


def test_no_form_token_is_ever_kept(dana: FlaskClient) -> None:
    keep(dana, csrf_token="secret")
    assert "csrf_token" not in str(draft().data)


def test_an_ended_session_brings_every_row_back_and_saves_it(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    signed_in_with_token(client, cast.dana.email, PASSWORD)
    token = token_on(client.get("/cases/new").text)
    with client.session_transaction() as session:
        session["_user_id"] += "x"
    sent = fields(csrf_token=token, issues_3_category="not inspected", staged="a-token", **ROWS)
    asked = client.post("/cases/new", data=sent, headers=HERE)
    assert asked.status_code == 401
    who = {"email": cast.dana.email, "password": PASSWORD}
    shown = client.post("/sign-in", data={**hidden_on(asked.text), **who}, headers=HERE)
    assert all(words in shown.text for words in (STORY, *ROWS.values()))
    carried = {name: value for name, value in hidden_on(shown.text).items() if name != "staged"}
    assert client.post("/cases/new", data=carried, headers=HERE).status_code == 302
    assert [issue.summary for issue in the_case().issues] == list(ROWS.values())
    assert the_case().issues[3].category == cast.not_inspected


def test_a_save_that_fails_shows_everything_and_can_be_sent_again(
    dana: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    dana.application.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        with monkeypatch.context() as broken:
            broken.setattr(resolving, "open_new_case", fails)
            page = dana.post("/cases/new", data=fields(**ROWS), headers=HERE)
    finally:
        dana.application.config["PROPAGATE_EXCEPTIONS"] = None
    assert page.status_code == 500
    assert all(words in page.text for words in (STORY, *ROWS.values()))
    again = dana.post("/cases/new", data=hidden_on(page.text), headers=HERE)
    assert again.status_code == 302
    assert len(the_case().issues) == 4


def test_a_file_that_a_draft_names_lives_as_long_as_the_draft(cast: Cast) -> None:
    token, other = staged(cast), staged(cast, PDF + b"?")
    case_file = staged(cast, PDF + b"!")
    with transaction():
        file_services.attach_staged(cast.log(), [case_file], actor=cast.dana, now=NOW)
        keep_draft(cast.dana.id, "k", [("narrative", "A story"), ("staged", token)], now=NOW)
        # Somebody else's draft keeps nothing of hers.
        keep_draft(cast.toni.id, "k", [("narrative", "Mine"), ("staged", other)], now=NOW)
    later = NOW + timedelta(days=29)
    with transaction():
        assert file_services.sweep_staged(later) == 2, "the other one, and the one that a case took"
    assert [one.token for one in staged_files_of(cast.dana.id, [token, other])] == [token]
    with transaction():
        assert sweep_drafts(NOW + timedelta(days=31)) == 2
        assert file_services.sweep_staged(NOW + timedelta(days=31)) == 1
    assert staged_files_of(cast.dana.id, [token]) == []
