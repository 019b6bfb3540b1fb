"""The rows that the finders read: one statement for each kind, whatever the number of cases.

Cases are read as the measures see them (CaseFact), so that "late" means here what it means in the figures.
"""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from casework.accounts.models import Team
from casework.cases.models import Case, CasePerson, Issue, Kind, Relation
from casework.cases.models import Finding as IssueFinding
from casework.catalogue.models import Category, Cause, Service
from casework.core.db import db
from casework.improvement.finders import Finder, IssueRow, LateRow, Names
from casework.improvement.finders.months import months_before
from casework.measures.models import CaseFact

# These count whole months and leave out the others themselves; the rest count back from the day.
WHOLE_MONTHS = ("rising_issue",)


def last_day_with_cases(today: date) -> date:
    """The day up to which the finders look: that of the newest case, so that an archive can be studied too."""
    newest = db.session.scalar(select(func.max(CaseFact.received_on)))
    return min(today, newest) if newest else today


def rows_for(finder: Finder, *, until: date, now: datetime) -> list[LateRow] | list[IssueRow]:
    """The rows of the finder's window that ends with the day `until`."""
    if finder.name in WHOLE_MONTHS:
        first = months_before(until, finder.window_months)[0]
    else:
        first = _months_earlier(until, finder.window_months) + timedelta(days=1)
    if finder.row is LateRow:
        return late_rows(first, until, now)
    return issue_rows(first, until)


def late_rows(first: date, last: date, now: datetime) -> list[LateRow]:
    """Cases received from `first` to `last`, each once."""
    wanted = (
        select(
            CaseFact.case_id,
            CaseFact.service_id,
            CaseFact.category_id,
            CaseFact.team_id,
            CaseFact.severity,
            CaseFact.respond_within,
            is_overdue(now),
            Case.customer_id,
        )
        .join(Case, Case.id == CaseFact.case_id)
        .where(CaseFact.received_on >= first, CaseFact.received_on <= last, *_open_to_all())
    )
    return [
        LateRow(case, service, category, team, severity, _is_late(within, overdue), customer)
        for case, service, category, team, severity, within, overdue, customer in db.session.execute(wanted)
    ]


def issue_rows(first: date, last: date) -> list[IssueRow]:
    """Issues of cases received from `first` to `last`; praise raises none."""
    wanted = (
        select(
            CaseFact.case_id,
            func.coalesce(Issue.category_id, CaseFact.category_id),
            Issue.cause_id,
            Issue.finding,
            CaseFact.severity,
            CaseFact.received_on,
            Case.customer_id,
        )
        .join(Case, Case.id == CaseFact.case_id)
        .join(Issue, Issue.case_id == CaseFact.case_id)
        .where(
            CaseFact.received_on >= first,
            CaseFact.received_on <= last,
            CaseFact.kind != Kind.COMPLIMENT.value,
            *_open_to_all(),
        )
    )
    return [
        IssueRow(case, category, cause, _is_upheld(finding), severity, on, customer)
        for case, category, cause, finding, severity, on, customer in db.session.execute(wanted)
    ]


def names() -> Names:
    """What the ids in findings are called. A branch of a tree is called by its own name where that is unique."""
    services = select(Service.id, Service.name)
    teams = select(Team.id, Team.name)
    return {
        "service": dict(db.session.execute(services).all()),
        "team": dict(db.session.execute(teams).all()),
        "category": _tree_names(Category),
        "cause": _tree_names(Cause),
    }


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """A case that nobody has answered although its answer fell due; a paused one is not judged yet."""
    return and_(
        CaseFact.is_open,
        CaseFact.is_paused.is_(False),
        CaseFact.answered_month.is_(None),
        CaseFact.respond_due_at.is_not(None),
        CaseFact.respond_due_at < now,
    )


def _open_to_all() -> tuple[ColumnElement[bool], ...]:
    """Under which conditions a case may be evidence.

    What is found is read by everybody who handles cases, with the arithmetic: so it is never made of cases that
    some of them may not know of, the restricted ones and those about staff.
    """
    about_staff = select(CasePerson.case_id).where(CasePerson.relation == Relation.NAMED)
    return Case.is_restricted.is_(False), Case.id.not_in(about_staff)


def _is_late(within: bool | None, overdue: bool | None) -> bool | None:
    if within is not None:
        return not within
    return True if overdue else None


def _is_upheld(finding: IssueFinding | None) -> bool | None:
    return None if finding is None else finding is IssueFinding.UPHELD


def _months_earlier(on: date, months: int) -> date:
    """The same day of the month so many months before, or that month's last day."""
    count = on.year * 12 + on.month - 1 - months
    year, month = divmod(count, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))


def _tree_names(tree: type[Category] | type[Cause]) -> dict[int, str]:
    found = db.session.execute(select(tree.id, tree.name, tree.path)).all()
    times = Counter(name for _, name, _ in found)
    return {key: name if times[name] == 1 else path for key, name, path in found}
