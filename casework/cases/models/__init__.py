"""A case, its issues, its clocks, and the staff who stand in a special relation to it."""

from casework.cases.models import queue_indexes as _queue_indexes  # noqa: F401 - they join the tables
from casework.cases.models.actions import ActionState, CaseAction
from casework.cases.models.approvals import Approval, ApprovalRule, ApprovalState
from casework.cases.models.bulk import Act, BulkItem, BulkJob, ItemState, JobState
from casework.cases.models.case import NO_DUE, Case, CaseNumber, Issue
from casework.cases.models.changes import ClockChange, ClockChangeRow
from casework.cases.models.clocks import Clock, ClockEvent, ClockState
from casework.cases.models.drafts import CaseDraft
from casework.cases.models.files import CaseFile, CasefileRequest, Making, StagedFile
from casework.cases.models.glass import GlassBreak
from casework.cases.models.links import CaseLink, LinkKind
from casework.cases.models.people import HANDLED, CasePerson, Relation, handled_before
from casework.cases.models.presence import CasePresence
from casework.cases.models.routing import AssignmentRule, Turn, Way
from casework.cases.models.saved_views import QueueChoice, SavedView, Scope
from casework.cases.models.suggestions import SuggestionModel, SuggestionWord
from casework.cases.models.tags import CaseTag
from casework.cases.models.versions import Going, VersionMove, VersionMoveItem
from casework.cases.models.words import Channel, DecisionState, Finding, Kind, Remedy

__all__ = [
    "HANDLED",
    "NO_DUE",
    "Act",
    "ActionState",
    "Approval",
    "ApprovalRule",
    "ApprovalState",
    "AssignmentRule",
    "BulkItem",
    "BulkJob",
    "Case",
    "CaseAction",
    "CaseDraft",
    "CaseFile",
    "CaseLink",
    "CaseNumber",
    "CasePerson",
    "CasePresence",
    "CaseTag",
    "CasefileRequest",
    "Channel",
    "Clock",
    "ClockChange",
    "ClockChangeRow",
    "ClockEvent",
    "ClockState",
    "DecisionState",
    "Finding",
    "GlassBreak",
    "Going",
    "Issue",
    "ItemState",
    "JobState",
    "Kind",
    "LinkKind",
    "Making",
    "QueueChoice",
    "Relation",
    "Remedy",
    "SavedView",
    "Scope",
    "StagedFile",
    "SuggestionModel",
    "SuggestionWord",
    "Turn",
    "VersionMove",
    "VersionMoveItem",
    "Way",
    "handled_before",
]
