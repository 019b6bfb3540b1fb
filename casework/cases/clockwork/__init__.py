"""The clocks of a case, pure: what happened to them, how they stand after it, and when something is to be said.

A clock is its terms, which never change once it has started, and a list of what happened to it since, to which
things are only ever added. How it stands (`replay`) is always worked out from both; what the database keeps of it
is there to be searched and sorted by, and `flask clocks check` proves that it is the same.
"""

from casework.cases.clockwork.replay import Calendars, Standing, replay, without_taken_back
from casework.cases.clockwork.steps import (
    DUE,
    USUAL,
    Step,
    StepError,
    next_step_at,
    parse_steps,
    points_of,
    step_times,
    who_is_told,
)
from casework.cases.clockwork.terms import LIVE, ClockState, Happening, Terms, What

__all__ = [
    "DUE",
    "LIVE",
    "USUAL",
    "Calendars",
    "ClockState",
    "Happening",
    "Standing",
    "Step",
    "StepError",
    "Terms",
    "What",
    "next_step_at",
    "parse_steps",
    "points_of",
    "replay",
    "step_times",
    "who_is_told",
    "without_taken_back",
]
