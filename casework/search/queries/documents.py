"""What a case says, by the place at which it stands: read to be indexed, and again to be shown with a hit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from casework.cases.models import Case, CaseFile, Issue
from casework.communications.models import Communication
from casework.core.db import db
from casework.customers.models import Customer
from casework.customers.rules import digits
from casework.search.rules import Place


@dataclass(frozen=True)
class Document:
    """One case as it is looked through."""

    case_id: int
    received_at: datetime
    title: str
    people: str
    story: str
    said: str

    def at(self, place: Place) -> str:
        """What stands at this place."""
        text: str = getattr(self, place)
        return text


def documents_of(ids: Sequence[int]) -> list[Document]:
    """The documents of these cases, as they are now."""
    if not ids:
        return []
    return [_document(*row) for row in db.session.execute(_what_they_say(), {"ids": list(ids)})]


# Put together once: every change of a case asks this, and the statement is the same each time.
@cache
def _what_they_say() -> Select[Any]:
    representative = aliased(Customer)
    return (
        select(
            Case.id,
            Case.received_at,
            Case.reference,
            Case.external_reference,
            Case.title,
            Case.tags,
            Case.narrative,
            Case.desired_outcome,
            Case.location,
            Customer.name,
            Customer.email,
            Customer.phone,
            representative.name,
            representative.email,
            representative.phone,
            _joined(Issue.summary, Issue.case_id == Case.id),
            _joined(Communication.subject + "\n" + Communication.body, Communication.case_id == Case.id),
            _joined(CaseFile.name, CaseFile.case_id == Case.id, CaseFile.removed_at.is_(None)),
        )
        .outerjoin(Case.customer)
        .outerjoin(representative, Case.representative)
        .where(Case.id.in_(bindparam("ids", expanding=True)))
        .order_by(Case.id)
    )


def _joined(what: Any, *of_the_case: ColumnElement[bool]) -> ColumnElement[str]:
    """The texts that belong to a case, one under the other."""
    texts = func.aggregate_strings(what, "\n")
    return select(texts).where(*of_the_case).correlate(Case).scalar_subquery()


def _document(
    case_id: int,
    received_at: datetime,
    reference: str,
    external_reference: str | None,
    title: str,
    tags: Iterable[object],
    *rest: Any,
) -> Document:
    narrative, desired_outcome, location, *people, issues, said, files = rest
    return Document(
        case_id,
        received_at,
        _lines([title, issues, " ".join(str(tag) for tag in tags or ()), reference, external_reference]),
        _lines([*_who(*people[:3]), *_who(*people[3:])]),
        _lines([narrative, desired_outcome, location]),
        _lines([files, said]),
    )


def _who(name: str | None, email: str | None, phone: str | None) -> list[str | None]:
    """Name, address and number, the number once more in one piece: it is written one way and looked for another."""
    return [name, email, phone, digits(phone or "")]


def _lines(parts: Iterable[str | None]) -> str:
    return "\n".join(part for part in parts if part)
