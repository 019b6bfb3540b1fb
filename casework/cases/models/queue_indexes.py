"""The indexes by which lists are read: each list in its usual order is one range of one index.

Those of rare things (awaiting approval, reopened, …) hold only the cases that are in the list, so they cost
nothing where nothing is found. `handler_id IS NULL` is an index of its own because PostgreSQL does not see that
rows equal in nothing are in order of the columns that follow.
"""

from sqlalchemy import Index, text

from casework.cases.models.case import Case
from casework.cases.models.clocks import Clock

# Name, and what is true of the cases in it, as PostgreSQL and as SQLite say it.
IN_ORDER_OF_DUE = (
    ("nobody", "is_open AND handler_id IS NULL", "is_open = 1 AND handler_id IS NULL"),
    ("waiting", "is_open AND is_paused", "is_open = 1 AND is_paused = 1"),
    ("approval", "is_open AND awaiting_approval", "is_open = 1 AND awaiting_approval = 1"),
    ("reopened", "is_open AND reopened > 0", "is_open = 1 AND reopened > 0"),
    ("escalated", "is_open AND stage >= 2", "is_open = 1 AND stage >= 2"),
    ("promises", "open_actions > 0", "open_actions > 0"),
)

for _name, _postgresql, _sqlite in IN_ORDER_OF_DUE:
    Index(
        f"ix_cases_{_name}_due",
        Case.next_due_at,
        Case.id,
        postgresql_where=text(_postgresql),
        sqlite_where=text(_sqlite),
    )
Index(
    "ix_cases_open_received",
    Case.received_at,
    Case.id,
    postgresql_where=text("is_open"),
    sqlite_where=text("is_open = 1"),
)
Index(
    "ix_cases_open_severity",
    Case.severity.desc(),
    Case.next_due_at,
    Case.id,
    postgresql_where=text("is_open"),
    sqlite_where=text("is_open = 1"),
)
Index(
    "ix_clocks_running",
    Clock.promise,
    Clock.due_at,
    Clock.case_id,
    postgresql_where=text("state = 'running'"),
    sqlite_where=text("state = 'running'"),
)
# Whoever counts or moves the open cases of a version of a process reads these alone.
Index(
    "ix_cases_process",
    Case.process_version_id,
    Case.state,
    Case.id,
    postgresql_where=text("is_open"),
    sqlite_where=text("is_open = 1"),
)
