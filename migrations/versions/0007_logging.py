"""drafts of cases, representatives, amounts of remedies and what may be offered on the spot"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# What was in the process until now: front-line staff put right what is not too severe, with little money.
FRONT_LINE = ("apology", "explanation", "service_provided", "record_corrected", "staff_guidance")
ANY = (*FRONT_LINE, "refund", "payment", "decision_changed", "policy_change")
FREE = {"max_severity": 4, "most_amount": None}


def limits() -> list[dict[str, object]]:
    rows = [{"role": "frontline", "remedy": one, "max_severity": 2, "most_amount": None} for one in FRONT_LINE]
    rows += [
        {"role": "frontline", "remedy": one, "max_severity": 2, "most_amount": 5000} for one in ("refund", "payment")
    ]
    return rows + [{"role": role, "remedy": one, **FREE} for role in ("supervisor", "manager") for one in ANY]


def upgrade() -> None:
    op.add_column("cases", sa.Column("write_to_representative", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("issues", sa.Column("remedy_amount", sa.BigInteger(), nullable=True))
    op.add_column("agency", sa.Column("currency", sa.String(), server_default="USD", nullable=False))
    op.create_table(
        "case_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_drafts")),
        sa.UniqueConstraint("user_id", "once", name=op.f("uq_case_drafts_user_id_once")),
    )
    op.create_index("ix_case_drafts_updated_at", "case_drafts", ["updated_at"])
    op.create_table(
        "representatives",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("consent_on", sa.Date(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_representatives_customer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["customers.id"], name=op.f("fk_representatives_person_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_representatives_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_representatives")),
    )
    op.create_index("ix_representatives_customer_person", "representatives", ["customer_id", "person_id"])
    op.create_index(op.f("ix_representatives_person_id"), "representatives", ["person_id"])
    made = op.create_table(
        "remedy_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("max_severity", sa.Integer(), nullable=False),
        sa.Column("most_amount", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy_limits")),
        sa.UniqueConstraint("role", "remedy", name=op.f("uq_remedy_limits_role_remedy")),
    )
    # An agency that is at work goes on with the limits it had; a new one gets its own when it is set up.
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM agency")):
        op.bulk_insert(made, limits())


def downgrade() -> None:
    op.drop_table("remedy_limits")
    op.drop_index(op.f("ix_representatives_person_id"), "representatives")
    op.drop_index("ix_representatives_customer_person", "representatives")
    op.drop_table("representatives")
    op.drop_index("ix_case_drafts_updated_at", "case_drafts")
    op.drop_table("case_drafts")
    op.drop_column("agency", "currency")
    op.drop_column("issues", "remedy_amount")
    op.drop_column("cases", "write_to_representative")
