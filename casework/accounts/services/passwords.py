"""Passwords: made, kept as argon2 hashes, and checked in the same time whether or not the person exists."""

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.accounts.rules import LONGEST_PASSWORD, password_problems
from casework.core.errors import Refused

# Everybody knows it: the demo shows it on the sign-in page, and production lets nobody in with it.
DEMO_PASSWORD = "casework demo"  # noqa: S105 - it is meant to be public

# The smallest setting of the OWASP password storage cheat sheet (19 MiB, two passes): guessing stays slow,
# and four people signing in at once do not need a quarter of a gigabyte.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Without letters and digits that look alike, because it is read out over the telephone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """The argon2id hash under which a password is kept."""
    return _hasher.hash(_normal(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is the one of this hash. Without a hash it takes as long, and is not."""
    known = password_hash is not None and len(password) <= LONGEST_PASSWORD
    stand_in = _hash_of_nobody()
    try:
        _hasher.verify(
            password_hash if known and password_hash else stand_in, _normal(password[:LONGEST_PASSWORD])
        )
    except (VerificationError, InvalidHashError):
        return False
    return known


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other settings than those used now."""
    return _hasher.check_needs_rehash(password_hash)


def generate_password() -> str:
    """A password of twenty letters and digits in four groups: 98 bits, readable over the telephone."""
    letters = [secrets.choice(_ALPHABET) for _ in range(20)]
    return "-".join("".join(letters[start : start + 5]) for start in range(0, 20, 5))


def require_good_password(password: str, *, email: str, name: str) -> None:
    """Raises Refused with a sentence for each reason why the password will not do."""
    problems = password_problems(password, email=email, name=name)
    if password == DEMO_PASSWORD:
        problems = ["This is the password of the demo, which everybody knows. Choose another."]
    if problems:
        raise Refused(problems)


@lru_cache(maxsize=64)
def is_demo_hash(password_hash: str) -> bool:
    """Whether this is a hash of the demo password. Kept by hash, so a changed password is asked anew."""
    return is_password(DEMO_PASSWORD, password_hash)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return hash_password(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    # The same password typed on another keyboard may come as other code points (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
