"""Refreshing: what changed is counted again, and it comes to what counting everything comes to."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from casework.cases.models import Case
from casework.catalogue.queries import the_agency
from casework.core.db import db, transaction
from casework.measures.models import CaseFact, MeasureState, MeasureValue, StaleFact
from casework.measures.services import mark_all_stale, mark_stale, refresh
from tests.cast import NOW, Cast
from tests.measures.conftest import Made, add_clock


def stored() -> dict[Any, Any]:
    table: Any = MeasureValue.__table__
    kept = [column for column in table.columns if column.name != "computed_at"]
    return {tuple(row[:6]): tuple(row[6:]) for row in db.session.execute(select(*kept))}


def facts() -> list[Any]:
    return [tuple(row) for row in db.session.execute(select(CaseFact.__table__).order_by(CaseFact.case_id))]


def test_refreshing_what_changed_equals_counting_everything(make_case: Made, cast: Cast) -> None:
    chance = random.Random(20261123)
    cases = [make_case(f"2026-0{chance.randint(1, 6)}-1{chance.randint(0, 9)} 09:00") for _ in range(30)]
    refresh(NOW)
    for _round in range(6):
        with transaction():
            for case in chance.sample(cases, 7):
                change(case, chance, cast)
                mark_stale(case.id, NOW)
        done = refresh(NOW)
        assert done.cases == 7
        changed, kept = facts(), stored()
        refresh(NOW, everything=True)
        assert facts() == changed
        assert stored() == kept


def change(case: Case, chance: random.Random, cast: Cast) -> None:
    days = timedelta(days=chance.choice([0, 0.5, 3, 30.25, 200]))
    case.responded_at = chance.choice([None, case.received_at + days])
    case.closed_at, case.is_open = case.responded_at, case.responded_at is None
    case.team_id = chance.choice([cast.health.id, cast.clinics.id, None])
    case.category_id = chance.choice([cast.not_inspected.id, None])
    if chance.random() < 0.3:
        add_clock(case, f"2026-0{chance.randint(1, 9)}-20 17:00")


def test_a_case_that_did_not_change_writes_no_figure(make_case: Made) -> None:
    case = make_case("2026-03-02 09:00", answered="2026-03-04 09:00")
    assert refresh(NOW).periods > 0
    with transaction():
        mark_stale(case.id, NOW)
        mark_stale(case.id, NOW)
    done = refresh(NOW)
    assert (done.cases, done.periods) == (1, 0)
    assert refresh(NOW).cases == 0


def test_a_group_without_cases_has_no_figures(make_case: Made, cast: Cast) -> None:
    case = make_case("2026-03-02 09:00")
    refresh(NOW)
    with transaction():
        case.team_id = cast.clinics.id
        mark_stale(case.id, NOW)
    refresh(NOW)
    groups = select(MeasureValue.group_id).where(MeasureValue.dimension == "team").distinct()
    assert list(db.session.scalars(groups)) == [str(cast.clinics.id)]


def test_restricted_cases_are_counted(make_case: Made) -> None:
    make_case("2026-03-02 09:00", is_restricted=True)
    refresh(NOW)
    assert db.session.scalar(select(func.count()).select_from(CaseFact)) == 1


def test_figures_that_do_not_fit_their_facts_are_made_anew(make_case: Made) -> None:
    case = make_case("2026-03-02 09:00", answered="2026-03-04 09:00")
    refresh(NOW)
    right = stored()
    with transaction():
        db.session.execute(update(MeasureValue).values(figures=b"", closed_n=7))
        case.severity, case.team_id, team = 3, None, case.team_id
        mark_stale(case.id, NOW)
    refresh(NOW)
    with transaction():
        case.team_id = team
        mark_stale(case.id, NOW)
    refresh(NOW)
    assert stored() == right


def test_a_rebuild_that_was_broken_off_is_finished_by_the_next_refresh(make_case: Made) -> None:
    make_case("2026-03-02 09:00")
    refresh(NOW)
    right = stored()
    with transaction():
        db.session.execute(update(MeasureState).values(is_rebuilding=True))
        db.session.execute(update(MeasureValue).values(n=99))
    refresh(NOW)
    assert stored() == right
    assert db.session.scalar(select(MeasureState.is_rebuilding)) is False


def test_another_time_zone_counts_everything_again(make_case: Made) -> None:
    case = make_case("2026-06-30 23:30")
    refresh(NOW)
    with transaction():
        the_agency().time_zone = "America/New_York"
    refresh(NOW)
    assert db.session.scalar(select(CaseFact.received_month).where(CaseFact.case_id == case.id)) == "2026-07"


def test_many_changes_at_once_leave_nothing_waiting(make_case: Made, monkeypatch: Any) -> None:
    monkeypatch.setattr("casework.measures.services.refreshing.CHANGES_AT_ONCE", 2)
    for _ in range(5):
        make_case("2026-03-02 09:00", answered="2026-03-04 09:00")
    assert refresh(NOW).cases == 5
    one_by_one = stored()
    with transaction():
        mark_all_stale(NOW)
    monkeypatch.setattr("casework.measures.services.refreshing.MANY", 1)
    monkeypatch.setattr("casework.measures.services.refreshing.FACTS_AT_ONCE", 2)
    assert refresh(NOW).cases == 5
    assert stored() == one_by_one
    assert db.session.scalar(select(func.count()).select_from(StaleFact)) == 0


def test_a_logged_case_is_counted_by_the_next_refresh(cast: Cast) -> None:
    case = cast.log()
    refresh(NOW)
    assert db.session.scalar(select(CaseFact.team_id).where(CaseFact.case_id == case.id)) == cast.health.id
