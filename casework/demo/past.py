"""Writing the past into the database: chunk by chunk, many rows a statement, memory as large as one chunk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CasePerson, Clock, ClockEvent, Issue
from casework.cases.rules import reference_of
from casework.cases.services.intake import take_numbers
from casework.communications.models import Communication
from casework.core.db import Model, db, transaction
from casework.customers.models import Customer
from casework.demo.agency import World
from casework.demo.arrivals import Topics, arrive, days_of
from casework.demo.ledger import Ledger, Row, relations
from casework.demo.lives import Lives
from casework.demo.people import Public

CHUNK = 1_000


def write_past(world: World, *, cases: int, seed: int, now: datetime) -> int:
    """Write so many cases of the three years up to now; how many of them are still open is returned.

    Each chunk is a transaction of its own, so nobody waits long for the write lock.
    """
    # Not for secrets: a generator whose seed is said makes the same agency again.
    rng = Random(f"{seed}-past")  # noqa: S311
    lives = Lives(rng, world, Public(rng, world.group_ids), now)
    today = now.astimezone(world.zone).date()
    topics = Topics(world, today)
    days = iter(days_of(rng, cases, today))
    still_open = 0
    while chunk := list(islice(days, CHUNK)):
        arrivals = [arrive(rng, world, topics, on, surging=surging) for on, surging in chunk]
        # What came in on one day is logged in the order in which it came.
        arrivals.sort(key=lambda arrival: arrival.received_at)
        ledgers = [lives.live(arrival) for arrival in arrivals]
        with transaction():
            _write(ledgers, world, lives.public)
        still_open += sum(ledger.case["is_open"] for ledger in ledgers)
        db.session.expunge_all()
    return still_open


def _write(ledgers: Sequence[Ledger], world: World, public: Public) -> None:
    people = public.take_new()
    for person, key in zip(people, _insert_and_ask(Customer, [p.row for p in people]), strict=True):
        person.id = key
    references = _references([ledger.case["received_at"] for ledger in ledgers], world)
    cases = [
        {**ledger.case, "reference": reference, "customer_id": ledger.customer.id}
        for ledger, reference in zip(ledgers, references, strict=True)
    ]
    ids = _insert_and_ask(Case, cases)
    pairs = list(zip(ids, ledgers, strict=True))
    _insert(Issue, ({**row, "case_id": key} for key, ledger in pairs for row in ledger.issues))
    _insert(Clock, ({**row, "case_id": key} for key, ledger in pairs for row in ledger.clocks.rows))
    _insert(ClockEvent, ({**row, "case_id": key} for key, ledger in pairs for row in ledger.clocks.events))
    _insert(CasePerson, ({**row, "case_id": key} for key, ledger in pairs for row in relations(ledger)))
    # The history of a chunk stands in order of time, as if it had been written as it happened.
    history = [{**row, "subject_id": key} for key, ledger in pairs for row in ledger.history]
    _insert(HistoryEntry, sorted(history, key=lambda row: row["at"]))
    said = [
        {**row, "case_id": key, "customer_id": ledger.customer.id}
        for key, ledger in pairs
        for row in ledger.said
    ]
    _insert(Communication, sorted(said, key=lambda row: row["written_at"]))


def _insert(model: type[Model], rows: Iterable[Row]) -> None:
    # Into the table: several times as fast as through the mapped class.
    table: Any = model.__table__
    found = list(rows)
    if found:
        db.session.execute(insert(table), found)


def _insert_and_ask(model: Any, rows: Sequence[Row]) -> list[int]:
    """Add rows and return their ids in order: ids grow, and nobody else writes while the demo is loaded."""
    newest = db.session.scalar(select(func.max(model.id))) or 0
    _insert(model, rows)
    return list(db.session.scalars(select(model.id).where(model.id > newest).order_by(model.id)))


def _references(received: Sequence[datetime], world: World) -> list[str]:
    years = [at.astimezone(world.zone).year for at in received]
    how_many: dict[int, int] = defaultdict(int)
    for year in years:
        how_many[year] += 1
    following = {year: take_numbers(year, n) for year, n in how_many.items()}
    references = []
    for year in years:
        references.append(reference_of(year, following[year]))
        following[year] += 1
    return references
