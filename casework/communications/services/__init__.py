"""Writing to customers, hearing from them, notes among ourselves, and settling what a machine cannot settle."""

from casework.communications.services.hearing import (
    Call,
    Outcome,
    hear_from_customer,
    keep_imported_answers,
    log_call,
)
from casework.communications.services.notes import hand_over_with, write_note
from casework.communications.services.settling import Settled, tick_off, ways_to_settle
from casework.communications.services.writing import (
    Preview,
    preview_of,
    ways_to_tell,
    write_to_customer,
)

__all__ = [
    "Call",
    "Outcome",
    "Preview",
    "Settled",
    "hand_over_with",
    "hear_from_customer",
    "keep_imported_answers",
    "log_call",
    "preview_of",
    "tick_off",
    "ways_to_settle",
    "ways_to_tell",
    "write_note",
    "write_to_customer",
]
