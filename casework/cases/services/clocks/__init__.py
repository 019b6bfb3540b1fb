"""Clocks on a case: starting, stopping, pausing, extending, fitting them to what changed, and explaining them."""

from casework.cases.clockwork import LIVE
from casework.cases.services.clocks.carrying import copy_extensions
from casework.cases.services.clocks.checking import Checked, check_clocks
from casework.cases.services.clocks.ending import (
    cancel_clocks,
    close_clocks,
    resume_clocks,
    stop_clocks,
    take_back,
)
from casework.cases.services.clocks.explaining import Explained, Happened, explain_clock, explain_clocks
from casework.cases.services.clocks.extending import (
    extend_clocks,
    latest_extension,
    owed_answer,
)
from casework.cases.services.clocks.fitting import fit_clocks
from casework.cases.services.clocks.foreseeing import Fate, Foreseen, foresee
from casework.cases.services.clocks.pausing import copy_pauses, pause_clocks
from casework.cases.services.clocks.planning import (
    ANSWERED,
    Fitting,
    is_asked_again,
    last_heard,
    plan_fitting,
)
from casework.cases.services.clocks.reaching import note_not_told, note_told_at_last
from casework.cases.services.clocks.saying import due_sentence
from casework.cases.services.clocks.standing import (
    answered_at,
    is_early,
    keep_standing,
    note,
    point_key,
    standing_of,
    stored_differences,
    terms_of,
)
from casework.cases.services.clocks.starting import (
    STARTED_BY,
    Promise,
    about_case,
    early_is_open,
    promises_for,
    reopen_clocks,
    start_clocks,
)
from casework.cases.services.clocks.sweeping import sweep_clocks
from casework.cases.services.clocks.updates import note_told, owe_next

__all__ = [
    "ANSWERED",
    "LIVE",
    "STARTED_BY",
    "Checked",
    "Explained",
    "Fate",
    "Fitting",
    "Foreseen",
    "Happened",
    "Promise",
    "about_case",
    "answered_at",
    "cancel_clocks",
    "check_clocks",
    "close_clocks",
    "copy_extensions",
    "copy_pauses",
    "due_sentence",
    "early_is_open",
    "explain_clock",
    "explain_clocks",
    "extend_clocks",
    "fit_clocks",
    "foresee",
    "is_asked_again",
    "is_early",
    "keep_standing",
    "last_heard",
    "latest_extension",
    "note",
    "note_not_told",
    "note_told",
    "note_told_at_last",
    "owe_next",
    "owed_answer",
    "pause_clocks",
    "plan_fitting",
    "point_key",
    "promises_for",
    "reopen_clocks",
    "resume_clocks",
    "standing_of",
    "start_clocks",
    "stop_clocks",
    "stored_differences",
    "sweep_clocks",
    "take_back",
    "terms_of",
]
