"""Names in a note: “@Toni Brandt” tells Toni, when Toni may see the case."""

import re
from dataclasses import dataclass

from sqlalchemy import or_, select

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries.staff import staff_who_may_see
from casework.core.db import db

# Not inside a word, so that an e-mail address names nobody; up to five words, as names have.
_AT = re.compile(r"(?<![\w.@])@(\w[\w'’.\-]*(?:[ \u00a0][\w'’.\-]+){0,4})")
MOST = 20
MOST_LIKE_IT = 200


@dataclass(frozen=True)
class Mentions:
    """Whom a note names: those who are told, and the names of those who cannot be."""

    told: list[User]
    refused: list[str]


def mentioned_in(case: Case, body: str) -> Mentions:
    """The active staff whom a note names with an @. What fits nobody's name is only a word with an @ before it."""
    candidates = [" ".join(found.split()) for found in _AT.findall(body)][:MOST]
    if not candidates:
        return Mentions([], [])
    named = _named(candidates)
    if not named:
        return Mentions([], [])
    wanted = staff_who_may_see(case).where(User.id.in_([user.id for user in named]))
    seeing = {user.id for user in db.session.scalars(wanted)}
    return Mentions(
        told=[user for user in named if user.id in seeing],
        refused=[user.name for user in named if user.id not in seeing],
    )


def _named(candidates: list[str]) -> list[User]:
    first_words = {candidate.split()[0].rstrip(".") for candidate in candidates}
    like = [User.name.ilike(f"{_plain(word)}%", escape="\\") for word in sorted(first_words)]
    wanted = select(User).where(User.is_active, or_(*like)).order_by(User.id).limit(MOST_LIKE_IT)
    people = list(db.session.scalars(wanted))
    found: dict[int, User] = {}
    for candidate in candidates:
        fitting = [user for user in people if _begins_with(candidate, user.name)]
        # Of Ann and Ann Lee, "@Ann Lee" is the longer one.
        longest = max((len(user.name) for user in fitting), default=0)
        found.update({user.id: user for user in fitting if len(user.name) == longest})
    return list(found.values())


def _begins_with(candidate: str, name: str) -> bool:
    said, whole = candidate.casefold(), " ".join(name.split()).casefold()
    rest = said[len(whole) : len(whole) + 1]
    return said.startswith(whole) and not rest.isalnum()


def _plain(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
