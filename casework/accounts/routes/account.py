"""One's own account: who I am, where I am signed in, my password."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from casework.accounts import services
from casework.accounts.access import current_user, requires
from casework.accounts.forms import PasswordForm
from casework.accounts.models import SignIn, User
from casework.accounts.queries import live_sign_ins
from casework.accounts.roles import Permission
from casework.accounts.routes.blueprint import blueprint
from casework.accounts.sign_in import signed_in
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import Refused


@blueprint.get("/account")
@requires(Permission.SIGNED_IN)
def account() -> str:
    """Who I am, my sessions, and a form for another password."""
    return _page(PasswordForm())


@blueprint.post("/account/password")
@requires(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Take another password; every other session ends."""
    form = PasswordForm()
    if not form.validate():
        return _page(form), 400
    user = current_user()
    try:
        with transaction():
            ended = services.change_password(
                user,
                current=form.current_password.data,
                new=form.new_password.data,
                keep=_this_sign_in(),
                by=services.By(user, clock.now()),
            )
    except Refused as refusal:
        return _page(form, problems=refusal.reasons), 409
    flash(_("Your password is changed.") + _ended_words(ended))
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/sessions/<int:sign_in_id>/end")
@requires(Permission.SIGNED_IN)
def end_session(sign_in_id: int) -> Response:
    """End one of my sessions; ending the one in use is signing out."""
    with transaction():
        services.end_sign_in(current_user(), sign_in_id, clock.now())
    flash(_("The session is ended."))
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/sessions/end-others")
@requires(Permission.SIGNED_IN)
def end_other_sessions() -> Response:
    """End all my sessions but the one in use."""
    with transaction():
        ended = services.end_sign_ins(current_user(), clock.now(), but=_this_sign_in())
    flash(_("You are signed in only here.") + _ended_words(ended))
    return redirect(url_for("accounts.account"))


def _page(form: PasswordForm, *, problems: Sequence[str] = ()) -> str:
    user = current_user()
    return render_template(
        "accounts/account.html",
        person=user,
        sign_ins=_sign_ins_of(user),
        this_sign_in=_this_sign_in(),
        form=form,
        problems=problems,
    )


def _sign_ins_of(user: User) -> Sequence[SignIn]:
    return db.session.scalars(live_sign_ins(user.id, clock.now())).all()


def _this_sign_in() -> int | None:
    someone = signed_in()
    return someone.sign_in_id if someone else None


def _ended_words(ended: int) -> str:
    if not ended:
        return ""
    return " " + str(ngettext("%(num)d other session ended.", "%(num)d other sessions ended.", ended))
