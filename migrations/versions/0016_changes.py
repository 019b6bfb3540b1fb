"""changes of calendars and standards: what they do to each clock that runs, and what became of it"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INSTANT = sa.DateTime(timezone=True)


def to(name: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))


def upgrade() -> None:
    op.create_table(
        "clock_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("calendar_version_id", sa.Integer(), nullable=True),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("last_case_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        to("clock_changes", "calendar_versions", "calendar_version_id"),
        to("clock_changes", "standards", "standard_id"),
        to("clock_changes", "users", "made_by_id"),
        to("clock_changes", "users", "applied_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_changes")),
        sa.UniqueConstraint("key", name=op.f("uq_clock_changes_key")),
    )
    op.create_index("ix_clock_changes_state", "clock_changes", ["state", "touched_at"])
    op.create_table(
        "clock_change_rows",
        sa.Column("change_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before_at", INSTANT, nullable=True),
        sa.Column("after_at", INSTANT, nullable=True),
        sa.Column("shift", sa.Integer(), nullable=False),
        sa.Column("effect", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("differed", sa.Boolean(), nullable=False),
        sa.Column("came_later", sa.Boolean(), nullable=False),
        to("clock_change_rows", "clock_changes", "change_id"),
        to("clock_change_rows", "cases", "case_id"),
        sa.PrimaryKeyConstraint("change_id", "case_id", "number", name=op.f("pk_clock_change_rows")),
    )
    op.create_index("ix_clock_change_rows_state", "clock_change_rows", ["change_id", "state", "case_id"])
    op.create_index("ix_clock_change_rows_shift", "clock_change_rows", ["change_id", "shift"])


def downgrade() -> None:
    op.drop_table("clock_change_rows")
    op.drop_table("clock_changes")
