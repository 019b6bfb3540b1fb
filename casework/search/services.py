"""Keeping the documents as fresh as the cases, also for whoever looks before the transaction is kept."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, delete, event, exists, insert, select, text
from sqlalchemy.orm import Session

from casework.cases.models import Case
from casework.core.db import db, transaction
from casework.search.models import DICTIONARY, DOCUMENTS, LETTERS, WORDS, WORDS_INDEX
from casework.search.queries.documents import Document, documents_of
from casework.search.rules import PLACES, plain

AT_ONCE = 500
REBUILT_AT_ONCE = 2_000
# Fewer documents than these are looked through in no time without an index.
FEW = 1_000
_WAITING = "search_waiting"

_TAKE_TEXTS = ", ".join(f"CAST(:{place} AS text[])" for place in PLACES)
_WORDS_OF_ALL = " || ".join(
    f"setweight(to_tsvector('{DICTIONARY}', t.{place}), '{LETTERS[place]}')" for place in PLACES
)
# A document that says what it said is not written again: that would be work for the index, and for nothing.
_WRITE = text(
    f"""INSERT INTO search_documents (case_id, received_at, words)
        SELECT t.case_id, t.received_at, {_WORDS_OF_ALL}
        FROM unnest(CAST(:case_id AS integer[]), CAST(:received_at AS timestamptz[]), {_TAKE_TEXTS})
             AS t (case_id, received_at, {", ".join(PLACES)})
        ON CONFLICT (case_id) DO UPDATE SET received_at = excluded.received_at, words = excluded.words
        WHERE (search_documents.received_at, search_documents.words)
              IS DISTINCT FROM (excluded.received_at, excluded.words)"""  # noqa: S608 - names of ours alone
)

_HELD = (
    select(DOCUMENTS.c.case_id)
    .where(DOCUMENTS.c.case_id.in_(bindparam("ids", expanding=True)))
    .order_by(DOCUMENTS.c.case_id)
    .with_for_update()
)


def note_changed(case_id: int) -> None:
    """Let this case's document be written anew before the transaction is kept, once however often it changes."""
    db.session.info.setdefault(_WAITING, set()).add(case_id)


def note_many_changed(case_ids: Collection[int]) -> None:
    """The same for many cases, as an import changes them."""
    db.session.info.setdefault(_WAITING, set()).update(case_ids)


def index_waiting() -> None:
    """Write the documents of all cases that changed in this transaction. Whoever looks in it asks for this first."""
    waiting: set[int] = db.session.info.pop(_WAITING, set())
    if waiting:
        index_cases(waiting)


def index_case(case_id: int) -> None:
    """Write the document of one case at once."""
    index_cases([case_id])


def index_cases(case_ids: Collection[int]) -> None:
    """Write the documents of these cases, in a few statements for some hundred of them.

    - Doing it again changes nothing; a case that is gone loses its document.
    - Of two at the same moment the second waits, and then reads what the first one wrote.
    """
    ids = sorted(set(case_ids))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        (_index_on_postgresql if _is_postgresql() else _index_on_sqlite)(some)


def index_missing(say: Callable[[int], None] = lambda _: None) -> int:
    """Write the documents of cases that have none, in transactions of their own; how many is returned."""
    return _in_chunks(_without_document, say)


def index_everything(say: Callable[[int], None] = lambda _: None) -> int:
    """Write all documents anew, in transactions of their own, and remove those of cases that are gone.

    It may be stopped and begun again: each chunk is whole. `say` is told how many are done.
    """
    with transaction():
        gone = ~exists().where(Case.id == _key())
        db.session.execute(delete(_table()).where(gone).execution_options(synchronize_session=False))
    return _in_chunks(lambda ids: ids, say)


def _in_chunks(choose: Callable[[Sequence[int]], Sequence[int]], say: Callable[[int], None]) -> int:
    """Index those that `choose` takes of each run of ids."""
    last = done = 0
    with _index_at_the_end():
        while True:
            with transaction():
                wanted = select(Case.id).where(Case.id > last).order_by(Case.id).limit(REBUILT_AT_ONCE)
                ids = list(db.session.scalars(wanted))
                chosen = choose(ids)
                index_cases(chosen)
            db.session.expunge_all()
            done += len(chosen)
            say(done)
            if len(ids) < REBUILT_AT_ONCE:
                return done
            last = ids[-1]


def _without_document(ids: Sequence[int]) -> Sequence[int]:
    known = set(db.session.scalars(select(_key()).where(_key().in_(ids))))
    return [case_id for case_id in ids if case_id not in known]


@contextmanager
def _index_at_the_end() -> Iterator[None]:
    """On PostgreSQL, while next to nothing is there to be found: filling it word by word takes four times as long.

    The index is made again whatever happens; whoever interrupts this waits for it.
    """
    with transaction():
        few = len(db.session.scalars(select(_key()).limit(FEW)).all()) < FEW
        is_new = _is_postgresql() and few
        if is_new:
            db.session.execute(text("DROP INDEX IF EXISTS ix_search_documents_words"))
    try:
        yield
    finally:
        if _is_postgresql():
            with transaction():
                # Also where somebody was stopped before this line.
                db.session.execute(text(WORDS_INDEX))
                if is_new:
                    db.session.execute(text("ANALYZE search_documents"))


def _index_on_postgresql(ids: Sequence[int]) -> None:
    known = set(db.session.scalars(_HELD, {"ids": list(ids)}))
    documents = documents_of(ids)
    gone = known - {document.case_id for document in documents}
    if gone:
        db.session.execute(delete(DOCUMENTS).where(DOCUMENTS.c.case_id.in_(gone)))
    if documents:
        columns: dict[str, Any] = {place: [plain(d.at(place)) for d in documents] for place in PLACES}
        columns["case_id"] = [document.case_id for document in documents]
        columns["received_at"] = [document.received_at for document in documents]
        db.session.execute(_WRITE, columns)


def _index_on_sqlite(ids: Sequence[int]) -> None:
    documents = documents_of(ids)
    db.session.execute(delete(WORDS).where(WORDS.c.rowid.in_(ids)))
    if documents:
        db.session.execute(insert(WORDS), [_row(document) for document in documents])


def _row(document: Document) -> dict[str, Any]:
    return {"rowid": document.case_id, **{place: plain(document.at(place)) for place in PLACES}}


def _table() -> Any:
    return DOCUMENTS if _is_postgresql() else WORDS


def _key() -> Any:
    return DOCUMENTS.c.case_id if _is_postgresql() else WORDS.c.rowid


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def follow_commits() -> None:
    """Let every transaction write the documents of what it changed before it is kept. Twice is the same as once."""
    if not event.contains(db.session, "before_commit", _before_commit):
        event.listen(db.session, "before_commit", _before_commit)


def _before_commit(session: Session) -> None:
    # Inside a savepoint it would be lost with it.
    if session.info.get(_WAITING) and not session.in_nested_transaction():
        index_waiting()
