"""Pages about guidance: reading it, confirming that one has, and writing it."""

from collections.abc import Mapping

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.catalogue.forms import GuidanceForm
from casework.catalogue.guidance import queries, services
from casework.catalogue.guidance.models import Guidance
from casework.catalogue.guidance.paragraphs import blocks_of
from casework.catalogue.processes import routes as processes
from casework.catalogue.queries import active_categories, active_services
from casework.catalogue.standards import routes as standards
from casework.catalogue.working_calendars import routes as working_calendars
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Invalid, Refused
from casework.core.flashes import say

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/guidance")
@requires(Permission.SIGNED_IN)
def guidance_list() -> str:
    """Every text that holds now; with ?unread=1 those that I have not read."""
    unread = request.args.get("unread") == "1"
    listed = queries.current_guidance(current_user(), unread=unread)
    return render_template("catalogue/guidance_list.html", listed=listed, unread=unread)


@blueprint.get("/guidance/<int:guidance_id>")
@requires(Permission.SIGNED_IN)
def guidance(guidance_id: int) -> str:
    """One version of one text, and its other versions."""
    found = queries.get_guidance(_id(guidance_id))
    return render_template(
        "catalogue/guidance.html",
        guidance=found,
        blocks=blocks_of(found.body),
        versions=queries.versions_of(found.subject),
        is_read=queries.has_read(current_user(), found.id),
    )


@blueprint.post("/guidance/<int:guidance_id>/read")
@requires(Permission.SIGNED_IN)
def guidance_read(guidance_id: int) -> str | Response:
    """Say that I have read this version."""
    with transaction():
        found = queries.get_guidance(_id(guidance_id))
        services.confirm_read(found, actor=current_user(), now=clock.now())
    if "HX-Request" in request.headers:
        return _part(found)
    say("Thank you. It is kept that you have read it.")
    return redirect(url_for("catalogue.guidance", guidance_id=guidance_id))


@blueprint.get("/guidance/for")
@requires(Permission.WORK_CASES)
def guidance_for() -> str:
    """The text that holds for a category and a service: a part of a page, or a page of its own without script."""
    found = queries.guidance_for(_number("category_id"), _number("service_id"))
    return _part(found)


@blueprint.route("/guidance/write", methods=["GET", "POST"])
@requires(Permission.WRITE_GUIDANCE)
def guidance_write() -> str | Response | tuple[str, int]:
    """Write a new text."""
    chosen = {"category_id": _number("category_id") or 0, "service_id": _number("service_id") or 0}
    return _write(_form(chosen), None)


@blueprint.route("/guidance/<int:guidance_id>/edit", methods=["GET", "POST"])
@requires(Permission.WRITE_GUIDANCE)
def guidance_edit(guidance_id: int) -> str | Response | tuple[str, int]:
    """Change a text: the change is its next version. An old version is the start of a new one."""
    found = queries.get_guidance(_id(guidance_id))
    newest = queries.versions_of(found.subject)[0]
    data = {
        "category_id": found.category_id or 0,
        "service_id": found.service_id or 0,
        "title": found.title,
        "body": found.body,
        "steps": "\n".join(found.steps),
        "seen": newest.version,
    }
    return _write(_form(data), found)


@blueprint.post("/guidance/<int:guidance_id>/withdraw")
@requires(Permission.WRITE_GUIDANCE)
def guidance_withdraw(guidance_id: int) -> Response:
    """Let a text hold no more."""
    with transaction():
        found = queries.get_guidance(_id(guidance_id))
        services.withdraw_guidance(found, actor=current_user(), now=clock.now())
    say("Withdrawn. Its versions are kept.")
    return redirect(url_for("catalogue.guidance_list"))


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)
    processes.register(app)
    standards.register(app)
    working_calendars.register(app)


def _form(data: Mapping[str, object]) -> GuidanceForm:
    form = GuidanceForm(data=data)
    form.offer(
        categories=[(c.id, c.path) for c in db.session.scalars(active_categories())],
        services=[(s.id, s.name) for s in db.session.scalars(active_services())],
    )
    return form


def _write(form: GuidanceForm, found: Guidance | None) -> str | Response | tuple[str, int]:
    if found is not None:
        # What a text is for stays; another category has a text of its own.
        form.category_id.data, form.service_id.data = found.category_id or 0, found.service_id or 0
    if not form.is_submitted():
        return _page(form, found)
    if not form.validate():
        return _page(form, found), 422
    try:
        with transaction():
            made = services.write_guidance(
                form.text(), actor=current_user(), now=clock.now(), seen=form.seen.data or 0
            )
    except CaseworkError as refusal:
        form.add_problems(refusal.reasons if isinstance(refusal, Refused) else [refusal.message])
        return _page(form, found), 409
    say(f"Kept as version {made.version}.", clear_draft=_draft(found))
    return redirect(url_for("catalogue.guidance", guidance_id=made.id))


def _page(form: GuidanceForm, found: Guidance | None) -> str:
    return render_template("catalogue/guidance_form.html", form=form, guidance=found, draft=_draft(found))


def _part(found: Guidance | None) -> str:
    facts = {
        "guidance": found,
        "blocks": blocks_of(found.body) if found else [],
        "is_read": found is not None and queries.has_read(current_user(), found.id),
    }
    page = "catalogue/_guidance.html" if "HX-Request" in request.headers else "catalogue/guidance_for.html"
    return render_template(page, **facts)


def _draft(found: Guidance | None) -> str:
    return f"guidance-{found.subject}" if found else "guidance"


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    if typed in ("", "0"):
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise Invalid("That is not a category or a service of ours. Choose one from the list.")
    return int(typed)


def _id(number: int) -> int:
    """A number out of an address, small enough for every database."""
    return min(number, 2**31 - 1)
