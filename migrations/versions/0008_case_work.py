"""case work: what was promised in a case, and who has it open"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "case_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_promised", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_note", sa.String(), nullable=False),
        sa.Column("told_id", sa.Integer(), nullable=True),
        sa.Column("untold_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_actions_case_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_case_actions_made_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_case_actions_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_actions")),
    )
    op.create_index("ix_case_actions_case", "case_actions", ["case_id", "id"])
    op.create_index("ix_case_actions_due", "case_actions", ["state", "due_on", "id"])
    op.create_index("ix_case_actions_owner_due", "case_actions", ["owner_id", "state", "due_on", "id"])
    op.create_table(
        "case_presence",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("doing", sa.String(), nullable=False),
        sa.Column("editing", sa.Boolean(), nullable=False),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_presence_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_presence_user_id")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_case_presence")),
    )
    op.create_index(op.f("ix_case_presence_seen_at"), "case_presence", ["seen_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_presence_seen_at"), "case_presence")
    op.drop_table("case_presence")
    for index in ("ix_case_actions_owner_due", "ix_case_actions_due", "ix_case_actions_case"):
        op.drop_index(index, "case_actions")
    op.drop_table("case_actions")
