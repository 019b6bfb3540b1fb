"""Which cases changed since they were counted."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import literal, select, update

from casework.cases.models import Case
from casework.core.db import Instant, db
from casework.measures.models import MeasureState, StaleFact
from casework.measures.services.upsert import on_conflict_set, upsert


def mark_stale(case_id: int, at: datetime) -> None:
    """Let the next refresh count this case again. Marking it twice is the same as once.

    A mark that is there is written again rather than left: that holds back a refresh which is about to take it
    until this transaction is kept, and so it cannot count the case as it was before.
    """
    statement = upsert(StaleFact).values(case_id=case_id, since=at)
    db.session.execute(on_conflict_set(statement, StaleFact, "since"))


def mark_many_stale(case_ids: Sequence[int], at: datetime) -> None:
    """Let the next refresh count these cases again."""
    rows = [{"case_id": case_id, "since": at} for case_id in case_ids]
    if rows:
        db.session.execute(on_conflict_set(upsert(StaleFact), StaleFact, "since"), rows)


def mark_all_stale(at: datetime) -> None:
    """Let the next refresh count every case again; for an import, or a change of what is counted."""
    every = select(Case.id, literal(at, Instant())).where(Case.id > 0)
    statement = upsert(StaleFact).from_select(["case_id", "since"], every)
    db.session.execute(on_conflict_set(statement, StaleFact, "since"))


def make_figures_anew() -> None:
    """Let the next refresh make every figure from the facts that are there, as after an import of many cases."""
    db.session.execute(update(MeasureState).values(is_rebuilding=True))
