"""Form tokens (CSRF), checked for every unsafe request in one place, and what follows when one is not right.

Nothing typed is lost: a form from one of our own pages is shown again with a fresh token, and a form from
somebody whose session ended is carried through the sign-in page. A form from elsewhere is only refused.
"""

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest

from casework.accounts.access import PUBLIC, SignInNeeded, access_of
from casework.accounts.forms import SignInForm
from casework.accounts.routes.signing_in import sign_in_page
from casework.accounts.rules import safe_path
from casework.accounts.sign_in import last_known_person, signed_in
from casework.web.errors import error_page
from casework.web.kept import is_same_origin, keep, pack, stale_page, unpack

csrf = CSRFProtect()


class FromElsewhere(BadRequest):
    """A form without our token from a page that is not ours."""

    description = "This form did not come from a page of this site, so nothing was done."


def register(app: Flask) -> None:
    """Check the token before every request that may change something."""
    settings = app.extensions["settings"]
    app.config.update(
        # A token lives as long as the browser's session, which signing in and out begins anew.
        WTF_CSRF_TIME_LIMIT=None,
        # Some people's browsers send no Referer; a rescue page that they could never pass would be no rescue.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        # Only tests can set this (core.config reads no such variable); those about tokens turn them on again.
        WTF_CSRF_ENABLED=not settings.testing,
    )
    csrf.init_app(app)
    app.before_request(check_token)
    app.register_error_handler(SignInNeeded, sign_in_needed)


def check_token() -> ResponseReturnValue | None:
    """Refuse an unsafe request without a good token; what was typed into it is shown or carried."""
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        if not is_same_origin(request):
            raise FromElsewhere from None
        return _rescue()
    return None


def sign_in_needed(error: SignInNeeded) -> ResponseReturnValue:
    """The sign-in page for somebody who sent something; it carries what they typed."""
    if request.method in ("GET", "HEAD"):
        return _sign_in_then_go_on()
    form = SignInForm(formdata=None)
    ended = _("Your session ended before this was saved.")
    if not is_same_origin(request):
        return sign_in_page(form, happened=ended), 401
    kept = keep(request, person_id=last_known_person())
    packed = pack(kept) if kept.fields else ""
    form.kept.data = packed
    form.next.data = _page_before()
    if packed is None:
        words = _("It is too long to be carried: go back in your browser, copy it, then sign in.")
    elif kept.typed:
        words = _("What you typed is kept. Sign in, and you can save it.")
    else:
        words = _("Sign in and try again.")
    lost = _("Files could not be kept. Add them again after saving.") if kept.files_lost else ""
    return sign_in_page(form, happened=" ".join(filter(None, (ended, words, lost)))), 401


def _rescue() -> ResponseReturnValue:
    if request.endpoint == "accounts.sign_in":
        return _sign_in_again()
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and access_of(view) != PUBLIC and signed_in() is None:
        return sign_in_needed(SignInNeeded())
    kept = keep(request)
    if kept.typed or kept.files_lost:
        return stale_page(kept), 400
    return error_page(
        400,
        heading=_("Nothing was changed yet"),
        happened=_("The page had been open too long, so we stopped before doing anything."),
        next_steps=[(_("Go back to the page and press the button again"), _page_before())],
    )


def _sign_in_again() -> ResponseReturnValue:
    """The sign-in page itself had been open too long: what it carries stays, the password is asked again."""
    packed = request.form.get("kept", "")
    kept = unpack(packed) if packed else None
    someone = signed_in()
    if someone is not None:
        if kept is not None and kept.person_id in (None, someone.user.id):
            return stale_page(kept)
        return redirect(safe_path(request.form.get("next")) or "/")
    form = SignInForm(formdata=None)
    form.email.data = request.form.get("email", "")
    form.next.data = request.form.get("next", "")
    form.kept.data = packed if kept else ""
    return sign_in_page(form, happened=_("This page had been open too long. Sign in again.")), 400


def _sign_in_then_go_on() -> ResponseReturnValue:
    address = url_for("accounts.sign_in", next=_page_before())
    if "HX-Request" in request.headers:
        # htmx follows this header whatever the status, and leaves the page instead of filling a part of it.
        return "", 401, {"HX-Redirect": address}
    return redirect(address)


def _page_before() -> str:
    """The page of ours from which the request came, or the first page."""
    for header in ("HX-Current-URL", "Referer"):
        came_from = request.headers.get(header, "")
        if came_from.startswith(request.host_url):
            return safe_path("/" + came_from.removeprefix(request.host_url)) or "/"
    return "/"
