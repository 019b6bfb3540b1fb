"""What whoever extends the time to answer has to know before they type a date: what is due, how far it may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework.calendars import Relative, local_day_of
from casework.cases.models import Case
from casework.cases.services.clocks import LIVE, Explained, explain_clocks, latest_extension
from casework.cases.views import clock_words
from casework.catalogue.queries import default_calendar
from casework.workflow.definition import Move


@dataclass(frozen=True)
class Extending:
    """`clocks` that could be put off, `latest` the last day (None: nothing limits it), `tell` what has to be said."""

    clocks: Sequence[tuple[Explained, Relative]]
    latest: date | None
    tell: Sequence[str]


def extending(case: Case, move: Move, *, now: datetime) -> Extending | None:
    """What a move that extends can do; None for any other move, and where no answer is waited for."""
    if not move.clocks.extend:
        return None
    owed = [each for each in explain_clocks(case, now=now) if _is_answer(each)]
    if not owed:
        return None
    latest, tell = latest_extension(case, at=now)
    due_on = local_day_of(default_calendar(), min(each.due_at for each in owed))
    caps = [guard.params["days"] for guard in move.guards if guard.name == "due_before"]
    days = [due_on + timedelta(days=cap) for cap in caps] + ([latest] if latest else [])
    return Extending([(each, clock_words(each, now)) for each in owed], min(days, default=None), tell)


def _is_answer(each: Explained) -> bool:
    clock = each.clock
    return clock.state in LIVE and clock.promise == "respond"
