"""Runs of the sweep of clocks: in lots, killed, twice at once; and what a run reads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from casework.cases.models import Case, Clock, ClockEvent
from casework.cases.services.clocks import sweep_clocks, sweeping
from casework.core import clock as the_time
from casework.core.db import db, transaction
from casework.notices.models import Notice
from casework.notices.rules import What
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cast import NOW, Cast, days
from tests.conftest import Queries
from tests.faults.stage import at_once, stage
from tests.notices.test_telling import told


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case of Dana's with one clock of ten working days."""
    no_standards()
    make_standard("ten")
    case = cast.log()
    cast.give(case, cast.dana, by=cast.dana)
    return case


def test_more_than_one_lot_is_written_whole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "LOT", 2)
    no_standards()
    make_standard("ten")
    for _ in range(5):
        cast.give(cast.log(), cast.dana, by=cast.dana)
    due = min(db.session.scalars(select(Clock.due_at)))
    assert sweep_clocks(due) == 10
    overdue = select(func.count()).select_from(Notice).where(Notice.what == What.OVERDUE)
    assert db.session.scalar(overdue) == 5


def test_a_run_that_was_killed_in_between_goes_on_where_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "LOT", 1)
    no_standards()
    make_standard("ten")
    cases = [cast.log() for _ in range(3)]
    for one in cases:
        cast.give(one, cast.dana, by=cast.dana)
    due = the_clock(cases[0], "respond").due_at
    whole, calls = sweeping._sweep_case, []

    def dies(case: Case, *rest: Any) -> int:
        found = whole(case, *rest)
        calls.append(case.id)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(sweeping, "_sweep_case", dies)
    with pytest.raises(KeyboardInterrupt):
        sweep_clocks(due)
    monkeypatch.setattr(sweeping, "_sweep_case", whole)
    assert sweep_clocks(due) == 4, "what the killed run had not kept"
    assert told(cast.dana).count(("overdue", 1)) == 3


def test_a_case_that_cannot_be_worked_out_keeps_no_other_waiting(cast: Cast) -> None:
    no_standards()
    make_standard("ten")
    cases = [cast.log() for _ in range(3)]
    for one in cases:
        cast.give(one, cast.dana, by=cast.dana)
    due = the_clock(cases[0], "respond").due_at
    with transaction():
        cases[0].clocks[0].calendar_number = 77  # There is no such version.
    with capture_logs() as logs:
        assert sweep_clocks(due) == 4
    assert [(each["event"], each["cases"]) for each in logs if each["log_level"] == "error"] == [
        ("the clocks of a case were not swept", [cases[0].id])
    ]
    assert told(cast.dana).count(("overdue", 1)) == 2
    with transaction():
        cases[0].clocks[0].calendar_number = 1
    assert sweep_clocks(due) == 2, "mended, it is swept like any other"


def test_a_lock_that_somebody_else_holds_does_not_make_it_go_round_for_ever(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "LOT", 1)
    monkeypatch.setattr(sweeping, "_held", lambda _ids: [])
    assert sweep_clocks(the_clock(case, "respond").due_at) == 0


def test_two_workers_at_once_write_and_tell_everything_once(fresh_database: str, tmp_path: Path) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        now = the_time.now()
        for _ in range(20):
            cast.give(cast.log(now=now, received_at=now), cast.dana, by=cast.dana, now=now)
        due = max(db.session.scalars(select(Clock.due_at)))
        db.session.remove()
        written = at_once([partial(_in_its_own_context, app, due) for _ in range(3)])
        _in_its_own_context(app, due)
        rows = db.session.execute(select(ClockEvent.case_id, ClockEvent.once)).all()
        assert len(rows) == len(set(rows)) == sum(written) > 0
        per = select(Notice.user_id, Notice.what, Notice.subject_id, func.count()).group_by(
            Notice.user_id, Notice.what, Notice.subject_id, Notice.subject_due_at
        )
        assert {n for *_, n in db.session.execute(per)} == {1}
        assert not db.session.scalar(select(func.count()).select_from(Clock).where(Clock.next_step_at <= due))


def _in_its_own_context(app: Flask, now: Any) -> int:
    with app.app_context():
        try:
            return sweep_clocks(now)
        finally:
            db.session.remove()


def test_the_sweep_reads_what_is_due_by_its_index_alone(cast: Cast, case: Case) -> None:
    wanted = sweeping.passed_clocks(NOW + days(30), (NOW, 1))
    assert "ix_clocks_next_step" in explained(wanted)
    assert "ix_clocks_next_step" in explained(sweeping.passed_clocks(NOW + days(30)))


def explained(wanted: Any) -> str:
    """The plan of a statement, where whole tables are read only if nothing else is possible."""
    dialect = db.session.get_bind().dialect
    sql = str(wanted.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).replace(":", r"\:")
    if dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    how = "EXPLAIN QUERY PLAN" if dialect.name == "sqlite" else "EXPLAIN"
    return " ".join(str(value) for row in db.session.execute(text(f"{how} {sql}")) for value in row)


def test_what_is_not_due_costs_nothing(
    cast: Cast, case: Case, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    for _ in range(5):
        cast.log()
    with count_queries() as queries:
        assert sweep_clocks(NOW) == 0
    assert len(queries) == 1, queries.statements


def test_many_late_cases_cost_the_same_number_of_reads(
    cast: Cast, count_queries: Callable[[], AbstractContextManager[Queries]]
) -> None:
    no_standards()
    make_standard("ten")
    for _ in range(8):
        cast.log()
    due = max(db.session.scalars(select(Clock.due_at)))
    db.session.expire_all()
    with count_queries() as queries:
        sweep_clocks(due - days(1))
    reads = [one for one in queries.statements if one.startswith("SELECT") and " cases" in one]
    assert len(reads) <= 5, reads
