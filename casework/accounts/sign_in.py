"""Signing in over the web: Flask-Login on our own session table.

The signed cookie carries a random token and nothing about the person; the table knows its SHA-256. So a
session can be seen and ended from elsewhere, and a stolen copy of the table opens nothing.
"""

from datetime import datetime
from typing import Any, cast

import flask_login
from flask import Flask, Response, current_app, g, has_request_context, request, session

from casework.accounts import services
from casework.accounts.models import User
from casework.accounts.queries import credentials_of, get_person, sign_in_with
from casework.accounts.rules import SEEN_EVERY, is_live
from casework.core import clock
from casework.core.config import Settings
from casework.core.db import db, transaction
from casework.core.errors import Refused

WRONG = "The e-mail address or the password is not right. Check both and try again."
DEMO_IN_PRODUCTION = "The demo password opens nothing here. Ask an administrator for a password of your own."


class SignedIn:
    """What Flask-Login keeps for a request: the person, their session and its token.

    Templates read it as `current_user`; what it does not have itself it takes from the person.
    """

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User, sign_in_id: int, token: str) -> None:
        self.user = user
        self.sign_in_id = sign_in_id
        self._token = token

    def get_id(self) -> str:
        return self._token

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)


def set_up(app: Flask) -> None:
    """Let Flask-Login find people by our session table, and note in the table that they are there."""
    manager = flask_login.LoginManager(app, add_context_processor=False)
    # Its own protection compares addresses, which change on the way; the table's time limits stand in for it.
    manager.session_protection = None
    manager.user_loader(load)
    app.context_processor(lambda: {"current_user": signed_in()})
    app.after_request(_note_seen)


def signed_in() -> SignedIn | None:
    """Who asks, when somebody is signed in."""
    if not has_request_context():
        return None
    someone = flask_login.current_user
    return cast(SignedIn, someone._get_current_object()) if someone.is_authenticated else None


def load(token: str) -> SignedIn | None:
    """The person behind a token, while the session is live and they may sign in."""
    row = sign_in_with(services.hash_of_token(token))
    now = clock.now()
    if row is None or not row.user.is_active:
        return None
    if not is_live(began_at=row.began_at, seen_at=row.seen_at, ended_at=row.ended_at, now=now):
        return None
    if now - row.seen_at >= SEEN_EVERY:
        g.seen_sign_in = row.id
    g.user_id = row.user_id
    return SignedIn(row.user, row.id, token)


def no_sign_of_life() -> None:
    """This request was made by a page on its own: it does not keep a forgotten session from ending."""
    g.pop("seen_sign_in", None)


def last_known_person() -> int | None:
    """The id of the person whose session this browser holds, live or ended."""
    row = sign_in_with(services.hash_of_token(session.get("_user_id") or ""))
    return row.user_id if row else None


def try_to_sign_in(email: str, password: str) -> User:
    """Sign somebody in, in this browser. Raises Refused with the sentence to show.

    The try is committed as a failure before the password is looked at, and the password is looked at outside
    any transaction: checking it takes long, and nobody else should wait for it.
    """
    address = request.remote_addr or ""
    now = clock.now()
    with transaction():
        attempt_id = services.note_attempt(email, address, now)
    with transaction():
        refusal = services.refusal_to_try(attempt_id, email, address, now)
        if refusal:
            services.forget_attempt(attempt_id)
        credentials = credentials_of(email)
    if refusal:
        raise Refused(refusal)
    user_id = _owner_of(credentials, password)
    with transaction():
        user = get_person(user_id)
        row, token = services.begin_sign_in(
            user,
            attempt_id=attempt_id,
            password=password,
            address=address,
            user_agent=request.user_agent.string,
            now=now,
        )
    return _begin_in_browser(user, row.id, token)


def sign_out() -> None:
    """End the session in the table and forget it in the browser."""
    someone = signed_in()
    if someone is not None:
        with transaction():
            services.end_sign_in(someone.user, someone.sign_in_id, clock.now())
    flask_login.logout_user()
    _forget_browser_session()


def _owner_of(credentials: tuple[int, str] | None, password: str) -> int:
    settings: Settings = current_app.extensions["settings"]
    right = services.is_password(password, credentials[1] if credentials else None)
    if settings.is_production and password == services.DEMO_PASSWORD:
        raise Refused(DEMO_IN_PRODUCTION)
    if credentials is None or not right:
        raise Refused(WRONG)
    return credentials[0]


def _begin_in_browser(user: User, sign_in_id: int, token: str) -> User:
    # What was in the browser's session before signing in does not go on after it, its form tokens included.
    _forget_browser_session()
    flask_login.login_user(SignedIn(user, sign_in_id, token))
    g.user_id = user.id
    return user


def _forget_browser_session() -> None:
    session.clear()
    g.pop("csrf_token", None)


def _note_seen(response: Response) -> Response:
    """Done when the page is made, so that reading it never waits for a writer."""
    sign_in_id: int | None = g.pop("seen_sign_in", None)
    if sign_in_id is not None:
        now: datetime = clock.now()
        db.session.rollback()
        with transaction():
            services.note_seen(sign_in_id, now)
    return response
