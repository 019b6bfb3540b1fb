"""The desk of the demo agency: who can carry what, who is away, rules of assignment and checking, lists by name."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from casework.accounts.models import Team, User
from casework.accounts.rules import tidy_skills
from casework.accounts.services import By
from casework.accounts.services.load import add_absence, set_load, set_team_capacity
from casework.cases.models import Scope, Way
from casework.cases.services.approval_rules import NewRule, set_checked
from casework.cases.services.approval_rules import add_rule as add_approval_rule
from casework.cases.services.routing import RuleWords, add_rule
from casework.cases.services.saved_views import save_view
from casework.catalogue.services import BETWEEN, category_by_path, service_by_name
from casework.core.db import db
from casework.demo.agency import World
from casework.demo.guidance import write_guidance_texts
from casework.demo.texts import read

BEGAN_DAYS_AGO = 120


def furnish(world: World, now: datetime) -> None:
    """Everything that is decided before the first case of the day. Runs in the open transaction."""
    people = {user.name.split()[0]: user for user in db.session.scalars(select(User).order_by(User.id))}
    began = now - timedelta(days=BEGAN_DAYS_AGO)
    _share_out(people, world, began, now)
    _decide(people["Wen"], began)
    readers = [people[first] for first in ("Dana", "Toni", "Pat", "Rosa")]
    write_guidance_texts(people["Sol"], readers, now)
    for row in read("desk")["views"]:
        save_view(
            name=row["name"],
            scope=Scope(row["scope"]),
            parts=_parts(row["parts"]),
            actor=people[row["first"]],
            now=began,
        )


def _share_out(people: dict[str, User], world: World, began: datetime, now: datetime) -> None:
    """What teams and people can carry, what they know, and on which days they are away."""
    data, by = read("desk"), By(people["Wen"], began)
    for name, capacity in data["capacity"].items():
        set_team_capacity(_team(name), capacity, by=by)
    for row in data["people"]:
        person = people[row["first"]]
        set_load(person, capacity=row.get("capacity"), skills=tidy_skills(row["skills"]), by=by)
        set_checked(person, row.get("checked", False), actor=people["Wen"], now=began)
    today = now.astimezone(world.zone).date()
    for row in data["absences"]:
        person = people[row["first"]]
        said = By(person, now - timedelta(days=10))
        days = (today + timedelta(days=row["from"]), today + timedelta(days=row["to"]))
        add_absence(person, from_on=days[0], to_on=days[1], reason=row["reason"], by=said)


def _decide(administrator: User, began: datetime) -> None:
    """The rules by which new cases find somebody, and which answers are checked besides the usual ones."""
    data = read("desk")
    for row in data["rules"]:
        words = RuleWords(
            kind=row.get("kind", ""),
            service_id=service_by_name(row["service"]).id if "service" in row else None,
            category_id=_category(row["category"]) if "category" in row else None,
            severity=row.get("severity"),
            skill=row.get("skill", ""),
            team_id=_team(row["team"]).id if "team" in row else None,
            way=Way(row["way"]),
        )
        add_rule(words, actor=administrator, now=began)
    amount = NewRule(amount_above=data["checking"]["amount_above"])
    add_approval_rule(amount, actor=administrator, now=began)


def _parts(parts: dict[str, Any]) -> dict[str, str]:
    """The parts of an address; a category is named here by its words."""
    ids = {"category": _category(parts["category"])} if "category" in parts else {}
    return {name: str(ids.get(name, value)) for name, value in parts.items()}


def _category(path: str) -> int:
    return category_by_path(path.split(BETWEEN)).id


def _team(name: str) -> Team:
    return db.session.scalars(select(Team).where(Team.name == name)).one()
