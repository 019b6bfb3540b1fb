"""what a case says of itself in lists, and who checks answers"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Plain columns are added in place, so that a large table is neither copied nor locked for long.
def cases() -> list[sa.Column]:
    return [
        sa.Column("adjustments", sa.String(), server_default="", nullable=False),
        sa.Column("file_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("open_actions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("link_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tags", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("awaiting_approval", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


def users() -> list[sa.Column]:
    return [
        sa.Column("unread", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answers_checked", sa.Boolean(), server_default=sa.false(), nullable=False),
    ]


def upgrade() -> None:
    for column in cases():
        op.add_column("cases", column)
    key = sa.ForeignKey("customers.id", name=op.f("fk_cases_representative_id"))
    op.add_column("cases", sa.Column("representative_id", sa.Integer(), key, nullable=True), inline_references=True)
    op.create_index(op.f("ix_cases_representative_id"), "cases", ["representative_id"])
    op.create_index(op.f("ix_cases_duplicate_of_id"), "cases", ["duplicate_of_id"])
    for column in users():
        op.add_column("users", column)


def downgrade() -> None:
    for column in reversed(users()):
        op.drop_column("users", column.name)
    op.drop_index(op.f("ix_cases_duplicate_of_id"), "cases")
    op.drop_index(op.f("ix_cases_representative_id"), "cases")
    # SQLite drops a column with a reference only by making the table again.
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("representative_id")
    for column in reversed(cases()):
        op.drop_column("cases", column.name)
