"""Settings > Calendars: what counts in a month, the versions, editing the next one, files in and out."""

import tomllib
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from casework.accounts.access import current_user, requires
from casework.accounts.roles import Permission
from casework.calendars import CalendarError, month_of, parse_calendar
from casework.catalogue.models import CalendarVersion
from casework.catalogue.queries import the_agency
from casework.catalogue.working_calendars import queries, services
from casework.catalogue.working_calendars.files import as_toml
from casework.catalogue.working_calendars.forms import LARGEST, CalendarForm, NewCalendarForm
from casework.catalogue.working_calendars.text import week_words
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Invalid, Refused
from casework.core.flashes import say

blueprint = Blueprint("calendars", __name__, url_prefix="/settings/calendars")


@requires(Permission.ADMINISTER)
def calendars() -> str:
    """Every calendar, and bringing in another."""
    return _list_page(NewCalendarForm())


@requires(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    """A new calendar from a file."""
    form = NewCalendarForm()
    if form.validate():
        try:
            definition = _read(form.file.data.stream.read(LARGEST + 1))
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
    found = queries.get_calendar(calendar_id)
    versions = queries.versions_of(calendar_id)
    shown = _version_asked(versions) or next(one for one in versions if one.number == found.number)
    year, month = _month_asked(str(shown.definition["time_zone"]))
    return render_template(
        "catalogue/calendar.html",
        calendar=found,
        shown=shown,
        versions=versions,
        draft=next((one for one in versions if one.is_draft), None),
        month=month_of(parse_calendar(shown.definition, name=found.name), year, month),
        month_name=f"{date(year, month, 1):%B %Y}",
        before=_month_text(year, month - 1),
        after=_month_text(year, month + 1),
        week=week_words(shown.definition),
        standards=queries.standards_by(found),
    )


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
    form = CalendarForm()
    if not draft.is_draft:
        raise Refused("This version is in force already and is not changed any more. Begin the next one.")
    if not form.is_submitted():
        form.show(draft)
        return render_template("catalogue/calendar_form.html", form=form, draft=draft)
    if form.validate():
        try:
            with transaction():
                services.keep_draft(
                    draft,
                    form.definition(),
                    note=form.note.data or "",
                    seen=form.seen.data or "",
                    actor_id=current_user().id,
                    now=clock.now(),
                )
            say(_("The draft is kept. Nothing counts by it before you put it in force."))
            there = url_for("calendars.calendar", calendar_id=draft.calendar_id, version=draft.number)
            return redirect(there, 303)
        except (Refused, Conflict, CalendarError) as refusal:
            db.session.refresh(draft)
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
        services.discard_draft(draft)
    say(_("The draft was thrown away."), "info")
    return redirect(url_for("calendars.calendar", calendar_id=calendar_id), 303)


def _list_page(form: NewCalendarForm) -> str:
    found = queries.calendars()
    return render_template(
        "catalogue/calendar_list.html",
        listed=[(one, week_words(one.definition), queries.draft_of(one.id)) for one in found],
        of_agency=the_agency().calendar_id,
        form=form,
    )


def _read(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise Refused(_("This file is too large to be a calendar. Choose another one."))
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Refused(_("This file is not TOML. Choose a calendar file.")) from None


def _version_asked(versions: list[CalendarVersion]) -> CalendarVersion | None:
    text = request.args.get("version", "")
    if not text:
        return None
    found = next((one for one in versions if str(one.number) == text), None)
    if found is None:
        raise Invalid(_("There is no such version. Choose one below."))
    return found


def _month_asked(zone: str) -> tuple[int, int]:
    text = request.args.get("month", "")
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    if not text:
        return today.year, today.month
    try:
        on = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(_("That is no month. Write it like 2026-12.")) from None
    return on.year, on.month


def _month_text(year: int, month: int) -> str:
    years, left = divmod(year * 12 + month - 1, 12)
    return f"{years:04d}-{left + 1:02d}"


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "calendars", calendars)
blueprint.add_url_rule("/add", "add", add, methods=["POST"])
blueprint.add_url_rule("/<int:calendar_id>", "calendar", calendar)
blueprint.add_url_rule("/<int:calendar_id>/begin", "begin", begin, methods=["POST"])
blueprint.add_url_rule("/versions/<int:version_id>/file", "file", file)
blueprint.add_url_rule("/versions/<int:version_id>/edit", "edit", edit, methods=["GET", "POST"])
blueprint.add_url_rule("/versions/<int:version_id>/discard", "discard", discard, methods=["POST"])
