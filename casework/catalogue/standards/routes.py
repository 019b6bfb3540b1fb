"""Settings > Standards: what is promised, published codes to take over, drafts of the next version."""

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.catalogue.models import Category, Service, Standard, WorkingCalendar
from casework.catalogue.processes.shelf import shipped
from casework.catalogue.queries import active_categories, active_services
from casework.catalogue.standards import queries, services, words
from casework.catalogue.standards.forms import StandardForm
from casework.catalogue.standards.published import published_code, published_codes
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.flashes import say

blueprint = Blueprint("standards", __name__, url_prefix="/settings/standards")


@requires(Permission.ADMINISTER)
def standards() -> str:
    """Every standard with its state, and what is being worked on."""
    rows = list(db.session.scalars(queries.standards_listed()))
    newest: dict[str, Standard] = {}
    for row in rows:
        if not row.is_draft:
            newest.setdefault(row.code, row)
    return render_template(
        "catalogue/standard_list.html",
        listed=list(newest.values()),
        drafts=[row for row in rows if row.is_draft],
        counts=queries.running_clocks(current_user()),
        names=queries.names_of(rows),
        words=words,
    )


@requires(Permission.ADMINISTER)
def codes() -> str:
    """The published codes that can be taken over."""
    here = set(db.session.scalars(select(Standard.code)))
    return render_template("catalogue/standard_codes.html", codes=published_codes(), here=here)


@requires(Permission.ADMINISTER)
def code(code_id: str) -> str:
    """What a published code would add."""
    found = published_code(code_id)
    here = set(db.session.scalars(select(Standard.code)))
    rows = [Standard(**row) for row in found.standards]
    for row in rows:
        _with_defaults(row)
    titles = {one.key: one.process.title for one in shipped()}
    return render_template(
        "catalogue/standard_code.html",
        code=found,
        process=titles.get(found.process, found.process),
        rows=rows,
        here=here,
        names=queries.names_of(rows),
        words=words,
    )


@requires(Permission.ADMINISTER)
def take_over(code_id: str) -> Response:
    """Add the standards of a published code as drafts."""
    with transaction():
        made = services.take_over(published_code(code_id), actor_id=current_user().id, now=clock.now())
        how_many = len(made)
    say(_("%(n)s drafts were added. Nothing runs by them before you put them in force.", n=how_many))
    return redirect(url_for("standards.standards", _anchor="drafts"), 303)


@requires(Permission.ADMINISTER)
def standard(standard_id: int) -> str:
    """Everything that one version says, and its other versions."""
    found = queries.get_standard(standard_id)
    names = queries.names_of([found])
    return render_template(
        "catalogue/standard.html",
        standard=found,
        rules=words.rules_of(found),
        applies=words.applies_words(found, names),
        calendar=names.get(f"calendar_id:{found.calendar_id}", ""),
        versions=queries.versions_of(found.code),
        clocks=queries.running_clocks(current_user()).get(found.id, 0),
    )


@requires(Permission.ADMINISTER)
def new() -> ResponseReturnValue:
    """Write a standard of one's own."""
    form = _form()
    if not form.is_submitted():
        form.extension_times.data = 1
        return _edit_page(form, None)
    if form.validate():
        try:
            with transaction():
                made = services.begin_new(form.values(), actor_id=current_user().id, now=clock.now())
                number = made.id
            say(
                _("Kept as a draft. Nothing runs by it before you put it in force."),
                clear_draft="standard:new",
            )
            return redirect(_after_keeping(number), 303)
        except Refused as refusal:
            form.add_problems(refusal.reasons)
    return _edit_page(form, None), 422


@requires(Permission.ADMINISTER)
def begin(standard_id: int) -> Response:
    """Begin the next version, or go on with the draft there is."""
    with transaction():
        found = queries.get_standard(standard_id)
        draft, is_new = services.begin_draft(found, actor_id=current_user().id, now=clock.now())
        number = draft.id
    if not is_new:
        say(_("The next version was begun already. This is it."), "info")
    return redirect(url_for("standards.edit", standard_id=number), 303)


