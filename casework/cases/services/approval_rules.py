"""Which answers are checked before they go out, and whose: rules as data, changed by an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.roles import Permission
from casework.audit.services import record
from casework.cases.models import ApprovalRule, Case, Kind
from casework.cases.queries.approvals import approval_rules
from casework.cases.rules import SEVERITIES
from casework.catalogue.models import Service
from casework.catalogue.money import major_units
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Refused
from casework.workflow.definition import Move
from casework.workflow.situation import as_amount

CHECKED = ("decision", "proposal")
FOUR_EYES = "four_eyes"
# Why something waits that its process lets nobody send alone.
BY_PROCESS = "The process asks for a second pair of eyes"
DEFAULT_RULES: tuple[dict[str, Any], ...] = ({"min_severity": 3}, {"checked_staff": True})
_PLURAL = {
    Kind.COMPLAINT: "complaints",
    Kind.COMPLIMENT: "compliments",
    Kind.SUGGESTION: "suggestions",
    Kind.ENQUIRY: "enquiries",
}


@dataclass(frozen=True, kw_only=True)
class NewRule:
    """Which answers are to be checked: all that is set must hold."""

    min_severity: int | None = None
    kind: str = ""
    service_id: int | None = None
    checked_staff: bool = False
    amount_above: int | None = None


def why_checked(
    case: Case,
    move: Move,
    given: Mapping[str, object],
    actor: User | None,
    rules: Sequence[ApprovalRule] | None = None,
) -> list[str]:
    """Which rules ask that this is checked before it goes out, a few words each; empty when none does.

    A move with the guard `four_eyes` always is, whatever the agency's own rules say.
    Whoever asks about many cases reads the rules once and gives them.
    """
    why = [BY_PROCESS] if has_four_eyes(move) else []
    if move.says in CHECKED:
        found = db.session.scalars(approval_rules()) if rules is None else rules
        why += [rule_words(rule) for rule in found if _holds(rule, case, given, actor)]
    return list(dict.fromkeys(why))


def has_four_eyes(move: Move) -> bool:
    """Whether the process itself lets nobody make this move alone."""
    return any(guard.name == FOUR_EYES for guard in move.guards)


def may_wait(move: Move) -> bool:
    """Whether this move can be kept until somebody has checked it."""
    return move.says in CHECKED or has_four_eyes(move)


def add_rule(new: NewRule, *, actor: User | None, now: datetime) -> ApprovalRule:
    """Let more answers be checked. Raises Refused when the rule says nothing, or says it again."""
    if actor is not None and not actor.may(Permission.ADMINISTER):
        raise Refused("Ask an administrator to change which answers are checked.")
    if new == NewRule():
        raise Refused("Choose at least one thing that an answer must have to be checked.")
    if new.service_id is not None and db.session.get(Service, new.service_id) is None:
        raise Refused("That service is no longer there. Choose another one.")
    values = {name: getattr(new, name) for name in NewRule.__dataclass_fields__}
    if db.session.scalars(select(ApprovalRule).filter_by(**values)).first() is not None:
        raise Refused("There is a rule like this already.")
    rule = ApprovalRule(**values, created_at=now, created_by_id=actor.id if actor else None)
    db.session.add(rule)
    db.session.flush()
    by = actor.id if actor else None
    record(
        "approval_rule", rule.id, "added", f"Checked: {rule_words(rule)}", actor_id=by, at=now, after=values
    )
    return rule


def remove_rule(rule_id: int, *, actor: User, now: datetime) -> None:
    """Check these answers no more; those that wait already go on waiting. Raises Refused."""
    if not actor.may(Permission.ADMINISTER):
        raise Refused("Ask an administrator to change which answers are checked.")
    rule = db.session.get(ApprovalRule, rule_id)
    if rule is None:
        raise Refused("That rule is gone already. Reload the page.")
    record("approval_rule", rule.id, "removed", f"No longer: {rule_words(rule)}", actor_id=actor.id, at=now)
    db.session.delete(rule)
    db.session.flush()


def add_default_rules(now: datetime) -> None:
    """What a new agency begins with: high severity, and staff whose answers are checked."""
    if db.session.scalars(select(ApprovalRule.id).limit(1)).first() is None:
        for values in DEFAULT_RULES:
            add_rule(NewRule(**values), actor=None, now=now)


def set_checked(person: User, checked: bool, *, actor: User, now: datetime) -> None:
    """Say whether somebody's answers are checked. Raises Refused."""
    if not actor.may(Permission.ADMINISTER):
        raise Refused("Ask an administrator to change whose answers are checked.")
    if person.answers_checked == checked:
        return
    person.answers_checked = checked
    words = "Answers are checked before they go out" if checked else "Answers go out without being checked"
    record("person", person.id, "checking_changed", words, actor_id=actor.id, at=now)
    db.session.flush()


def rule_words(rule: ApprovalRule) -> str:
    """A rule in a few words."""
    parts = [
        f"severity {SEVERITIES[rule.min_severity][0].lower()} or above"
        if rule.min_severity in SEVERITIES
        else "",
        _PLURAL[Kind(rule.kind)] if rule.kind else "",
        f"about {rule.service.name}" if rule.service else "",
        "written by staff whose answers are checked" if rule.checked_staff else "",
        f"with an amount above {rule.amount_above:,}" if rule.amount_above is not None else "",
    ]
    words = ", ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _holds(rule: ApprovalRule, case: Case, given: Mapping[str, object], actor: User | None) -> bool:
    severity = max(case.severity, _whole(given.get("severity")))
    return (
        (rule.min_severity is None or severity >= rule.min_severity)
        and rule.kind in ("", str(case.kind))
        and (rule.service_id is None or rule.service_id in _services(case, given))
        and (not rule.checked_staff or (actor is not None and actor.answers_checked))
        and (rule.amount_above is None or _amount(case, given) > rule.amount_above)
    )


def _services(case: Case, given: Mapping[str, object]) -> set[int | None]:
    return {
        case.service_id,
        *(issue.service_id for issue in case.issues),
        _whole(given.get("service")) or None,
    }


def _whole(value: object) -> int:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _amount(case: Case, given: Mapping[str, object]) -> Decimal:
    """The money in this answer: typed in the form, or decided on the issues (kept in the smallest unit)."""
    decided = sum(issue.remedy_amount or 0 for issue in case.issues)
    return max(as_amount(given.get("amount")) or Decimal(0), major_units(decided, the_agency().currency))
