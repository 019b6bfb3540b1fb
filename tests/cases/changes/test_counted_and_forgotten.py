"""What a change would do is counted with few statements; what is old is forgotten, and the history stays."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.audit.models import HistoryEntry
from casework.cases.changes import doing, lots, queries, services
from casework.cases.changes.drafts import calendar_plan, plan_of
from casework.cases.models.changes import (
    ChangeKind,
    ChangeState,
    ClockChange,
    ClockChangeRow,
    Effect,
    RowState,
)
from casework.catalogue.models import CalendarVersion, Standard
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.changes.drafts import THANKSGIVING, apply, at, calendar_draft, look, standard_draft
from tests.cast import NOW, Cast, days


def kind_of(about: CalendarVersion | Standard) -> ChangeKind:
    return ChangeKind.CALENDAR if isinstance(about, CalendarVersion) else ChangeKind.STANDARD


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


@pytest.mark.parametrize("category", [False, True])
def test_a_standard_is_looked_at_with_few_statements(
    cast: Cast, count_queries: Callable[..., Any], category: bool
) -> None:
    for _ in range(12):
        cast.log()
    draft = standard_draft("respond", limit=15, category_id=cast.not_inspected.id if category else None)
    with transaction():
        made, _ = services.look_at(ChangeKind.STANDARD, draft, actor=cast.wen, now=NOW, once_key="k")
    number = made.id
    # A worker knows of nothing beforehand.
    db.session.expunge_all()
    with count_queries() as asked:
        doing.run(number, at(NOW))
    assert len(asked) <= 20
    assert db.session.scalar(select(func.count()).select_from(ClockChangeRow)) == 12


@pytest.mark.parametrize(
    "draft",
    [
        lambda: standard_draft("respond", limit=10_000, unit="month"),
        lambda: standard_draft("respond", severity_limits={"4": 10_000}, unit="week"),
        lambda: calendar_draft(hours={}, special={"2026-12-31": [["08:00", "12:00"]]}),
    ],
)
def test_a_limit_that_never_ends_is_refused_before_it_keeps_anybody_from_logging_a_case(
    cast: Cast, draft: Callable[[], Any]
) -> None:
    with pytest.raises(Refused, match=r"could not be counted: .*100 years"):
        look(draft(), cast.wen)
    db.session.rollback()
    assert cast.log().clocks


def test_a_change_that_breaks_does_not_hold_up_those_behind_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = (calendar_draft(THANKSGIVING), standard_draft("respond", limit=15))
    with transaction():
        made = [
            services.look_at(kind_of(one), one, actor=cast.wen, now=NOW, once_key="k")[0] for one in drafts
        ]

    def broken(change: ClockChange) -> Any:
        if change.kind is ChangeKind.CALENDAR:
            raise ValueError("broken")
        return plan_of(change)

    monkeypatch.setattr("casework.cases.changes.services.plan_of", broken)
    doing.sweep(at(NOW + days(1)))
    assert [one.state for one in made] == [ChangeState.LOOKING, ChangeState.READY]


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
