"""Who may use a page: every view carries `requires(permission)` or `public`, and a test proves it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.accounts.sign_in import signed_in
from casework.core.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MARK = "access"


class SignInNeeded(Unauthorized):
    """Nobody is signed in (any more), and what was asked for cannot be answered with a redirect."""

    description = "Sign in first."


def requires(permission: Permission) -> Callable[[View], Callable[..., Any]]:
    """Let only people through whose role carries the permission.

    Somebody who is not signed in is sent to the sign-in page when they asked for a page, and meets
    SignInNeeded when they sent something; somebody with the wrong role meets NotAllowed.
    """

    def mark(view: View) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            someone = signed_in()
            if someone is None:
                return _to_sign_in()
            require(someone.user, permission)
            return view(*args, **kwargs)

        setattr(guarded, _MARK, permission)
        return guarded

    return mark


def public(view: View) -> View:
    """Let everybody through."""
    setattr(view, _MARK, PUBLIC)
    return view


def access_of(view: Callable[..., Any]) -> Permission | str | None:
    """What `requires` or `public` said about a view, or None when neither did."""
    mark: Permission | str | None = getattr(view, _MARK, None)
    return mark


def require(user: User, permission: Permission) -> None:
    """Raises NotAllowed when this person's role does not carry the permission."""
    if not user.may(permission):
        raise NotAllowed(
            f"Your role ({user.role.label}) may not {permission.value}. "
            "Ask an administrator if your work needs it."
        )


def current_user() -> User:
    """The member of staff who asks. Raises SignInNeeded when nobody is signed in."""
    someone = signed_in()
    if someone is None:
        raise SignInNeeded
    return someone.user


def _to_sign_in() -> Response:
    if request.method not in SAFE_METHODS or "HX-Request" in request.headers:
        raise SignInNeeded
    asked_for = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=asked_for if asked_for != "/" else None))
