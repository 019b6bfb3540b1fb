"""Cases like the one that is being written: of the same customer, or with the same strong words, and not too old."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.core.db import db
from casework.search.models import DOCUMENTS
from casework.search.queries.matching import any_of, is_postgresql, received, says, visible_documents

MOST = 6
# Of the newest cases with any of the words, so many are compared.
COMPARED = 300
OF_ONE_CUSTOMER = 3
ENOUGH_SHARED = 2


@dataclass(frozen=True)
class Alike:
    """One case that looks alike, and why: the same customer, shared words, or both."""

    case: Case
    same_customer: bool
    words: list[str]


def cases_alike(
    user: User, words: Sequence[str], *, customer_id: int | None = None, besides: str = "", most: int = MOST
) -> list[Alike]:
    """The cases most like this one that this person may see, those of the same customer first, then by weight.

    A word weighs the more the fewer of the compared cases have it. One shared word alone is no likeness.
    The same number of questions to the database however many words or cases there are.
    """
    shared = _shared(user, list(words)) if words else {}
    weights = _weights(shared)
    strength = {case_id: sum(weights[word] for word in found) for case_id, found in shared.items()}
    enough = min(ENOUGH_SHARED, len(words))
    strongest = sorted(strength, key=lambda one: (-strength[one], -one))
    near = [case_id for case_id in strongest if len(shared[case_id]) >= enough][: most * 2]
    cases = _loaded(user, [*near, *_of_customer(user, customer_id)], besides)
    found = [
        Alike(case, _is_of(case, customer_id), sorted(shared.get(case.id, ()), key=lambda w: -weights[w]))
        for case in cases
    ]
    found.sort(key=lambda one: (not one.same_customer, -strength.get(one.case.id, 0.0), -one.case.id))
    return found[:most]


def _is_of(case: Case, customer_id: int | None) -> bool:
    return customer_id is not None and case.customer_id == customer_id


def _shared(user: User, words: list[str]) -> dict[int, set[str]]:
    """Which of the words each of the compared cases has."""
    if is_postgresql():
        return _shared_on_postgresql(user, words)
    parts = []
    for number, word in enumerate(words):
        newest = visible_documents(user).where(says(any_of([word]))).order_by(Case.id.desc()).limit(COMPARED)
        ids = newest.with_only_columns(Case.id, literal(number).label("word"), maintain_column_froms=True)
        parts.append(select(ids.subquery()))
    shared: dict[int, set[str]] = {}
    for case_id, number in db.session.execute(union_all(*parts)):
        shared.setdefault(case_id, set()).add(words[number])
    return shared


def _shared_on_postgresql(user: User, words: list[str]) -> dict[int, set[str]]:
    newest = visible_documents(user).where(says(any_of(words)))
    newest = newest.order_by(received().desc(), DOCUMENTS.c.case_id.desc()).limit(COMPARED)
    ids = newest.with_only_columns(DOCUMENTS.c.case_id, maintain_column_froms=True).cte("newest")
    has = [says(any_of([word])) for word in words]
    wanted = select(ids.c.case_id, *has).join(DOCUMENTS, DOCUMENTS.c.case_id == ids.c.case_id)
    return {
        case_id: {word for word, there in zip(words, found, strict=True) if there}
        for case_id, *found in db.session.execute(wanted)
    }


def _weights(shared: dict[int, set[str]]) -> dict[str, float]:
    times = Counter(word for words in shared.values() for word in words)
    return {word: log(1 + len(shared) / count) for word, count in times.items()}


def _of_customer(user: User, customer_id: int | None) -> list[int]:
    """The newest cases of a customer."""
    if customer_id is None:
        return []
    theirs = visible_cases(user).where(Case.customer_id == customer_id).with_only_columns(Case.id)
    return list(db.session.scalars(theirs.order_by(Case.id.desc()).limit(OF_ONE_CUSTOMER)))


def _loaded(user: User, ids: Sequence[int], besides: str) -> list[Case]:
    """These cases with what a list shows of them, through the same permission once more."""
    wanted = visible_cases(user).where(Case.id.in_(ids), Case.reference != besides)
    loaded = wanted.options(
        joinedload(Case.customer),
        joinedload(Case.category),
        joinedload(Case.handler),
        selectinload(Case.process_version),
    )
    return list(db.session.scalars(loaded).unique())
