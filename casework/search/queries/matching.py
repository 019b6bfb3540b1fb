"""What is looked for, in the words of each database. Only letters and digits come in, so nothing can be smuggled."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.core.db import db
from casework.search.models import DICTIONARY, DOCUMENTS, LETTERS, WEIGHTS, WORDS
from casework.search.rules import PLACES, Asked, Place, Term

_ON_SQLITE: ColumnElement[Any] = literal_column("search_documents.search_documents")


def is_postgresql() -> bool:
    """Which of the two databases it is."""
    return db.session.get_bind().dialect.name == "postgresql"


def visible_documents(user: User) -> Select[Any]:
    """The cases that this person may see, with their documents beside them."""
    if is_postgresql():
        return visible_cases(user).join(DOCUMENTS, DOCUMENTS.c.case_id == Case.id)
    return visible_cases(user).join(WORDS, WORDS.c.rowid == Case.id)


def says(query: str) -> ColumnElement[bool]:
    """Whether a document answers this query of `query_of` or `any_of`."""
    if is_postgresql():
        return DOCUMENTS.c.words.op("@@", is_comparison=True)(_parsed(query))
    return _ON_SQLITE.op("MATCH", is_comparison=True)(query)


def received() -> Any:
    """When a case was received: on PostgreSQL as its document says, whose index leads to the newest."""
    return DOCUMENTS.c.received_at if is_postgresql() else Case.received_at


def how_well(query: str) -> ColumnElement[float]:
    """How well a document answers the query; more is better."""
    if is_postgresql():
        # PostgreSQL takes the weights from the last letter to the first.
        weights: ColumnElement[Any] = literal_column(
            "ARRAY[" + ", ".join(str(WEIGHTS[place]) for place in PLACES[::-1]) + "]::real[]"
        )
        return func.ts_rank(weights, DOCUMENTS.c.words, _parsed(query))
    return -func.bm25(literal_column("search_documents"), *(WEIGHTS[place] for place in PLACES))


def query_of(asked: Asked, place: Place | None) -> str:
    """What is looked for, at one place or anywhere; what must not be there must be nowhere."""
    if is_postgresql():
        letter = LETTERS[place] if place else ""
        wanted = [_on_postgresql(term, letter) for term in asked.wanted]
        return " & ".join([*wanted, *(f"!{_on_postgresql(term, '')}" for term in asked.unwanted)])
    wanted_all = " AND ".join(_on_sqlite(term) for term in asked.wanted)
    there = f"{{{place}}} : ({wanted_all})" if place else f"({wanted_all})"
    return " NOT ".join([there, *(_on_sqlite(term) for term in asked.unwanted)])


def any_of(words: list[str]) -> str:
    """Documents that have any of these words."""
    terms = [Term((word,)) for word in words]
    if is_postgresql():
        return " | ".join(_on_postgresql(term, "") for term in terms)
    return " OR ".join(_on_sqlite(term) for term in terms)


def be_quick(milliseconds: int) -> None:
    """Let the rest of this transaction be planned for the very words, and be given up after this time."""
    if is_postgresql():
        settings = {
            "statement_timeout": str(milliseconds),
            "plan_cache_mode": "force_custom_plan",
            # Both cost more before they begin than a page of hits takes.
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        }
        db.session.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))


def _parsed(query: str) -> ColumnElement[Any]:
    return func.to_tsquery(DICTIONARY, query)


def _on_postgresql(term: Term, letter: str) -> str:
    marks = [letter] * len(term.words)
    if term.begins:
        marks[-1] = f"*{letter}"
    parts = [f"'{word}'{':' if mark else ''}{mark}" for word, mark in zip(term.words, marks, strict=True)]
    return f"({' <-> '.join(parts)})"


def _on_sqlite(term: Term) -> str:
    return f'"{" ".join(term.words)}"{"*" if term.begins else ""}'
