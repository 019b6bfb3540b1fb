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
    """From stage 2 on, neither the person who acts nor the handler handled stage 1."""
    return actor_is_independent(situation, params) or _handler_is_independent(situation)


def actor_is_independent(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """From stage 2 on, the person who acts did not handle stage 1."""
    if (
        situation.stage < 2
        or situation.actor_id is None
        or situation.actor_id not in situation.stage1_handlers
    ):
        return None
    return "You handled stage 1 of this case, so somebody else must review it. Ask a supervisor to assign it."


def _handler_is_independent(situation: Situation) -> str | None:
    # A customer's own move does not wait for the agency to put its house in order.
    if situation.stage < 2 or situation.actor_role == "customer":
        return None
    if situation.handler_after not in situation.stage1_handlers:
        return None
    return "The handler also handled stage 1 of this case. Choose a reviewer who did not."


def not_named_in_case(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The person who acts is not the person whom the case is about."""
    if situation.actor_id is None or situation.actor_id not in situation.named_staff:
        return None
    return "You are named in this case, so somebody else must handle it."


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
        "the reviewer did not handle stage 1",
        answered_by=("handler",),
    ),
    Rule("actor_is_independent", actor_is_independent, "the person who acts did not handle stage 1"),
    Rule("not_named_in_case", not_named_in_case, "the person who acts is not named in the case"),
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
