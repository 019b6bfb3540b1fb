"""Words that somebody typed and that were once lost without a sentence."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm.exc import StaleDataError

from casework.cases import bulk as doing
from casework.cases.models import Act, BulkItem, Case, CaseAction, Issue, ItemState, JobState
from casework.cases.services import assignment, bulk
from casework.cases.services.tags import tag_case
from casework.communications.models import Communication
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cases.log_form import log
from tests.cast import NOW, Cast
from tests.web.forms import hidden_on

FIRST, OTHER = "We come on Friday.", "No: we come on Monday."
# The largest cookie that every browser takes.
COOKIE_BYTES = 4093


@pytest.fixture
def dana(cast: Cast, client: FlaskClient) -> Iterator[FlaskClient]:
    with time_machine.travel(NOW):
        sign_in(client, cast.dana)
        yield client


def bodies() -> list[str]:
    said = db.session.scalars(select(Communication.body))
    return [words for body in said for words in (FIRST, OTHER) if body.startswith(words)]


def test_other_words_of_a_call_under_the_same_key_are_kept_too(cast: Cast, dana: FlaskClient) -> None:
    path = f"/cases/{cast.log().reference}/calls/new"
    for words in (FIRST, OTHER, OTHER):
        dana.post(path, data={"once": "k", "who": "we", "outcome": "reached", "body": words})
    assert bodies() == [FIRST, OTHER]


def test_other_words_of_a_reply_under_the_same_key_go_out_too(cast: Cast, dana: FlaskClient) -> None:
    path = f"/cases/{cast.log().reference}/reply"
    for words in (FIRST, OTHER, OTHER):
        typed = {"once": "k", "purpose": "tell", "channel": "email", "body": words}
        seen = hidden_on(dana.post(path, data=typed).text)
        assert dana.post(path, data={**typed, "previewed": seen["previewed"], "send": "1"}).status_code == 302
    assert bodies() == [FIRST, OTHER]


def test_another_promise_or_point_under_the_same_key_is_kept_too(cast: Cast, dana: FlaskClient) -> None:
    case = cast.log()
    due = {"owner_id": str(cast.dana.id), "due_on": "2099-01-01", "is_promised": "y"}
    for words in (FIRST, OTHER, OTHER):
        dana.post(f"/cases/{case.reference}/actions/new", data={**due, "once": "k", "what": words})
        dana.post(f"/cases/{case.reference}/issues/new", data={"once": "k", "summary": words})
    assert list(db.session.scalars(select(CaseAction.what))) == [FIRST, OTHER]
    points = list(db.session.scalars(select(Issue.summary).order_by(Issue.number)))
    assert points[1:] == [FIRST, OTHER]


def test_a_form_that_went_on_being_written_after_it_was_saved_says_so_and_keeps_the_words(
    cast: Cast, dana: FlaskClient
) -> None:
    first = log(dana, narrative=FIRST)
    assert first.status_code == 302
    assert log(dana, narrative=FIRST).location == first.location
    told = log(dana, narrative=OTHER)
    assert told.status_code == 422
    assert "saved already, as " in told.text
    assert OTHER in told.text
    again = log(dana, narrative=OTHER, once=hidden_on(told.text)["once"])
    assert again.status_code == 302
    assert again.location != first.location
    assert set(db.session.scalars(select(Case.narrative))) == {FIRST, OTHER}


def test_an_answer_given_after_the_form_was_saved_is_not_dropped(cast: Cast, dana: FlaskClient) -> None:
    assert log(dana, narrative=FIRST).status_code == 302
    spot = {"answer": OTHER, "finding": "upheld", "cause": "not rebooked", "resolve": "1"}
    told = log(dana, narrative=FIRST, service_id=str(cast.inspections.id), **spot)
    assert told.status_code == 422
    assert "saved already, as " in told.text
    assert OTHER in told.text


def test_what_many_refusals_say_fits_into_what_a_browser_keeps(cast: Cast, dana: FlaskClient) -> None:
    unknown = [f"26-9{number:04}" for number in range(50)]
    answer = dana.post("/cases/assign", data={"handler_id": str(cast.dana.id), "case": unknown})
    cookie = max(answer.headers.getlist("Set-Cookie"), key=len)
    assert len(cookie) < COOKIE_BYTES
    page = dana.get("/account").text
    assert "26-90000" in page
    assert "could not be given either" in page


def test_names_of_files_that_were_not_taken_fit_too(cast: Cast, dana: FlaskClient) -> None:
    case = cast.log()
    names = [f"{number}{'ö' * 200}.exe" for number in range(20)]
    files = [(io.BytesIO(b"MZ\x90\x00"), name) for name in names]
    answer = dana.post(f"/cases/{case.reference}/files", data={"files": files})
    assert answer.status_code == 302
    assert len(max(answer.headers.getlist("Set-Cookie"), key=len)) < COOKIE_BYTES
    assert "There is more to say" in dana.get("/account").text


def test_one_case_that_somebody_saves_meanwhile_does_not_hide_that_others_were_given(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = cast.log(), cast.log()
    give = assignment.assign_case

    def overtaken(case: Case, **given: Any) -> None:
        if case.id == first.id:
            newer = update(Case).where(Case.id == case.id).values(version=Case.version + 1)
            db.session.execute(newer.execution_options(synchronize_session=False))
        give(case, **given)

    monkeypatch.setattr("casework.cases.routes.people.assign_case", overtaken)
    sign_in(client, cast.amara)
    given = {"handler_id": str(cast.dana.id), "case": [first.reference, second.reference]}
    assert client.post("/cases/assign", data=given).status_code == 302
    page = client.get("/account").text
    assert "Somebody else changed it first" in page
    assert re.search(r"1 cases? given to Dana Marsh", page)


@pytest.mark.parametrize("trouble", [RuntimeError("a bug"), StaleDataError("newer")])
def test_one_case_that_breaks_the_program_does_not_stop_a_bulk_change_for_ever(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    cases = [cast.log() for _ in range(3)]
    with transaction():
        job = bulk.keep_job(
            Act.TAG,
            [case.reference for case in cases],
            given={"tags": ["kitchen"]},
            back="",
            actor=cast.dana,
            now=NOW,
            once_key="k",
        )
        bulk.begin(job, now=NOW)
    job_id, broken = job.id, cases[0].id

    def sometimes(case: Case, *args: Any, **given: Any) -> bool:
        if case.id == broken:
            raise trouble
        return tag_case(case, *args, **given)

    monkeypatch.setattr("casework.cases.services.bulk.tag_case", sometimes)
    doing.run(job_id, lambda: NOW)
    db.session.expire_all()
    ended = select(BulkItem.state, func.count()).where(BulkItem.job_id == job_id).group_by(BulkItem.state)
    assert dict(db.session.execute(ended).all()) == {ItemState.DONE: 2, ItemState.REFUSED: 1}
    assert bulk.job_for(cast.dana, job_id).state is JobState.DONE
