"""Sending new cases to their team and person by rules, and changing those rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import CaseAssigned
from casework.cases.models import AssignmentRule, Case, Turn, Way
from casework.cases.queries.board import Colleague, colleagues, open_counts
from casework.cases.queries.routing import (
    SUBJECT,
    as_data,
    facts_of,
    last_handler_of,
    rules_in_order,
)
from casework.cases.routing import Candidate, Facts, choose, fits
from casework.cases.services.assignment import note_handled
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Conflict, Invalid
from casework.core.events import publish

MOST_RULES = 100
MOST_CAPACITY = 1000


@dataclass(frozen=True, kw_only=True)
class RuleWords:
    """What a rule says; see models.AssignmentRule."""

    kind: str = ""
    channel: str = ""
    service_id: int | None = None
    category_id: int | None = None
    severity: int | None = None
    skill: str = ""
    team_id: int | None = None
    way: Way = Way.NOBODY


def route_case(case: Case, now: datetime) -> None:
    """Send a new case where the first rule that fits it says.

    - Called when whoever logged it chose neither team nor handler; without a fitting rule nothing changes: the
      owner of the service has it.
    - Never chosen: whoever is named in it, away, no longer with us, full, or without the skill that the rule needs.
      When nobody is left, the team has it, and the history says so.
    - Two cases logged at the same moment may both go to the same least loaded person: each counts what is there.
    """
    rules = db.session.scalars(rules_in_order()).all()
    if not rules:
        return
    facts = facts_of(case)
    place = next((n for n, rule in enumerate(rules, 1) if fits(rule, facts)), None)
    if place is None:
        return
    rule = rules[place - 1]
    before = {"handler_id": case.handler_id, "team_id": case.team_id}
    if rule.team is not None:
        case.team = rule.team
    person, how = _person_for(case, rule, facts, now)
    if person is not None:
        case.handler = person.user
        note_handled(case, person.user.id)
        _take_turn(person.user.id, now)
    db.session.flush()
    after = {"handler_id": case.handler_id, "team_id": case.team_id}
    if after == before and rule.way is Way.NOBODY:
        return
    summary = _words(case, place, rule, person, how)
    record("case", case.id, "assigned", summary, actor_id=None, at=now, before=before, after=after)
    if person is not None:
        publish(CaseAssigned(case.id, person.user.id, None, now))


def _person_for(
    case: Case, rule: AssignmentRule, facts: Facts, now: datetime
) -> tuple[Colleague | None, str]:
    """Whom the rule chooses for this case, and how in words."""
    team_id = rule.team_id or facts.team_id
    if rule.way is Way.NOBODY or team_id is None:
        return None, ""
    agency = the_agency()
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    people = colleagues([team_id], today=today, usual=agency.capacity, but_named_in=case.id)
    loads = open_counts([one.user.id for one in people])
    knows_id = None
    if rule.way is Way.KNOWS_CUSTOMER and case.customer_id is not None:
        knows_id = last_handler_of(case.customer_id, besides=case.id)
    candidates = [one.candidate(loads.get(one.user.id, 0)) for one in people]
    chosen, how = choose(rule.way.value, candidates, skill=rule.skill, knows_id=knows_id)
    person = next((one for one in people if chosen is not None and one.user.id == chosen.id), None)
    return person, how


def _words(case: Case, place: int, rule: AssignmentRule, person: Colleague | None, how: str) -> str:
    if person is not None:
        return f"Given to {person.user.name}: rule {place}, {how}"
    team = f"the team {case.team.name}" if case.team is not None else "no team"
    if rule.way is Way.NOBODY:
        return f"Given to {team}: rule {place}"
    return f"Given to {team}: rule {place}; nobody who may have it is here and has room"


def _take_turn(user_id: int, now: datetime) -> None:
    """Note that a rule gave somebody a case. The first two for one person may come at the same moment."""
    if _note_turn(user_id, now):
        return
    try:
        with db.session.begin_nested():
            db.session.add(Turn(user_id=user_id, given_at=now))
    except IntegrityError:
        _note_turn(user_id, now)


def _note_turn(user_id: int, now: datetime) -> bool:
    """Move on the turn of somebody who has had one; whether they had."""
    noted = db.session.execute(
        update(Turn).where(Turn.user_id == user_id).values(given_at=now).returning(Turn.user_id)
    )
    return noted.scalar() is not None


def add_rule(words: RuleWords, *, actor: User, now: datetime) -> AssignmentRule:
    """Add a rule at the end. Raises Invalid when it says nothing, or when there are too many."""
    rules, before = _locked()
    if len(rules) >= MOST_RULES:
        raise Invalid(f"There are {MOST_RULES} rules already. Join some of them first.")
    _check(words)
    rule = AssignmentRule(position=len(rules) + 1, version=1, **_values(words))
    db.session.add(rule)
    db.session.flush()
    _keep(before, f"Rule {rule.position} added", actor=actor, now=now)
    return rule


def change_rule(rule: AssignmentRule, words: RuleWords, *, seen: int, actor: User, now: datetime) -> None:
    """Change what a rule says. Raises Conflict when somebody changed it since version `seen` was read, and Invalid."""
    _, before = _locked(rule)
    db.session.refresh(rule)
    if rule.version != seen:
        raise Conflict("Somebody else changed this rule meanwhile. Look at it again before you save.")
    _check(words)
    for name, value in _values(words).items():
        setattr(rule, name, value)
    rule.version += 1
    db.session.flush()
    db.session.refresh(rule)
    _keep(before, f"Rule {rule.position} changed", actor=actor, now=now)


def remove_rule(rule: AssignmentRule, *, actor: User, now: datetime) -> None:
    """Take a rule away; those after it move up."""
    rules, before = _locked(rule)
    position = rule.position
    db.session.delete(rule)
    for n, one in enumerate((one for one in rules if one is not rule), 1):
        one.position = n
    db.session.flush()
    _keep(before, f"Rule {position} removed", actor=actor, now=now)


def move_rule(rule: AssignmentRule, step: int, *, actor: User, now: datetime) -> None:
    """Let a rule decide one place earlier (-1) or later (1); at an end it stays."""
    rules, before = _locked(rule)
    here = rules.index(rule)
    there = here + (1 if step > 0 else -1)
    if not 0 <= there < len(rules):
        return
    rules[here], rules[there] = rules[there], rules[here]
    for n, one in enumerate(rules, 1):
        one.position = n
    db.session.flush()
    _keep(before, f"Rule {here + 1} moved to {there + 1}", actor=actor, now=now)


def set_usual_capacity(capacity: int, *, actor: User, now: datetime) -> None:
    """Say how many open cases one person carries where nothing else is said. Raises Invalid."""
    if not 1 <= capacity <= MOST_CAPACITY:
        raise Invalid(f"Say how many open cases with a whole number from 1 to {MOST_CAPACITY}.")
    agency = the_agency()
    if agency.capacity == capacity:
        return
    before, agency.capacity = agency.capacity, capacity
    record(
        *SUBJECT,
        "changed",
        f"One person usually carries {capacity} open cases, not {before}",
        actor_id=actor.id,
        at=now,
        before={"capacity": before},
        after={"capacity": capacity},
    )


def try_rules(
    rules: Sequence[AssignmentRule], facts: Iterable[Facts], *, now: datetime
) -> list[tuple[int | None, int | None, Candidate | None]]:
    """What rules would do with past cases: for each the place of its rule, its team's id, and the person.

    It begins with what everybody has today and counts on; nothing is written. Where nothing fits: (None, owner, None).
    """
    agency = the_agency()
    today = now.astimezone(ZoneInfo(agency.time_zone)).date()
    people = colleagues(None, today=today, usual=agency.capacity)
    loads = open_counts([one.user.id for one in people])
    by_team: dict[int | None, list[Candidate]] = {}
    for one in people:
        by_team.setdefault(one.user.team_id, []).append(one.candidate(loads.get(one.user.id, 0)))
    found: list[tuple[int | None, int | None, Candidate | None]] = []
    for case in facts:
        place = next((n for n, rule in enumerate(rules, 1) if fits(rule, case)), None)
        if place is None:
            found.append((None, case.team_id, None))
            continue
        rule = rules[place - 1]
        team_id = rule.team_id or case.team_id
        team = by_team.get(team_id, []) if team_id is not None else []
        chosen, _ = choose(rule.way.value, team, skill=rule.skill, knows_id=case.knows_id)
        if chosen is not None:
            # Each a little later than the one before, so that turns go round within the trial too.
            turn_at = now + timedelta(microseconds=len(found))
            team[team.index(chosen)] = replace(chosen, open=chosen.open + 1, turn_at=turn_at)
        found.append((place, team_id, chosen))
    return found


def _locked(rule: AssignmentRule | None = None) -> tuple[list[AssignmentRule], list[dict[str, object]]]:
    """The rules and how they stood, kept from other administrators until this transaction ends.

    Raises Conflict when the rule that is to be changed is no longer among them.
    """
    rules = list(db.session.scalars(rules_in_order().with_for_update(of=AssignmentRule)))
    if rule is not None and rule not in rules:
        raise Conflict("Somebody else removed this rule meanwhile. Look at the list of rules again.")
    return rules, as_data(rules)


def _values(words: RuleWords) -> dict[str, object]:
    return {name: getattr(words, name) for name in RuleWords.__dataclass_fields__}


def _check(words: RuleWords) -> None:
    if words.way is Way.NOBODY and words.team_id is None:
        raise Invalid("This rule would change nothing: choose a team, or how the person is chosen.")
    if words.way is Way.NOBODY and words.skill:
        raise Invalid(
            "A skill is asked of the person, and this rule chooses none. Choose how, or drop the skill."
        )


def _keep(before: list[dict[str, object]], summary: str, *, actor: User, now: datetime) -> None:
    """Write the change into the history, with all rules before and after it."""
    after = as_data(list(db.session.scalars(rules_in_order())))
    record(
        *SUBJECT,
        "changed",
        summary,
        actor_id=actor.id,
        at=now,
        before={"rules": before},
        after={"rules": after},
    )
