"""The same lives led again by other customers: how a demo of a million cases is made in minutes.

A life takes milliseconds to make up, and a copy of its rows takes microseconds in the database. A copy has
its own number, reference and customer, whose name is another customer's of the same sort; times, clocks and words
are those of the life it repeats, so whatever explains a date there explains it here.

On PostgreSQL the indexes and keys of the tables are taken away first and made again at the end: filling a table and
then sorting it once is several times as fast. All of it is one transaction, so nobody ever sees it half done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CaseNumber, CasePerson, Clock, ClockEvent, Issue
from casework.communications.models import Communication, Purpose
from casework.core.db import db
from casework.customers.models import Customer
from casework.demo import again_words
from casework.demo.again_words import copy_words
from casework.measures.models import CaseFact

# Coprime to what numbers of customers usually are, so that each copy shuffles the names in another way.
STRIDE = 7_919
_CASES: Any = Case.__table__
_CUSTOMERS: Any = Customer.__table__
_OTHERS: Any = Customer.__table__.alias("others")
_NUMBERED = (Case, Customer)
_OF_CASES: tuple[tuple[Any, str], ...] = (
    *((model, "case_id") for model in (Issue, Clock, ClockEvent, CasePerson, Communication, CaseFact)),
    (HistoryEntry, "subject_id"),
)


@dataclass(frozen=True)
class Block:
    """What is repeated: the cases numbered 1 to `cases`, with customers; how far apart the copies are numbered."""

    cases: int
    case_step: int
    customers: int
    numbers: dict[str, int]


def lead_again(cases: int, *, until: int) -> None:
    """Repeat the first so many cases until there are `until` of their sort. Runs in the open transaction.

    The tables must hold nothing but made-up lives, numbered without a gap, with their facts.
    """
    block = _block(cases)
    blocks = -(-until // cases)
    times = _times(blocks - 1)
    with _without_indexes():
        _copy_customers(block, times)
        _copy_cases(block, times, until)
        for model, key in _OF_CASES:
            _copy_rows(model, key, block, times, until)
        copy_words(cases=cases, step=block.case_step)
    _count_on(block, blocks)


def _block(cases: int) -> Block:
    years = db.session.execute(select(CaseNumber.year, CaseNumber.last))
    return Block(
        cases=cases,
        case_step=db.session.scalar(select(func.max(Case.id))) or 0,
        customers=db.session.scalar(select(func.max(Customer.id))) or 0,
        numbers={f"{year % 100:02d}": last for year, last in years},
    )


def _times(most: int) -> Any:
    """The numbers 1 to `most` as a table with the column k."""
    numbers = select(literal(1).label("k")).cte("times", recursive=True)
    return numbers.union_all(select(numbers.c.k + 1).where(numbers.c.k < most))


def _copy(table: Table, changed: dict[str, ColumnElement[Any]], query: Any, leave: set[str]) -> None:
    names = [column.name for column in table.columns if column.name not in leave]
    values = [changed.get(name, table.c[name]).label(name) for name in names]
    # Written in the order of the originals, which is that of time, as if they had come in side by side.
    rows = query.with_only_columns(*values).order_by(*table.primary_key.columns)
    db.session.execute(insert(table).from_select(names, rows, include_defaults=False))


def _copy_customers(block: Block, times: Any) -> None:
    k, own = times.c.k, _CUSTOMERS.c
    # Somebody of the same sort gives the name: who gave none stays nameless, and a firm stays a firm.
    alike = (own.name != "") & (_OTHERS.c.name != "") & (own.is_organisation == _OTHERS.c.is_organisation)
    other = (own.id + k * STRIDE) % block.customers + 1
    query = select().select_from(_CUSTOMERS.join(times, literal(True)).join(_OTHERS, _OTHERS.c.id == other))
    changed = {
        "id": own.id + k * block.customers,
        "name": case((alike, _OTHERS.c.name), else_=own.name),
        "search_name": case((alike, _OTHERS.c.search_name), else_=own.search_name),
        "email": _address(own.email, k),
        "search_email": _address(own.search_email, k),
    }
    _copy(_CUSTOMERS, changed, query.where(own.id <= block.customers), set())


def _copy_cases(block: Block, times: Any, wanted: int) -> None:
    k, own = times.c.k, _CASES.c
    changed = {
        "id": own.id + k * block.case_step,
        "reference": _reference(own.reference, k, block),
        "customer_id": own.customer_id + k * block.customers,
        "link_nonce": own.link_nonce + "-" + cast(k, String),
    }
    query = select().select_from(_CASES.join(times, literal(True)))
    _copy(_CASES, changed, query.where(_within(own.id, k, block, wanted)), set())


def _copy_rows(model: Any, key: str, block: Block, times: Any, wanted: int) -> None:
    table: Any = model.__table__
    k, own = times.c.k, table.c
    changed = {key: own[key] + k * block.case_step}
    query = select().select_from(table.join(times, literal(True)))
    query = query.where(_within(own[key], k, block, wanted))
    if model is Communication:
        changed["customer_id"] = own.customer_id + k * block.customers
        changed["to_address"] = _address(own.to_address, k)
        # What was told belongs to the one action that it follows from.
        query = query.where(own.purpose != Purpose.TOLD)
    if model is HistoryEntry:
        query = query.where(own.subject_type == "case")
    _copy(table, changed, query, {"id"} - {key})


def _within(case_id: ColumnElement[int], k: ColumnElement[int], block: Block, wanted: int) -> Any:
    """Only what is repeated, and of the last time only as much as is wanted."""
    return (case_id <= block.cases) & (case_id + k * block.cases <= wanted)


def _address(column: ColumnElement[str], k: ColumnElement[int]) -> ColumnElement[str]:
    return func.replace(column, "@", literal(".") + cast(k, String) + "@")


def _reference(column: ColumnElement[str], k: ColumnElement[int], block: Block) -> ColumnElement[str]:
    """The number within the year goes on where the copy before ended; see cases.rules.reference_of."""
    year = func.substr(column, 1, 2)
    ahead = case(*((year == name, last) for name, last in block.numbers.items()), else_=0)
    number = cast(func.substr(column, 4), Integer) + k * ahead
    plain = cast(number, String)
    padded = case(
        (number < 100_000, func.substr(literal("0000") + plain, func.length(plain), 5)), else_=plain
    )
    return year + "-" + padded


def _count_on(block: Block, blocks: int) -> None:
    """Let the next case, customer and reference come after those that were made here."""
    db.session.execute(update(CaseNumber).values(last=CaseNumber.last * blocks))
    if db.session.get_bind().dialect.name == "postgresql":
        for model in _NUMBERED:
            name = model.__tablename__
            newest = select(func.max(model.id)).scalar_subquery()
            db.session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), newest)))


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Take indexes and foreign keys of the tables away meanwhile, where that can be undone with the transaction."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    # Sorting a large table is much of the work, and this transaction has the machine to itself.
    connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    connection.execute(text("SET LOCAL max_parallel_maintenance_workers = 2"))
    models: list[Any] = [*_NUMBERED, *(model for model, _ in _OF_CASES)]
    tables = [*(model.__table__.name for model in models), again_words.TABLE]
    kept = {row[0]: row[1:] for row in connection.execute(text(_DEFINITIONS), {"names": tables})}
    for name, (table, is_key, _) in kept.items():
        what = f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"' if is_key else f'DROP INDEX "{name}"'
        connection.execute(text(what))
    yield
    for name, (table, is_key, definition) in sorted(kept.items(), key=lambda one: one[1][1]):
        what = f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}' if is_key else definition
        connection.execute(text(what))
    # Until somebody counts, the database plans as if the tables were as small as before.
    connection.execute(text("ANALYZE " + ", ".join(f'"{table}"' for table in tables)))


# Every index that is not behind a constraint, and every foreign key of these tables, in the database's own words.
_DEFINITIONS = """
SELECT c.relname, t.relname, false, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
WHERE t.relname = ANY(:names) AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
UNION ALL
SELECT k.conname, t.relname, true, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE t.relname = ANY(:names) AND k.contype = 'f'
"""
