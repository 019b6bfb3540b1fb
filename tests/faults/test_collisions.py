"""Every form that several windows send at the same moment: one effect or a sentence, never a crash, nothing lost."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.cases.models import BulkJob, Case, CaseFile, Issue
from casework.cases.rules import derived_finding
from casework.cases.services import NewIssue
from casework.communications.models import Communication, Purpose
from casework.core import clock
from casework.core.db import db
from tests.cast import Cast
from tests.faults.stage import at_once, browsers, stage, writing

WINDOWS = 4
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def on_stage(fresh_database: str, tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    with stage(fresh_database, tmp_path) as (app, cast):
        # A crash is to be seen as what it is to the person: a page.
        app.testing = False
        yield app, cast


def investigated(cast: Cast) -> str:
    """A case with two points that Dana investigates."""
    points = tuple(NewIssue(summary=words, category_id=cast.not_inspected.id) for words in ("One", "Two"))
    with writing():
        now = clock.now()
        case = cast.log(now=now, received_at=now, issues=points)
        cast.move(case, "acknowledge", now=now)
        cast.give(case, cast.dana, now=now)
        service, team = str(cast.inspections.id), str(cast.health.id)
        cast.move(case, "assess", now=now, severity="2", service=service, team=team)
        cast.move(case, "investigate", now=now)
        return case.reference


def send(windows: list[FlaskClient], sent: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """One form from each window, all at the same moment."""
    db.session.rollback()
    return at_once(
        [
            partial(window.post, path, data=data, headers=HERE)
            for window, (path, data) in zip(windows, sent, strict=False)
        ]
    )


def statuses(answers: list[Any]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_what_one_person_sends_from_several_windows_at_once_is_done_once(
    on_stage: tuple[Flask, Cast],
) -> None:
    app, cast = on_stage
    reference = investigated(cast)
    windows = browsers(app, cast.amara.email, WINDOWS)
    view = {"name": "Mine", "scope": "personal", "first": "y"}
    forms: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "watch": [(f"/cases/{reference}/watch", {})] * WINDOWS,
        "columns": [("/cases/columns", {"columns": ["reference", "title"]})] * WINDOWS,
        "views": [("/cases/views?view=open", {**view, "once": str(n)}) for n in range(WINDOWS)],
        "bulk": [("/cases/bulk", {"act": "tag", "case": [reference], "list": "view=open", "once": "b"})]
        * WINDOWS,
        "notices": [("/account/notices", {})] * WINDOWS,
    }
    for name, sent in forms.items():
        assert set(statuses(send(windows, sent))) <= {302, 303}, name
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(BulkJob)) == 1
    words = {"handler_id": str(cast.toni.id), "note": "Please call her.", "once": "h"}
    answered = statuses(send(windows, [(f"/cases/{reference}/hand-over", words)] * WINDOWS))
    assert set(answered) <= {302, 409}
    db.session.rollback()
    kept = select(func.count()).where(Communication.purpose == Purpose.HANDOVER)
    assert db.session.scalar(kept) == 1


def test_two_points_decided_and_two_accesses_saved_at_once_are_saved_or_told(
    on_stage: tuple[Flask, Cast],
) -> None:
    app, cast = on_stage
    reference = investigated(cast)
    decision = {"finding": "upheld", "cause_id": str(cast.not_rebooked.id), "remedy": "", "remedy_note": "x"}
    paths = [f"/cases/{reference}/issues/{number}" for number in (1, 2)]
    tonis = browsers(app, cast.toni.email, 2)
    answered = statuses(send(tonis, [(path, decision) for path in paths]))
    assert answered[0] == 302
    assert answered[1] in (302, 409)
    who = {
        "granted": [str(cast.amara.id), str(cast.sol.id)],
        "restricted": "yes",
        "named": [str(cast.toni.id)],
    }
    amaras = browsers(app, cast.amara.email, 2)
    answered = statuses(send(amaras, [(f"/cases/{reference}/access", who)] * 2))
    assert answered[0] == 302
    assert answered[1] in (302, 409)


def test_six_uploads_at_once_to_one_case_are_six_files(on_stage: tuple[Flask, Cast]) -> None:
    app, cast = on_stage
    reference = investigated(cast)
    windows = browsers(app, cast.dana.email, 6)
    path = f"/cases/{reference}/files"
    sent = [(path, {"files": (io.BytesIO(b"Seen at %d." % n), f"{n}.txt")}) for n in range(6)]
    assert statuses(send(windows, sent)) == [302] * 6
    db.session.rollback()
    assert db.session.scalars(select(Case.file_count)).one() == 6
    assert db.session.scalar(select(func.count()).select_from(CaseFile)) == 6


def test_an_issue_that_is_split_off_while_it_is_decided_counts_where_it_is(
    on_stage: tuple[Flask, Cast],
) -> None:
    app, cast = on_stage
    reference = investigated(cast)
    windows = browsers(app, cast.dana.email, 2)
    cause = str(cast.not_rebooked.id)
    decision = {"finding": "upheld", "cause_id": cause, "remedy": "", "remedy_note": "x", "seen": ""}
    split = {"issues": ["2"], "once": "s"}
    answers = send(
        windows, [(f"/cases/{reference}/split", split), (f"/cases/{reference}/issues/2", decision)]
    )
    assert 302 in statuses(answers)
    assert not [status for status in statuses(answers) if status >= 500]
    db.session.rollback()
    for case in db.session.scalars(select(Case)):
        issues = db.session.scalars(select(Issue).where(Issue.case_id == case.id)).all()
        assert case.finding == derived_finding(issue.finding for issue in issues)
