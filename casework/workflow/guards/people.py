"""Guards about who acts, who handles the case, and what the case is about."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casework.workflow.guards.limits import NO_AMOUNT, ROLES, beyond_limits
from casework.workflow.guards.registry import Param, Rule
from casework.workflow.situation import Situation, as_amount, as_int


def has_handler(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Somebody handles the case, or is chosen in this form."""
    return None if situation.handler_after is not None else "Nobody handles the case yet. Choose a handler."


def has_team(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The case belongs to a team, or one is chosen in this form."""
    team = as_int(situation.given.get("team")) or situation.team_id
    return None if team is not None else "No team is responsible for the case yet. Choose a team."


def service_set(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The service that the case is about is known, or chosen in this form."""
    service = as_int(situation.given.get("service")) or situation.service_id
    return None if service is not None else "The service is not set yet. Choose what the case is about."


def severity_set(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The severity is 1 to 4, on the case or in this form."""
    severity = as_int(situation.given.get("severity")) or situation.severity
    if severity is not None and 1 <= severity <= 4:
        return None
    return "The severity is not set yet. Choose 1 (low) to 4 (severe)."


def reviewer_is_independent(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Neither the person who acts nor the handler handled an earlier stage."""
    return actor_is_independent(situation, params) or _handler_is_independent(situation)


def actor_is_independent(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The person who acts handled no earlier stage."""
    earlier = situation.handled_before(situation.stage, situation.actor_id)
    if earlier is None:
        return None
    return (
        f"You handled stage {earlier} of this case, so somebody else must review it. "
        "Ask a supervisor to assign it."
    )


def _handler_is_independent(situation: Situation) -> str | None:
    # A customer's own move does not wait for the agency to put its house in order.
    if situation.actor_role == "customer":
        return None
    return handler_refused(situation, situation.stage, situation.handler_after)


def handler_refused(situation: Situation, stage: int, handler: int | None) -> str | None:
    """Why this person may not handle this stage: they handled an earlier one. None when they may."""
    earlier = situation.handled_before(stage, handler)
    if earlier is None:
        return None
    return f"The handler also handled stage {earlier} of this case. Choose a reviewer who did not."


def not_named_in_case(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The person who acts is not the person whom the case is about."""
    if situation.actor_id is None or situation.actor_id not in situation.named_staff:
        return None
    return "You are named in this case, so somebody else must handle it."


def chosen_not_named(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The person chosen in the form is not one whom the case is about."""
    if as_int(situation.given.get(params.get("field", "handler"))) not in situation.named_staff:
        return None
    # Whoever asks may not be told who is named, so the reason is not said.
    return "The person chosen cannot be given this case. Choose somebody else."


def four_eyes(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Somebody other than who wrote the answer has released it.

    While nobody has checked it yet it passes, because the service keeps such a move until it is released. The
    author is `drafted_by_id` or, where that is unknown, the person who acts.
    """
    author = situation.actor_id if situation.drafted_by_id is None else situation.drafted_by_id
    if situation.checked_by_id is None or situation.checked_by_id != author:
        return None
    return "Whoever wrote this answer cannot release it too. Ask a colleague to check it."


def stage_is(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The case is at this stage."""
    if situation.stage == params["stage"]:
        return None
    return f"This can only be done at stage {params['stage']}; the case is at stage {situation.stage}."


def empowered(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Staff may put it right on the spot within the limits of their role, which the agency sets (limits.py).

    Where an agency has set none, front-line staff are bound by the severity and the amount of the process.
    """
    if situation.actor_role not in ROLES:
        return None
    severity = as_int(situation.given.get("severity")) or situation.severity
    if situation.limits is not None:
        return beyond_limits(
            situation.limits(),
            role=situation.actor_role,
            severity=severity,
            remedy=situation.typed("remedy"),
            amount=situation.typed("amount"),
        )
    if situation.actor_role != "frontline":
        return None
    most_severe = params.get("max_severity")
    if most_severe is not None and severity is not None and severity > most_severe:
        return (
            f"A case of severity {severity} cannot be resolved on the spot by front-line staff "
            f"(up to severity {most_severe}). Acknowledge it, or ask a supervisor."
        )
    return _amount_refused(situation, params.get("max_amount"))


def _amount_refused(situation: Situation, most: int | None) -> str | None:
    if most is None or not situation.typed("amount"):
        return None
    amount = as_amount(situation.given["amount"])
    if amount is None:
        return NO_AMOUNT
    if amount > Decimal(most):
        return f"Front-line staff may offer up to {most} on the spot. Offer less, or ask a supervisor."
    return None


RULES = (
    Rule("has_handler", has_handler, "somebody handles it", answered_by=("handler",)),
    Rule("has_team", has_team, "a team is responsible for it", answered_by=("team",)),
    Rule("service_set", service_set, "the service is set", answered_by=("service",)),
    Rule("severity_set", severity_set, "the severity is set", answered_by=("severity",)),
    Rule(
        "reviewer_is_independent",
        reviewer_is_independent,
        "the reviewer handled no earlier stage",
        answered_by=("handler",),
    ),
    Rule("actor_is_independent", actor_is_independent, "the person who acts handled no earlier stage"),
    Rule("not_named_in_case", not_named_in_case, "the person who acts is not named in the case"),
    Rule(
        "chosen_not_named",
        chosen_not_named,
        "the person chosen is not named in the case",
        (Param("field", str),),
        asks_for="handler",
    ),
    Rule("four_eyes", four_eyes, "somebody other than its author has checked the answer"),
    Rule(
        "stage_is",
        stage_is,
        "it is at stage {stage}",
        (Param("stage", int, required=True, least=1, most=9),),
    ),
    Rule(
        "empowered",
        empowered,
        "whoever acts may put it right on the spot",
        (Param("max_severity", int, least=1, most=4), Param("max_amount", int, most=1_000_000)),
    ),
)
