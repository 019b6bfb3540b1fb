"""What a change would do is counted with few statements; what is old is forgotten, and the history stays."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from casework.audit.models import HistoryEntry
from casework.cases.changes import doing, lots, queries, services
from casework.cases.changes.drafts import calendar_plan
from casework.cases.models.changes import ClockChange, ClockChangeRow, Effect, RowState
from casework.core.db import db
from tests.cases.changes.drafts import THANKSGIVING, apply, at, calendar_draft, look
from tests.cast import NOW, Cast, days


def test_counted_without_keeping_anything(cast: Cast) -> None:
    for _ in range(3):
        cast.log()
    found = lots.what_would_move(calendar_plan(calendar_draft(THANKSGIVING)), NOW)
    assert (found.cases, found.clocks, found.moved, found.effects) == (3, 6, 3, {Effect.LATER: 6})
    assert len(found.furthest) == 6
    assert db.session.scalar(select(func.count()).select_from(ClockChangeRow)) == 0


def test_as_many_statements_for_many_cases_as_for_few(cast: Cast, count_queries: Callable[..., Any]) -> None:
    for _ in range(3):
        cast.log()
    draft = calendar_draft(THANKSGIVING)
    with count_queries() as few:
        look(draft, cast.wen)
    for _ in range(9):
        cast.log()
    with count_queries() as many:
        change = look(draft, cast.wen, once="2")
    assert len(many) <= len(few)
    with count_queries() as shown:
        queries.totals_of(change, cast.wen)
        queries.page_of(change, cast.wen, after=(0, 0))
        queries.furthest(change, cast.wen)
    assert len(shown) <= 8


def test_old_ones_are_forgotten_and_the_history_stays(cast: Cast) -> None:
    case = cast.log()
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    doing.sweep(at(NOW + services.KEPT + days(1)))
    assert db.session.scalar(select(func.count()).select_from(ClockChange)) == 0
    assert db.session.scalar(select(func.count()).select_from(ClockChangeRow)) == 0
    verbs = select(HistoryEntry.verb).where(
        HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case.id
    )
    assert "clocks_changed" in db.session.scalars(verbs).all()


def test_every_row_is_settled(cast: Cast) -> None:
    cast.log()
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    apply(change, cast.wen)
    assert set(db.session.scalars(select(ClockChangeRow.state))) == {RowState.DONE}
