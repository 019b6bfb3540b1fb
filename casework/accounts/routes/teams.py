"""The teams of the agency, for its administrators. They are listed beside the people."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts import queries, services
from casework.accounts.access import current_user, requires
from casework.accounts.forms import TeamForm
from casework.accounts.roles import Permission
from casework.accounts.routes.blueprint import blueprint
from casework.core import clock
from casework.core.db import transaction
from casework.core.errors import CaseworkError


@blueprint.route("/settings/teams/add", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_team() -> ResponseReturnValue:
    """Add a team."""
    form, heading = TeamForm(), _("Add a team")
    if not form.is_submitted():
        return _page(form, heading)
    if not form.validate():
        return _page(form, heading), 400
    try:
        with transaction():
            team = services.add_team(form.name.data, by=_by())
            services.set_team_capacity(team, form.capacity.data, by=_by())
    except CaseworkError as error:
        return _page(form, heading, problems=[error.message]), 409
    flash(_("The team %(name)s is added.", name=team.name))
    return redirect(url_for("accounts.people"))


@blueprint.route("/settings/teams/<int:team_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def team(team_id: int) -> ResponseReturnValue:
    """Give a team another name, or say how much one of its people can carry."""
    team = queries.get_team(team_id)
    form, heading = TeamForm(data={"name": team.name, "capacity": team.capacity}), team.name
    if not form.is_submitted():
        return _page(form, heading)
    if not form.validate():
        return _page(form, heading), 400
    try:
        with transaction():
            services.rename_team(team, form.name.data, by=_by())
            services.set_team_capacity(team, form.capacity.data, by=_by())
    except CaseworkError as error:
        return _page(form, heading, problems=[error.message]), 409
    flash(_("The team %(name)s is saved.", name=team.name))
    return redirect(url_for("accounts.people"))


def _page(form: TeamForm, heading: str, *, problems: Sequence[str] = ()) -> str:
    return render_template("accounts/team.html", form=form, heading=heading, problems=problems)


def _by() -> services.By:
    return services.By(current_user(), clock.now())
