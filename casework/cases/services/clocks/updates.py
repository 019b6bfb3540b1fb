"""Promises that come back: telling the customer every so often how it stands."""

from collections.abc import Sequence
from datetime import datetime

from casework.cases.clockwork import LIVE, What
from casework.cases.models import Case, Clock
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
    owe_next(case, owed, at, now=now)


def owe_next(case: Case, met: Sequence[Clock], at: datetime, *, now: datetime) -> None:
    """What comes back of that which was met at `at` is owed from then on, until the decision has gone out."""
    comes_back = any(c.promise == UPDATE and c.standard is not None and c.standard.repeats for c in met)
    if comes_back and case.is_open and case.decision_state not in ANSWERED:
        start_clocks(case, "last_update", at, now=now, only=(UPDATE,), again=True)
