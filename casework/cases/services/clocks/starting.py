"""Which clocks a case gets, and starting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.calendars import Due, due, end_of_day, parse_unit
from casework.cases.clockwork import LIVE, ClockState
from casework.cases.models import Case, Clock
from casework.cases.rules import About, applies, limit_for
from casework.cases.services.clocks.reaching import waits_for_words
from casework.cases.services.clocks.standing import be_noticed, keep_standing
from casework.catalogue.models import Standard
from casework.catalogue.queries import (
    calendar_for,
    calendar_in_force,
    standards_in_force,
    the_agency,
    with_those_above,
)
from casework.catalogue.words import REOPENED, STARTS
from casework.core.db import db

# A case that is received starts what counts from the receipt, and what counts from when the customer last heard.
AT_RECEIPT = ("received", "day_after_received", "last_update")
# A review begins by what it was asked for, and the customer has heard how it stands then.
# Another answer is owed by whatever counts from the way to the first one, and so is word of how it stands.
STARTED_BY = {
    "received": AT_RECEIPT,
    "escalated": ("escalated", "last_update"),
    REOPENED: (*AT_RECEIPT, "acknowledged", "escalated"),
}
OWED_AGAIN = ("respond", "review", "update")


@dataclass(frozen=True)
class Promise:
    """A due date that a case would get: the standard and what it gives."""

    standard: Standard
    due: Due


def promises_for(
    *,
    kind: str,
    severity: int,
    service_id: int | None,
    received_at: datetime,
    stage: int = 1,
    channel: str = "",
    category_id: int | None = None,
) -> list[Promise]:
    """The due dates that a case like this would get when it is received, soonest first."""
    about = About(
        kind=kind,
        severity=severity,
        service_id=service_id,
        stage=stage,
        channel=channel,
        category_ids=with_those_above(category_id),
    )
    found = [each for each in _in_force(received_at) if each.starts in AT_RECEIPT and applies(each, about)]
    promises = [Promise(each, _promised(each, about.severity, received_at)) for each in found]
    return sorted(promises, key=lambda promise: promise.due.at)


def start_clocks(
    case: Case,
    event: str,
    at: datetime,
    *,
    now: datetime,
    only: Sequence[str] = (),
    again: bool = False,
) -> None:
    """Start the clock of every standard that begins with this event on this case.

    `only` names the promises to start. A standard that ran already at this stage is started anew only `again`.
    """
    counted = LIVE if again else tuple(ClockState)
    # Words of the first answer that have yet to reach the customer do not meet another one.
    passed = [c for c in case.clocks if event == REOPENED and waits_for_words(case, c)]
    running = {(_code(c), c.stage) for c in case.clocks if c.state in counted and c not in passed}
    standards = _in_force(at)
    about = about_case(case, standards)
    for standard in standards:
        known = (standard.code, case.stage) in running or (only and standard.promise not in only)
        if not known and begins_with(case, standard, event) and applies(standard, about):
            add_clock(case, standard, at, event=event if _comes_back(case, standard, event) else "")
    keep_standing(case)


def reopen_clocks(case: Case, at: datetime) -> None:
    """Another answer is owed, with the same limits, counted from now."""
    start_clocks(case, REOPENED, at, now=at, only=OWED_AGAIN, again=True)


def begins_with(case: Case, standard: Standard, event: str) -> bool:
    """Whether a standard counts from this event on a case at its stage.

    Nothing was escalated at the first one; word that is owed once is not owed again; and what was to be done early
    cannot be done early any more when a case is taken up again.
    """
    if standard.starts == "escalated" and case.stage == 1:
        return False
    if event == REOPENED and (standard.is_early or (standard.promise == "update" and not standard.repeats)):
        return False
    return standard.starts in STARTED_BY.get(event, (event,)) or _comes_back(case, standard, event)


def _comes_back(case: Case, standard: Standard, event: str) -> bool:
    """Whether it counts from this event although another one starts it."""
    if event == "last_update":
        return standard.code in repeating(case)
    return event == REOPENED and (
        standard.starts in STARTED_BY[REOPENED]
        or any(_code(clock) == standard.code and clock.stage == case.stage for clock in case.clocks)
    )


def repeating(case: Case) -> set[str]:
    """The codes of standards that ran at this stage of the case and come back whenever they are met."""
    return {
        clock.standard.code
        for clock in case.clocks
        if clock.stage == case.stage and clock.standard is not None and clock.standard.repeats
    }


def early_is_open(case: Case, now: datetime) -> bool:
    """Whether the path of an early resolution can still be taken: a clock of one runs and is not past."""
    return any(
        clock.state is ClockState.RUNNING
        and clock.standard is not None
        and clock.standard.is_early
        and now <= clock.due_at
        for clock in case.clocks
    )


def about_case(case: Case, standards: Sequence[Standard] | None = None) -> About:
    """What standards look at in a case. Where these `standards` name no category, that of the case is not looked up."""
    by_category = standards is None or any(each.category_id is not None for each in standards)
    return About(
        kind=case.kind,
        severity=case.severity,
        service_id=case.service_id,
        stage=case.stage,
        channel=case.channel,
        path=case.path or "",
        category_ids=with_those_above(case.category_id) if by_category else frozenset(),
    )


def add_clock(case: Case, standard: Standard, at: datetime, *, event: str = "") -> Clock:
    """Let this standard run on this case from an instant; nothing is worked out yet.

    `event` is what started it, where that is not what the standard says.
    """
    clock = new_clock(case, standard, at, event=event)
    case.clocks.append(clock)
    be_noticed(case)
    return clock


def new_clock(case: Case, standard: Standard, at: datetime, *, event: str = "") -> Clock:
    """The clock that this standard would get on this case, which does not have it yet."""
    calendar_id, calendar_number = calendar_in_force(standard.calendar_id)
    return Clock(
        number=1 + max((each.number for each in case.clocks), default=0),
        standard_id=standard.id,
        # The standard itself too: what counts by it below then asks for nothing.
        standard=standard,
        promise=standard.promise,
        name=standard.name,
        stage=case.stage,
        started_at=_started_at(standard, at),
        start_event=event or standard.starts,
        limit=limit_for(standard.limit, standard.severity_limits or {}, case.severity),
        unit=standard.unit,
        roll=standard.roll,
        may_pause=standard.may_pause,
        calendar_id=calendar_id,
        calendar_number=calendar_number,
        due_at=at,
        state=ClockState.RUNNING,
    )


def standards_on(at: datetime) -> list[Standard]:
    """The standards in force on the agency's day of an instant."""
    return _in_force(at)


def _in_force(at: datetime) -> list[Standard]:
    on = at.astimezone(ZoneInfo(the_agency().time_zone)).date()
    return list(db.session.scalars(standards_in_force(on)))


def _code(clock: Clock) -> str:
    return clock.standard.code if clock.standard is not None else ""


def _started_at(standard: Standard, at: datetime) -> datetime:
    """Where it counts from. In days the day of the event is day 0 anyway; hours begin with the calendar's next day."""
    unit = parse_unit(standard.unit)
    if standard.starts != "day_after_received" or not (unit.is_elapsed or unit.is_open_time):
        return at
    zone = calendar_for(*calendar_in_force(standard.calendar_id)).time_zone
    return end_of_day(zone, at.astimezone(zone).date())


def _promised(standard: Standard, severity: int, at: datetime) -> Due:
    return due(
        calendar_for(*calendar_in_force(standard.calendar_id)),
        start=_started_at(standard, at),
        limit=limit_for(standard.limit, standard.severity_limits or {}, severity),
        unit=standard.unit,
        roll=standard.roll,
        event=STARTS.get(standard.starts, ""),
    )


__all__ = ["Promise", "about_case", "add_clock", "new_clock", "promises_for", "standards_on", "start_clocks"]
