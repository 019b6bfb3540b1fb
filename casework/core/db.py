"""The database: one object, one base class, one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import TYPE_CHECKING, Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, Table, TypeDecorator, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, registry

# Names of constraints are spelled out so that one migration can find them on both databases.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An instant: goes in with an offset, is kept as UTC, comes out as UTC with its offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"An instant needs an offset, and {value} has none.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(kind: type[PythonEnum]) -> list[str]:
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """Typed models: strings without a length are text, enums are kept by value, instants are in UTC."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: Instant(),
            dict[str, Any]: JSON,
            list[Any]: JSON,
            PythonEnum: Enum(
                PythonEnum, native_enum=False, create_constraint=False, length=32, values_callable=_values
            ),
            str: String(),
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


def table_of(model: type[Model]) -> Table:
    """The plain table of a model, for statements with many rows at once."""
    return cast(Table, model.__table__)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def expect_writes(yes: bool = True) -> None:
    """Say that what begins now will write: on SQLite the write lock is then taken at once.

    A transaction that reads first and writes later fails on SQLite when somebody else wrote in between,
    whatever the time-out; taking the lock at the beginning lets it wait its turn instead.
    """
    _writing.set(yes)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing: commits at the end, then runs what was put off until after the commit.

    Inside another transaction it joins that one. Services never commit; routes and tasks open this.
    """
    info = db.session.info
    if info.get("depth", 0):
        yield
        return
    info["depth"] = 1
    token = _writing.set(True)
    try:
        yield
        db.session.commit()
        waiting: list[Callable[[], None]] = info.pop("after_commit", [])
    except BaseException:
        info.pop("after_commit", None)
        db.session.rollback()
        raise
    finally:
        info["depth"] = 0
        _writing.reset(token)
    for act in waiting:
        act()


def after_commit(act: Callable[[], None]) -> None:
    """Put off `act` until the open transaction is kept; without one it is done at once."""
    if db.session.info.get("depth", 0):
        db.session.info.setdefault("after_commit", []).append(act)
    else:
        act()


def prepare_engine(engine: Engine) -> None:
    """Give SQLite what a server database has: real BEGIN, waiting writers, foreign keys, a write-ahead log."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _without_jit)
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _without_jit(connection: Any, _record: Any) -> None:
    """Pages read a few rows by an index; compiling such a statement takes PostgreSQL far longer than running it."""
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    connection.commit()
