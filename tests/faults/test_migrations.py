"""The schema as the real migrations make it: as the models say, there and back again, and history append-only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError

from casework.audit.models import HistoryEntry
from casework.audit.services import record
from casework.cases.models import Clock, ClockEvent
from casework.cases.services.clocks import check_clocks
from casework.catalogue.guidance.models import Guidance
from casework.catalogue.guidance.services import GuidanceText
from casework.core.db import db, transaction
from tests.cast import NOW, days
from tests.faults.stage import stage


@pytest.fixture
def migrated(fresh_database: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database that the migrations made."""
    with stage(fresh_database, tmp_path) as (app, _):
        yield app


def tables() -> set[str]:
    """The tables that models say; the indexes of words stand outside (migrations/env.py)."""
    db.session.remove()
    return {name for name in inspect(db.engine).get_table_names() if not name.startswith("search_")}


def test_the_migrations_make_what_the_models_say(migrated: Flask) -> None:
    check()
    assert tables() == {*db.metadata.tables, "alembic_version"}


def test_back_to_nothing_and_up_again_is_the_same_schema(migrated: Flask) -> None:
    before = tables()
    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    upgrade()
    assert tables() == before
    check()
    refuse_changes()


def test_history_can_be_added_to_and_neither_changed_nor_removed(migrated: Flask) -> None:
    refuse_changes()


def test_what_stood_on_a_category_goes_on_as_guidance_and_comes_back(migrated: Flask) -> None:
    db.session.remove()
    downgrade(revision="0010")
    words = "UPDATE categories SET guidance = 'Say when we come.' WHERE path LIKE '%Not inspected'"
    with transaction():
        db.session.execute(text(words))
    db.session.remove()
    upgrade()
    kept = db.session.scalars(select(Guidance)).one()
    assert (kept.body, kept.title, kept.version, kept.steps) == ("Say when we come.", "Not inspected", 1, [])
    assert kept.subject == GuidanceText(title="", category_id=kept.category_id).subject
    db.session.remove()
    downgrade(revision="0010")
    back = db.session.scalars(text("SELECT guidance FROM categories WHERE guidance <> ''"))
    assert back.all() == ["Say when we come."]


def test_what_happened_to_clocks_is_carried_over_and_back(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (_, cast):
        case = cast.investigated()
        cast.move(case, "ask_customer", message="When?")
        cast.move(case, "customer_answers", now=NOW + days(3))
        cast.move(
            case,
            "extend",
            now=NOW + days(4),
            reason="The laboratory is late.",
            new_date=(NOW + days(45)).date().isoformat(),
            message="We need longer.",
        )
        before = clocks_kept()
        db.session.remove()
        downgrade(revision="0013")
        upgrade()
        assert clocks_kept() == before
        # When warnings are due is worked out anew with the first look at a case after it.
        said = check_clocks(mend=True).sentences
        assert [sentence for sentence in said if "next_step_at" not in sentence] == []
        assert check_clocks().sentences == []


def clocks_kept() -> list[tuple[object, ...]]:
    """The clocks as they are kept, and what happened to them."""
    kept = [Clock.number, Clock.state, Clock.due_at, Clock.met_at, Clock.calendar_id]
    rows = db.session.execute(select(*kept).order_by(Clock.case_id, Clock.number)).all()
    events = select(ClockEvent.what, ClockEvent.at, ClockEvent.clocks, ClockEvent.reason)
    happened = db.session.execute(events.order_by(ClockEvent.at, ClockEvent.what)).all()
    return [*(tuple(row) for row in rows), *(tuple(row) for row in happened)]


def refuse_changes() -> None:
    with transaction():
        entry = record("team", 1, "renamed", "Renamed", actor_id=None, at=NOW)
    key = entry.id
    for statement in (
        update(HistoryEntry).where(HistoryEntry.id == key).values(summary="Never happened"),
        delete(HistoryEntry).where(HistoryEntry.id == key),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction():
            db.session.execute(statement)
    assert db.session.get_one(HistoryEntry, key).summary == "Renamed"
