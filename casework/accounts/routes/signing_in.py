"""Signing in and out."""

from collections.abc import Sequence
from typing import Protocol

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework.accounts import services
from casework.accounts.access import public
from casework.accounts.forms import SignInForm
from casework.accounts.models import User
from casework.accounts.queries import first_of_each_role
from casework.accounts.routes.blueprint import blueprint
from casework.accounts.rules import safe_path
from casework.accounts.sign_in import sign_out as end_session
from casework.accounts.sign_in import signed_in, try_to_sign_in
from casework.core.errors import Refused


class CarriesForms(Protocol):
    """Whatever keeps a form that was sent without being signed in (the web package does)."""

    def page_for(self, packed: str, person_id: int) -> str | None: ...


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail address and password, then go where the person was going."""
    form = SignInForm()
    if signed_in() is not None and not form.kept.data:
        return redirect(_target(form))
    if not form.is_submitted():
        form.next.data = safe_path(_asked_for())
        return sign_in_page(form)
    if not form.validate():
        return sign_in_page(form), 400
    try:
        user = try_to_sign_in(form.email.data, form.password.data)
    except Refused as refusal:
        return sign_in_page(form, problems=refusal.reasons), 401
    return _go_on(form, user)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End the session. Somebody whose session ended by itself is told the same."""
    end_session()
    flash(_("You are signed out."))
    return redirect(url_for("accounts.sign_in"))


def sign_in_page(form: SignInForm, *, happened: str = "", problems: Sequence[str] = ()) -> str:
    """The sign-in page. `happened` says why it is shown, `problems` what was wrong with the last try."""
    return render_template(
        "accounts/sign_in.html",
        form=form,
        happened=happened,
        problems=problems,
        demo_people=_demo_people(),
        demo_password=services.DEMO_PASSWORD,
    )


def _go_on(form: SignInForm, user: User) -> ResponseReturnValue:
    carrier: CarriesForms | None = current_app.extensions.get("kept_forms")
    if form.kept.data and carrier is not None:
        page = carrier.page_for(form.kept.data, user.id)
        if page is not None:
            return page
        flash(_("What was typed before is not shown: it is too old, or somebody else typed it."), "warn")
    return redirect(_target(form))


def _target(form: SignInForm) -> str:
    return safe_path(form.next.data) or safe_path(_asked_for()) or "/"


def _asked_for() -> str | None:
    return request.args.get("next")


def _demo_people() -> list[User]:
    """One person per role whose password is the demo's; nobody outside the demo."""
    if current_app.extensions["settings"].environment != "demo":
        return []
    return [person for person in first_of_each_role() if services.is_demo_hash(person.password_hash)]
