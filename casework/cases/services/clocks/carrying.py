"""A later date that the customer was told goes with the promise to the clock that takes its place."""

from datetime import datetime

from casework.cases.clockwork import LIVE, ClockState, What
from casework.cases.models import Case, Clock, ClockEvent
from casework.cases.services.clocks.standing import events_that_count, keep_standing, note


def extensions_before(case: Case, clock: Clock) -> list[ClockEvent]:
    """What was given to the clock of the same promise that ended when the case changed: they were told that date.

    `clock` counts from the same instant, because the case is again what it was.
    """
    same = [one for one in case.clocks if one.state is ClockState.CANCELLED and _is_same(one, clock)]
    return _given_to(case, same[-1]) if same else []


def keep_extensions(case: Case, clock: Clock, *, now: datetime) -> None:
    """Give a clock that begins again what the one before it had been given."""
    for event in extensions_before(case, clock):
        _give_again(case, clock, event, now)


def copy_extensions(case: Case, to: Case, *, now: datetime) -> None:
    """The later date that the customer was told for one case holds for what was split off it too."""
    for clock in to.clocks:
        own = [one for one in case.clocks if _is_same(one, clock) and one.state in LIVE]
        for event in _given_to(case, own[-1]) if own else ():
            _give_again(to, clock, event, now)
            to.extensions = case.extensions
    keep_standing(to)


def _is_same(one: Clock, other: Clock) -> bool:
    if one.standard is None or other.standard is None:
        return False
    return (one.standard.code, one.stage, one.started_at) == (
        other.standard.code,
        other.stage,
        other.started_at,
    )


def _given_to(case: Case, clock: Clock) -> list[ClockEvent]:
    return [e for e in events_that_count(case) if e.what is What.EXTENDED and clock.number in e.clocks]


def _give_again(case: Case, clock: Clock, event: ClockEvent, now: datetime) -> None:
    note(
        case,
        What.EXTENDED,
        event.at,
        now=now,
        clocks=[clock],
        reason=event.reason,
        actor_id=event.actor_id,
        **event.data,
    )
