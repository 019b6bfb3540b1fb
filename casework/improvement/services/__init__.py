"""What can happen to an opportunity: find_opportunities, accept, dismiss, merge, add_action, finish_action, tell …"""

from casework.improvement.services.actions import NewAction, add_action, finish_action, move_step
from casework.improvement.services.deciding import accept, dismiss, merge
from casework.improvement.services.effects import review_effects
from casework.improvement.services.finding import Found, find_opportunities
from casework.improvement.services.publishing import PublicWords, publish, withdraw
from casework.improvement.services.telling import (
    approve_words,
    ask_for_waiting,
    note_not_told,
    note_told,
    prepare_telling,
    tell_customers,
)

__all__ = [
    "Found",
    "NewAction",
    "PublicWords",
    "accept",
    "add_action",
    "approve_words",
    "ask_for_waiting",
    "dismiss",
    "find_opportunities",
    "finish_action",
    "merge",
    "move_step",
    "note_not_told",
    "note_told",
    "prepare_telling",
    "publish",
    "review_effects",
    "tell_customers",
    "withdraw",
]
