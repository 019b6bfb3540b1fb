"""The import, beside a bare insertion of the same rows; and bringing the figures up to date."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import func, select, update

from casework.cases.commands import run_import
from casework.cases.intake_files import load_mapping, open_reading
from casework.cases.models import Case
from casework.catalogue.services import NewAgency, set_up_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.measures.services import mark_many_stale, refresh
from tools.bench.figures import Figure
from tools.bench.sample import MAPPING, rows_of

BARE_COLUMNS = 22
CHANGED = 100
ROUNDS = 3
MOST_OF_ALL = 0.1
# With fewer cases, a hundred of them are no small part of all.
FROM_CASES = 10_000


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall, and those in which this process worked."""

    wall: float
    cpu: float


def spent_by(act: Callable[[], object]) -> Spent:
    """How long something takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def measure_import(sample: Path, folder: Path) -> list[Figure]:
    """Rows a second, and that ÷ a bare executemany of the same rows into SQLite."""
    rows = rows_of(sample, BARE_COLUMNS)
    with transaction():
        zone = load_mapping(MAPPING).zone.key
        set_up_agency(NewAgency(name="Measured agency", time_zone=zone), now=clock.now())
    bare = spent_by(lambda: _insert_bare(rows, folder / "bare.db"))
    done = spent_by(lambda: _import(sample))
    again = spent_by(lambda: _import(sample))
    n = len(rows)
    return [
        Figure(name="import", value=n / done.wall, unit="rows/s"),
        Figure(name="import, by processor time", value=n / done.cpu, unit="rows/s"),
        Figure(
            name="import ÷ bare executemany",
            value=bare.wall / done.wall,
            note=f"bare {n / bare.wall:,.0f} rows/s",
        ),
        Figure(name="import ÷ bare, by processor time", value=bare.cpu / done.cpu),
        Figure(name="the same file again ÷ first time", value=again.cpu / done.cpu, note="processor time"),
    ]


def measure_refresh() -> list[Figure]:
    """Everything counted anew, and after some changed cases."""
    cases = db.session.scalar(select(func.count()).select_from(Case)) or 0
    most = MOST_OF_ALL if cases >= FROM_CASES else None
    everything = spent_by(lambda: refresh(clock.now(), everything=True))
    changes = []
    for number in range(ROUNDS):
        _change(number)
        changes.append(spent_by(lambda: refresh(clock.now())))
    wall, cpu = median(each.wall for each in changes), median(each.cpu for each in changes)
    name = f"refresh after {CHANGED} changed cases ÷ all"
    return [
        Figure(
            name="refresh --all", value=everything.wall, unit="s", note=f"{everything.cpu:.1f} s of processor"
        ),
        Figure(name=name, value=wall / everything.wall, most=most, note=f"{wall:.2f} s"),
        Figure(name=f"{name}, by processor time", value=cpu / everything.cpu, most=most),
    ]


def _insert_bare(rows: list[tuple[str, ...]], path: Path) -> None:
    """As durable as ours: a write-ahead log, flushed at the end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        names = ", ".join(f"c{number} TEXT" for number in range(BARE_COLUMNS))
        marks = ", ".join("?" * BARE_COLUMNS)
        connection.execute(f"CREATE TABLE bare ({names})")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO bare VALUES ({marks})", rows)  # noqa: S608 - marks and nothing else
        connection.execute("COMMIT")


def _import(sample: Path) -> None:
    now, mapping = clock.now(), load_mapping(MAPPING)
    reading = open_reading(sample, mapping, now=now)
    run_import(reading, sample.stem, zone=mapping.zone, dry_run=False, now=now)


def _change(number: int) -> None:
    """Acknowledge some cases that are spread over the whole time, other ones in each round."""
    now = clock.now()
    ids = list(db.session.scalars(select(Case.id).where(Case.acknowledged_at.is_(None)).order_by(Case.id)))
    step = max(1, len(ids) // CHANGED)
    chosen = ids[number % step :: step][:CHANGED]
    with transaction():
        wanted = update(Case).where(Case.id.in_(chosen)).values(acknowledged_at=Case.received_at)
        db.session.execute(wanted.execution_options(synchronize_session=False))
        mark_many_stale(chosen, now)
