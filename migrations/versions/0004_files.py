"""files: contents by hash, the files of a case, staged ones, and printable case files"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def name_columns() -> list[sa.Column]:
    return [
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("original_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("scan", sa.String(length=32), nullable=False),
        sa.Column("scan_note", sa.String(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blobs")),
        sa.UniqueConstraint("sha256", name=op.f("uq_blobs_sha256")),
    )
    op.create_index("ix_blobs_scan", "blobs", ["scan", "id"])
    op.create_index("ix_blobs_seen", "blobs", ["seen_at", "id"])
    op.create_table(
        "case_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Integer(), nullable=False),
        *name_columns(),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_sees", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_why", sa.String(), nullable=False),
        key("case_files", "case_id", "cases"),
        key("case_files", "blob_id", "blobs"),
        key("case_files", "added_by_id", "users"),
        key("case_files", "removed_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_files")),
    )
    op.create_index("ix_case_files_case", "case_files", ["case_id", "id"])
    op.create_index(op.f("ix_case_files_blob_id"), "case_files", ["blob_id"])
    op.create_table(
        "staged_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("blob_id", sa.Integer(), nullable=False),
        *name_columns(),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        key("staged_files", "user_id", "users"),
        key("staged_files", "blob_id", "blobs"),
        key("staged_files", "case_id", "cases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_files")),
        sa.UniqueConstraint("token", name=op.f("uq_staged_files_token")),
    )
    op.create_index("ix_staged_files_at", "staged_files", ["staged_at", "id"])
    op.create_index("ix_staged_files_user", "staged_files", ["user_id", "id"])
    op.create_index(op.f("ix_staged_files_blob_id"), "staged_files", ["blob_id"])
    op.create_index(op.f("ix_staged_files_case_id"), "staged_files", ["case_id"])
    op.create_table(
        "casefile_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("leave_out", sa.JSON(), nullable=False),
        sa.Column("blob_id", sa.Integer(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        key("casefile_requests", "case_id", "cases"),
        key("casefile_requests", "asked_by_id", "users"),
        key("casefile_requests", "blob_id", "blobs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_casefile_requests")),
    )
    op.create_index("ix_casefile_requests_case", "casefile_requests", ["case_id", "id"])
    op.create_index("ix_casefile_requests_state", "casefile_requests", ["state", "id"])
    op.create_index(op.f("ix_casefile_requests_blob_id"), "casefile_requests", ["blob_id"])


def downgrade() -> None:
    for table in ("casefile_requests", "staged_files", "case_files", "blobs"):
        op.drop_table(table)
