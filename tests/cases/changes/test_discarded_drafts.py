"""A draft that was looked at can still be thrown away, and what it would have changed goes with it."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from casework.audit.models import HistoryEntry
from casework.cases.changes import services
from casework.cases.models.changes import ClockChange, ClockChangeRow
from casework.catalogue.models import CalendarVersion, Standard
from casework.catalogue.working_calendars.services import discard_draft
from casework.core.db import db
from tests.accounts.people import sign_in
from tests.cases.changes.drafts import THANKSGIVING, calendar_draft, look, standard_draft
from tests.cast import Cast


def how_many(kind: type[ClockChange] | type[ClockChangeRow]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.mark.parametrize("about", ["calendar", "standard"])
def test_a_draft_that_was_looked_at_is_thrown_away_with_what_was_found(
    cast: Cast, client: FlaskClient, about: str
) -> None:
    cast.log()
    kept = look(calendar_draft("2026-12-24"), cast.wen, once="kept")
    kept_rows = how_many(ClockChangeRow)
    draft: CalendarVersion | Standard
    if about == "calendar":
        draft, address = calendar_draft(THANKSGIVING), "/settings/calendars/versions/{}/discard"
    else:
        draft, address = standard_draft("respond", limit=5), "/settings/standards/{}/discard"
    kind, number = type(draft), draft.id
    look(draft, cast.wen, once="gone")
    sign_in(client, cast.wen)
    assert client.post(address.format(number)).status_code == 303
    db.session.expire_all()
    assert db.session.get(kind, number) is None
    assert db.session.scalars(select(ClockChange.id)).all() == [kept.id]
    assert how_many(ClockChangeRow) == kept_rows
    said = db.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_type == about)).all()
    assert "draft_discarded" in said


def test_whoever_looks_at_a_draft_that_is_thrown_away_meanwhile_stops(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        cast.log()
    draft, usual = calendar_draft(THANKSGIVING), services.look_at_lot

    def then_it_is_gone(change: ClockChange, *, now: datetime) -> int:
        found = usual(change, now=now, size=1)
        discard_draft(draft, actor_id=cast.wen.id, now=now)
        return found

    monkeypatch.setattr(services, "look_at_lot", then_it_is_gone)
    look(draft, cast.wen)
    assert how_many(ClockChange) == how_many(ClockChangeRow) == 0


def test_the_page_of_a_draft_leads_to_what_it_changes(cast: Cast, client: FlaskClient) -> None:
    draft = calendar_draft(THANKSGIVING)
    sign_in(client, cast.wen)
    page = client.get(f"/settings/calendars/1?version={draft.number}&month=2026-11").text
    assert f"/settings/changes/calendars/{draft.id}" in page
    assert "See what it changes" in page
