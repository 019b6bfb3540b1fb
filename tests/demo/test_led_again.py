"""Many cases are the same lives led again: other customers, own references, and figures that agree."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from casework.accounts.models import User
from casework.cases.models import Case, Channel, Clock, Issue, Kind
from casework.cases.services import NewCase, open_case
from casework.communications.models import Communication
from casework.core.db import db, transaction
from casework.customers.models import Customer
from casework.demo import loading
from casework.measures.models import CaseFact, MeasureValue
from casework.measures.services import refresh
from casework.search.queries.found import Filters, found
from casework.search.rules import asked
from casework.search.services import index_missing
from tests.cast import NOW
from tests.databases import Databases
from tests.demo.conftest import loaded_app

CASES, DIFFERENT = 150, 40


@pytest.fixture(scope="module")
def many(databases: Databases, worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    patch = pytest.MonkeyPatch()
    patch.setattr(loading, "DIFFERENT", DIFFERENT)
    app = loaded_app(databases.fresh(f"again_{worker_id}"), tmp_path_factory.mktemp("again"), cases=CASES)
    patch.undo()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(f"again_{worker_id}")


def count(column: object, *conditions: object) -> int:
    return db.session.scalar(select(func.count(column)).where(*conditions)) or 0  # type: ignore[arg-type]


def test_there_are_as_many_as_were_asked_for_each_with_what_belongs_to_it(many: Flask) -> None:
    assert count(Case.id) == count(Case.reference.distinct()) == count(CaseFact.case_id) == CASES
    assert count(Case.id, ~select(Issue.id).where(Issue.case_id == Case.id).exists()) == 0
    assert count(Case.id, ~select(Clock.id).where(Clock.case_id == Case.id).exists()) == count(
        Case.id, Case.id <= DIFFERENT, ~select(Clock.id).where(Clock.case_id == Case.id).exists()
    ) * (CASES // DIFFERENT)


def test_each_time_they_are_led_by_other_customers(many: Flask) -> None:
    first = set(db.session.scalars(select(Case.customer_id).where(Case.id <= DIFFERENT)))
    again = set(db.session.scalars(select(Case.customer_id).where(Case.id > DIFFERENT + 20)))
    assert not first & again
    addresses = list(db.session.scalars(select(Customer.email).where(Customer.email != "")))
    assert len(addresses) == len(set(addresses))
    unreachable = Communication.to_address != Customer.email
    wrong = (
        select(func.count())
        .select_from(Communication)
        .join(Customer)
        .where(Communication.to_address != "", unreachable)
    )
    assert db.session.scalar(wrong) == 0


def test_figures_are_those_of_counting_everything_anew(many: Flask) -> None:
    wanted = select(MeasureValue.measure, MeasureValue.dimension, MeasureValue.group_id, MeasureValue.cohort,
                    MeasureValue.period, MeasureValue.n, MeasureValue.median, MeasureValue.within_n)  # fmt: skip
    before = sorted(map(repr, db.session.execute(wanted)))
    db.session.rollback()
    refresh(NOW, everything=True)
    assert sorted(map(repr, db.session.execute(wanted))) == before
    db.session.rollback()


def test_the_schema_is_as_it_was(many: Flask, app: Flask) -> None:
    shown = inspect(db.engine)
    for table in db.metadata.tables.values():
        indexes = {index["name"] for index in shown.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes, table.name
        keys = {name for key in shown.get_foreign_keys(table.name) for name in key["constrained_columns"]}
        assert {key.parent.name for key in table.foreign_keys} <= keys, table.name


def test_the_next_case_gets_a_number_of_its_own(many: Flask) -> None:
    new = NewCase(kind=Kind.COMPLAINT, channel=Channel.PHONE, received_at=NOW, narrative="Nobody came.")
    with transaction():
        logged = open_case(new, actor_id=None, now=NOW)
    assert count(Case.id, Case.reference == logged.reference) == 1
    assert logged.id > CASES


def test_each_is_found_by_its_own_words_and_not_by_those_of_the_life_it_repeats(many: Flask) -> None:
    user = db.session.scalars(select(User).where(User.email == "amara@lakeford.example")).one()
    again = select(Case).where(Case.id > DIFFERENT, Case.id <= DIFFERENT * 3, Case.customer_id.is_not(None))
    for case in db.session.scalars(again.order_by(Case.id.desc()).limit(20)):
        customer = case.customer
        assert customer is not None
        own = (
            case.reference,
            customer.name,
            customer.email,
            customer.phone,
            case.title,
            case.narrative[:200],
        )
        hits = found(user, asked(" ".join(filter(None, own))), Filters())
        assert [one.id for one in hits.cases] == [case.id], own


def test_every_case_has_its_words(many: Flask) -> None:
    assert index_missing() == 0
