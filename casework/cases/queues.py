"""Queues: the lists in which staff work, each one index range, paged by the last row seen."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.cases.models import NO_DUE, Case
from casework.cases.queries import visible_cases
from casework.core.db import db
from casework.core.errors import Invalid

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What narrows a queue; None means whatever."""

    team_id: int | None = None
    handler_id: int | None = None
    service_id: int | None = None
    category_id: int | None = None
    severity: int | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of a queue, and the cursor of the next one (empty at the end)."""

    cases: list[Case]
    next: str


@dataclass(frozen=True)
class View:
    """A queue by name: what it holds, and whether it lists what is done."""

    name: str
    label: str
    empty: str
    narrow: Callable[[Select[Case], User, datetime, datetime], Select[Case]]
    closed: bool = False


def _mine(q: Select[Case], user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.handler_id == user.id)


def _team(q: Select[Case], user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.team_id == user.team_id)


def _nobody(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.handler_id.is_(None))


def _overdue(q: Select[Case], _user: User, now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.next_due_at < now)


def _due_soon(q: Select[Case], _user: User, now: datetime, soon: datetime) -> Select[Case]:
    return q.where(Case.next_due_at >= now, Case.next_due_at <= soon)


def _waiting(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.is_paused)


def _all(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q


VIEWS = {
    view.name: view
    for view in (
        View("mine", "Mine", "You have no open case. Take one from Nobody yet.", _mine),
        View("team", "My team", "Your team has no open case.", _team),
        View("unassigned", "Nobody yet", "Every open case has somebody who looks after it.", _nobody),
        View("overdue", "Late", "Nothing is late.", _overdue),
        View("due_soon", "Due soon", "Nothing is due in the next two working days.", _due_soon),
        View("waiting", "Awaiting customer", "No case waits for its customer.", _waiting),
        View("open", "All open", "There is no open case. Log one, or wait for the next one.", _all),
        View("closed", "Closed", "No case has been closed yet.", _all, closed=True),
    )
}


def queue(
    view: View,
    user: User,
    filters: Filters,
    *,
    now: datetime,
    soon: datetime,
    after: str = "",
    size: int = PAGE,
) -> Page:
    """One page of a queue: worst first when open, newest first when closed.

    `soon` is the instant two working days from now. `after` is the cursor of the page before.
    Raises Invalid for a cursor that was not made here.
    """
    wanted = view.narrow(visible_cases(user).where(Case.is_open.is_(not view.closed)), user, now, soon)
    wanted = _filtered(wanted, filters)
    if view.closed:
        wanted = _closed_after(wanted, after).order_by(Case.closed_at.desc(), Case.id.desc())
    else:
        wanted = _due_after(wanted, after).order_by(Case.next_due_at, Case.id)
    loaded = wanted.options(
        joinedload(Case.customer),
        joinedload(Case.category),
        joinedload(Case.handler),
        # Many cases share a process: joined, its whole definition would come and be read again with each of them.
        selectinload(Case.process_version),
    )
    cases = list(db.session.scalars(loaded.limit(size + 1)).unique())
    more = len(cases) > size
    return Page(cases[:size], _cursor(cases[size - 1], view) if more else "")


def _filtered(wanted: Select[Case], filters: Filters) -> Select[Case]:
    for name in ("team_id", "handler_id", "service_id", "category_id", "severity", "kind"):
        value = getattr(filters, name)
        if value is not None:
            wanted = wanted.where(getattr(Case, name) == value)
    return wanted


def _due_after(wanted: Select[Case], cursor: str) -> Select[Case]:
    if not cursor:
        return wanted
    at, case_id = _read(cursor)
    return wanted.where(or_(Case.next_due_at > at, and_(Case.next_due_at == at, Case.id > case_id)))


def _closed_after(wanted: Select[Case], cursor: str) -> Select[Case]:
    if not cursor:
        return wanted
    at, case_id = _read(cursor)
    return wanted.where(or_(Case.closed_at < at, and_(Case.closed_at == at, Case.id < case_id)))


def _cursor(case: Case, view: View) -> str:
    at = (case.closed_at if view.closed else case.next_due_at) or NO_DUE
    text = json.dumps([at.astimezone(UTC).isoformat(), case.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        at, case_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not isinstance(case_id, int) or not 0 <= case_id < 2**63:
            raise ValueError
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(
            "The address of this page is not complete. Go back to the first page of the list."
        ) from error
    return instant, case_id
