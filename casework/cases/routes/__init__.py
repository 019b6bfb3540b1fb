"""The staff's pages about cases."""

from flask import Blueprint, Flask

from casework.cases.changes import routes as changes
from casework.cases.queries.clocks import clocks_by_calendar, clocks_by_standard
from casework.cases.routes import (
    actions,
    approvals,
    board,
    break_glass,
    bulk,
    case,
    casefile,
    drafts,
    export,
    files,
    guidance,
    issues,
    limits,
    links,
    log,
    log_live,
    moves,
    openings,
    people,
    queue,
    queue_panel,
    rules,
    saved_views,
    suggest,
    tags,
    transferring,
)
from casework.cases.versions import routes as versions
from casework.catalogue.standards.queries import count_with as count_by_standard
from casework.catalogue.working_calendars.queries import count_with as count_by_calendar

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
# Pages of many cases, logging one, and one case; the fixed addresses stand before /<reference>.
LISTS = (tags, saved_views, queue_panel, export, bulk, approvals, board, queue, break_glass)
LOGGING = (drafts, log, log_live, limits, suggest)
ONE_CASE = (actions, case, moves, files, casefile, guidance, links, issues, people, openings, transferring)
for part in (*LISTS, *LOGGING, *ONE_CASE):
    part.add_to(blueprint)


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    app.register_blueprint(rules.blueprint)
    versions.register(app)
    changes.register(app)
    count_by_standard(clocks_by_standard)
    count_by_calendar(clocks_by_calendar)
