"""The people of the agency, for its administrators."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from casework.accounts import queries, services
from casework.accounts.access import current_user, requires
from casework.accounts.forms import NO_TEAM, LoadForm, NewPersonForm, PersonForm
from casework.accounts.models import Team, User
from casework.accounts.roles import Permission
from casework.accounts.routes.blueprint import blueprint
from casework.accounts.rules import tidy_skills
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import CaseworkError, Refused


@blueprint.get("/settings/people")
@requires(Permission.ADMINISTER)
def people() -> str:
    """Everybody who may sign in, everybody who may no more, and the teams."""
    return render_template(
        "accounts/people.html",
        people=db.session.scalars(queries.people()).all(),
        teams=_teams(),
        members=queries.members_of_teams(),
    )


@blueprint.route("/settings/people/add", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_person() -> ResponseReturnValue:
    """Add somebody; their password is made, and shown on the answer alone."""
    form = NewPersonForm()
    form.offer_teams(_teams())
    if not form.is_submitted():
        return _add_page(form)
    if not form.validate():
        return _add_page(form), 400
    password = services.generate_password()
    try:
        with transaction():
            person = services.add_person(
                email=form.email.data,
                name=form.name.data,
                role=form.chosen_role,
                team=_chosen_team(form),
                password=password,
                by=_by(),
            )
    except CaseworkError as error:
        return _add_page(form, problems=[error.message]), 409
    return _password_page(person, password, _("%(name)s is added", name=person.name))


@blueprint.route("/settings/people/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def person(person_id: int) -> ResponseReturnValue:
    """One person: role and team, and whether they may sign in."""
    person = queries.get_person(person_id)
    form = _person_form(person)
    if not form.is_submitted():
        return _person_page(person, form)
    if not form.validate():
        return _person_page(person, form), 400
    try:
        with transaction():
            services.change_person(person, role=form.chosen_role, team=_chosen_team(form), by=_by())
    except Refused as refusal:
        return _person_page(person, form, problems=refusal.reasons), 409
    flash(_("%(name)s is saved.", name=person.name))
    return redirect(url_for("accounts.people"))


@blueprint.post("/settings/people/<int:person_id>/load")
@requires(Permission.ADMINISTER)
def load(person_id: int) -> ResponseReturnValue:
    """Say how many cases somebody can carry, and what they know."""
    person = queries.get_person(person_id)
    form = LoadForm()
    if not form.validate():
        return _person_page(person, _person_form(person), load=form), 400
    skills = tidy_skills(form.skills.data or "")
    try:
        with transaction():
            services.set_load(person, capacity=form.capacity.data, skills=skills, by=_by())
    except CaseworkError as error:
        return _person_page(person, _person_form(person), load=form, problems=[error.message]), 409
    flash(_("%(name)s is saved.", name=person.name))
    return redirect(url_for("accounts.people"))


@blueprint.post("/settings/people/<int:person_id>/deactivate")
@requires(Permission.ADMINISTER)
def deactivate_person(person_id: int) -> Response:
    """Let somebody sign in no more."""
    with transaction():
        person = queries.get_person(person_id)
        services.deactivate_person(person, by=_by())
    flash(_("%(name)s may no longer sign in, and is signed out everywhere.", name=person.name))
    return redirect(url_for("accounts.people"))


@blueprint.post("/settings/people/<int:person_id>/reactivate")
@requires(Permission.ADMINISTER)
def reactivate_person(person_id: int) -> str:
    """Let somebody sign in again, with a new password."""
    with transaction():
        person = queries.get_person(person_id)
        password = services.reactivate_person(person, by=_by())
    return _password_page(person, password, _("%(name)s may sign in again", name=person.name))


@blueprint.post("/settings/people/<int:person_id>/password")
@requires(Permission.ADMINISTER)
def replace_password(person_id: int) -> str:
    """Give somebody who forgot theirs a new password."""
    with transaction():
        person = queries.get_person(person_id)
        password = services.replace_password(person, by=_by())
    return _password_page(person, password, _("%(name)s has a new password", name=person.name))


def _add_page(form: NewPersonForm, *, problems: Sequence[str] = ()) -> str:
    return render_template("accounts/add_person.html", form=form, problems=problems)


def _person_form(person: User) -> PersonForm:
    form = PersonForm(data={"role": person.role.value, "team": person.team_id or NO_TEAM})
    form.offer_teams(_teams())
    return form


def _person_page(
    person: User, form: PersonForm, *, load: LoadForm | None = None, problems: Sequence[str] = ()
) -> str:
    if load is None:
        data = {"capacity": person.capacity, "skills": ", ".join(person.skills or [])}
        load = LoadForm(formdata=None, data=data)
    return render_template("accounts/person.html", person=person, form=form, load=load, problems=problems)


def _password_page(person: User, password: str, heading: str) -> str:
    # On the answer itself and not after a redirect: what is kept between requests would keep the password.
    return render_template("accounts/password_once.html", person=person, password=password, heading=heading)


def _teams() -> Sequence[Team]:
    return db.session.scalars(queries.teams()).all()


def _chosen_team(form: PersonForm) -> Team | None:
    return queries.get_team(form.team.data) if form.team.data else None


def _by() -> services.By:
    return services.By(current_user(), clock.now())
