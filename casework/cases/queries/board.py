"""Reading how the work of a team is shared out: people, what they carry, when they are away."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import Absence, Team, User
from casework.accounts.roles import Permission, Role, may
from casework.cases.models import Case, CasePerson, Clock, Relation, Turn
from casework.cases.queries.visible import visible_cases
from casework.cases.routing import Candidate
from casework.core.db import db

# Moves are proposed from the soonest due of these: enough to choose from, few enough to read in one page.
MOST_MOVABLE = 300


@dataclass(frozen=True)
class Colleague:
    """Somebody who handles cases: what they can carry, and whether and until when they are away."""

    user: User
    capacity: int
    away: bool = False
    away_until: date | None = None
    turn_at: datetime | None = None

    @property
    def is_counted_on(self) -> bool:
        """Whether it is said, or usual, how much they carry; others have cases without being too full."""
        return self.capacity > 0 or self.user.capacity is not None

    def candidate(self, open_cases: int) -> Candidate:
        """What the pure rules know of them."""
        return Candidate(
            id=self.user.id,
            name=self.user.name,
            open=open_cases,
            capacity=self.capacity,
            skills=frozenset(self.user.skills or ()),
            away=self.away,
            away_until=self.away_until,
            turn_at=self.turn_at,
        )


@dataclass(frozen=True)
class Tally:
    """Open cases of one person (or of nobody), and how many of them are late, due soon, …"""

    open: int = 0
    late: int = 0
    due_soon: int = 0
    to_acknowledge: int = 0
    to_update: int = 0
    waiting: int = 0
    to_approve: int = 0
    promises: int = 0


def capacity_of(user: User, usual: int) -> int:
    """How many open cases a person can carry: their own number, else their team's, else the agency's.

    Supervisors and managers lead and are counted on for cases only where a number says so.
    """
    if user.capacity is not None:
        return user.capacity
    if user.role is not Role.FRONTLINE:
        return 0
    return user.team.capacity if user.team is not None and user.team.capacity is not None else usual


def colleagues(
    team_ids: Collection[int] | None, *, today: date, usual: int, but_named_in: int | None = None
) -> list[Colleague]:
    """Active staff of these teams (None: of all) who handle cases, by name, in one statement.

    `but_named_in` leaves out whoever is named in this case.
    """
    roles = [role for role in Role if may(role, Permission.WORK_CASES)]
    lasts = or_(Absence.to_on.is_(None), Absence.to_on >= today)
    wanted = (
        select(User, Absence, Turn.given_at)
        .outerjoin(Absence, and_(Absence.user_id == User.id, Absence.from_on <= today, lasts))
        .outerjoin(Turn, Turn.user_id == User.id)
        .where(User.is_active, User.role.in_(roles))
        .order_by(func.lower(User.name), User.id)
    )
    if team_ids is not None:
        wanted = wanted.where(User.team_id.in_(team_ids))
    if but_named_in is not None:
        named = select(CasePerson.user_id).where(
            CasePerson.case_id == but_named_in, CasePerson.relation == Relation.NAMED
        )
        wanted = wanted.where(User.id.not_in(named))
    found: dict[int, Colleague] = {}
    # The outer joins leave either empty, which the statement's type does not say.
    rows: Iterable[Any] = db.session.execute(wanted)
    for user, absence, turn_at in rows:
        before = found.get(user.id)
        until = absence.to_on if absence is not None else None
        if before is not None and (before.away_until is None or (until and until <= before.away_until)):
            continue
        found[user.id] = Colleague(user, capacity_of(user, usual), absence is not None, until, turn_at)
    return list(found.values())


def open_counts(user_ids: Collection[int]) -> dict[int, int]:
    """How many open cases each of these people has: all of them, for rules that no person reads."""
    wanted = select(Case.handler_id, func.count()).where(Case.is_open, Case.handler_id.in_(user_ids))
    return {key: n for key, n in db.session.execute(wanted.group_by(Case.handler_id)) if key is not None}


def cases_of_board(user: User, team_id: int, member_ids: Collection[int]) -> Select[Case]:
    """Of a member of the team all their cases, of anybody else those of this team; those that this person may see."""
    members = Case.handler_id.in_(member_ids) if member_ids else false()
    return visible_cases(user).where(or_(Case.team_id == team_id, members))


def tallies(
    user: User, team_id: int, member_ids: Collection[int], *, now: datetime, soon: datetime
) -> dict[int | None, Tally]:
    """What each handler has, by their id (None: nobody), in one statement.

    - Each number is that of the list it opens.
    - Promises outlive the closing of their case, so closed cases count there; two parts, each with its own index.
    """
    seen = cases_of_board(user, team_id, member_ids)
    owed = _owed()
    is_open = (
        seen.where(Case.is_open)
        .outerjoin(owed, owed.c.case_id == Case.id)
        .with_only_columns(
            Case.handler_id.label("handler_id"),
            literal(1).label("open"),
            _one_if(Case.next_due_at < now).label("late"),
            _one_if(and_(Case.next_due_at >= now, Case.next_due_at <= soon)).label("due_soon"),
            owed.c.to_acknowledge,
            owed.c.to_update,
            _one_if(Case.is_paused).label("waiting"),
            _one_if(Case.awaiting_approval).label("to_approve"),
            _one_if(Case.open_actions > 0).label("promises"),
        )
    )
    none = [literal(0) for _ in range(len(fields(Tally)) - 1)]
    closed = seen.where(~Case.is_open, Case.open_actions > literal_column("0"))
    rows = union_all(is_open, closed.with_only_columns(Case.handler_id, *none, literal(1))).subquery()
    sums = [func.sum(func.coalesce(rows.c[field.name], 0)) for field in fields(Tally)]
    wanted = select(rows.c.handler_id, *sums).group_by(rows.c.handler_id)
    return {key: Tally(*(int(n) for n in counts)) for key, *counts in db.session.execute(wanted)}


def _owed() -> Subquery:
    """The cases on which an acknowledgement or an update is owed now: two ranges of the index of running clocks."""
    running: ColumnElement[str] = literal_column("'running'")
    return (
        select(
            Clock.case_id,
            func.max(_one_if(Clock.promise == "acknowledge")).label("to_acknowledge"),
            func.max(_one_if(Clock.promise == "update")).label("to_update"),
        )
        .where(Clock.state == running, Clock.promise.in_(("acknowledge", "update")))
        .group_by(Clock.case_id)
        .subquery()
    )


def _one_if(holds: Any) -> ColumnElement[int]:
    return case((holds, 1), else_=0)


def people_by_id(user_ids: Iterable[int]) -> list[User]:
    """These people, by name; nothing is asked when there are none."""
    wanted = list(user_ids)
    if not wanted:
        return []
    return list(db.session.scalars(select(User).where(User.id.in_(wanted)).order_by(func.lower(User.name))))


def teams_by_name() -> list[Team]:
    """All teams, by name."""
    return list(db.session.scalars(select(Team).order_by(func.lower(Team.name), Team.id)))


def movable_cases(user: User, handler_ids: Collection[int]) -> Select[Case]:
    """Open cases of these people that this person may see, the soonest due first."""
    return (
        visible_cases(user)
        .where(Case.is_open, Case.handler_id.in_(handler_ids))
        .options(joinedload(Case.service), joinedload(Case.category), selectinload(Case.process_version))
        .order_by(Case.next_due_at, Case.id)
        .limit(MOST_MOVABLE)
    )


def people_of_many(case_ids: Collection[int]) -> dict[int, dict[Relation, set[int]]]:
    """The ids of the staff in each special relation to each of these cases, in one statement."""
    rows = db.session.execute(
        select(CasePerson.case_id, CasePerson.relation, CasePerson.user_id).where(
            CasePerson.case_id.in_(case_ids)
        )
    )
    found: dict[int, dict[Relation, set[int]]] = {}
    for case_id, relation, user_id in rows:
        found.setdefault(case_id, {}).setdefault(relation, set()).add(user_id)
    return found


def seen_counts(user: User, user_ids: Collection[int]) -> dict[int, int]:
    """How many open cases each of these people has, of those that `user` may see."""
    wanted = visible_cases(user).where(Case.is_open, Case.handler_id.in_(user_ids))
    counted = wanted.with_only_columns(Case.handler_id, func.count()).group_by(Case.handler_id)
    return {key: n for key, n in db.session.execute(counted) if key is not None}
