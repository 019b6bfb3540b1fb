"""Settings > Changes: what a calendar or a standard would change, and putting it in force."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import Blueprint, Flask, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts.access import current_user, requires
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.cases.changes import doing, drafts, queries, services
from casework.cases.changes.forms import REASON_LENGTH, ApplyForm
from casework.cases.models.changes import ChangeKind, ChangeState, ClockChange
from casework.catalogue.models import CalendarVersion, Standard
from casework.catalogue.queries import the_agency
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Invalid, Refused
from casework.core.flashes import say
from casework.core.forms import ONCE_LENGTH, HouseForm, tidy
from casework.core.queue import enqueue
from casework.core.sheets import lines_of

blueprint = Blueprint("changes", __name__, url_prefix="/settings/changes")
# More than these are handed to a worker, so that nobody waits before a blank page: looking is quick, applying less so.
AT_ONCE = 2000
APPLIED_AT_ONCE = 200


@requires(Permission.ADMINISTER)
def listing() -> str:
    """Drafts that could be put in force, standards that could be switched off, and the latest changes."""
    latest = queries.latest_changes()
    return render_template(
        "cases/changes_listing.html",
        versions=queries.calendar_drafts(),
        standards=queries.standard_drafts(),
        in_force=queries.standards_to_switch_off(_today()),
        changes=latest,
        names=queries.names_of(latest),
        words=states_in_words(),
    )


@requires(Permission.ADMINISTER)
def preview_calendar(version_id: int) -> ResponseReturnValue:
    """What a draft of a calendar says otherwise; posted, what that would change for each case."""
    version = drafts.version_draft(version_id)
    if request.method == "POST":
        return _look(ChangeKind.CALENDAR, version)
    return render_template(
        "cases/changes_preview.html",
        kind=ChangeKind.CALENDAR,
        heading=_("Version %(n)s of the calendar “%(name)s”", n=version.number, name=version.calendar.name),
        is_ready=version.is_draft,
        note=version.note,
        differences=drafts.calendar_words(version, _today()) if version.is_draft else [],
        address=url_for("changes.preview_calendar", version_id=version.id),
        edit=url_for("calendars.edit", version_id=version.id),
        before=queries.changes_of(version),
        words=states_in_words(),
        form=HouseForm(formdata=None),
    )


@requires(Permission.ADMINISTER)
def preview_standard(standard_id: int) -> ResponseReturnValue:
    """What a draft of a standard says otherwise, or what is owed no more when one in force is switched off."""
    standard = drafts.standard_draft(standard_id)
    kind = ChangeKind.STANDARD if standard.is_draft else ChangeKind.OFF
    if request.method == "POST":
        return _look(kind, standard)
    return render_template(
        "cases/changes_preview.html",
        kind=kind,
        heading=_("Switch off “%(name)s”", name=standard.name)
        if kind is ChangeKind.OFF
        else _("“%(name)s”, version %(n)s", name=standard.name, n=standard.number),
        is_ready=standard.is_draft or standard.is_active,
        note=standard.note,
        differences=drafts.standard_words(standard) if standard.is_draft else [],
        address=url_for("changes.preview_standard", standard_id=standard.id),
        edit=url_for("standards.edit", standard_id=standard.id),
        before=queries.changes_of(standard),
        words=states_in_words(),
        form=HouseForm(formdata=None),
    )


@requires(Permission.ADMINISTER)
def change(change_id: int) -> ResponseReturnValue:
    """What would happen, or how far it has come, or what became of it; posted, it is put in force."""
    found = queries.get_change(change_id)
    form = ApplyForm()
    refused: list[str] = []
    if request.method == "POST" and form.validate_on_submit():
        try:
            return _apply(found, tidy(form.reason.data))
        except Refused as refusal:
            db.session.rollback()
            refused = refusal.reasons
    status = 200 if request.method == "GET" else 422
    return _page(queries.get_change(change_id), form, refused), status


@requires(Permission.ADMINISTER)
def cases_csv(change_id: int) -> Response:
    """Exactly which cases, as a file."""
    found, user = queries.get_change(change_id), current_user()
    header = [
        ("Change", found.what),
        ("Looked at", found.made_at.isoformat()),
        ("Dates", "with their offset from UTC"),
        ("Made by", user.name),
    ]
    columns = ["Case", "Standard", "Due before", "Due after", "Effect", "Becomes", "Applied"]
    answer = Response(
        stream_with_context(lines_of(header, columns, _cells(found, user))), mimetype="text/csv"
    )
    name = f"change-{found.id}-{clock.now().date().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def states_in_words() -> dict[ChangeState, str]:
    """How far a change has come, in words."""
    return {
        ChangeState.LOOKING: _("being looked at"),
        ChangeState.READY: _("looked at, not in force"),
        ChangeState.APPLYING: _("in force, cases follow"),
        ChangeState.DONE: _("in force"),
    }


def _look(kind: ChangeKind, about: CalendarVersion | Standard) -> ResponseReturnValue:
    """Look at it now, or let a worker do so where there is much to look at; a second press finds the same look."""
    once = tidy(request.form.get("once"))[:ONCE_LENGTH]
    try:
        with transaction():
            found, is_new = services.look_at(
                kind, about, actor=current_user(), now=clock.now(), once_key=once
            )
            change_id, many = found.id, found.expected > AT_ONCE
            if is_new and many:
                enqueue("cases.change_clocks", change_id)
    except Refused as refusal:
        say(refusal.message, "warn")
        return redirect(url_for("changes.listing"), 303)
    if is_new and not many:
        doing.run(change_id, clock.now)
    return redirect(url_for("changes.change", change_id=change_id), 303)


def _apply(found: ClockChange, reason: str) -> ResponseReturnValue:
    change_id, many = found.id, found.expected > APPLIED_AT_ONCE
    with transaction():
        services.begin_to_apply(found, reason=reason, actor=current_user(), now=clock.now())
        if many:
            enqueue("cases.change_clocks", change_id)
    if not many:
        doing.run(change_id, clock.now)
    return redirect(url_for("changes.change", change_id=change_id), 303)


def _page(found: ClockChange, form: ApplyForm, refused: list[str]) -> str:
    user = current_user()
    about, looking = services.about_of(found), found.state is ChangeState.LOOKING
    if request.method == "GET" and isinstance(about, CalendarVersion):
        # It was asked for with the draft already.
        form.reason.data = about.note[:REASON_LENGTH]
    page = queries.page_of(found, user, after=_after(request.args.get("after", "")))
    return render_template(
        "cases/changes_change.html",
        change=found,
        about=about,
        draft=_draft(about),
        stale=found.state is ChangeState.READY and drafts.mark_of(about) != found.mark,
        heading=_heading(found),
        totals=queries.totals_of(found, user),
        looked=queries.looked_at(found) if looking else 0,
        imported=queries.imported_dates(user) if found.state is ChangeState.READY else 0,
        furthest=[] if looking else queries.furthest(found, user),
        page=page,
        form=form,
        refused=refused,
        words=states_in_words(),
        people=queries.people_of(found),
    )


def _today() -> date:
    return drafts.local_day(clock.now(), the_agency().time_zone)


def _draft(about: CalendarVersion | Standard) -> str:
    """The address of what a change is about."""
    if isinstance(about, CalendarVersion):
        return url_for("changes.preview_calendar", version_id=about.id)
    return url_for("changes.preview_standard", standard_id=about.id)


def _heading(found: ClockChange) -> str:
    if found.state is ChangeState.LOOKING:
        return _("Looking at what would happen")
    if found.state is ChangeState.READY:
        return _("What would happen")
    return _("What happened") if found.state is ChangeState.DONE else _("It is in force, the cases follow")


def _cells(found: ClockChange, user: User) -> Iterator[list[str]]:
    for row in queries.all_rows(found, user):
        dates = [_instant(row.before_at), _instant(row.after_at)]
        yield [row.reference, row.name, *dates, str(row.effect), str(row.turn), str(row.state)]


def _instant(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _after(text: str) -> tuple[int, int]:
    """The place after which a page begins, as "case-clock"."""
    if not text:
        return 0, 0
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise Invalid(_("There is no such page. Go back to the change and begin again."))
    return int(parts[0]), int(parts[1])


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(blueprint)


blueprint.add_url_rule("", "listing", listing)
blueprint.add_url_rule(
    "/calendars/<int:version_id>", "preview_calendar", preview_calendar, methods=["GET", "POST"]
)
blueprint.add_url_rule(
    "/standards/<int:standard_id>", "preview_standard", preview_standard, methods=["GET", "POST"]
)
blueprint.add_url_rule("/<int:change_id>", "change", change, methods=["GET", "POST"])
blueprint.add_url_rule("/<int:change_id>/cases.csv", "cases_csv", cases_csv)
