"""The history: rows are added, never changed and never removed."""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Connection, ForeignKey, Index, Table, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.accounts.models import User
from casework.core.db import Model


class HistoryEntry(Model):
    """One thing that happened to one record. A correction is a new entry that names what it corrects."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str]
    subject_id: Mapped[int]
    verb: Mapped[str]
    summary: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("history.id"))

    actor: Mapped[User | None] = relationship(lazy="joined")


# The database itself refuses to change history, whoever asks. Migrations carry the same statements.
SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER history_no_{verb.lower()} BEFORE {verb} ON history "
    "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL_GUARDS = (
    (
        "CREATE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER history_no_change BEFORE UPDATE OR DELETE ON history "
        "FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
    ),
)


def guards_for(dialect_name: str) -> tuple[str, ...]:
    """The statements that make the table append-only on this database."""
    return SQLITE_GUARDS if dialect_name == "sqlite" else POSTGRESQL_GUARDS


def lift_for(dialect_name: str) -> tuple[str, ...]:
    """The statements that take the guards away, for a migration that goes back."""
    if dialect_name == "sqlite":
        return ("DROP TRIGGER history_no_update", "DROP TRIGGER history_no_delete")
    return ("DROP TRIGGER history_no_change ON history", "DROP FUNCTION history_is_append_only()")


def _guard(table: Table, connection: Connection, **_: Any) -> None:
    for statement in guards_for(connection.dialect.name):
        connection.execute(DDL(statement.replace("%", "%%")))


event.listen(HistoryEntry.__table__, "after_create", _guard)
