"""What can happen to a case: open_case, make_move, assign_case, decide_issue, add_issue, change_access."""

from casework.cases.services.access import change_access
from casework.cases.services.assignment import assign_case
from casework.cases.services.intake import NewCase, NewIssue, open_case
from casework.cases.services.issues import Decision, add_issue, decide_issue
from casework.cases.services.moves import (
    FIRST_CONTACT,
    go_on_after_reply,
    make_move,
    note_decision_impossible,
    note_decision_queued,
    note_decision_sent,
    note_decision_trouble,
    offers_for,
)

__all__ = [
    "FIRST_CONTACT",
    "Decision",
    "NewCase",
    "NewIssue",
    "add_issue",
    "assign_case",
    "change_access",
    "decide_issue",
    "go_on_after_reply",
    "make_move",
    "note_decision_impossible",
    "note_decision_queued",
    "note_decision_sent",
    "note_decision_trouble",
    "offers_for",
    "open_case",
]
