"""Error pages: what happened, what was kept, what to do next; one shape, whoever raises the error."""

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from casework.accounts.access import SAFE_METHODS
from casework.accounts.roles import Permission
from casework.accounts.sign_in import signed_in
from casework.core.db import db
from casework.core.errors import CaseworkError, Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.web.kept import Kept, is_same_origin, keep

log = structlog.get_logger(__name__)

STATUS: dict[type[CaseworkError], int] = {
    Refused: 409,
    Conflict: 409,
    Invalid: 400,
    NotFound: 404,
    NotAllowed: 403,
}

# The same form may well be taken a moment later; a rule that said no will say no again.
WORTH_SENDING_AGAIN = (500, 503)


def register(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(CaseworkError, on_casework_error)
    app.register_error_handler(StaleDataError, on_stale_data)
    app.register_error_handler(IntegrityError, on_collision)
    app.register_error_handler(OperationalError, on_database_trouble)
    app.register_error_handler(DataError, on_unusable_value)
    app.register_error_handler(OverflowError, on_unusable_value)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(InternalServerError, on_crash)


def error_page(
    status: int,
    *,
    heading: str,
    happened: str | Sequence[str],
    kept: str = "",
    next_steps: Sequence[tuple[str, str]] = (),
) -> ResponseReturnValue:
    """An error as a page, or as a fragment for htmx; as bare words when even the page cannot be made."""
    values: dict[str, Any] = {
        "heading": heading,
        "happened": happened,
        "kept": kept,
        "next_steps": list(next_steps) or [(_("Go to the first page"), "/")],
        "request_id": g.get("request_id", ""),
    }
    if "HX-Request" in request.headers:
        return make_response(render_template("web/error_fragment.html", **values), status)
    kept_form = _typed_form(status)
    try:
        if kept_form is not None:
            values |= {
                "typed": kept_form.typed,
                "kept_fields": kept_form.fields,
                "files_lost": kept_form.files_lost,
            }
            values["action"] = kept_form.path if status in WORTH_SENDING_AGAIN else ""
            return make_response(render_template("web/not_saved.html", **values), status)
        return make_response(render_template("errors/error.html", **values), status)
    except Exception:
        # The page itself asks the database for a name or two, which may be what is broken.
        log.exception("error page failed")
        return make_response(_bare_page(heading, happened, values["request_id"]), status)


def on_casework_error(error: CaseworkError) -> ResponseReturnValue:
    """A rule or a door said no; its sentences say why."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)
    happened = error.reasons if isinstance(error, Refused) else [error.message]
    return error_page(
        status, heading=_heading(status), happened=happened, kept=_kept(), next_steps=_back(status)
    )


def on_stale_data(error: StaleDataError) -> ResponseReturnValue:
    """Two people saved the same record; the second did not overwrite the first."""
    db.session.rollback()
    happened = _("Somebody else changed it first, and saving yours would have undone theirs.")
    return error_page(409, heading=_heading(409), happened=happened, kept=_kept(), next_steps=_back())


def on_collision(error: IntegrityError) -> ResponseReturnValue:
    """Two requests wrote the same row at the same moment, and the database let one of them. The log has the trace."""
    error.hide_parameters = True
    log.error("two wrote the same at once", exc_info=error)
    _forget_session()
    happened = _("The same was saved from somewhere else at the same moment. Look at how it is now.")
    return error_page(409, heading=_heading(409), happened=happened, kept=_kept(), next_steps=_back())


def on_database_trouble(error: OperationalError) -> ResponseReturnValue:
    """The database is away or busy beyond its time-out."""
    error.hide_parameters = True
    log.error("database did not answer", error=str(error.orig))
    _forget_session()
    happened = _("The database did not answer in time. Usually this passes within a minute.")
    return error_page(503, heading=_heading(503), happened=happened, kept=_kept(), next_steps=_back())


def on_unusable_value(error: DataError | OverflowError) -> ResponseReturnValue:
    """A number beyond what the database can hold, or a character that it cannot keep; no page of ours sends such."""
    log.warning("value that the database cannot hold", error=type(error).__name__)
    _forget_session()
    happened = _("The address or the form holds a number or a character that cannot be used. Check it.")
    return error_page(400, heading=_heading(400), happened=happened, kept=_kept(), next_steps=_back())


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself says no to; a redirect stays a redirect."""
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error
    happened = _HAPPENED.get(status) or error.description or error.name
    page = make_response(
        error_page(status, heading=_heading(status), happened=_(happened), kept=_kept(status))
    )
    # Some errors say more in headers: which methods are allowed, when to come back.
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            page.headers[name] = value
    return page


def on_crash(error: InternalServerError) -> ResponseReturnValue:
    """Our mistake. The log has the trace under the number that the page shows."""
    original = error.original_exception
    if isinstance(original, StatementError):
        # The values of a statement are what people typed; they do not belong in a log.
        original.hide_parameters = True
    log.error("crashed", exc_info=original or error)
    _forget_session()
    happened = _("Something went wrong on our side. It was written down with the number below.")
    return error_page(500, heading=_heading(500), happened=happened, kept=_kept(), next_steps=_back())


_HEADINGS = {
    400: "This did not arrive as it should",
    401: "Sign in first",
    403: "You may not do this",
    404: "There is no such page",
    405: "This page cannot be used in that way",
    409: "This was not done",
    413: "That is too big",
    429: "Too many tries",
    500: "Something went wrong",
    503: "Casework cannot answer just now",
}

_HAPPENED = {
    404: "The address leads nowhere. It may be mistyped, or the page was moved.",
    405: "The address was asked for in a way that it does not answer. Go to the page and use its buttons.",
    413: "What was sent is bigger than a form may be. Send smaller files, or fewer at once.",
    429: "There were too many tries in a short time. Wait a few minutes, then try again.",
}


def _heading(status: int) -> str:
    return _(_HEADINGS.get(status, "This was not done"))


def _kept(status: int = 0) -> str:
    if _typed_form(status) is None:
        return ""
    return _("Nothing was saved. What you typed is below.")


def _typed_form(status: int) -> Kept | None:
    """What came with the request, when a page of ours sent it; a form that was too big cannot be read."""
    if request.method in SAFE_METHODS or status == 413:
        return None
    if not (g.get("csrf_valid") or is_same_origin(request)):
        return None
    try:
        kept = keep(request)
    except HTTPException:
        return None
    return kept if kept.typed or kept.files_lost else None


def _back(status: int = 0) -> list[tuple[str, str]]:
    came_from = request.headers.get("Referer", "")
    first, here = (_("Go to the first page"), "/"), request.url
    known = came_from.startswith(request.host_url) and came_from != here
    steps = [(_("Go back to the page before"), came_from), first] if known else []
    someone = signed_in() if status == 404 and request.path.startswith("/cases/") else None
    if someone is not None and someone.user.may(Permission.RESTRICT_CASES):
        # Offered for whatever is not there, so that it does not tell that something is.
        return [*(steps or [first]), (_("Break the glass, if it may be restricted"), "/cases/break-glass")]
    return steps


def _forget_session() -> None:
    try:
        db.session.rollback()
    except Exception:
        log.exception("rollback failed")


def _bare_page(heading: str, happened: str | Sequence[str], request_id: str) -> str:
    words = happened if isinstance(happened, str) else " ".join(happened)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(heading)}</title></head>'
        f"<body><main><h1>{escape(heading)}</h1><p>{escape(words)}</p>"
        '<p><a href="/">Try the first page</a></p>'
        f"<p>Number: {escape(request_id)}</p></main></body></html>"
    )
