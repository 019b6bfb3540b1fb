"""Two administrators at the same moment: one draft, one code each, and nothing that is in force is written over."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.catalogue.models import CalendarVersion, Standard
from casework.catalogue.queries import the_agency
from casework.catalogue.standards import services as standards
from casework.catalogue.working_calendars import services as calendars
from casework.core import clock
from casework.core.db import db
from tests.cases.changes.drafts import calendar_draft, look, standard_draft
from tests.cast import Cast
from tests.faults.stage import at_once, browsers, staff, stage
from tests.web.forms import hidden_on

SAME = {"Sec-Fetch-Site": "same-origin"}
AT = "/settings/standards"
OWN = {"name": "Answer within 5 days", "promise": "respond", "limit": "5", "unit": "working_day"}
ANY = {
    "starts": "received",
    "kind": "",
    "channel": "",
    "extension_unit": "",
    "extension_times": "1",
    **dict.fromkeys(("stage", "severity", "service_id", "category_id", "calendar_id"), "0"),
}


def all_at_once(app: Flask, cast: Cast, path: str, **data: str) -> list[int]:
    clients = browsers(app, cast.wen.email, 3)
    db.session.rollback()
    acts: list[Callable[[], Any]] = [
        partial(client.post, path, data=data, headers=SAME) for client in clients
    ]
    return sorted(answer.status_code for answer in at_once(acts))


def test_who_begin_the_next_version_at_once_get_the_same_draft(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        number = db.session.scalars(select(Standard.id).where(Standard.code == "respond")).one()
        assert all_at_once(app, cast, f"{AT}/{number}/begin") == [303] * 3
        assert len(db.session.scalars(select(Standard).where(Standard.is_draft)).all()) == 1


def test_a_published_code_taken_over_at_once_is_there_once(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        assert all_at_once(app, cast, f"{AT}/codes/ho-code-2024/take-over") == [303] * 3
        assert len(db.session.scalars(select(Standard).where(Standard.is_draft)).all()) == 4


def test_standards_written_at_once_have_codes_of_their_own(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        assert all_at_once(app, cast, f"{AT}/new", **OWN, **ANY) == [303] * 3
        codes = db.session.scalars(select(Standard.code).where(Standard.is_draft).order_by(Standard.code))
        assert list(codes) == [f"respond-own-{n}" for n in (1, 2, 3)]


def while_it_is_put_in_force(
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[Any, str],
    save: Callable[[], Any],
    put: Callable[[], Any],
) -> list[int]:
    """Save a draft, and put it in force when saving has looked at it and not written yet."""
    module, name = place
    looked, is_in_force, usual = threading.Event(), threading.Event(), getattr(module, name)

    def slowly(values: Any) -> Any:
        looked.set()
        is_in_force.wait(2)
        return usual(values)

    def put_then() -> Any:
        looked.wait(10)
        answer = put()
        is_in_force.set()
        return answer

    monkeypatch.setattr(module, name, slowly)
    return [answer.status_code for answer in at_once([save, put_then])]


def sent(client: FlaskClient, path: str, **data: str) -> Callable[[], Any]:
    form = client.get(path).text.split('method="post"')[-1]
    return partial(client.post, path, data={**hidden_on(form), **data}, headers=SAME)


def test_a_standard_is_not_written_over_while_it_is_put_in_force(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        draft = standard_draft("respond", limit=15)
        change = look(draft, cast.wen, now=clock.now())
        number, at = draft.id, f"/settings/changes/{change.id}"
        clients = [staff(app, cast.wen.email) for _ in range(2)]
        save = sent(clients[0], f"{AT}/{number}/edit", **{**OWN, **ANY, "limit": "99"})
        put = sent(clients[1], at, reason="Faster.")
        db.session.rollback()
        assert while_it_is_put_in_force(monkeypatch, (standards, "_check"), save, put) == [303, 422]
        kept = db.session.get_one(Standard, number)
        assert (kept.limit, kept.is_draft) == (99, True)


def test_a_calendar_is_not_written_over_while_it_is_put_in_force(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        draft = calendar_draft("2026-12-24")
        change = look(draft, cast.wen, now=clock.now())
        number, at = draft.id, f"/settings/changes/{change.id}"
        clients = [staff(app, cast.wen.email) for _ in range(2)]
        typed = {"time_zone": "America/Chicago", "monday": "08:00-12:00", "holidays": ""}
        save = sent(clients[0], f"/settings/calendars/versions/{number}/edit", **typed)
        put = sent(clients[1], at, reason="Closed.")
        db.session.rollback()
        assert while_it_is_put_in_force(monkeypatch, (calendars, "checked"), save, put) == [303, 422]
        assert db.session.get_one(CalendarVersion, number).is_draft
        assert the_agency().calendar.number == 1
