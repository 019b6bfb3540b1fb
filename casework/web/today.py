"""Today: what to do next, and why."""

from flask import Blueprint, render_template

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission, Role
from casework.cases.queues import VIEWS, Filters, queue
from casework.cases.views import Row, rows_of, soon_after
from casework.communications.queries import messages_needing
from casework.core import clock
from casework.core.db import db

SHOWN = 8
# What each role looks at first: (list, heading, why, only their own or their team's).
LISTS = {
    Role.FRONTLINE: (
        ("overdue", "Late", "Somebody was promised an answer by now.", "mine"),
        ("due_soon", "Due soon", "Due within two working days.", "mine"),
        ("unassigned", "Nobody yet", "Take one, so that somebody looks after it.", "team"),
    ),
    Role.SUPERVISOR: (
        ("overdue", "Late", "The worst first: move these or say why they wait.", "team"),
        ("unassigned", "Nobody yet", "Give each to somebody.", "team"),
        ("due_soon", "Due soon", "Due within two working days.", "team"),
    ),
    Role.MANAGER: (
        ("overdue", "Late", "In the whole agency, the worst first.", "all"),
        ("unassigned", "Nobody yet", "Cases that nobody looks after.", "all"),
    ),
}


@requires(Permission.WORK_CASES)
def today() -> str:
    """The lists that this person's work begins with, each with its first few cases."""
    user, now = current_user(), clock.now()
    soon = soon_after(now)
    lists = []
    for name, label, reason, whose in LISTS[user.role]:
        page = queue(VIEWS[name], user, _filters(user, whose), now=now, soon=soon, size=SHOWN)
        rows: list[Row] = rows_of(page.cases, now=now)
        parts = {"team": user.team_id, "mine": None, "all": None}
        lists.append(
            {
                "name": name,
                "label": label,
                "why": reason,
                "rows": rows,
                "more": bool(page.next),
                "team": parts[whose],
                "handler": user.id if whose == "mine" else None,
            }
        )
    waiting = db.session.scalars(messages_needing(user)).unique().all()
    return render_template("web/today.html", lists=lists, messages=len(waiting))


def _filters(user: User, whose: str) -> Filters:
    if whose == "mine":
        return Filters(handler_id=user.id)
    return Filters(team_id=user.team_id) if whose == "team" and user.team_id else Filters()


def add_to(blueprint: Blueprint) -> None:
    """Say which address this page has."""
    blueprint.add_url_rule("/today", "today", today)
