"""The orders that a list may have, and the cursor that says where a page ended."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, literal_column, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from casework.cases.models import NO_DUE, Case, Clock
from casework.core.db import Instant
from casework.core.errors import Invalid

_RUNNING: ColumnElement[str] = literal_column("'running'")
NOT_COMPLETE = "The address of this page is not complete. Go back to the first page of the list."
OF_ANOTHER = (
    "The list was sorted anew, so this page is no longer there. Go back to the first page of the list."
)


@dataclass(frozen=True)
class Sort:
    """An order: the columns it goes by, each with whether it runs downwards, and at last the id.

    `promise` names the clock whose due date it goes by: then only cases on which that clock runs are listed.
    `falls` says that the order begins with the greatest.
    """

    name: str
    label: str
    by: tuple[InstrumentedAttribute[Any], ...]
    falls: tuple[bool, ...] = (False,)
    promise: str = ""
    for_open: bool = True
    for_closed: bool = True


SORTS: Mapping[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("due", "Due next", (Case.next_due_at,), for_closed=False),
        Sort("acknowledge", "Acknowledge by", (Clock.due_at,), promise="acknowledge", for_closed=False),
        Sort("respond", "Answer by", (Clock.due_at,), promise="respond", for_closed=False),
        Sort("review", "Review by", (Clock.due_at,), promise="review", for_closed=False),
        Sort("update", "Update by", (Clock.due_at,), promise="update", for_closed=False),
        Sort(
            "severity",
            "Severity, then due",
            (Case.severity, Case.next_due_at),
            falls=(True, False),
            for_closed=False,
        ),
        Sort("received", "Received", (Case.received_at,)),
        Sort("closed", "Closed", (Case.closed_at,), for_open=False),
    )
}


@dataclass(frozen=True)
class Order:
    """A sort in one of its two directions."""

    sort: Sort
    backwards: bool = False

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"-{self.sort.name}" if self.backwards else self.sort.name

    @property
    def columns(self) -> list[tuple[InstrumentedAttribute[Any], bool]]:
        """Every column with whether it runs downwards; the id, which no two cases share, comes last."""
        falls = (*self.sort.falls, False)
        last = Clock.case_id if self.sort.promise else Case.id
        return [
            (column, down != self.backwards)
            for column, down in zip((*self.sort.by, last), falls, strict=True)
        ]


def sort_from(text: str, usual: str, *, closed: bool = False) -> Order:
    """The order in a part of an address, such as "due" or "-received".

    Raises Invalid for one that there is not, or that says nothing about the cases of this list.
    """
    text = text or usual
    sort = SORTS.get(text.removeprefix("-"))
    if sort is None:
        raise Invalid("The list cannot be sorted like that. Choose one of the heads of its columns.")
    if not (sort.for_closed if closed else sort.for_open):
        which = "closed" if closed else "open"
        raise Invalid(
            f"A list of {which} cases cannot be sorted by “{sort.label.lower()}”. Choose another order."
        )
    return Order(sort, backwards=text.startswith("-"))


def in_order(wanted: Select[Any], order: Order) -> Select[Any]:
    """The ids of the cases in this order, with the values that the order goes by beside each."""
    if order.sort.promise:
        wanted = _with_clock(wanted, order.sort.promise)
    by = (column.label(f"by_{n}") for n, (column, _) in enumerate(order.columns))
    directed = (column.desc() if falls else column.asc() for column, falls in order.columns)
    return wanted.with_only_columns(Case.id.label("case_id"), *by).order_by(*directed)


def _with_clock(wanted: Select[Any], promise: str) -> Select[Any]:
    """Each case once, with the soonest of its running clocks of this promise."""
    other = aliased(Clock)
    soonest = (
        select(other.id)
        .where(other.case_id == Clock.case_id, other.promise == promise, other.state == _RUNNING)
        .order_by(other.due_at, other.id)
        .limit(1)
        .scalar_subquery()
    )
    # NOT EXISTS says the same, but PostgreSQL takes it to leave next to nothing, and then sorts every open case
    # where it could walk along the index; of what is not null it expects nearly all.
    is_soonest = case((soonest == Clock.id, literal_column("1"))).is_not(None)
    return wanted.join(Clock, Clock.case_id == Case.id).where(
        Clock.promise == promise, Clock.state == _RUNNING, is_soonest
    )


def after(wanted: Select[Any], order: Order, cursor: str) -> Select[Any]:
    """What follows the row that the cursor names. Raises Invalid for a cursor that was not made for this order."""
    if not cursor:
        return wanted
    values = _read(cursor, order)
    columns = order.columns
    if len({falls for _, falls in columns}) == 1:
        # Compared as one, so that a database begins in the middle of its index.
        row = tuple_(*(column for column, _ in columns))
        there = tuple_(*(literal(v, column.type) for v, (column, _) in zip(values, columns, strict=True)))
        return wanted.where(row < there if columns[0][1] else row > there)
    first, falls = columns[0]
    return wanted.where(first <= values[0] if falls else first >= values[0], _beyond(columns, values))


def _beyond(
    columns: Sequence[tuple[InstrumentedAttribute[Any], bool]], values: Sequence[Any]
) -> ColumnElement[bool]:
    found = []
    for n, (column, falls) in enumerate(columns):
        same = [each == value for (each, _), value in zip(columns[:n], values[:n], strict=True)]
        found.append(and_(*same, column < values[n] if falls else column > values[n]))
    return or_(*found)


def cursor_of(order: Order, values: Sequence[Any]) -> str:
    """The cursor of the page after a row with these values."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps([order.text, *plain])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, order: Order) -> list[Any]:
    try:
        text, *plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Invalid(NOT_COMPLETE) from None
    if text != order.text and isinstance(text, str) and text.removeprefix("-") in SORTS:
        raise Invalid(OF_ANOTHER)
    if text != order.text or len(plain) != len(order.columns):
        raise Invalid(NOT_COMPLETE)
    return [_value(each, column) for each, (column, _) in zip(plain, order.columns, strict=True)]


def _value(plain: Any, column: InstrumentedAttribute[Any]) -> Any:
    if isinstance(plain, str) and isinstance(column.type, Instant):
        try:
            at = datetime.fromisoformat(plain)
        except ValueError:
            raise Invalid(NOT_COMPLETE) from None
        if at.tzinfo is not None and at.year <= NO_DUE.year and at.year > 1:
            return at
    elif isinstance(plain, int) and not isinstance(plain, bool) and 0 <= plain < 2**31:
        return plain
    raise Invalid(NOT_COMPLETE)
