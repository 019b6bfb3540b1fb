"""breaking the glass, and the restricted cases by themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "glass_breaks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_glass_breaks_user_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_glass_breaks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass_breaks")),
    )
    op.create_index("ix_glass_breaks_user", "glass_breaks", ["user_id", "until_at"])
    op.create_index("ix_glass_breaks_tries", "glass_breaks", ["user_id", "at"])
    op.create_index("ix_glass_breaks_case", "glass_breaks", ["case_id", "id"])
    op.create_index(
        "ix_cases_restricted",
        "cases",
        ["id"],
        postgresql_where=sa.text("is_restricted"),
        sqlite_where=sa.text("is_restricted = 1"),
    )


def downgrade() -> None:
    op.drop_index("ix_cases_restricted", "cases")
    op.drop_table("glass_breaks")