@requires(Permission.ADMINISTER)
def edit(standard_id: int) -> ResponseReturnValue:
    """Change a draft."""
    draft = queries.get_standard(standard_id)
    form = _form(draft)
    if not form.is_submitted():
        services.check_draft(draft)
        form.show(draft)
        return _edit_page(form, draft)
    if form.validate():
        try:
            with transaction():
                services.keep_draft(
                    draft,
                    form.values(),
                    seen=form.seen.data or "",
                    actor_id=current_user().id,
                    now=clock.now(),
                )
            say(_("The draft is kept."), clear_draft=f"standard:{standard_id}")
            return redirect(_after_keeping(standard_id), 303)
        except (Refused, Conflict) as refusal:
            draft = queries.get_standard(standard_id)
            # Whoever was told of it may save over it.
            form.seen.data = queries.mark_of(draft)
            form.add_problems(getattr(refusal, "reasons", [refusal.message]))
    return _edit_page(form, draft), 422


@requires(Permission.ADMINISTER)
def discard(standard_id: int) -> Response:
    """Throw a draft away."""
    with transaction():
        draft = queries.get_standard(standard_id)
        services.discard_draft(draft, actor_id=current_user().id, now=clock.now())
    say(_("The draft was thrown away."), "info")
    return redirect(url_for("standards.standards"), 303)


def _after_keeping(standard_id: int) -> str:
    """The draft as a page, or what it would change, for whoever asked for that with the button beside."""
    preview = "changes.preview_standard"
    if "see" in request.form and preview in current_app.view_functions:
        return url_for(preview, standard_id=standard_id)
    return url_for("standards.standard", standard_id=standard_id)


def _form(draft: Standard | None = None) -> StandardForm:
    form, kept = StandardForm(), draft or Standard()
    calendars = select(WorkingCalendar).order_by(WorkingCalendar.name)
    form.offer(
        services=[(one.id, one.name) for one in _offered(active_services(), Service, kept.service_id)],
        categories=[(one.id, one.path) for one in _offered(active_categories(), Category, kept.category_id)],
        calendars=[(one.id, one.name) for one in db.session.scalars(calendars)],
    )
    return form


def _offered(wanted: Select[Any], kind: type[Service | Category], kept_id: int | None) -> list[Any]:
    """What may be chosen, and what a draft keeps already though nobody may choose it any more."""
    found = list(db.session.scalars(wanted))
    kept = db.session.get(kind, kept_id) if kept_id else None
    return found if kept is None or kept in found else [*found, kept]


def _edit_page(form: StandardForm, draft: Standard | None) -> str:
    return render_template("catalogue/standard_form.html", form=form, draft=draft)


def _with_defaults(row: Any) -> None:
    """A row that is not in the database has what the database would give it."""
    for column in Standard.__table__.columns:
        default = column.default
        if getattr(row, column.key) is None and default is not None:
            setattr(row, column.key, default.arg(None) if default.is_callable else default.arg)


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "standards", standards)
blueprint.add_url_rule("/new", "new", new, methods=["GET", "POST"])
blueprint.add_url_rule("/codes", "codes", codes)
blueprint.add_url_rule("/codes/<code_id>", "code", code)
blueprint.add_url_rule("/codes/<code_id>/take-over", "take_over", take_over, methods=["POST"])
blueprint.add_url_rule("/<int:standard_id>", "standard", standard)
blueprint.add_url_rule("/<int:standard_id>/begin", "begin", begin, methods=["POST"])
blueprint.add_url_rule("/<int:standard_id>/edit", "edit", edit, methods=["GET", "POST"])
blueprint.add_url_rule("/<int:standard_id>/discard", "discard", discard, methods=["POST"])
