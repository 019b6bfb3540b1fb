"""Guards about the issues of a case and about the answer to its customer."""

from collections.abc import Mapping
from typing import Any

from casework.workflow.guards.registry import Rule
from casework.workflow.situation import IssueView, Situation


def _wants(issue: IssueView) -> str:
    return " and ".join(
        want for want, has in (("a finding", issue.has_finding), ("a cause", issue.has_cause)) if not has
    )


def _numbers(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"issue {numbers[0]} needs"
    return f"issues {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} need"


def every_issue_decided(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """Every issue has a finding and a cause, and there is at least one issue."""
    if not situation.issues:
        return "The case has no issue yet. Add what the customer raised, then decide it."
    lacking: dict[str, list[int]] = {}
    for issue in sorted(situation.issues, key=lambda one: one.number):
        if wants := _wants(issue):
            lacking.setdefault(wants, []).append(issue.number)
    if not lacking:
        return None
    sentence = "; ".join(f"{_numbers(numbers)} {wants}" for wants, numbers in lacking.items())
    return f"{sentence[0].upper()}{sentence[1:]}."


def has_issue(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """At least one issue is listed."""
    return None if situation.issues else "The case has no issue yet. Add what the customer raised."


def decision_sent_or_impossible(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """A communication that states the decision has left the agency, or its impossibility is recorded."""
    return {
        "sent": None,
        "impossible": None,
        "queued": "The answer is waiting to be sent. The case can be closed when it has gone.",
        "drafted": "The answer is written but not sent. Send it first.",
    }.get(situation.decision_state, "No answer has been sent. Send one, or record why none can be sent.")


def decision_drafted(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """The words of the answer exist: drafted before, or typed in the form of this move."""
    if situation.typed("message") or situation.decision_state in ("drafted", "queued", "sent"):
        return None
    return "The answer is not written yet. Write what you decided and why."


def customer_can_be_reached(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """There is a way to say something to the customer, and the customer wants to be told."""
    if situation.customer_reachable:
        return None
    return "The customer cannot be reached. Add an address or a number, or record that no answer can be sent."


def customer_cannot_be_reached(situation: Situation, params: Mapping[str, Any]) -> str | None:
    """There is no way to answer: anonymous, no contact details, or asked not to be contacted."""
    if not situation.customer_reachable:
        return None
    return (
        "The customer can be reached, so the answer must be sent. If they asked not to be contacted, "
        "note that on the customer first."
    )


RULES = (
    Rule("every_issue_decided", every_issue_decided, "every issue has a finding and a cause"),
    Rule("has_issue", has_issue, "at least one issue is listed"),
    Rule(
        "decision_sent_or_impossible",
        decision_sent_or_impossible,
        "the answer is sent, or it is recorded why none can be sent",
    ),
    Rule("decision_drafted", decision_drafted, "the answer is written", answered_by=("message",)),
    Rule("customer_can_be_reached", customer_can_be_reached, "the customer can be reached"),
    Rule("customer_cannot_be_reached", customer_cannot_be_reached, "the customer cannot be reached"),
)
