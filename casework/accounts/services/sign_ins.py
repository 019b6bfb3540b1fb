"""Signing in and out: tries are counted, sessions begun, seen and ended."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from casework.accounts.models import SignIn, SignInAttempt, User
from casework.accounts.queries import failures_from_address, failures_of_email, last_sign_in_at, live_sign_ins
from casework.accounts.rules import (
    ATTEMPT_WINDOW,
    FAILURES_PER_ADDRESS,
    FAILURES_PER_EMAIL,
    SEEN_EVERY,
    counting_address,
    device_words,
    locked_until,
    tidy_email,
    wait_words,
)
from casework.accounts.services.passwords import hash_password, needs_rehash
from casework.core.db import db
from casework.core.errors import NotFound

# Failures are of no use once the window has passed; a day is kept for whoever looks into an attack.
KEEP_ATTEMPTS = timedelta(days=1)


def note_attempt(email: str, address: str, now: datetime) -> int:
    """Write down that somebody tries to sign in, before the password is looked at; returns the try's id.

    - It counts as a failure until `begin_sign_in` or `forget_attempt` takes it back.
    - Being committed first, it is seen by tries made at the same moment, so that many at once do not slip by.
    """
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS))
    attempt = SignInAttempt(email=tidy_email(email)[:254], address=counting_address(address), at=now)
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def forget_attempt(attempt_id: int) -> None:
    """Take a try back: it does not count as a failure."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


def refusal_to_try(attempt_id: int, email: str, address: str, now: datetime) -> str | None:
    """The sentence for somebody who tried too often, or None. It is the same for a right password.

    - Five failures for an e-mail address since its owner last signed in, or twenty from a network address.
    - Signing in ends the count of the e-mail address and not that of the network address.
    """
    window = now - ATTEMPT_WINDOW
    email = tidy_email(email)[:254]
    since = max(window, last_sign_in_at(email) or window)
    by_email = failures_of_email(email, since=since, but=attempt_id)
    by_address = failures_from_address(counting_address(address), since=window, but=attempt_id)
    ends = [
        locked_until(by_email, limit=FAILURES_PER_EMAIL, now=now),
        locked_until(by_address, limit=FAILURES_PER_ADDRESS, now=now),
    ]
    until = max((end for end in ends if end), default=None)
    if until is None:
        return None
    return f"Signing in failed too often. Try again in {wait_words(until, now)}."


def begin_sign_in(
    user: User, *, attempt_id: int, password: str, address: str, user_agent: str, now: datetime
) -> tuple[SignIn, str]:
    """Begin a session for somebody whose password was right; returns it with its token.

    - The token has 256 random bits and is known to the browser alone; the table keeps its SHA-256.
    - Every sign-in has a new token, so a planted one is worth nothing.
    - A password hash made with older settings is made anew while the password is known.
    """
    forget_attempt(attempt_id)
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    token = secrets.token_urlsafe(32)
    sign_in = SignIn(
        user_id=user.id,
        token_hash=hash_of_token(token),
        began_at=now,
        seen_at=now,
        address=address[:64],
        device=device_words(user_agent),
    )
    db.session.add(sign_in)
    db.session.flush()
    return sign_in, token


def hash_of_token(token: str) -> str:
    """What the table keeps of a token. The token is random, so a quick hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def note_seen(sign_in_id: int, now: datetime) -> None:
    """Write down that the session is in use; at most every few minutes, and harmless when repeated."""
    wanted = update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None))
    db.session.execute(wanted.where(SignIn.seen_at <= now - SEEN_EVERY).values(seen_at=now))


def end_sign_in(user: User, sign_in_id: int, now: datetime) -> None:
    """End one session of this person. Raises NotFound for a session of somebody else."""
    sign_in = db.session.get(SignIn, sign_in_id)
    if sign_in is None or sign_in.user_id != user.id:
        raise NotFound("There is no such session of yours. It may have ended already.")
    sign_in.ended_at = sign_in.ended_at or now


def end_sign_ins(user: User, now: datetime, *, but: int | None = None) -> int:
    """End all sessions of this person except the one with id `but`; returns how many ended."""
    ending = [row for row in db.session.scalars(live_sign_ins(user.id, now)) if row.id != but]
    for row in ending:
        row.ended_at = now
    db.session.flush()
    return len(ending)
