"""What may be offered on the spot, and what is said to whoever may not."""

from decimal import Decimal

import pytest

from casework.workflow.guards.limits import beyond_limits, named
from casework.workflow.situation import Limit

LIMITS = {
    "frontline": {
        "apology": Limit(3),
        "refund": Limit(2, Decimal(50), "$50.00"),
        "staff_guidance": Limit(1),
        "service_provided": Limit(1),
    },
    "supervisor": {"apology": Limit(4), "refund": Limit(3, Decimal(200), "$200.00"), "explanation": Limit(4)},
    "manager": {"apology": Limit(4), "refund": Limit(4), "payment": Limit(4, Decimal(900), "$900.00")},
}

Row = tuple[str, int | None, str, str, str | None]

ROWS: list[Row] = [
    ("frontline", 3, "", "", None),
    ("frontline", None, "", "", None),
    ("frontline", 2, "refund", "50", None),
    ("frontline", None, "refund", "0", None),
    ("frontline", 2, "refund", "", None),
    ("manager", 4, "refund", "100000", None),
    ("manager", 4, "payment", "900", None),
    (
        "frontline",
        4,
        "",
        "",
        (
            "A case of severity 4 cannot be resolved on the spot by front-line staff (up to severity 3). "
            "Save it without resolving it, or ask a supervisor or a manager, who may."
        ),
    ),
    (
        "nobody",
        1,
        "",
        "",
        (
            "A case of severity 1 cannot be resolved on the spot by your role. "
            "Save it without resolving it, or ask front-line staff or a supervisor or a manager, who may."
        ),
    ),
    (
        "manager",
        5,
        "apology",
        "",
        (
            "A case of severity 5 cannot be resolved on the spot by a manager (up to severity 4). "
            "Save it without resolving it: nobody may do more on the spot."
        ),
    ),
    (
        "frontline",
        3,
        "refund",
        "10",
        (
            "Front-line staff may offer a refund on the spot up to severity 2, and this is severity 3. "
            "Offer something else, or ask a supervisor or a manager, who may."
        ),
    ),
    (
        "frontline",
        2,
        "staff_guidance",
        "",
        (
            "Front-line staff may offer guidance for staff on the spot up to severity 1, and this is severity 2. "
            "Offer something else: nobody may do more on the spot."
        ),
    ),
    (
        "frontline",
        2,
        "refund",
        "50.01",
        (
            "Front-line staff may offer a refund of up to $50.00 on the spot. "
            "Offer less, or ask a supervisor or a manager, who may."
        ),
    ),
    (
        "supervisor",
        3,
        "refund",
        "200.01",
        (
            "A supervisor may offer a refund of up to $200.00 on the spot. "
            "Offer less, or ask a manager, who may."
        ),
    ),
    (
        "frontline",
        1,
        "refund",
        "200",
        (
            "Front-line staff may offer a refund of up to $50.00 on the spot. "
            "Offer less, or ask a supervisor or a manager, who may."
        ),
    ),
    (
        "manager",
        1,
        "payment",
        "901",
        (
            "A manager may offer a payment of up to $900.00 on the spot. "
            "Offer less: nobody may do more on the spot."
        ),
    ),
    (
        "supervisor",
        1,
        "payment",
        "",
        (
            "A supervisor may not offer a payment on the spot, only: an apology, an explanation, a refund. "
            "Offer one of these, or ask a manager, who may."
        ),
    ),
    (
        "frontline",
        1,
        "policy_change",
        "",
        (
            "Front-line staff may not offer a policy change on the spot, only: an apology, a refund, "
            "the service itself, guidance for staff. Offer one of these: nobody may do more on the spot."
        ),
    ),
    (
        "frontline",
        4,
        "refund",
        "a lot",
        "The amount must be a number such as 25 or 25.50. Correct it, or leave it empty.",
    ),
    (
        "frontline",
        1,
        "apology",
        "10",
        "An amount belongs to a refund or a payment. Choose one of them, or leave the amount empty.",
    ),
]


@pytest.mark.parametrize(("role", "severity", "remedy", "amount", "sentence"), ROWS)
def test_limits_let_pass_or_say_who_may(
    role: str, severity: int | None, remedy: str, amount: str, sentence: str | None
) -> None:
    assert beyond_limits(LIMITS, role=role, severity=severity, remedy=remedy, amount=amount) == sentence


def test_a_role_without_any_limit_of_its_own_offers_nothing() -> None:
    assert beyond_limits({}, role="frontline", severity=None) is None
    assert beyond_limits({}, role="frontline", severity=1) == (
        "A case of severity 1 cannot be resolved on the spot by front-line staff. "
        "Save it without resolving it: nobody may do more on the spot."
    )


def test_at_the_edge_of_severity_and_of_an_amount_a_role_may() -> None:
    edge = {
        "frontline": {"payment": Limit(2, Decimal(50), "$50.00")},
        "manager": {"payment": Limit(3, Decimal(60))},
    }
    assert beyond_limits(edge, role="frontline", severity=2, remedy="payment", amount="50") is None
    assert "ask a manager" in str(
        beyond_limits(edge, role="frontline", severity=2, remedy="payment", amount="60")
    )
    assert "nobody may" in str(
        beyond_limits(edge, role="frontline", severity=2, remedy="payment", amount="61")
    )
    wide = {"frontline": {"payment": Limit(2), "apology": Limit(4)}, "manager": {"payment": Limit(3)}}
    assert "ask a manager" in str(beyond_limits(wide, role="frontline", severity=3, remedy="payment"))


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        ("apology", "an apology"),
        ("refund", "a refund"),
        ("policy_change", "a policy change"),
        ("staff_guidance", "guidance for staff"),
        ("service_provided", "the service itself"),
        ("decision_changed", "another decision"),
        ("record_corrected", "a corrected record"),
    ],
)
def test_a_remedy_is_named_inside_a_sentence(remedy: str, words: str) -> None:
    assert named(remedy) == words
