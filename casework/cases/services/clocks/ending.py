"""Clocks that are met, owed no more or go on again; and taking all of that back."""

from collections.abc import Sequence
from datetime import datetime

from casework.cases.clockwork import LIVE, What
from casework.cases.models import Case, Clock
from casework.cases.services.clocks.reaching import (
    catch_up,
    last_about_pauses,
    leave_to_the_words,
    say_again,
)
from casework.cases.services.clocks.standing import keep_standing, note, note_met


def stop_clocks(
    case: Case,
    promises: Sequence[str],
    at: datetime,
    *,
    now: datetime | None = None,
    actor_id: int | None = None,
    says: str = "",
) -> list[Clock]:
    """What was promised is done: the clocks of these promises are met (in time or late) at this instant.

    A pause ends with it: whoever does what was promised no longer waits. `says` is what the customer is told with it.
    """
    met = [clock for clock in case.clocks if clock.state in LIVE and clock.promise in promises]
    _end_pause(case, at, now, actor_id)
    if met:
        said = {"says": says} if says else {}
        note_met(case, met, at, now=now, actor_id=actor_id, **said)
    keep_standing(case)
    return met


def cancel_clocks(
    case: Case,
    at: datetime,
    *,
    reason: str = "",
    only: Sequence[Clock] | None = None,
    actor_id: int | None = None,
) -> None:
    """No answer is owed any more (withdrawn, passed on, a duplicate), or not by these clocks alone."""
    ended = [clock for clock in (case.clocks if only is None else only) if clock.state in LIVE]
    if only is None:
        _end_pause(case, at, None, actor_id)
    if ended:
        note(case, What.CANCELLED, at, clocks=ended, reason=reason, actor_id=actor_id)
    keep_standing(case)


def close_clocks(case: Case, at: datetime) -> None:
    """A closed case owes nothing; what waits for words that are on their way may still be met by them."""
    leave_to_the_words(case, at)
    cancel_clocks(case, at, reason="the case was closed")


def resume_clocks(case: Case, at: datetime, *, actor_id: int | None = None) -> None:
    """Let the time go on; every due date moves by what was paused."""
    _end_pause(case, at, None, actor_id)
    keep_standing(case)


def take_back(case: Case, after: int, at: datetime, *, actor_id: int | None = None) -> None:
    """Let the clocks be as if nothing had happened to them since the event `after` (0: since their start)."""
    note(case, What.RESTORED, at, actor_id=actor_id, after=after)
    keep_standing(case)
    say_again(case, after, at)
    catch_up(case, case.clocks, at, actor_id=actor_id)


def is_pausing(case: Case) -> bool:
    """Whether the time of the case stands still now."""
    last = last_about_pauses(case)
    return last is not None and last.what is What.PAUSED


def _end_pause(case: Case, at: datetime, now: datetime | None, actor_id: int | None) -> None:
    if is_pausing(case):
        note(case, What.RESUMED, at, now=now, actor_id=actor_id)
