"""Giving the answer a later date: how often, how far, and with what reason, by the standard that runs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from casework.calendars import Extension, due, end_of_day, local_day_of
from casework.cases.clockwork import LIVE, Standing, What
from casework.cases.models import Case, Clock
from casework.cases.services.clocks.standing import (
    calendar_of,
    is_early,
    keep_standing,
    note,
    standing_of,
)
from casework.core.errors import Refused

PROMISE = "respond"


def extend_clocks(
    case: Case, *, until: date, reason: str, at: datetime, actor_id: int | None = None
) -> list[Clock]:
    """Give the answer until the end of a day. Those standards that allow no extension go on as they are.

    - Each is extended as often as it says, and no further than it says; one that gives as much already is left.
    - The day lies after the present one, and not in the past.

    Raises Refused with a sentence for each rule that is broken.
    """
    standing = standing_of(case)
    live = [clock for clock in case.clocks if _is_owed(clock)]
    if not live:
        raise Refused("No answer is being waited for, so there is nothing to extend.")
    able = [clock for clock in live if _times(clock) > 0] or live
    able = [clock for clock in able if _day_of(standing[clock.number]) < until] or able
    reasons = [why for clock in able if (why := _why_not(clock, standing[clock.number], until, at))]
    if not reason.strip():
        reasons.append("Say why it takes longer; the customer reads it.")
    if reasons:
        raise Refused(list(dict.fromkeys(reasons)))
    for clock in able:
        _extend(case, clock, standing[clock.number], until, reason, at, actor_id)
    case.extensions += 1
    keep_standing(case)
    return able


def owed_answer(case: Case) -> tuple[datetime | None, int]:
    """When the answer that is owed now is due, and how often it was put off; where none is, as it was for the last.

    What an earlier answer needed (of stage 1, or before the case was reopened) does not count for the next one.
    """
    owed = {clock.number: clock.due_at for clock in case.clocks if _is_owed(clock)}
    if not owed:
        return case.respond_due_at, case.extensions
    extended = (
        [event.clocks for event in case.clock_events if event.what is What.EXTENDED]
        if case.extensions
        else []
    )
    used = max(sum(number in clocks for clocks in extended) for number in owed)
    return min(owed.values()), used


def latest_extension(case: Case, *, at: datetime) -> tuple[date | None, Sequence[str]]:
    """The last day to which the answer may be put off (None: the standards name none), and what has to be told."""
    standing = standing_of(case)
    days, words = [], []
    for clock in case.clocks:
        if _is_owed(clock) and _times(clock):
            day = _latest(clock, standing[clock.number], at)
            days += [day] if day is not None else []
            words += [clock.standard.extension_words] if clock.standard else []
    return min(days, default=None), [each for each in dict.fromkeys(words) if each]


def _why_not(clock: Clock, standing: Standing, until: date, at: datetime) -> str:
    used, most = len(standing.extensions), _times(clock)
    if most == 0:
        return f"“{clock.name}” allows no extension. Answer by {_day(standing)}."
    if used >= most:
        times = "once already" if most == 1 else f"{used} times already"
        return f"“{clock.name}” was extended {times}. Answer it, or explain to the customer why it is late."
    if until <= _day_of(standing):
        return "The new date is not later than the present one. Give a later date."
    zone = calendar_of(standing.terms.calendar).time_zone
    if until <= at.astimezone(zone).date():
        return "The new date lies in the past. Give a date after today."
    latest = _latest(clock, standing, at)
    if latest is not None and until > latest:
        return f"“{clock.name}” lets the answer be put off to {latest.day} {latest:%B %Y} at most."
    return ""


def _extend(
    case: Case,
    clock: Clock,
    standing: Standing,
    until: date,
    reason: str,
    at: datetime,
    actor_id: int | None,
) -> None:
    days = (until - _counted_day(standing)).days
    given = end_of_day(calendar_of(standing.terms.calendar).time_zone, until)
    # A date that came with a record counts nothing that could be made longer, so it is put off to an instant.
    fixed: dict[str, Any] = {"due_at": given.isoformat()} if standing.terms.limit is None else {}
    note(
        case,
        What.EXTENDED,
        at,
        clocks=[clock],
        reason=reason.strip(),
        actor_id=actor_id,
        limit=days,
        unit="calendar_day",
        **fixed,
    )


def _latest(clock: Clock, standing: Standing, at: datetime) -> date | None:
    """The last day that the standard's cap gives, counted with what was paused.

    While it stands still, how long it does is left out of this as of the due date: it is added when it goes on.
    """
    standard, terms = clock.standard, standing.terms
    if standard is None or not standard.extension_limit or terms.limit is None:
        return None
    more = standard.extension_limit - (terms.limit if standard.extension_is_total else 0)
    calendar = calendar_of(terms.calendar)
    unit = standard.extension_unit or terms.unit
    if more < 1:
        return _day_of(standing)
    longer = Extension(limit=more, unit=unit, reason="", granted_at=at)
    found = due(
        calendar,
        start=terms.started_at,
        limit=terms.limit,
        unit=terms.unit,
        roll=terms.roll,
        pauses=standing.pauses,
        extension=longer,
        until=standing.paused_at,
    )
    return local_day_of(calendar, found.at)


def _times(clock: Clock) -> int:
    return clock.standard.extension_times if clock.standard is not None else 1


def _is_owed(clock: Clock) -> bool:
    return clock.state in LIVE and clock.promise == PROMISE and not is_early(clock)


def _day_of(standing: Standing) -> date:
    return local_day_of(calendar_of(standing.terms.calendar), standing.due_at)


def _counted_day(standing: Standing) -> date:
    """The day from which an extension counts on: where the end lies before it is rolled off a closed day."""
    if standing.terms.limit is None:
        return _day_of(standing)
    rolled_from = standing.reckon(calendar_of).explanation.reckoning.rolled_from
    return rolled_from.on if rolled_from is not None else _day_of(standing)


def _day(standing: Standing) -> str:
    on = _day_of(standing)
    return f"{on.day} {on:%B %Y}"
