"""Owns the process: states, moves, guards and what always holds, as data and pure functions.

Assumptions: the module knows nothing of the database, the web or the clock on the wall. A service builds a
`Situation` from a case, asks `decide` for a move, and carries out the effects that come back.
"""

from casework.workflow.definition import ClockEffects, Field, Guard, Move, Process, State
from casework.workflow.diagram import HEADINGS, rows, svg, text
from casework.workflow.moves import Decision, Effects, MoveRefused, Offer, decide, offers
from casework.workflow.parse import (
    MORE_PRESETS,
    ProcessError,
    load_preset,
    load_process,
    more_preset_names,
    parse_process,
    preset_names,
)
from casework.workflow.situation import IssueView, Situation
from casework.workflow.validation import problems

__all__ = [
    "HEADINGS",
    "MORE_PRESETS",
    "ClockEffects",
    "Decision",
    "Effects",
    "Field",
    "Guard",
    "IssueView",
    "Move",
    "MoveRefused",
    "Offer",
    "Process",
    "ProcessError",
    "Situation",
    "State",
    "decide",
    "load_preset",
    "load_process",
    "more_preset_names",
    "offers",
    "parse_process",
    "preset_names",
    "problems",
    "rows",
    "svg",
    "text",
]
