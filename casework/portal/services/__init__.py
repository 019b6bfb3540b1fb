"""What customers can do: begin_draft, keep_answers, send_draft, answer_offer, write_message, ask_for_review, …"""

from casework.portal.services.drafts import (
    begin_draft,
    forget_draft,
    forget_old_drafts,
    keep_answers,
    send_draft,
    take_over,
)
from casework.portal.services.links import send_link_again
from casework.portal.services.replies import Answer, answer_offer, ask_for_review, write_message
from casework.portal.services.tries import note_try

__all__ = [
    "Answer",
    "answer_offer",
    "ask_for_review",
    "begin_draft",
    "forget_draft",
    "forget_old_drafts",
    "keep_answers",
    "note_try",
    "send_draft",
    "send_link_again",
    "take_over",
    "write_message",
]
