"""A case, its issues, its clocks, and the staff who stand in a special relation to it."""

from casework.cases.models.case import NO_DUE, Case, CaseNumber, Issue
from casework.cases.models.clocks import Clock, ClockState, Pause
from casework.cases.models.people import CasePerson, Relation
from casework.cases.models.words import Channel, DecisionState, Finding, Kind, Remedy

__all__ = [
    "NO_DUE",
    "Case",
    "CaseNumber",
    "CasePerson",
    "Channel",
    "Clock",
    "ClockState",
    "DecisionState",
    "Finding",
    "Issue",
    "Kind",
    "Pause",
    "Relation",
    "Remedy",
]
