"""Bringing figures up to date: what changed is recounted, not everything.

- A few changed cases: each is taken out of its figures as its fact was and put in as its case is, in one
  transaction with the claim on it, so a refresh that dies half way leaves nothing undone and nothing done twice.
- Many changed cases (an import), or everything: facts are rewritten chunk by chunk, so that nobody waits long for
  the write lock; then all figures are made anew from the facts in one transaction.
- Every transaction first locks the one row of MeasureState, so two refreshes at once take turns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, tuple_, update

from casework.cases.models import Case
from casework.catalogue.queries import the_agency
from casework.core.db import db, transaction
from casework.measures.cells import Cell, CellKey, Counted, Drift, apply, cells_of, count_all
from casework.measures.models import CaseFact, MeasureState, MeasureValue, StaleFact
from casework.measures.queries.sight import KEY, stored_cells
from casework.measures.rules import Wall
from casework.measures.services.facts import replace_facts
from casework.measures.services.staleness import mark_all_stale
from casework.measures.services.upsert import on_conflict_set, upsert

CHANGES_AT_ONCE = 500
FACTS_AT_ONCE = 4_000
# From here on making all figures anew is less work than changing them one by one.
MANY = 3_000
_KEYS_AT_ONCE = 150
_VALUES: Any = MeasureValue.__table__
_PLAIN: dict[str, Any] = {"synchronize_session": False}
_COUNTED = tuple(getattr(CaseFact, name) for name in Counted._fields)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: cases counted again, figures written, and how long it took."""

    cases: int
    periods: int
    seconds: float


def refresh(now: datetime, *, everything: bool = False) -> Refreshed:
    """Count again what changed since the last time, or everything. Opens its own transactions.

    Raises NotFound before the agency is set up, because days need its time zone.
    """
    began = perf_counter()
    with transaction():
        state = _locked_state()
        zone = the_agency().time_zone
        if everything or state.time_zone != zone:
            mark_all_stale(now)
            state.time_zone, state.is_rebuilding = zone, True
        waiting = db.session.scalar(select(func.count()).select_from(StaleFact)) or 0
        rebuild = state.is_rebuilding or waiting >= MANY
    wall = Wall(ZoneInfo(zone))
    cases, periods = _rebuild(wall, now) if rebuild else _change(wall, now)
    return Refreshed(cases=cases, periods=periods, seconds=round(perf_counter() - began, 3))


def _change(wall: Wall, now: datetime) -> tuple[int, int]:
    cases = periods = 0
    while True:
        try:
            with transaction():
                state = _locked_state()
                if state.is_rebuilding:
                    break
                changed, written = _change_some(wall, now)
                state.computed_at = now
        except Drift:
            # Nothing of the transaction was kept, so the claims stand and the rebuild takes them.
            with transaction():
                _locked_state().is_rebuilding = True
            break
        cases, periods = cases + changed, periods + written
        if changed < CHANGES_AT_ONCE:
            return cases, periods
    rebuilt, made = _rebuild(wall, now)
    return cases + rebuilt, periods + made


def _change_some(wall: Wall, now: datetime) -> tuple[int, int]:
    """Claim some changed cases and move them between figures; how many cases, how many figures."""
    ids = _claim(CHANGES_AT_ONCE)
    if not ids:
        return 0, 0
    wanted = select(CaseFact.case_id, *_COUNTED).where(CaseFact.case_id.in_(ids))
    before = {row[0]: Counted(*row[1:]) for row in db.session.execute(wanted)}
    after = {fact["case_id"]: _counted(fact) for fact in replace_facts(ids, wall)}
    pairs = [(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i)]
    keys = {key for pair in pairs for fact in pair if fact is not None for key, _ in cells_of(fact)}
    cells = stored_cells(sorted(keys))
    apply(pairs, lambda key: cells.setdefault(key, Cell()))
    _write(cells, now)
    return len(ids), len(cells)


def _rebuild(wall: Wall, now: datetime) -> tuple[int, int]:
    """Rewrite the facts of all changed cases, then make every figure anew."""
    cases = 0
    while True:
        with transaction():
            # Said again in every chunk: whoever finishes a rebuild in between must not make us look finished.
            _locked_state().is_rebuilding = True
            ids = _claim(FACTS_AT_ONCE)
            if ids:
                replace_facts(ids, wall)
        cases += len(ids)
        if len(ids) < FACTS_AT_ONCE:
            break
    with transaction():
        state = _locked_state()
        # "Not in" would look through all cases for each fact once they no longer fit into the database's memory.
        gone = ~select(Case.id).where(Case.id == CaseFact.case_id).exists()
        db.session.execute(delete(CaseFact).where(gone).execution_options(**_PLAIN))
        cells = count_all(db.session.execute(select(*_COUNTED)))
        db.session.execute(delete(MeasureValue).execution_options(**_PLAIN))
        _insert(cells, now)
        state.is_rebuilding, state.computed_at = False, now
    return cases, len(cells)


def _locked_state() -> MeasureState:
    """The one row of state, locked until the end of the transaction."""
    statement = upsert(MeasureState).values(id=1, time_zone="", is_rebuilding=False)
    db.session.execute(statement.on_conflict_do_nothing())
    db.session.execute(update(MeasureState).values(id=1).execution_options(**_PLAIN))
    wanted = select(MeasureState).execution_options(populate_existing=True)
    return db.session.scalars(wanted).one()


def _claim(most: int) -> list[int]:
    """Take the marks of some changed cases. Those that somebody is just writing are left for the next time."""
    some = select(StaleFact.case_id).order_by(StaleFact.case_id).limit(most).with_for_update(skip_locked=True)
    taken = delete(StaleFact).where(StaleFact.case_id.in_(some)).returning(StaleFact.case_id)
    return sorted(db.session.scalars(taken.execution_options(**_PLAIN)))


def _counted(fact: dict[str, Any]) -> Counted:
    return Counted(*(fact[name] for name in Counted._fields))


def _write(cells: dict[CellKey, Cell], now: datetime) -> None:
    """Keep these figures; one without a case goes."""
    empty = [key for key, cell in cells.items() if cell.n == 0]
    for some in _in_parts(empty):
        db.session.execute(delete(MeasureValue).where(tuple_(*KEY).in_(some)).execution_options(**_PLAIN))
    rows = [_row(key, cell, now) for key, cell in cells.items() if cell.n]
    if rows:
        db.session.execute(on_conflict_set(upsert(MeasureValue), MeasureValue), rows)


def _insert(cells: dict[CellKey, Cell], now: datetime) -> None:
    if cells:
        db.session.execute(insert(_VALUES), [_row(key, cell, now) for key, cell in cells.items()])


def _row(key: CellKey, cell: Cell, now: datetime) -> dict[str, Any]:
    return {**key._asdict(), **cell.figures(), "computed_at": now, "figures": cell.packed()}


def _in_parts(keys: Sequence[CellKey]) -> Iterable[Sequence[CellKey]]:
    """A statement takes only so many values."""
    return (keys[start : start + _KEYS_AT_ONCE] for start in range(0, len(keys), _KEYS_AT_ONCE))
