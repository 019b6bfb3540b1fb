"""notices, and what each person chose to be told of"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

UNREAD = sa.text("read_at IS NULL")
TO_MAIL = sa.text("mail <> 'off'")


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(length=32), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("subject_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_notices_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("user_id", "open_key", name=op.f("uq_notices_user_id_open_key")),
        sa.UniqueConstraint(
            "user_id", "what", "subject_id", "subject_due_at", name="uq_notices_subject"
        ),
    )
    op.create_index("ix_notices_user", "notices", ["user_id", "at", "id"])
    op.create_index(
        "ix_notices_unread", "notices", ["user_id", "at", "id"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index(
        "ix_notices_to_mail", "notices", ["user_id", "mail"], sqlite_where=TO_MAIL, postgresql_where=TO_MAIL
    )
    op.create_index("ix_notices_case", "notices", ["case_id"])
    op.create_index("ix_notices_read", "notices", ["read_at"])
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", "what", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "notice_mails",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("morning_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_mails_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_notice_mails")),
    )


def downgrade() -> None:
    for table in ("notice_mails", "notice_choices", "notices"):
        op.drop_table(table)
