"""queues: saved views, tags, bulk changes, and the indexes by which lists are read"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Name, and what is true of the cases in it, as PostgreSQL and as SQLite say it.
DUE = (
    ("nobody", "is_open AND handler_id IS NULL", "is_open = 1 AND handler_id IS NULL"),
    ("waiting", "is_open AND is_paused", "is_open = 1 AND is_paused = 1"),
    ("approval", "is_open AND awaiting_approval", "is_open = 1 AND awaiting_approval = 1"),
    ("reopened", "is_open AND reopened > 0", "is_open = 1 AND reopened > 0"),
    ("escalated", "is_open AND stage >= 2", "is_open = 1 AND stage >= 2"),
    ("promises", "open_actions > 0", "open_actions > 0"),
)
OPEN = {"postgresql_where": sa.text("is_open"), "sqlite_where": sa.text("is_open = 1")}
RUNNING = {"postgresql_where": sa.text("state = 'running'"), "sqlite_where": sa.text("state = 'running'")}


def make_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_saved_views_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index("ix_saved_views_owner", "saved_views", ["owner_id"])
    op.create_index("ix_saved_views_scope", "saved_views", ["scope", "team_id"])
    op.create_table(
        "queue_choices",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("first_view_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_view_id"], ["saved_views.id"], name=op.f("fk_queue_choices_first_view_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_queue_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_queue_choices")),
    )


def make_tags() -> None:
    op.create_table(
        "case_tags",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_tags_case_id")),
        sa.PrimaryKeyConstraint("case_id", "tag", name=op.f("pk_case_tags")),
    )
    op.create_index("ix_case_tags_tag", "case_tags", ["tag", "case_id"])


def make_bulk() -> None:
    op.create_table(
        "bulk_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("back", sa.String(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_bulk_jobs_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_jobs")),
        sa.UniqueConstraint("key", name=op.f("uq_bulk_jobs_key")),
    )
    op.create_index("ix_bulk_jobs_state", "bulk_jobs", ["state", "touched_at"])
    op.create_index("ix_bulk_jobs_actor", "bulk_jobs", ["actor_id"])
    op.create_table(
        "bulk_items",
        sa.Column("job_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["bulk_jobs.id"], name=op.f("fk_bulk_items_job_id")),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_bulk_items")),
    )


def upgrade() -> None:
    make_views()
    make_tags()
    make_bulk()
    for name, postgresql, sqlite in DUE:
        where = {"postgresql_where": sa.text(postgresql), "sqlite_where": sa.text(sqlite)}
        op.create_index(f"ix_cases_{name}_due", "cases", ["next_due_at", "id"], **where)
    op.create_index("ix_cases_open_received", "cases", ["received_at", "id"], **OPEN)
    op.create_index(
        "ix_cases_open_severity", "cases", [sa.text("severity DESC"), "next_due_at", "id"], **OPEN
    )
    op.create_index("ix_clocks_running", "clocks", ["promise", "due_at", "case_id"], **RUNNING)


def downgrade() -> None:
    op.drop_index("ix_clocks_running", "clocks")
    op.drop_index("ix_cases_open_severity", "cases")
    op.drop_index("ix_cases_open_received", "cases")
    for name, _, _ in reversed(DUE):
        op.drop_index(f"ix_cases_{name}_due", "cases")
    op.drop_table("bulk_items")
    op.drop_index("ix_bulk_jobs_actor", "bulk_jobs")
    op.drop_index("ix_bulk_jobs_state", "bulk_jobs")
    op.drop_table("bulk_jobs")
    op.drop_index("ix_case_tags_tag", "case_tags")
    op.drop_table("case_tags")
    op.drop_table("queue_choices")
    op.drop_index("ix_saved_views_scope", "saved_views")
    op.drop_index("ix_saved_views_owner", "saved_views")
    op.drop_table("saved_views")
