"""Settings > Calendars: what counts in a month, the versions, editing the next one, files in and out."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.catalogue.models import CalendarVersion, WorkingCalendar
from casework.catalogue.queries import calendar_of, the_agency
from casework.catalogue.standards.queries import names_of
from casework.catalogue.standards.words import applies_words
from casework.catalogue.working_calendars import queries, services
from casework.catalogue.working_calendars.files import LARGEST, as_toml, read_upload
from casework.catalogue.working_calendars.forms import CalendarForm, FileForm, NewCalendarForm
from casework.catalogue.working_calendars.month_view import month_view
from casework.catalogue.working_calendars.places import place_name
from casework.catalogue.working_calendars.presets import preset_calendar
from casework.catalogue.working_calendars.text import week_words
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import Conflict, Invalid, Refused
from casework.core.flashes import say

blueprint = Blueprint("calendars", __name__, url_prefix="/settings/calendars")


@dataclass(frozen=True)
class Listed:
    """What the list shows of a calendar: its week in words, whether it has a draft, how many clocks run by it."""

    calendar: WorkingCalendar
    week: list[tuple[str, str]]
    has_draft: bool
    clocks: int


@requires(Permission.ADMINISTER)
def calendars() -> str:
    """Every calendar, and bringing in another."""
    return _list_page(NewCalendarForm())


@requires(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """A new calendar from a shipped one or a file."""
    form = NewCalendarForm()
    if form.validate():
        try:
            definition = _begun_with(form)
            with transaction():
                made = services.add_calendar(
                    form.name.data, definition, actor_id=current_user().id, now=clock.now()
                )
                number = made.id
            say(_("The calendar is here. No standard counts by it before one says so."))
            return redirect(url_for("calendars.calendar", calendar_id=number), 303)
        except Refused as refusal:
            form.add_problems(refusal.reasons)
    return _list_page(form), 422


@requires(Permission.ADMINISTER)
def calendar(calendar_id: int) -> str:
    """A month of a calendar with what counts on each day; `?month=2026-12`, `?version=` another version."""
    return _page(calendar_id, FileForm())


@requires(Permission.ADMINISTER)
def bring_in(calendar_id: int) -> ResponseReturnValue:
    """A file as the draft of the next version."""
    form = FileForm()
    if form.validate():
        try:
            definition = read_upload(form.file.data.stream.read(LARGEST + 1))
            with transaction():
                found = queries.get_calendar(calendar_id)
                draft = services.take_in(found, definition, actor_id=current_user().id, now=clock.now())
                number = draft.number
            say(_("The file is here as a draft. Nothing counts by it before you put it in force."))
            return redirect(url_for("calendars.calendar", calendar_id=calendar_id, version=number), 303)
        except Refused as refusal:
            form.add_problems(refusal.reasons)
    return _page(calendar_id, form), 422


@requires(Permission.ADMINISTER)
def file(version_id: int) -> Response:
    """A version as a calendar file."""
    found = queries.get_version(version_id)
    answer = Response(as_toml(found.definition), mimetype="application/toml")
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in found.calendar.name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{found.number}.toml"'
    return answer


@requires(Permission.ADMINISTER)
def begin(calendar_id: int) -> BaseResponse:
    """Begin the next version, or go on with the draft there is."""
    with transaction():
        found = queries.get_calendar(calendar_id)
        draft, is_new = services.begin_draft(found, actor_id=current_user().id, now=clock.now())
        number = draft.id
    if not is_new:
        say(_("The next version was begun already. This is it."), "info")
    return redirect(url_for("calendars.edit", version_id=number), 303)


@requires(Permission.ADMINISTER)
def edit(version_id: int) -> ResponseReturnValue:
    """Change a draft."""
    draft = queries.get_version(version_id)
    form = CalendarForm(draft)
    if not form.is_submitted():
        services.check_draft(draft)
        form.show(draft)
        return render_template("catalogue/calendar_form.html", form=form, draft=draft)
    if form.validate():
        try:
            with transaction():
                _keep(draft, form)
            say(
                _("The draft is kept. Nothing counts by it before you put it in force."),
                clear_draft=f"calendar:{version_id}",
            )
            return redirect(_after_keeping(draft), 303)
        except (Refused, Conflict) as refusal:
            draft = queries.get_version(version_id)
            # Whoever was told of it may save over it.
            form.seen.data = queries.mark_of(draft)
            form.add_problems(getattr(refusal, "reasons", [refusal.message]))
    return render_template("catalogue/calendar_form.html", form=form, draft=draft), 422


@requires(Permission.ADMINISTER)
def discard(version_id: int) -> BaseResponse:
    """Throw a draft away."""
    with transaction():
        draft = queries.get_version(version_id)
        calendar_id = draft.calendar_id
        services.discard_draft(draft, actor_id=current_user().id, now=clock.now())
    say(_("The draft was thrown away."), "info")
    return redirect(url_for("calendars.calendar", calendar_id=calendar_id), 303)


def _after_keeping(draft: CalendarVersion) -> str:
    """The draft as a page, or what it would change, for whoever asked for that with the button beside."""
    preview = "changes.preview_calendar"
    if "see" in request.form and preview in current_app.view_functions:
        return url_for(preview, version_id=draft.id)
    return url_for("calendars.calendar", calendar_id=draft.calendar_id, version=draft.number)


def _list_page(form: NewCalendarForm) -> str:
    drafts, clocks = queries.drafts(), queries.running_clocks(current_user())
    listed = [
        Listed(one, week_words(one.definition), one.id in drafts, _clocks_of(one.id, clocks))
        for one in queries.calendars()
    ]
    of_agency = the_agency().calendar_id
    return render_template("catalogue/calendar_list.html", listed=listed, of_agency=of_agency, form=form)


def _page(calendar_id: int, form: FileForm) -> str:
    found = queries.get_calendar(calendar_id)
    versions = queries.versions_of(calendar_id)
    shown = _version_asked(versions) or next(one for one in versions if one.number == found.number)
    clocks = queries.running_clocks(current_user())
    standards = queries.standards_by(found)
    names = names_of(standards)
    return render_template(
        "catalogue/calendar.html",
        calendar=found,
        shown=shown,
        versions=versions,
        draft=next((one for one in versions if one.is_draft), None),
        view=month_view(calendar_of(shown), request.args.get("month", ""), clock.now()),
        week=week_words(shown.definition),
        of_agency=the_agency().calendar_id == found.id,
        place=place_name(shown.definition, str(get_locale() or "en")),
        standards=[(one, applies_words(one, names)) for one in standards],
        clocks={one.number: clocks.get((found.id, one.number), 0) for one in versions},
        total=_clocks_of(found.id, clocks),
        form=form,
    )


def _clocks_of(calendar_id: int, clocks: queries.Clocks) -> int:
    return sum(count for (key, _number), count in clocks.items() if key == calendar_id)


def _begun_with(form: NewCalendarForm) -> dict[str, Any]:
    if form.preset.data:
        return preset_calendar(form.preset.data).within(the_agency().time_zone)
    return read_upload(form.file.data.stream.read(LARGEST + 1))


def _keep(draft: CalendarVersion, form: CalendarForm) -> None:
    services.keep_draft(
        draft,
        form.definition(),
        note=form.note.data or "",
        seen=form.seen.data or "",
        actor_id=current_user().id,
        now=clock.now(),
    )


def _version_asked(versions: list[CalendarVersion]) -> CalendarVersion | None:
    text = request.args.get("version", "")
    if not text:
        return None
    found = next((one for one in versions if str(one.number) == text), None)
    if found is None:
        raise Invalid(_("There is no such version. Choose one of the calendar's page."))
    return found


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "calendars", calendars)
blueprint.add_url_rule("/add", "add", add, methods=["POST"])
blueprint.add_url_rule("/<int:calendar_id>", "calendar", calendar)
blueprint.add_url_rule("/<int:calendar_id>/bring-in", "bring_in", bring_in, methods=["POST"])
blueprint.add_url_rule("/<int:calendar_id>/begin", "begin", begin, methods=["POST"])
blueprint.add_url_rule("/versions/<int:version_id>/file", "file", file)
blueprint.add_url_rule("/versions/<int:version_id>/edit", "edit", edit, methods=["GET", "POST"])
blueprint.add_url_rule("/versions/<int:version_id>/discard", "discard", discard, methods=["POST"])
