"""Several people at the same moment: nobody overwrites anybody, and no case and no number is lost."""

from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from casework.audit.models import HistoryEntry
from casework.cases import services
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import db
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.faults.stage import ZONE, at_once, browsers, count, log_fields, staff, stage, the_case

MANY = 40
NOTE = "We come on Friday and bring the report."


def test_whoever_saves_second_gets_a_sentence_and_what_they_typed(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the case and writing it, somebody else's version of it was saved."""
    case, decide = cast.investigated(), services.decide_issue

    def decide_too_late(found: Case, *args: Any, **given: Any) -> Any:
        newer = update(Case).where(Case.id == found.id).values(version=Case.version + 1)
        db.session.execute(newer.execution_options(synchronize_session=False))
        return decide(found, *args, **given)

    monkeypatch.setattr("casework.cases.routes.issues.decide_issue", decide_too_late)
    with time_machine.travel(NOW):
        sign_in(client, cast.dana)
        data = {"finding": "upheld", "cause_id": str(cast.not_rebooked.id), "remedy": "", "remedy_note": NOTE}
        answer = client.post(
            f"/cases/{case.reference}/issues/1", data=data, headers={"Sec-Fetch-Site": "same-origin"}
        )
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert "Somebody else changed it first" in page
    assert NOTE in page
    db.session.expire_all()
    assert case.issues[0].finding is None


def test_of_two_who_make_the_same_move_at_once_one_does_and_the_other_is_told(
    fresh_database: str, tmp_path: Path
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        reference = cast.log(now=clock.now(), received_at=clock.now()).reference
        clients = [staff(app, person.email) for person in (cast.dana, cast.toni)]
        path, headers = f"/cases/{reference}/moves/acknowledge", {"Sec-Fetch-Site": "same-origin"}
        answers = at_once([partial(c.post, path, data={"once": "x"}, headers=headers) for c in clients])
        done, told = sorted(answers, key=lambda answer: answer.status_code)
        assert done.status_code == 302
        assert told.status_code in (409, 422)
        assert the_case().state == "acknowledged"
        moved = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "moved")).all()
        assert len(moved) == 1


def test_forty_people_who_log_at_once_all_have_their_case_with_a_reference_of_its_own_and_no_gap(
    fresh_database: str, tmp_path: Path
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        clients = browsers(app, cast.dana.email, MANY)
        forms = [log_fields(once=f"key-{n}", name="", email="", narrative=f"Story {n}") for n in range(MANY)]
        windows = zip(clients, forms, strict=True)
        answers = at_once([partial(window.post, "/cases/new", data=form) for window, form in windows])
        assert [answer.status_code for answer in answers] == [302] * MANY
        assert count(Case) == MANY
        year = clock.now().astimezone(ZoneInfo(ZONE)).year % 100
        references = sorted(db.session.scalars(select(Case.reference)))
        assert references == [f"{year:02d}-{number:05d}" for number in range(1, MANY + 1)]
        stories = set(db.session.scalars(select(Case.narrative)))
        assert stories == {f"Story {n}" for n in range(MANY)}
