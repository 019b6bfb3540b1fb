"""The words of a case that are fixed: its kind, channel, findings, remedies, how far its decision has come."""

from enum import StrEnum


class Kind(StrEnum):
    """What a case is."""

    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    SUGGESTION = "suggestion"
    ENQUIRY = "enquiry"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Channel(StrEnum):
    """How it reached the agency."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"
    WEB = "web"
    LETTER = "letter"
    SOCIAL = "social"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {"in_person": "In person", "social": "Social"}.get(self.value, self.value.capitalize())


class Finding(StrEnum):
    """What was found on an issue."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    NO_FINDING = "no_finding"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Remedy(StrEnum):
    """What is offered to put it right."""

    APOLOGY = "apology"
    EXPLANATION = "explanation"
    SERVICE_PROVIDED = "service_provided"
    REFUND = "refund"
    PAYMENT = "payment"
    DECISION_CHANGED = "decision_changed"
    RECORD_CORRECTED = "record_corrected"
    STAFF_GUIDANCE = "staff_guidance"
    POLICY_CHANGE = "policy_change"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class DecisionState(StrEnum):
    """How far the communication that states the decision has come."""

    NONE = "none"
    DRAFTED = "drafted"
    QUEUED = "queued"
    SENT = "sent"
    IMPOSSIBLE = "impossible"
