"""The history: rows are added, never changed and never removed. And how any table is kept so."""

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


def guards_for(
    dialect_name: str, table: str = "history", words: str = "history is append-only"
) -> tuple[str, ...]:
    """The statements by which the database itself refuses to change a table, whoever asks."""
    if dialect_name == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        (
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        ),
    )


def lift_for(dialect_name: str, table: str = "history") -> tuple[str, ...]:
    """The statements that take the guards away, for a migration that goes back."""
    if dialect_name == "sqlite":
        return (f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete")
    return (f"DROP TRIGGER {table}_no_change ON {table}", f"DROP FUNCTION {table}_is_append_only()")


def append_only(model: type[Model], words: str) -> None:
    """Let the database refuse to change rows of this model. Its migration carries the same statements."""

    def guard(table: Table, connection: Connection, **_: Any) -> None:
        for statement in guards_for(connection.dialect.name, table.name, words):
            connection.execute(DDL(statement.replace("%", "%%")))

    event.listen(model.__table__, "after_create", guard)


append_only(HistoryEntry, "history is append-only")
