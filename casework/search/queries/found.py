"""Finding cases by words. A word may stand in half of all cases, so only the newest that match are ranked.

They are found newest first: a rare word through its own index, a common one by walking back from today. Permission
is a part of the same statement, so what somebody may not see has no effect on what they find.
"""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import customers_seen_by, visible_cases
from casework.core.db import Instant, db
from casework.core.errors import Invalid
from casework.customers.models import Customer
from casework.customers.queries import customers_like
from casework.search.models import DOCUMENTS
from casework.search.queries.matching import (
    how_well,
    is_postgresql,
    query_of,
    received,
    says,
    visible_documents,
)
from casework.search.rules import Asked, Place

# So many of the newest that match are put in order of how well they match, and then the next as many.
WINDOW = 200
PAGE = 20
# A part of a number that is looked for may be in many; whoever means one types more of it.
MOST_CUSTOMERS = 50
# The filters that are columns of a case.
OF_CASES = ("kind", "is_open", "team_id", "service_id", "severity")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a search; None means whatever. Of the two instants the first is included."""

    kind: str | None = None
    is_open: bool | None = None
    team_id: int | None = None
    service_id: int | None = None
    severity: int | None = None
    from_at: datetime | None = None
    before_at: datetime | None = None
    place: Place | None = None

    @property
    def narrows_cases(self) -> bool:
        """Whether it asks something of the case besides its words and its date."""
        return any(getattr(self, name) is not None for name in OF_CASES)


@dataclass(frozen=True)
class Found:
    """One page: its cases, best first; how many were ranked, whether those are all, and where it goes on."""

    cases: list[Case]
    ranked: int
    whole: bool
    next: str


@dataclass(frozen=True)
class _Cursor:
    """After which case the window begins, and which case was shown last in it."""

    received_at: datetime | None = None
    case_id: int = 0
    shown: int = 0


@dataclass(frozen=True)
class _Hit:
    case_id: int
    received_at: datetime
    rank: float


def case_named(user: User, reference: str) -> str | None:
    """The reference of the case that has exactly this reference, its own or that of another system."""
    own = or_(Case.reference == reference, Case.external_reference == reference)
    return db.session.scalar(visible_cases(user).where(own).with_only_columns(Case.reference).limit(1))


def found(
    user: User, asked: Asked, filters: Filters, *, contact: str = "", after: str = "", size: int = PAGE
) -> Found:
    """One page of the cases that say what is looked for, or whose customer has `contact` in number or address.

    Raises Invalid for a cursor that was not made here.
    """
    cursor = _read(after) if after else _Cursor()
    hits = _hits(user, asked, filters, contact, cursor)
    whole = len(hits) < WINDOW
    best = sorted(hits, key=lambda hit: (-hit.rank, -hit.received_at.timestamp(), -hit.case_id))
    # Where the case shown last is gone, the page begins anew: better seen twice than never.
    begin = next((place for place, hit in enumerate(best, 1) if hit.case_id == cursor.shown), 0)
    some = best[begin : begin + size]
    following = ""
    if begin + size < len(best):
        following = _written(_Cursor(cursor.received_at, cursor.case_id, some[-1].case_id))
    elif not whole:
        following = _written(_Cursor(hits[-1].received_at, hits[-1].case_id))
    return Found(_loaded(user, [hit.case_id for hit in some]), len(hits), whole, following)


def _hits(user: User, asked: Asked, filters: Filters, contact: str, cursor: _Cursor) -> list[_Hit]:
    """The newest that match, newest first, as many as a window holds."""
    hits = {hit.case_id: hit for hit in _by_words(user, asked, filters, cursor)}
    if contact and filters.place in (None, "people"):
        hits |= {hit.case_id: hit for hit in _by_contact(user, contact, filters, cursor)}
    return sorted(hits.values(), key=lambda hit: (hit.received_at, hit.case_id), reverse=True)[:WINDOW]


def _by_words(user: User, asked: Asked, filters: Filters, cursor: _Cursor) -> list[_Hit]:
    # Cases that must pass a filter are walked by their own index, which knows what they are narrowed by.
    query, at = query_of(asked, filters.place), Case.received_at if filters.narrows_cases else received()
    wanted = visible_documents(user).where(says(query))
    wanted = _newest(_narrowed(wanted, filters, at), at, cursor)
    if not is_postgresql():
        columns = (Case.id, at, how_well(query))
        rows = db.session.execute(wanted.with_only_columns(*columns, maintain_column_froms=True))
        return [_Hit(*row) for row in rows]
    # Ranked are those alone that are kept: PostgreSQL would do it for every one that matches.
    kept = wanted.with_only_columns(DOCUMENTS.c.case_id, at, maintain_column_froms=True)
    newest = kept.cte("newest")
    ranked = select(newest.c.case_id, newest.c.received_at, how_well(query)).join(
        DOCUMENTS, DOCUMENTS.c.case_id == newest.c.case_id
    )
    return [_Hit(*row) for row in db.session.execute(ranked)]


def _by_contact(user: User, contact: str, filters: Filters, cursor: _Cursor) -> list[_Hit]:
    like = customers_seen_by(user, customers_like(contact).limit(MOST_CUSTOMERS)).with_only_columns(
        Customer.id
    )
    ids = list(db.session.scalars(like))
    if not ids:
        return []
    of_them = or_(Case.customer_id.in_(ids), Case.representative_id.in_(ids))
    wanted = _narrowed(visible_cases(user).where(of_them), filters, Case.received_at)
    rows = db.session.execute(
        _newest(wanted, Case.received_at, cursor).with_only_columns(Case.id, Case.received_at)
    )
    return [_Hit(case_id, at, 1.0) for case_id, at in rows]


def _narrowed(wanted: Select[Any], filters: Filters, at: Any) -> Select[Any]:
    for name in OF_CASES:
        value = getattr(filters, name)
        if value is not None:
            wanted = wanted.where(getattr(Case, name) == value)
    if filters.from_at is not None:
        wanted = wanted.where(at >= filters.from_at)
    if filters.before_at is not None:
        wanted = wanted.where(at < filters.before_at)
    return wanted


def _newest(wanted: Select[Any], at: Any, cursor: _Cursor) -> Select[Any]:
    key = DOCUMENTS.c.case_id if is_postgresql() and at is DOCUMENTS.c.received_at else Case.id
    if cursor.received_at is not None:
        wanted = wanted.where(
            tuple_(at, key) < tuple_(literal(cursor.received_at, Instant()), cursor.case_id)
        )
    return wanted.order_by(at.desc(), key.desc()).limit(WINDOW)


def _loaded(user: User, ids: list[int]) -> list[Case]:
    """The cases of a page in their order, through the same permission once more."""
    if not ids:
        return []
    wanted = (
        visible_cases(user)
        .where(Case.id.in_(ids))
        .options(
            joinedload(Case.customer),
            joinedload(Case.category),
            joinedload(Case.handler),
            selectinload(Case.process_version),
        )
    )
    known = {case.id: case for case in db.session.scalars(wanted).unique()}
    return [known[case_id] for case_id in ids if case_id in known]


def _written(cursor: _Cursor) -> str:
    at = cursor.received_at.astimezone(UTC).isoformat() if cursor.received_at else ""
    text = json.dumps([at, cursor.case_id, cursor.shown])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(text: str) -> _Cursor:
    try:
        at, *ids = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        case_id, shown = ids
        instant = datetime.fromisoformat(at) if at != "" else None
        if (instant and instant.tzinfo is None) or not all(
            type(one) is int and 0 <= one < 2**31 for one in ids
        ):
            raise ValueError
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(
            "The address of this page is not complete. Go back to the first page of the search."
        ) from error
    return _Cursor(instant, case_id, shown)
