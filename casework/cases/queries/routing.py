"""Reading the assignment rules, and what they would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.audit.queries import history_of
from casework.cases.models import AssignmentRule, Case, CasePerson, Channel, Kind, Relation, Way
from casework.cases.queries.board import Colleague
from casework.cases.routing import BELOW, Facts, hidden_by
from casework.cases.rules import SEVERITIES
from casework.core.db import db
from casework.core.errors import NotFound

# All changes of the rules stand in one history, because the order of all of them is what counts.
SUBJECT = ("assignment_rules", 1)
TRIED_ON = 50


@dataclass(frozen=True)
class Tried:
    """A past case on which rules are tried: its facts, and the words of what it is about."""

    facts: Facts
    about: str


def rules_in_order() -> Select[AssignmentRule]:
    """The rules, the first to decide first, each with service, category and team."""
    return select(AssignmentRule).order_by(AssignmentRule.position, AssignmentRule.id)


def get_rule(rule_id: int) -> AssignmentRule:
    """One rule. Raises NotFound."""
    rule = db.session.get(AssignmentRule, rule_id)
    if rule is None:
        raise NotFound("There is no such rule any more. Go back to the list of rules.")
    return rule


def changes_of_rules() -> Select[HistoryEntry]:
    """The newest changes of the rules."""
    return history_of(*SUBJECT).limit(20)


def last_handler_of(customer_id: int, *, besides: int) -> int | None:
    """Who handled the newest other case of a customer that somebody handled.

    Restricted cases, and those about staff, do not count: everybody reads in the new case why it went to whom.
    """
    about_staff = select(CasePerson.case_id).where(
        CasePerson.case_id == Case.id, CasePerson.relation == Relation.NAMED
    )
    wanted = select(Case.handler_id).where(
        Case.customer_id == customer_id,
        Case.handler_id.is_not(None),
        Case.id != besides,
        Case.is_restricted.is_(False),
        ~about_staff.correlate(Case).exists(),
    )
    return db.session.scalar(wanted.order_by(Case.id.desc()).limit(1))


def facts_of(case: Case, *, knows_id: int | None = None) -> Facts:
    """What the rules ask of a case."""
    return Facts(
        kind=case.kind.value,
        channel=case.channel.value,
        service_id=case.service_id,
        category_path=case.category.path if case.category else "",
        severity=case.severity,
        team_id=case.service.owner_team_id if case.service else None,
        knows_id=knows_id,
    )


def newest_tried(user: User, *, n: int = TRIED_ON) -> list[Tried]:
    """The newest cases, as far as rules ask about them.

    - Restricted cases, and those in which the person who asks is named, are left out: not even a count tells of them.
    - Who handled a customer's case before is not looked up for each; "knows the customer" is tried as least loaded.
    """
    named = select(CasePerson.case_id).where(
        CasePerson.user_id == user.id, CasePerson.relation == Relation.NAMED
    )
    wanted = (
        select(Case)
        .where(Case.is_restricted.is_(False), Case.id.not_in(named))
        .options(joinedload(Case.service), joinedload(Case.category))
        .order_by(Case.id.desc())
        .limit(n)
    )
    return [Tried(facts_of(case), _about(case)) for case in db.session.scalars(wanted)]


def _about(case: Case) -> str:
    parts = [case.kind.label, case.service.name if case.service else "no service"]
    if case.category is not None:
        # Only the top of the tree: what administrators read here is about cases alike, not about one case.
        parts.append(case.category.path.split(BELOW)[0])
    return ", ".join(parts)


def as_data(rules: Sequence[AssignmentRule]) -> list[dict[str, object]]:
    """The rules as plain values, as the history keeps a version of them."""
    return [
        {
            "kind": rule.kind,
            "channel": rule.channel,
            "service": rule.service.name if rule.service else "",
            "category": rule.category_path,
            "severity": rule.severity,
            "skill": rule.skill,
            "team": rule.team.name if rule.team else "",
            "way": rule.way.value,
        }
        for rule in rules
    ]


def rules_without_effect(
    rules: Sequence[AssignmentRule], people: Sequence[Colleague]
) -> list[tuple[int, str]]:
    """The rules (by their place from 1) that cannot do what they say, each with the reason and what to do.

    `people` are all who handle cases, whether here today or away.
    """
    hidden = hidden_by(rules)
    found = []
    for place, rule in enumerate(rules):
        if place in hidden:
            why = (
                f"Rule {hidden[place] + 1} above takes all its cases. Move it up, or make that rule narrower."
            )
        else:
            why = _why_without_effect(rule, people)
        if why:
            found.append((place + 1, why))
    return found


def _why_without_effect(rule: AssignmentRule, people: Sequence[Colleague]) -> str:
    if rule.service is not None and not rule.service.is_active:
        return f"The service {rule.service.name} is no longer chosen for new cases."
    if rule.category is not None and not rule.category.is_active:
        return f"The category {rule.category.path} is no longer chosen for new cases."
    if rule.way is Way.NOBODY:
        return ""
    able = [one for one in people if rule.team_id in (None, one.user.team_id)]
    where = f"in {rule.team.name} " if rule.team is not None else ""
    if not able:
        return f"Nobody {where}handles cases, so it chooses nobody. Choose another team."
    if rule.skill and not any(rule.skill in (one.user.skills or ()) for one in able):
        return (
            f"Nobody {where}knows {rule.skill}. Note the skill on somebody's page, or take it off the rule."
        )
    if not any(one.capacity for one in able):
        return f"Nobody {where}is counted on for cases. Say on somebody's page how many they can carry."
    return ""


def words_of_rule(rule: AssignmentRule) -> str:
    """What cases a rule is for, in words: "complaints by phone about Restaurant inspections, High or worse"."""
    words = [f"{Kind(rule.kind).label.lower()} cases" if rule.kind else "every case"]
    if rule.channel:
        words.append(f"by {Channel(rule.channel).label.lower()}")
    if rule.service is not None:
        words.append(f"about {rule.service.name}")
    if rule.category is not None:
        words.append(f"in {rule.category.path}")
    if rule.severity is not None:
        words.append(
            f"of severity {SEVERITIES[rule.severity][0]}" + (" or worse" if rule.severity < 4 else "")
        )
    return " ".join(words)
