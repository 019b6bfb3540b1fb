"""What can happen to a case: open_case, make_move, assign_case, decide_issue, promise_action, change_access, …"""

from casework.cases.services.access import change_access
from casework.cases.services.actions import (
    Ending,
    Promised,
    change_action,
    end_action,
    note_action_told,
    note_action_untold,
    promise_action,
)
from casework.cases.services.assignment import assign_case
from casework.cases.services.intake import NewCase, NewIssue, open_case
from casework.cases.services.issues import Decision, IssueEdit, add_issue, decide_issue, edit_issue
from casework.cases.services.moves import (
    FIRST_CONTACT,
    go_on_after_reply,
    make_move,
    offers_for,
)
from casework.cases.services.resolving import OnTheSpot, Spot, log_case
from casework.cases.services.telling import (
    note_decision_impossible,
    note_decision_queued,
    note_not_reached,
    note_reached,
    note_waiting,
)

__all__ = [
    "FIRST_CONTACT",
    "Decision",
    "Ending",
    "IssueEdit",
    "NewCase",
    "NewIssue",
    "OnTheSpot",
    "Promised",
    "Spot",
    "add_issue",
    "assign_case",
    "change_access",
    "change_action",
    "decide_issue",
    "edit_issue",
    "end_action",
    "go_on_after_reply",
    "log_case",
    "make_move",
    "note_action_told",
    "note_action_untold",
    "note_decision_impossible",
    "note_decision_queued",
    "note_not_reached",
    "note_reached",
    "note_waiting",
    "offers_for",
    "open_case",
    "promise_action",
]
