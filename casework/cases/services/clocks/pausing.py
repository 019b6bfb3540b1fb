"""The times in which the clocks that may pause stand still."""

from datetime import datetime

from casework.cases.clockwork import What
from casework.cases.models import Case
from casework.cases.services.clocks.ending import is_pausing
from casework.cases.services.clocks.standing import events_that_count, keep_standing, note


def pause_clocks(
    case: Case, at: datetime, reason: str, *, state: str = "", actor_id: int | None = None
) -> None:
    """Stop the time of the clocks that may pause in a state. A case that is paused already stays so."""
    if is_pausing(case):
        return
    note(case, What.PAUSED, at, reason=reason, actor_id=actor_id, state=state or case.state)
    keep_standing(case)


def copy_pauses(case: Case, to: Case, *, now: datetime) -> None:
    """What was waited for in one case was waited for in the other one too; a pause that still runs is not."""
    begun = None
    for event in events_that_count(case):
        if event.what is What.PAUSED:
            begun = event
        elif event.what is What.RESUMED and begun is not None:
            note(
                to, What.PAUSED, begun.at, now=now, reason=begun.reason, actor_id=begun.actor_id, **begun.data
            )
            note(to, What.RESUMED, event.at, now=now, actor_id=event.actor_id)
            begun = None
    keep_standing(to)
