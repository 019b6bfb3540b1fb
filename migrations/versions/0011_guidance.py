"""guidance in versions, instead of a line on each category; and what was learned from past cases"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "suggestion_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_models")),
    )
    op.create_table(
        "suggestion_words",
        sa.Column("model_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("model_id", "term", name=op.f("pk_suggestion_words")),
    )
    op.create_table(
        "guidance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_guidance_category_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_guidance_service_id")),
        sa.ForeignKeyConstraint(["updated_by_id"], ["users.id"], name=op.f("fk_guidance_updated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidance")),
        sa.UniqueConstraint("subject", "version", name=op.f("uq_guidance_subject_version")),
    )
    op.create_index(op.f("ix_guidance_category_id"), "guidance", ["category_id"])
    op.create_index(op.f("ix_guidance_service_id"), "guidance", ["service_id"])
    op.create_table(
        "guidance_reads",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("guidance_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guidance_id"], ["guidance.id"], name=op.f("fk_guidance_reads_guidance_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_guidance_reads_user_id")),
        sa.PrimaryKeyConstraint("user_id", "guidance_id", name=op.f("pk_guidance_reads")),
    )
    # What stood on a category goes on as the first version of guidance for it.
    op.execute(
        "INSERT INTO guidance (subject, version, is_current, category_id, title, body, steps, updated_at)"
        " SELECT 'category ' || id || ', service 0', 1, true, id, name, guidance, '[]', CURRENT_TIMESTAMP"
        " FROM categories WHERE guidance <> ''"
    )
    op.drop_column("categories", "guidance")


def downgrade() -> None:
    op.add_column("categories", sa.Column("guidance", sa.String(), server_default="", nullable=False))
    back = "SELECT body FROM guidance WHERE category_id = categories.id AND service_id IS NULL AND is_current"
    op.execute(f"UPDATE categories SET guidance = coalesce(({back} LIMIT 1), '')")
    for table in ("guidance_reads", "guidance", "suggestion_words", "suggestion_models"):
        op.drop_table(table)
