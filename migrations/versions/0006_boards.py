"""capacity, absence and skills of people; rules by which new cases find somebody"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def columns() -> list[tuple[str, sa.Column]]:
    return [
        ("teams", sa.Column("capacity", sa.Integer(), nullable=True)),
        ("users", sa.Column("capacity", sa.Integer(), nullable=True)),
        ("users", sa.Column("skills", sa.JSON(), server_default="[]", nullable=False)),
        ("agency", sa.Column("capacity", sa.Integer(), server_default="20", nullable=False)),
    ]


def upgrade() -> None:
    for table, column in columns():
        op.add_column(table, column)
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_user", "absences", ["user_id", "from_on"])
    op.create_table(
        "assignment_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_assignment_rules_service_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_assignment_rules_category_id")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_assignment_rules_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rules")),
    )
    for column in ("service_id", "category_id", "team_id"):
        op.create_index(op.f(f"ix_assignment_rules_{column}"), "assignment_rules", [column])
    op.create_table(
        "assignment_turns",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignment_turns_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_assignment_turns")),
    )


def downgrade() -> None:
    for table in ("assignment_turns", "assignment_rules", "absences"):
        op.drop_table(table)
    for table, column in reversed(columns()):
        op.drop_column(table, column.name)
