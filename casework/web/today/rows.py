"""What a line of Today shows, and the lines that are cases."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, literal_column, select
from sqlalchemy.orm import defer, joinedload, with_expression

from casework.accounts.models import User
from casework.calendars import Relative, in_words, moment_text
from casework.cases.models import NO_DUE, Case, Clock
from casework.cases.queries import visible_cases
from casework.cases.queues import VIEWS, Filters, parts_of
from casework.cases.queues.filters import narrowed
from casework.cases.views import soon_after
from casework.catalogue.queries import default_calendar, the_agency
from casework.core.db import db

SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class Todo:
    """One line: what it is, why it is here, and the one thing to do. `severity` 0 shows none."""

    what: str
    why: str
    href: str
    action: str
    mark: str = ""
    due: Relative | None = None
    severity: int = 0


@dataclass(frozen=True, kw_only=True)
class Section:
    """One list of Today: at most SHOWN lines, and where the rest is. `none` is said when it is empty."""

    name: str
    label: str
    why: str
    none: str
    todos: list[Todo] = field(default_factory=list)
    more: str = ""


@dataclass(frozen=True)
class Day:
    """Who asks, and what the time is; what every list is made from."""

    user: User
    now: datetime

    @cached_property
    def soon(self) -> datetime:
        """Up to when something is due soon. Asked for late: before the agency is set up there is no calendar."""
        return soon_after(self.now)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(the_agency().time_zone)

    def moment(self, at: datetime) -> str:
        """Thu 19 Nov, on the agency's clocks."""
        return " ".join(moment_text(self.zone, at, year=False).split()[:3])

    def due(self, at: datetime, *, is_paused: bool = False) -> Relative | None:
        """When something is due, in words; None when nothing is owed."""
        if is_paused:
            return Relative(state="wait", text=_("Paused"), absolute="")
        if at == NO_DUE:
            return None
        found = in_words(default_calendar(), at, self.now)
        # As in the lists: days without "working", and the time only where it is today's.
        words = found.absolute.split()
        on = words[-1] if found.state == "today" else " ".join(words[:3])
        return replace(found, text=found.text.replace("working ", ""), absolute=on)


def case_todo(day: Day, case: Case, *, why: str, action: str) -> Todo:
    """A case as a line."""
    return Todo(
        mark=case.reference,
        what=case.title,
        why=why,
        due=day.due(case.next_due_at, is_paused=case.is_paused),
        severity=case.severity,
        href=url_for("cases.case", reference=case.reference),
        action=action,
    )


def light(wanted: Select[Case]) -> Select[Case]:
    """Cases without the long texts that no list shows, each with its customer and handler."""
    return wanted.options(
        joinedload(Case.customer),
        joinedload(Case.handler),
        defer(Case.narrative),
        defer(Case.desired_outcome),
        defer(Case.decision_impossible),
    )


def what_to_do(case: Case) -> str:
    """The next thing to do in a case whose list asked what it owes."""
    return {
        "acknowledge": _("Acknowledge it"),
        "update": _("Say how it stands"),
        "respond": _("Answer it"),
        "review": _("Review it"),
    }.get(case.owes or "", _("Go on"))


def what_is_owed(case: Case) -> str:
    """What the customer is owed next, in words; empty when nothing is."""
    return {
        "acknowledge": _("owes an acknowledgement"),
        "update": _("owes an update"),
        "respond": _("owes an answer"),
        "review": _("owes a review"),
    }.get(case.owes or "", "")


def _next_owed() -> Any:
    """The promise of the soonest running clock of a case, read with the few cases that are shown."""
    running: ColumnElement[str] = literal_column("'running'")
    wanted = select(Clock.promise).where(Clock.case_id == Case.id, Clock.state == running).correlate(Case)
    return wanted.order_by(Clock.due_at, Clock.id).limit(1).scalar_subquery()


def cases_of(day: Day, view: str, filters: Filters) -> tuple[list[Case], str]:
    """The first cases of a list, worst first, and the address of the rest ("" when there is none); one statement."""
    wanted = VIEWS[view].of(visible_cases(day.user), day.user, day.now, day.soon)
    wanted = wanted.options(with_expression(Case.owes, _next_owed()))
    wanted = light(narrowed(wanted, filters)).order_by(Case.next_due_at, Case.id).limit(SHOWN + 1)
    found = list(db.session.scalars(wanted))
    parts: dict[str, Any] = parts_of(filters)
    return found[:SHOWN], url_for("cases.queue", view=view, **parts) if len(found) > SHOWN else ""


def with_whom(case: Case) -> str:
    """Who has a case, in words."""
    return _("With %(name)s", name=case.handler.name) if case.handler else _("Nobody has it")
