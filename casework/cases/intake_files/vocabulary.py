"""The fields a mapping may fill, and the values that some of them may have."""

STAMPS = ("received_at", "acknowledged_at", "responded_at", "closed_at", "respond_due_at")
"""Instants; received_at is required."""

PATHS = ("category", "cause")
"""Trees: a list of columns makes a path from the general to the particular."""

TEXTS = (
    "service",
    "team",
    "customer_name",
    "customer_email",
    "customer_phone",
    "customer_group",
    "location",
    "narrative",
    "desired_outcome",
    "response_text",
    "status",
)

CHOICES = {
    "kind": ("complaint", "compliment", "suggestion", "enquiry"),
    "channel": ("phone", "email", "web", "in_person", "letter", "social", "other"),
    "finding": ("upheld", "not_upheld", "no_finding"),
    "remedy": (
        "apology",
        "explanation",
        "service_provided",
        "refund",
        "payment",
        "decision_changed",
        "record_corrected",
        "staff_guidance",
        "policy_change",
    ),
}
"""Fields with a closed list of values, as they are kept. People may write "in person" for in_person."""

WHOLE_NUMBERS = {"severity": (1, 4), "stage": (1, 2)}
"""Fields with a whole number from a lowest to a highest."""

REFERENCE = "external_reference"
AMOUNT = "remedy_amount"
REQUIRED = (REFERENCE, "received_at")
FIELDS = (REFERENCE, *STAMPS, *CHOICES, *WHOLE_NUMBERS, *PATHS, AMOUNT, *TEXTS)

EMPTY = frozenset({"", "N/A", "NULL"})
"""What other systems write where they have nothing."""

_ALSO = {"social_media": "social"}


def choice(field: str, text: str) -> str | None:
    """The value of a closed list that a text means ("In person" is in_person); None when it means none."""
    value = text.strip().lower().replace(" ", "_").replace("-", "_")
    value = _ALSO.get(value, value)
    return value if value in CHOICES[field] else None


def whole_number(field: str, text: str) -> int | None:
    """The number a text gives for a field, when it lies where it may lie; None otherwise."""
    lowest, highest = WHOLE_NUMBERS[field]
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
    return value if value is not None and lowest <= value <= highest else None


def what_it_may_be(field: str) -> str:
    """The values a field may have, for a sentence."""
    if field in WHOLE_NUMBERS:
        lowest, highest = WHOLE_NUMBERS[field]
        return f"a whole number from {lowest} to {highest}"
    return "one of " + ", ".join(value.replace("_", " ") for value in CHOICES[field])
