"""The team board: who has how much, who is away, and which moves would even it out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select

from casework.accounts.models import Team, User
from casework.cases.balancing import Movable, Move, propose
from casework.cases.duties import Duty, duties
from casework.cases.models import NO_DUE, Case, Relation
from casework.cases.queries import handled_earlier
from casework.cases.queries.board import (
    Colleague,
    Tally,
    cases_of_board,
    colleagues,
    movable_cases,
    people_by_id,
    people_of_many,
    tallies,
)
from casework.catalogue.queries import process_of, the_agency
from casework.core.db import db
from casework.workflow.definition import Process

NOTHING = Tally()

# How many of each duty, by its name.
Owed = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person on the board. `colleague` is None for somebody of another team or who has left."""

    user: User
    tally: Tally
    colleague: Colleague | None = None
    owes: Owed = field(default_factory=dict)

    @property
    def capacity(self) -> int:
        return self.colleague.capacity if self.colleague else 0

    @property
    def is_away(self) -> bool:
        return self.colleague is not None and self.colleague.away

    @property
    def away_until(self) -> date | None:
        return self.colleague.away_until if self.colleague else None

    @property
    def over(self) -> int:
        """How many open cases more than they can carry."""
        return max(0, self.tally.open - self.capacity) if self.is_counted_on else 0

    @property
    def is_counted_on(self) -> bool:
        return self.colleague is not None and self.colleague.is_counted_on

    @property
    def may_be_given(self) -> bool:
        return self.colleague is not None and not self.colleague.away


@dataclass(frozen=True, kw_only=True)
class Board:
    """A team: its people, then others who have its cases, and what nobody has."""

    team: Team
    lines: list[Line]
    nobody: Tally
    duties: tuple[Duty, ...] = ()
    nobody_owes: Owed = field(default_factory=dict)

    @property
    def scale(self) -> int:
        """What the longest bar stands for, so that all bars can be compared."""
        return max([1, *(max(line.tally.open, line.capacity) for line in self.lines)])

    @property
    def open(self) -> int:
        return self.nobody.open + sum(line.tally.open for line in self.lines)

    @property
    def late(self) -> int:
        return self.nobody.late + sum(line.tally.late for line in self.lines)

    @property
    def over(self) -> list[Line]:
        return [line for line in self.lines if line.over and not line.is_away]

    @property
    def away_with_cases(self) -> list[Line]:
        return [line for line in self.lines if line.is_away and line.tally.open]

    @property
    def next_taker(self) -> Line | None:
        """Who has most room for what they can carry, of those who are here; the one offered first."""
        here = [line for line in self.lines if line.may_be_given and line.capacity]
        return min(
            here,
            key=lambda line: (line.tally.open / line.capacity, line.user.name),
            default=None,
        )


def read_board(user: User, team: Team, *, now: datetime, soon: datetime) -> Board:
    """The board of a team, as far as this person may see its cases; a few statements, however many people."""
    agency = the_agency()
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    people = colleagues([team.id], today=today, usual=agency.capacity)
    ids = [one.user.id for one in people]
    counts = tallies(user, team.id, ids, now=now, soon=soon)
    owed = _owed(cases_of_board(user, team.id, ids))

    def line(person: User, colleague: Colleague | None = None) -> Line:
        tally = counts.get(person.id, NOTHING)
        return Line(user=person, tally=tally, colleague=colleague, owes=owed.get(person.id, {}))

    others = people_by_id(key for key in {**counts, **owed} if key is not None and key not in ids)
    return Board(
        team=team,
        lines=[line(one.user, one) for one in people] + [line(one) for one in others],
        nobody=counts.get(None, NOTHING),
        duties=duties(),
        nobody_owes=owed.get(None, {}),
    )


def _owed(cases: Select[Case]) -> dict[int | None, dict[str, int]]:
    """What each handler (None: nobody) owes beside cases, one statement for each duty."""
    found: dict[int | None, dict[str, int]] = {}
    for duty in duties():
        for handler_id, number in duty.counts(cases).items():
            found.setdefault(handler_id, {})[duty.name] = number
    return found


def suggested_moves(user: User, board: Board) -> list[Move]:
    """What would even out the team, of the cases that this person may see; nothing is asked when all is even."""
    people = [
        line.colleague.candidate(line.tally.open)
        for line in board.lines
        if line.colleague is not None and (line.is_counted_on or line.is_away)
    ]
    givers = [one.id for one in people if one.open and (one.away or one.open > one.capacity)]
    if not givers or not any(one.has_room for one in people):
        return []
    cases = list(db.session.scalars(movable_cases(user, givers)))
    related = people_of_many([case.id for case in cases])
    zone = ZoneInfo(the_agency().time_zone)
    skills = {skill for one in people for skill in one.skills}
    steps = _Steps()
    return propose(
        people,
        [_movable(case, related.get(case.id, {}), zone, skills, steps.of(case)) for case in cases],
    )


def _movable(
    case: Case, related: dict[Relation, set[int]], zone: ZoneInfo, skills: Collection[str], step: int
) -> Movable:
    barred = set(related.get(Relation.NAMED, ()))
    barred |= handled_earlier(case, related)
    granted = frozenset(related.get(Relation.GRANTED, ()))
    return Movable(
        reference=case.reference,
        title=case.title,
        handler_id=case.handler_id or 0,
        due_on=None if case.next_due_at == NO_DUE else case.next_due_at.astimezone(zone).date(),
        due_at=case.next_due_at,
        severity=case.severity,
        step=step,
        waits=case.is_paused,
        topics=topics_of(case, skills),
        barred=frozenset(barred),
        only=granted if case.is_restricted else None,
    )


def topics_of(case: Case, skills: Collection[str]) -> frozenset[str]:
    """The words by which somebody who knows the subject is found: service, categories, tags, and of the skills those
    that the customer's adjustments name ("an interpreter for Spanish")."""
    words = [case.service.name] if case.service else []
    words += case.category.path.split(" › ") if case.category else []
    topics = {word.lower() for word in [*words, *(case.tags or ())]}
    needs = case.adjustments.lower()
    topics |= {skill for skill in skills if needs and re.search(rf"\b{re.escape(skill)}\b", needs)}
    return frozenset(topics)


class _Steps:
    """How far cases have come in their processes; each process is read once."""

    def __init__(self) -> None:
        self.processes: dict[int, Process] = {}

    def of(self, case: Case) -> int:
        version = case.process_version
        if version.id not in self.processes:
            self.processes[version.id] = process_of(version)
        state = self.processes[version.id].state(case.state)
        return (state.step or 0) if state else 0
