"""The words of cases that are led again, copied inside the database: read and bent anew they would take minutes.

A copy says what the case it repeats says, but for its reference and its customer. On PostgreSQL the words that stay
are put aside once for each original, and those of its own are added to them for each copy.
"""

from typing import Any

from sqlalchemy import text

from casework.core.db import db
from casework.search.models import DICTIONARY, LETTERS

TABLE = "search_documents"

# The customer as the index takes them: signs become spaces, and the number stands once more in one piece.
_SIGNS = "translate({}, '.@-+_''()/', '         ')"
_PEOPLE = " || ' ' || ".join(
    (
        *(_SIGNS.format(f"customers.{name}") for name in ("search_name", "search_email", "phone")),
        "reverse(customers.phone_tail)",
    )
)
_KEEP_WHAT_STAYS = """
CREATE TEMPORARY TABLE words_that_stay ON COMMIT DROP AS
SELECT case_id, ts_delete(ts_filter(words, '{a,c,d}'), split_part(reference, '-', 2)) AS words
FROM search_documents JOIN cases ON cases.id = case_id WHERE case_id <= :cases
"""
_COPY_ON_POSTGRESQL = f"""
INSERT INTO search_documents (case_id, received_at, words)
SELECT cases.id, cases.received_at,
       stay.words
       || setweight(to_tsvector('{DICTIONARY}', replace(cases.reference, '-', ' ')), '{LETTERS["title"]}')
       || setweight(to_tsvector('{DICTIONARY}', coalesce({_PEOPLE}, '')), '{LETTERS["people"]}')
FROM cases
JOIN words_that_stay stay ON stay.case_id = (cases.id - 1) % :step + 1
LEFT JOIN customers ON customers.id = cases.customer_id
WHERE cases.id > :step
"""  # noqa: S608 - names of ours alone
_SIGNS_AWAY = "replace(replace(replace(replace({}, '.', ' '), '@', ' '), '-', ' '), '+', ' ')"
_PEOPLE_ON_SQLITE = " || ' ' || ".join(
    _SIGNS_AWAY.format(f"customers.{name}") for name in ("search_name", "search_email", "phone")
)
_COPY_ON_SQLITE = f"""
INSERT INTO search_documents (rowid, title, people, story, said)
SELECT cases.id,
       substr(said.title, 1, length(said.title) - length(old.reference)) || replace(cases.reference, '-', ' '),
       coalesce({_PEOPLE_ON_SQLITE}, ''), said.story, said.said
FROM cases
JOIN cases old ON old.id = (cases.id - 1) % :step + 1
JOIN search_documents said ON said.rowid = old.id
LEFT JOIN customers ON customers.id = cases.customer_id
WHERE cases.id > :step
"""  # noqa: S608


def copy_words(*, cases: int, step: int) -> None:
    """Write the documents of all cases numbered above `step`; each repeats one of the first `cases`.

    The originals must have theirs. Runs in the open transaction.
    """
    given: dict[str, Any] = {"step": step}
    if db.session.get_bind().dialect.name != "postgresql":
        db.session.execute(text(_COPY_ON_SQLITE), given)
        return
    # Both tables that are looked up in fit into this, so the cases are read once and in their order.
    db.session.execute(text("SET LOCAL work_mem = '256MB'"))
    db.session.execute(text(_KEEP_WHAT_STAYS), {"cases": cases})
    db.session.execute(text("ANALYZE words_that_stay"))
    db.session.execute(text(_COPY_ON_POSTGRESQL), given)
