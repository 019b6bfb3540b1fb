"""The categories and the service that the words typed speak for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from casework.cases.models.suggestions import SuggestionModel, SuggestionWord
from casework.cases.suggestions.bayes import Guess, guesses
from casework.cases.suggestions.learning import known_of
from casework.cases.suggestions.words import terms_of
from casework.catalogue.models import Category, Service
from casework.core.db import db

MOST = 3
FEWEST_KNOWN = 2  # words; of a single one nothing is concluded
FLOOR = 0.3  # the best must reach this, else nothing is suggested
ALSO = 0.1  # the others are shown from here on
LIKELY = 0.6
Named = TypeVar("Named", Category, Service)


@dataclass(frozen=True)
class Suggestion:
    """One category or service to choose, how likely it is (0 to 1), and the words that speak for it."""

    id: int
    label: str
    share: float
    because: Sequence[str]

    @property
    def is_likely(self) -> bool:
        return self.share >= LIKELY


@dataclass(frozen=True)
class Suggested:
    """What is suggested; both may be empty."""

    categories: Sequence[Suggestion] = ()
    services: Sequence[Suggestion] = ()


def suggest(summary: str, narrative: str) -> Suggested:
    """Up to three categories and a service for these words.

    - Below a floor nothing is suggested: a wrong guess costs more than none.
    - Each share was checked against past cases: of those said to be 70 % likely about 70 in 100 were right.
    - Costs a query for the learned facts, one for the words typed, and one for each kind of name.
    """
    typed = terms_of(f"{summary}\n{narrative}")
    if len(typed) < FEWEST_KNOWN:
        return Suggested()
    model = db.session.execute(
        select(SuggestionModel.id, SuggestionModel.facts)
        .where(SuggestionModel.is_ready)
        .order_by(SuggestionModel.id.desc())
        .limit(1)
    ).first()
    if model is None:
        return Suggested()
    rows = db.session.execute(
        select(SuggestionWord.term, SuggestionWord.counts).where(
            SuggestionWord.model_id == model.id, SuggestionWord.term.in_(typed)
        )
    ).all()
    if len(rows) < FEWEST_KNOWN:
        return Suggested()
    found = {kind: _guesses(kind, typed, rows, model.facts) for kind in ("category", "service")}
    return Suggested(
        categories=_named(Category, found["category"]), services=_named(Service, found["service"][:1])
    )


def _guesses(kind: str, typed: Counter[str], rows: Sequence[object], facts: dict[str, object]) -> list[Guess]:
    counts = {row.term: row.counts[kind] for row in rows}  # type: ignore[attr-defined]
    best = guesses(typed, counts, known_of(facts[kind]), MOST)  # type: ignore[arg-type]
    return [guess for guess in best if guess.share >= ALSO] if best and best[0].share >= FLOOR else []


def _named(kind: type[Named], found: Sequence[Guess]) -> list[Suggestion]:
    """The guesses that may still be chosen, with the names they have now."""
    if not found:
        return []
    wanted = select(kind).where(kind.id.in_([int(guess.label) for guess in found]), kind.is_active)
    rows = {row.id: row for row in db.session.scalars(wanted)}
    return [
        Suggestion(number, _label(rows[number]), guess.share, guess.because)
        for guess in found
        if (number := int(guess.label)) in rows
    ]


def _label(row: Category | Service) -> str:
    return row.path if isinstance(row, Category) else row.name
