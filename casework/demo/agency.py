"""The agency of the demo: its teams, people, services, categories with guidance; and what a life of a case needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework.accounts import queries as accounts
from casework.accounts.models import Team, User
from casework.accounts.roles import Role
from casework.accounts.services import DEMO_PASSWORD, By, add_person, add_team, generate_password
from casework.calendars import Calendar
from casework.catalogue.models import Category, Cause, Standard
from casework.catalogue.queries import current_process, default_calendar, process_of, the_agency
from casework.catalogue.services import (
    BETWEEN,
    NewAgency,
    category_by_path,
    cause_by_path,
    service_by_name,
    set_up_agency,
)
from casework.core.db import db
from casework.customers.models import CustomerGroup
from casework.demo.texts import Topic, read, topics
from casework.workflow.definition import Process

SIGN_INS = 4


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A topic with the ids that its words stand for."""

    topic: Topic
    service_id: int
    team_id: int
    category_id: int
    cause_ids: tuple[int, ...]
    cause_weights: tuple[int, ...]


@dataclass(kw_only=True)
class Limit:
    """A standard as plain values, so that a hundred thousand cases need no look-up."""

    id: int
    name: str
    promise: str
    limit: int
    unit: str
    starts: str
    kind: str
    stage: int | None
    severity: int | None
    service_id: int | None
    category_id: int | None
    channel: str
    path: str
    may_pause: bool
    roll: bool


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that a life of a case needs to know, as plain values."""

    zone: ZoneInfo
    calendar: Calendar
    calendar_id: int
    calendar_number: int
    processes: dict[str, tuple[int, Process]]
    limits: tuple[Limit, ...]
    placed: tuple[Placed, ...]
    cleared_cause_id: int
    names: dict[int, str]
    frontline: dict[int, tuple[int, ...]]
    supervisors: dict[int, int]
    manager_id: int
    group_ids: tuple[int, ...] = field(default=())

    def reviewer(self, team_id: int) -> int:
        """Whoever reviews what this team decided: the supervisor of the next team."""
        teams = sorted(self.supervisors)
        return self.supervisors[teams[(teams.index(team_id) + 1) % len(teams)]]


def set_up(now: datetime) -> None:
    """The agency with its people and reference data; what is there already is left as it is."""
    data = read("agency")
    contact = {name: data[name] for name in ("name", "phone", "hours", "email", "calendar")}
    set_up_agency(NewAgency(**contact), now=now)
    add_people(now)
    for row in data["services"]:
        team = accounts.team_named(row["team"])
        service = service_by_name(row["name"], owner_team_id=team.id if team else None)
        service.priority = row["priority"]
    for topic in topics():
        category_by_path(topic.category)
        for path in topic.causes:
            cause_by_path(path.split(BETWEEN))
    known = set(db.session.scalars(select(CustomerGroup.name)))
    db.session.add_all(CustomerGroup(name=name) for name in data["groups"] if name not in known)
    db.session.flush()


def add_people(now: datetime) -> None:
    """The agency's teams and people. The four of the demo share its password; nobody knows the others'."""
    data, by = read("agency"), By(None, now)
    teams = {name: accounts.team_named(name) or add_team(name, by=by) for name in data["teams"]}
    _add(data["people"], teams, by)


def add_sign_ins(now: datetime, *, team: Team | None) -> None:
    """Only the four who may sign in, all of them in this team, for an agency that was imported."""
    people = read("agency")["people"][:SIGN_INS]
    teams = {row["team"]: team for row in people if row["team"] and team is not None}
    _add(people, teams, By(None, now))


def _add(people: Sequence[Mapping[str, str]], teams: Mapping[str, Team], by: By) -> None:
    for number, row in enumerate(people):
        email = _email(row["first"])
        if accounts.person_with_email(email) is None:
            add_person(
                email=email,
                name=f"{row['first']} {row['last']}",
                role=Role(row["role"]),
                password=DEMO_PASSWORD if number < SIGN_INS else generate_password(),
                team=teams.get(row["team"]),
                by=by,
            )


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, e-mail address and password of those who may try the demo."""
    people = read("agency")["people"][:SIGN_INS]
    return [(Role(row["role"]).label, _email(row["first"]), DEMO_PASSWORD) for row in people]


def sign_ins_as_text() -> str:
    """The sign-ins as a table to print."""
    rows = [("Role", "E-mail", "Password"), *sign_ins()]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(lines)


def world() -> World:
    """Read what the lives of cases need."""
    people = [
        u for u in db.session.scalars(select(User).where(User.is_active).order_by(User.id)) if u.team_id
    ]
    teams = db.session.scalars(select(Team).order_by(Team.id)).all()
    front = {
        t.id: tuple(u.id for u in people if u.team_id == t.id and u.role is Role.FRONTLINE) for t in teams
    }
    lead = {u.team_id: u.id for u in people if u.role is Role.SUPERVISOR and u.team_id}
    standards = db.session.scalars(select(Standard).where(Standard.is_active).order_by(Standard.id))
    versions = {kind: current_process(kind) for kind in {topic.kind for topic in topics()}}
    return World(
        zone=ZoneInfo(the_agency().time_zone),
        calendar=default_calendar(),
        calendar_id=the_agency().calendar_id,
        calendar_number=the_agency().calendar.number,
        processes={kind: (version.id, process_of(version)) for kind, version in versions.items()},
        limits=tuple(_limit(row) for row in standards),
        placed=_placed(),
        cleared_cause_id=cause_by_path(["Nothing went wrong", "Done as promised"]).id,
        names={u.id: u.name for u in people},
        frontline={team: ids for team, ids in front.items() if ids},
        supervisors=lead,
        manager_id=next(u.id for u in people if u.role is Role.MANAGER),
        group_ids=tuple(db.session.scalars(select(CustomerGroup.id).order_by(CustomerGroup.id))),
    )


def _placed() -> tuple[Placed, ...]:
    owners = {row["name"]: row["team"] for row in read("agency")["services"]}
    teams = {team.name: team.id for team in db.session.scalars(select(Team))}
    categories = {row.path: row.id for row in db.session.scalars(select(Category))}
    causes = {row.path: row.id for row in db.session.scalars(select(Cause))}
    return tuple(
        Placed(
            topic=topic,
            service_id=service_by_name(topic.service).id,
            team_id=teams[owners[topic.service]],
            category_id=categories[BETWEEN.join(topic.category)],
            cause_ids=tuple(causes[path] for path in topic.causes),
            cause_weights=tuple(topic.causes.values()),
        )
        for topic in topics()
    )


def _limit(row: Standard) -> Limit:
    return Limit(**{name: getattr(row, name) for name in Limit.__dataclass_fields__})


def _email(first: str) -> str:
    return f"{first.lower()}@lakeford.example"
