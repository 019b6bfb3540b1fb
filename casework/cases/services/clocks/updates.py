"""Promises that come back: telling the customer every so often how it stands."""

from datetime import datetime

from casework.cases.clockwork import LIVE, What
from casework.cases.models import Case
from casework.cases.services.clocks.planning import ANSWERED
from casework.cases.services.clocks.standing import keep_standing, note
from casework.cases.services.clocks.starting import start_clocks

UPDATE = "update"


def note_told(case: Case, at: datetime, *, written_at: datetime, now: datetime) -> None:
    """The customer was told how it stands: what was owed is met, and the next time is owed from then on.

    - What was started with the words or after them (a move that says so itself) is not met by them.
    - Once the decision has gone out nothing is owed again; in a closed case nothing is owed at all.
    """
    is_answered = case.decision_state in ANSWERED
    owed = [
        clock
        for clock in case.clocks
        if clock.state in LIVE and clock.promise == UPDATE and (is_answered or clock.started_at < written_at)
    ]
    if not owed or not case.is_open:
        return
    note(case, What.MET, max(at, *(clock.started_at for clock in owed)), now=now, clocks=owed)
    keep_standing(case)
    if not is_answered and any(clock.standard is not None and clock.standard.repeats for clock in owed):
        start_clocks(case, "last_update", at, now=now, only=(UPDATE,), again=True)
