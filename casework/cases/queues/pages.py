"""Reading a list, page after page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, lazyload, load_only, selectinload

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queries import visible_cases
from casework.cases.queues.filters import Filters, narrowed
from casework.cases.queues.sorts import Order, cursor_of, in_order, sort_from
from casework.cases.queues.sorts import after as rows_after
from casework.cases.queues.views import View
from casework.catalogue.models import Category
from casework.core.db import db
from casework.customers.models import Customer

PAGE = 50
# What no list shows: long texts, and what would have to be read from its text for every row.
_LEFT_OUT = (
    *(Case.narrative, Case.desired_outcome, Case.location, Case.adjustments, Case.decision_impossible),
    *(Case.external_reference, Case.import_digest, Case.link_nonce, Case.date_only, Case.decision_state),
    *(Case.finding, Case.first_contact, Case.extensions, Case.state_since, Case.acknowledged_at),
    *(Case.responded_at, Case.escalated_at, Case.respond_due_at, Case.created_at),
)


_OF_CUSTOMER = (Customer.name, Customer.email, Customer.phone, Customer.address)


@dataclass(frozen=True)
class Page:
    """One page of a queue, and the cursor of the next one (empty at the end)."""

    cases: list[Case]
    next: str


def queue(
    view: View,
    user: User,
    filters: Filters,
    *,
    now: datetime,
    soon: datetime,
    after: str = "",
    size: int = PAGE,
    sort: str = "",
    columns: tuple[str, ...] = (),
) -> Page:
    """One page of a queue, as it is usually sorted (worst first when open, newest first when closed) or by `sort`.

    `soon` is the instant two working days from now. `after` is the cursor of the page before. `columns` names
    those that will be shown, so that what they need comes along.
    Raises Invalid for an order that there is not, and for a cursor that was not made here for this order.
    """
    order = sort_from(sort, view.usual_sort, closed=view.closed)
    wanted = ordered(view, user, filters, now=now, soon=soon, order=order)
    rows = list(
        db.session.execute(with_cases(rows_after(wanted, order, after).limit(size + 1), order, columns))
    )
    more = len(rows) > size
    return Page([row[0] for row in rows[:size]], cursor_of(order, tuple(rows[size - 1])[1:]) if more else "")


def ordered(
    view: View, user: User, filters: Filters, *, now: datetime, soon: datetime, order: Order
) -> Select[Any]:
    """The ids of every case of a list in its order, each with what it is sorted by."""
    return in_order(narrowed(view.of(visible_cases(user), user, now, soon), filters), order)


def with_cases(found: Select[Any], order: Order, columns: tuple[str, ...] = ()) -> Select[Any]:
    """The cases to these ids, in the same order, with what a list shows of each.

    The ids are found first: a database that guesses the length of a list wrongly would else bring the customers
    of the whole list together, to throw all but one page of them away.
    """
    ids = found.subquery()
    by = [ids.c[f"by_{n}"] for n in range(len(order.columns))]
    directed = (
        column.desc() if falls else column.asc() for column, (_, falls) in zip(by, order.columns, strict=True)
    )
    more = [joinedload(getattr(Case, name)) for name in ("service", "team") if name in columns]
    left_out = _LEFT_OUT if "tags" in columns else (*_LEFT_OUT, Case.tags)
    return (
        select(Case, *by)
        .join(ids, ids.c.case_id == Case.id)
        .order_by(*directed)
        .options(
            joinedload(Case.customer).load_only(*_OF_CUSTOMER),
            joinedload(Case.category).load_only(Category.name, Category.path),
            # Of whoever has it only the name is shown; the team of a person would be one more table.
            joinedload(Case.handler).options(load_only(User.name), lazyload(User.team)),
            *more,
            # Many cases share a process: joined, its whole definition would come and be read again with each of them.
            selectinload(Case.process_version),
            *(defer(column) for column in left_out),
        )
    )
