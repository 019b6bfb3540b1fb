"""links and approvals"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

OPEN = sa.text("state IN ('waiting', 'stale')")
FOUR_EYES = "state <> 'released' OR (decided_by_id IS NOT NULL AND decided_by_id <> asked_by_id)"


def to(name: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_{name}_{column}"))


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "case_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", instant, nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        to("case_links", "cases", "case_id"),
        to("case_links", "cases", "other_id"),
        to("case_links", "users", "made_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
        sa.UniqueConstraint("case_id", "other_id", "kind", name=op.f("uq_case_links_case_id_other_id_kind")),
    )
    op.create_index("ix_case_links_other", "case_links", ["other_id"])
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("says", sa.String(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint(FOUR_EYES, name=op.f("ck_approvals_four_eyes")),
        to("approvals", "cases", "case_id"),
        to("approvals", "users", "asked_by_id"),
        to("approvals", "users", "approver_id"),
        to("approvals", "users", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_case", "approvals", ["case_id", "id"])
    op.create_index("ix_approvals_state", "approvals", ["state", "asked_at", "id"])
    op.create_index("ix_approvals_asked_by", "approvals", ["asked_by_id", "state"])
    op.create_index(
        "uq_approvals_open", "approvals", ["case_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_table(
        "approval_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("min_severity", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("checked_staff", sa.Boolean(), nullable=False),
        sa.Column("amount_above", sa.Integer(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        to("approval_rules", "services", "service_id"),
        to("approval_rules", "users", "created_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rules")),
    )


def downgrade() -> None:
    op.drop_table("approval_rules")
    op.drop_table("approvals")
    op.drop_table("case_links")
