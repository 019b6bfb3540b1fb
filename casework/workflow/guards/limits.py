"""What may be offered on the spot: the agency's limits for a role, said in a sentence where they stop somebody."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from casework.workflow.situation import Limit, Limits, as_amount

# In this order they are asked: whoever may more stands behind.
ROLES = {"frontline": "front-line staff", "supervisor": "a supervisor", "manager": "a manager"}
MONEY = ("refund", "payment")
_NAMED = {
    "staff_guidance": "guidance for staff",
    "service_provided": "the service itself",
    "decision_changed": "another decision",
    "record_corrected": "a corrected record",
}
NO_AMOUNT = "The amount must be a number such as 25 or 25.50. Correct it, or leave it empty."
NOT_MONEY = "An amount belongs to a refund or a payment. Choose one of them, or leave the amount empty."


def beyond_limits(
    limits: Limits, *, role: str, severity: int | None, remedy: str = "", amount: str = ""
) -> str | None:
    """Why this role may not resolve such a case on the spot, and who may; None when it may.

    - Without a remedy only the severity counts: some remedy of the role must reach it.
    - A remedy without a limit of its own is not for this role; one with a limit holds up to its severity.
    - An amount belongs to a refund or a payment, and may be as high as the limit says.
    """
    money = as_amount(amount)
    if amount and money is None:
        return NO_AMOUNT
    if money is not None and remedy not in MONEY:
        return NOT_MONEY
    own = limits.get(role, {})
    reach = max((limit.max_severity for limit in own.values()), default=0)
    if severity is not None and severity > reach:
        higher = [
            r
            for r in ROLES
            if max((x.max_severity for x in limits.get(r, {}).values()), default=0) >= severity
        ]
        return _too_severe(role, severity, reach, higher)
    if not remedy:
        return None
    if remedy not in own:
        return _not_theirs(limits, role, remedy)
    return _beyond_one(limits, role, remedy, severity, money)


def _beyond_one(
    limits: Limits, role: str, remedy: str, severity: int | None, money: Decimal | None
) -> str | None:
    limit, what = limits[role][remedy], named(remedy)
    if severity is not None and severity > limit.max_severity:
        higher = _who(limits, remedy, lambda other: other.max_severity >= severity)
        return (
            f"{_capital(_word(role))} may offer {what} on the spot up to severity {limit.max_severity}, and this is "
            f"severity {severity}. {_ask(higher, 'Offer something else')}"
        )
    if money is not None and limit.most is not None and money > limit.most:
        higher = _who(limits, remedy, lambda other: other.most is None or other.most >= money)
        return (
            f"{_capital(_word(role))} may offer {what} of up to {limit.words} on the spot. "
            f"{_ask(higher, 'Offer less')}"
        )
    return None


def _too_severe(role: str, severity: int, reach: int, higher: Sequence[str]) -> str:
    upto = f" (up to severity {reach})" if reach else ""
    return (
        f"A case of severity {severity} cannot be resolved on the spot by {_word(role)}{upto}. "
        f"{_ask(higher, 'Save it without resolving it')}"
    )


def _not_theirs(limits: Limits, role: str, remedy: str) -> str:
    offers = ", ".join(named(name) for name in sorted(limits[role]))
    higher = _who(limits, remedy, lambda other: True)
    return (
        f"{_capital(_word(role))} may not offer {named(remedy)} on the spot, only: {offers}. "
        f"{_ask(higher, 'Offer one of these')}"
    )


def _who(limits: Limits, remedy: str, may: Callable[[Limit], bool]) -> list[str]:
    return [role for role in ROLES if remedy in limits.get(role, {}) and may(limits[role][remedy])]


def _ask(roles: Sequence[str], instead: str) -> str:
    if not roles:
        return f"{instead}: nobody may do more on the spot."
    return f"{instead}, or ask {' or '.join(_word(role) for role in roles)}, who may."


def named(remedy: str) -> str:
    """A remedy inside a sentence."""
    words = remedy.replace("_", " ")
    return _NAMED.get(remedy) or (f"an {words}" if words[:1] in "aeiou" else f"a {words}")


def _word(role: str) -> str:
    return ROLES.get(role, "your role")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
