"""The lists that everybody has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, false, literal_column, select

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Clock, Relation

Narrow = Callable[[Select[Case], User, datetime, datetime], Select[Case]]

# Written into the statement, not sent beside it: only so can a database see that an index of few rows fits.
_NONE: ColumnElement[int] = literal_column("0")
_SECOND: ColumnElement[int] = literal_column("2")
_RUNNING: ColumnElement[str] = literal_column("'running'")


@dataclass(frozen=True)
class View:
    """A queue by name: what it holds, and whether it lists what is done.

    `everything` says that it holds open and closed cases alike; `worst_by` is the order in which the worst is first.
    """

    name: str
    label: str
    empty: str
    narrow: Narrow
    closed: bool = False
    everything: bool = False
    worst_by: str = "due"

    @property
    def usual_sort(self) -> str:
        """The order of the list when none is asked for: worst first, or newest first when it is closed."""
        return "-closed" if self.closed else self.worst_by

    def of(self, visible: Select[Case], user: User, now: datetime, soon: datetime) -> Select[Case]:
        """Those of the visible cases that are in the list."""
        if not self.everything:
            visible = visible.where(~Case.is_open if self.closed else Case.is_open)
        return self.narrow(visible, user, now, soon)


def _mine(q: Select[Case], user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.handler_id == user.id)


def _team(q: Select[Case], user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    # Somebody without a team has no team's cases; the cases without a team are not theirs.
    return q.where(Case.team_id == user.team_id if user.team_id is not None else false())


def _nobody(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.handler_id.is_(None))


def _overdue(q: Select[Case], _user: User, now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.next_due_at < now)


def _due_soon(q: Select[Case], _user: User, now: datetime, soon: datetime) -> Select[Case]:
    return q.where(Case.next_due_at >= now, Case.next_due_at <= soon)


def _waiting(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.is_paused)


def _approval(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.awaiting_approval)


def _reopened(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.reopened > _NONE)


def _escalated(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.stage >= _SECOND)


def _promises(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q.where(Case.open_actions > _NONE)


def _owes(promise: str) -> Narrow:
    """Cases on which a clock of this promise runs: a range of the index of running clocks."""

    def narrow(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
        return q.where(Case.id.in_(_running(promise)))

    return narrow


def _extended(q: Select[Case], _user: User, now: datetime, soon: datetime) -> Select[Case]:
    ending = _running("respond").where(Clock.due_at >= now, Clock.due_at <= soon)
    return q.where(Case.extensions > _NONE, Case.id.in_(ending))


def _running(promise: str) -> Select[Any]:
    return select(Clock.case_id).where(Clock.promise == promise, Clock.state == _RUNNING)


def _watching(q: Select[Case], user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    watched = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.WATCHING
    )
    return q.where(Case.id.in_(watched))


def _all(q: Select[Case], _user: User, _now: datetime, _soon: datetime) -> Select[Case]:
    return q


VIEWS = {
    view.name: view
    for view in (
        View("mine", _l("Mine"), _l("You have no open case. Take one from Nobody yet."), _mine),
        View("team", _l("My team"), _l("Your team has no open case."), _team),
        View("unassigned", _l("Nobody yet"), _l("Every open case has somebody who looks after it."), _nobody),
        View("overdue", _l("Late"), _l("Nothing is late."), _overdue),
        View("due_soon", _l("Due soon"), _l("Nothing is due in the next two working days."), _due_soon),
        View(
            "to_acknowledge",
            _l("To acknowledge"),
            _l("Every customer knows that we have their case."),
            _owes("acknowledge"),
            worst_by="acknowledge",
        ),
        View(
            "to_update",
            _l("Owes an update"),
            _l("No customer is owed word of how it stands."),
            _owes("update"),
            worst_by="update",
        ),
        View(
            "extended",
            _l("Extensions ending"),
            _l("No extension runs out in the next two working days."),
            _extended,
            worst_by="respond",
        ),
        View("waiting", _l("Awaiting customer"), _l("No case waits for its customer."), _waiting),
        View(
            "approval", _l("To approve"), _l("No answer waits to be checked before it goes out."), _approval
        ),
        View("reopened", _l("Reopened"), _l("No open case has been reopened."), _reopened),
        View("escalated", _l("Stage 2"), _l("No customer waits for a review."), _escalated),
        View(
            "promises",
            _l("Promises"),
            _l("Everything that was promised to customers has been done."),
            _promises,
            everything=True,
        ),
        View(
            "watching",
            _l("Watched"),
            _l("You watch no case. Open one and choose Watch to follow what happens in it."),
            _watching,
            everything=True,
        ),
        View("open", _l("All open"), _l("There is no open case. Log one, or wait for the next one."), _all),
        View("closed", _l("Closed"), _l("No case has been closed yet."), _all, closed=True),
    )
}
