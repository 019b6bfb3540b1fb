"""drafts of processes, who published a version, and moving open cases to another version"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

INSTANT = sa.DateTime(timezone=True)


def to(name: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))


def upgrade() -> None:
    key = sa.ForeignKey("users.id", name=op.f("fk_process_versions_published_by_id"))
    op.add_column(
        "process_versions", sa.Column("published_by_id", sa.Integer(), key, nullable=True), inline_references=True
    )
    op.add_column("process_versions", sa.Column("note", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "process_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("edited_by_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        to("process_drafts", "process_versions", "based_on_id"),
        to("process_drafts", "users", "started_by_id"),
        to("process_drafts", "users", "edited_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_drafts")),
        sa.UniqueConstraint("name", name=op.f("uq_process_drafts_name")),
    )
    op.create_table(
        "version_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        to("version_moves", "users", "actor_id"),
        to("version_moves", "process_versions", "from_id"),
        to("version_moves", "process_versions", "to_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_moves")),
        sa.UniqueConstraint("key", name=op.f("uq_version_moves_key")),
    )
    op.create_index("ix_version_moves_state", "version_moves", ["state", "touched_at"])
    op.create_table(
        "version_move_items",
        sa.Column("job_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        to("version_move_items", "version_moves", "job_id"),
        to("version_move_items", "cases", "case_id"),
        sa.PrimaryKeyConstraint("job_id", "case_id", name=op.f("pk_version_move_items")),
    )
    op.create_index("ix_version_move_items_state", "version_move_items", ["job_id", "state", "case_id"])
    # Whoever counts or moves the open cases of a version reads these alone, not every case there ever was.
    op.create_index(
        "ix_cases_process",
        "cases",
        ["process_version_id", "state", "id"],
        postgresql_where=sa.text("is_open"),
        sqlite_where=sa.text("is_open = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_process", "cases")
    op.drop_table("version_move_items")
    op.drop_table("version_moves")
    op.drop_table("process_drafts")
    with op.batch_alter_table("process_versions") as batch_op:
        batch_op.drop_column("note")
        batch_op.drop_column("published_by_id")
