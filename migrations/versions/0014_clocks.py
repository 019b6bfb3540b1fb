"""clocks: what happened to them as rows that are only added, versions of calendars and standards, points on the way"""

import json

import sqlalchemy as sa
from alembic import op

from casework.audit.models import guards_for, lift_for

revision = "0014"
down_revision = "0013"

WORDS = "the events of clocks are only added to"
KINDS = ("paused", "resumed", "extended", "changed", "met", "cancelled", "lapsed", "restored", "warned", "missed")
STANDARDS = (
    ("number", sa.Integer(), "1"),
    ("channel", sa.String(), ""),
    ("path", sa.String(), ""),
    ("severity_limits", sa.JSON(), "{}"),
    ("pause_in", sa.JSON(), "[]"),
    ("extension_is_total", sa.Boolean(), sa.false()),
    ("extension_times", sa.Integer(), "1"),
    ("extension_words", sa.String(), ""),
    ("repeats", sa.Boolean(), sa.false()),
    ("is_early", sa.Boolean(), sa.false()),
    ("restarts_on", sa.JSON(), "[]"),
    ("steps", sa.JSON(), "[]"),
    ("country", sa.String(), ""),
    ("note", sa.String(), ""),
    ("is_draft", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    _standards()
    _calendars()
    _clocks()
    _events()
    _move_what_happened()
    op.drop_table("case_pauses")
    with op.batch_alter_table("clocks") as batch:
        batch.drop_column("extension")
    with op.batch_alter_table("cases") as batch:
        batch.add_column(sa.Column("meeting_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("path", sa.String(), nullable=False, server_default=""))


def _standards() -> None:
    with op.batch_alter_table("standards") as batch:
        for name, kind, default in STANDARDS:
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch.add_column(sa.Column("category_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_standards_category_id", "categories", ["category_id"], ["id"])
        batch.drop_constraint("uq_standards_code", type_="unique")
        batch.create_unique_constraint("uq_standards_code_number", ["code", "number"])


def _calendars() -> None:
    with op.batch_alter_table("calendars") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_versions_calendar_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_calendar_versions_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("calendar_id", "number", name=op.f("uq_calendar_versions_calendar_id_number")),
    )
    op.execute(
        "INSERT INTO calendar_versions (calendar_id, number, definition, note, made_at, is_draft) "
        "SELECT id, 1, definition, '', CURRENT_TIMESTAMP, false FROM calendars"
    )


def _clocks() -> None:
    with op.batch_alter_table("clocks") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("calendar_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("calendar_number", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key("fk_clocks_calendar_id", "calendars", ["calendar_id"], ["id"])
    op.execute(
        "UPDATE clocks SET number = (SELECT count(*) FROM clocks AS other "
        "WHERE other.case_id = clocks.case_id AND other.id <= clocks.id)"
    )
    op.execute(
        "UPDATE clocks SET calendar_id = coalesce((SELECT standards.calendar_id FROM standards "
        'WHERE standards.id = clocks.standard_id), (SELECT calendar_id FROM agency LIMIT 1)) WHERE "limit" IS NOT NULL'
    )
    # The sweep finds what is due from here on; each clock gets its points when it is next worked out.
    op.execute("UPDATE clocks SET next_step_at = due_at WHERE state = 'running'")
    with op.batch_alter_table("clocks") as batch:
        batch.create_unique_constraint("uq_clocks_case_id_number", ["case_id", "number"])
    not_null = sa.text("next_step_at IS NOT NULL")
    op.create_index(
        "ix_clocks_next_step", "clocks", ["next_step_at", "id"], postgresql_where=not_null, sqlite_where=not_null
    )


def _events() -> None:
    op.create_table(
        "clock_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Enum(*KINDS, name="what", native_enum=False, length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clocks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("once", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clock_events_case_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_clock_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
        sa.UniqueConstraint("case_id", "once", name=op.f("uq_clock_events_case_id_once")),
    )
    op.create_index("ix_clock_events_case", "clock_events", ["case_id", "id"])


def _move_what_happened() -> None:
    """What pauses, extensions and ends were kept as so far, written down as what happened, in order of time."""
    connection = op.get_bind()
    found = []
    for row in connection.execute(sa.text("SELECT case_id, from_at, to_at, reason FROM case_pauses ORDER BY id")):
        found.append((row.case_id, row.from_at, "paused", [], row.reason, {}))
        if row.to_at is not None:
            found.append((row.case_id, row.to_at, "resumed", [], "", {}))
    clocks = "SELECT case_id, number, state, met_at, due_at, extension FROM clocks WHERE \"limit\" IS NOT NULL"
    for row in connection.execute(sa.text(clocks)):
        longer = json.loads(row.extension) if isinstance(row.extension, str) else row.extension
        if longer:
            kept = {"limit": longer["limit"], "unit": longer["unit"]}
            found.append((row.case_id, _at(longer["granted_at"]), "extended", [row.number], longer["reason"], kept))
        if row.state == "met":
            found.append((row.case_id, row.met_at, "met", [row.number], "", {}))
    ended = (
        "SELECT clocks.case_id, clocks.number, coalesce(cases.closed_at, cases.state_since) AS at "
        "FROM clocks JOIN cases ON cases.id = clocks.case_id WHERE clocks.state = 'cancelled' AND \"limit\" IS NOT NULL"
    )
    found += [(row.case_id, row.at, "cancelled", [row.number], "", {}) for row in connection.execute(sa.text(ended))]
    found.sort(key=lambda one: str(one[1])[:19])
    statement = sa.text(
        "INSERT INTO clock_events (case_id, at, noted_at, what, clocks, reason, data) "
        "VALUES (:case_id, :at, :at, :what, :clocks, :reason, :data)"
    ).bindparams(*(sa.bindparam(name, type_=sa.JSON) for name in ("clocks", "data")))
    rows = [
        {"case_id": case, "at": at, "what": what, "clocks": clocks, "reason": why, "data": data}
        for case, at, what, clocks, why, data in found
    ]
    for begin in range(0, len(rows), 1000):
        connection.execute(statement, rows[begin : begin + 1000])
    for guard in guards_for(connection.dialect.name, "clock_events", WORDS):
        op.execute(guard)


def _at(text: str) -> object:
    from datetime import UTC, datetime

    at = datetime.fromisoformat(text).astimezone(UTC)
    return at if op.get_bind().dialect.name == "postgresql" else at.strftime("%Y-%m-%d %H:%M:%S.%f")


def _write_extensions_back() -> None:
    connection = op.get_bind()
    found = "SELECT case_id, at, clocks, reason, data FROM clock_events WHERE what = 'extended' ORDER BY id"
    for row in connection.execute(sa.text(found)).all():
        data, clocks = (json.loads(v) if isinstance(v, str) else v for v in (row.data, row.clocks))
        at = row.at if isinstance(row.at, str) else row.at.isoformat()
        kept = {**data, "reason": row.reason, "granted_at": at if at[-6:-5] == "+" else f"{at}+00:00"}
        words = "UPDATE clocks SET extension = :kept WHERE case_id = :case AND number = :number"
        statement = sa.text(words).bindparams(sa.bindparam("kept", type_=sa.JSON))
        for number in clocks:
            connection.execute(
                statement,
                {"kept": kept, "case": row.case_id, "number": number},
            )


def downgrade() -> None:
    for lift in lift_for(op.get_bind().dialect.name, "clock_events"):
        op.execute(lift)
    with op.batch_alter_table("cases") as batch:
        for name in ("path", "transferred_at", "meeting_at"):
            batch.drop_column(name)
    op.create_table(
        "case_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_pauses_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_pauses")),
    )
    op.create_index(op.f("ix_case_pauses_case_id"), "case_pauses", ["case_id"])
    op.execute(
        "INSERT INTO case_pauses (case_id, from_at, to_at, reason) SELECT case_id, at, (SELECT min(later.at) FROM "
        "clock_events AS later WHERE later.case_id = clock_events.case_id AND later.what = 'resumed' AND "
        "later.id > clock_events.id), reason FROM clock_events WHERE what = 'paused'"
    )
    op.drop_index("ix_clocks_next_step", "clocks")
    with op.batch_alter_table("clocks") as batch:
        batch.add_column(sa.Column("extension", sa.JSON(), nullable=False, server_default="{}"))
    _write_extensions_back()
    op.drop_table("clock_events")
    with op.batch_alter_table("clocks") as batch:
        batch.drop_constraint("uq_clocks_case_id_number", type_="unique")
        batch.drop_constraint("fk_clocks_calendar_id", type_="foreignkey")
        for name in ("number", "calendar_id", "calendar_number", "next_step_at"):
            batch.drop_column(name)
    op.drop_table("calendar_versions")
    with op.batch_alter_table("calendars") as batch:
        batch.drop_column("number")
    op.execute("DELETE FROM standards WHERE number > 1 OR is_draft")
    with op.batch_alter_table("standards") as batch:
        batch.drop_constraint("uq_standards_code_number", type_="unique")
        batch.drop_constraint("fk_standards_category_id", type_="foreignkey")
        batch.create_unique_constraint("uq_standards_code", ["code"])
        for name, _, _ in STANDARDS:
            batch.drop_column(name)
        batch.drop_column("category_id")
