"""When people are away: one's own days, and for those who lead a team, the days of its people."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts import queries, services
from casework.accounts.access import current_user, requires
from casework.accounts.forms import AbsenceForm
from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.accounts.routes.blueprint import blueprint
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, NotAllowed


@blueprint.route("/account/away", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def away() -> ResponseReturnValue:
    """The days on which I am away."""
    return _days_of(current_user())


@blueprint.route("/people/<int:person_id>/away", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CASES)
def away_of(person_id: int) -> ResponseReturnValue:
    """The days on which somebody of my team is away."""
    person = queries.get_person(person_id)
    if not services.may_say_away(current_user(), person):
        raise NotAllowed(f"{person.name} is in another team, whose supervisor keeps these days.")
    return _days_of(person)


@blueprint.post("/account/away/<int:number>/remove")
@requires(Permission.SIGNED_IN)
def remove_absence(number: int) -> Response:
    """Take an absence off, one's own or of somebody whose team one leads."""
    with transaction():
        person = services.remove_absence(queries.get_absence(number), by=_by())
    flash(_("Taken off."))
    return redirect(_here(person))


def _days_of(person: User) -> ResponseReturnValue:
    form = AbsenceForm()
    if request.method == "GET":
        return _page(person, form)
    if not form.validate():
        return _page(person, form), 422
    try:
        with transaction():
            services.add_absence(
                person,
                from_on=form.from_on.data,
                to_on=form.to_on.data,
                reason=form.reason.data or "",
                by=_by(),
            )
    except CaseworkError as error:
        return _page(person, form, problems=[error.message]), 422
    flash(_("Noted."))
    return redirect(_here(person))


def _page(person: User, form: AbsenceForm, *, problems: Sequence[str] = ()) -> str:
    settings: Settings = current_app.extensions["settings"]
    today = clock.now().astimezone(ZoneInfo(settings.time_zone)).date()
    days = db.session.scalars(queries.absences_of(person.id, since=today)).all()
    return render_template(
        "accounts/away.html",
        person=person,
        is_me=person.id == current_user().id,
        days=days,
        today=today,
        form=form,
        problems=problems,
        here=_here(person),
    )


def _here(person: User) -> str:
    if person.id == current_user().id:
        return url_for("accounts.away")
    return url_for("accounts.away_of", person_id=person.id)


def _by() -> services.By:
    return services.By(current_user(), clock.now())
