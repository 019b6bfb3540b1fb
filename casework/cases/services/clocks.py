"""Clocks on a case: starting, stopping, pausing, extending, and the dates that queues sort by.

The due date of a clock is always computed anew by `calendars.due` from what happened to it; nothing is added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars import Calendar, Due, Extension, due, moment_text
from casework.calendars import Pause as TimePaused
from casework.cases.models import NO_DUE, Case, Clock, ClockState, Pause
from casework.cases.rules import applies
from casework.catalogue.models import Standard, WorkingCalendar
from casework.catalogue.queries import calendar_of, default_calendar, standards_in_force, the_agency
from casework.core.db import db
from casework.core.errors import Refused

_EVENTS = {
    "received": "when it was received",
    "acknowledged": "when it was acknowledged",
    "escalated": "when the review was asked for",
}
LIVE = (ClockState.RUNNING, ClockState.PAUSED)


@dataclass(frozen=True)
class Promise:
    """A due date that a case would get: the standard and what it gives."""

    standard: Standard
    due: Due


def promises_for(
    *, kind: str, severity: int, service_id: int | None, received_at: datetime, stage: int = 1
) -> list[Promise]:
    """The due dates that a case like this would get when it is received, soonest first."""
    found = _standards(
        received_at, event="received", kind=kind, stage=stage, severity=severity, service_id=service_id
    )
    promises = [Promise(s, _due(s, received_at)) for s in found]
    return sorted(promises, key=lambda promise: promise.due.at)


def start_clocks(
    case: Case, event: str, at: datetime, *, now: datetime, only: Sequence[str] = (), again: bool = False
) -> None:
    """Start the clock of every standard that begins with this event on this case.

    `only` names the promises to start. A standard that ran already at this stage is started anew only `again`.
    """
    counted = LIVE if again else tuple(ClockState)
    running = {(clock.standard_id, clock.stage) for clock in case.clocks if clock.state in counted}
    for standard in _standards(
        at, event=event, kind=case.kind, stage=case.stage, severity=case.severity, service_id=case.service_id
    ):
        if (standard.id, case.stage) in running or (only and standard.promise not in only):
            continue
        case.clocks.append(
            Clock(
                standard_id=standard.id,
                # The standard itself too: what counts by it below then asks for nothing.
                standard=standard,
                promise=standard.promise,
                name=standard.name,
                stage=case.stage,
                started_at=at,
                start_event=event,
                limit=standard.limit,
                unit=standard.unit,
                roll=standard.roll,
                may_pause=standard.may_pause,
                extension={},
                due_at=_due(standard, at).at,
                state=ClockState.RUNNING,
            )
        )
    db.session.flush()
    set_due_dates(case, now=now)


def stop_clocks(case: Case, promises: Sequence[str], at: datetime) -> None:
    """What was promised is done: the clocks of these promises are met (in time or late) at this instant."""
    _end_pause(case, at)
    for clock in case.clocks:
        if clock.state in LIVE and clock.promise in promises:
            clock.due_at = due_at_of(case, clock, until=at)
            clock.state, clock.met_at = ClockState.MET, at
    set_due_dates(case, now=at)


def cancel_clocks(case: Case, at: datetime) -> None:
    """The case ended without an answer being owed (withdrawn, passed on, a duplicate)."""
    _end_pause(case, at)
    for clock in case.clocks:
        if clock.state in LIVE:
            clock.state = ClockState.CANCELLED
    set_due_dates(case, now=at)


def pause_clocks(case: Case, at: datetime, reason: str) -> None:
    """Stop the time of the clocks that may pause. A case that is paused already stays so."""
    if any(pause.to_at is None for pause in case.pauses):
        return
    case.pauses.append(Pause(from_at=at, reason=reason))
    for clock in case.clocks:
        if clock.state is ClockState.RUNNING and clock.may_pause:
            clock.state = ClockState.PAUSED
    set_due_dates(case, now=at)


def resume_clocks(case: Case, at: datetime) -> None:
    """Let the time go on; every due date moves by what was paused."""
    _end_pause(case, at)
    set_due_dates(case, now=at)


def extend_clocks(case: Case, *, limit: int, unit: str, reason: str, at: datetime) -> None:
    """Lengthen the promise to respond once. Raises Refused when there is none to lengthen or it was lengthened."""
    live = [clock for clock in case.clocks if clock.state in LIVE and clock.promise == "respond"]
    if not live:
        raise Refused("No answer is being waited for, so there is nothing to extend.")
    if any(clock.extension for clock in live):
        raise Refused(
            "This case was extended once already. Answer it, or explain to the customer why it is late."
        )
    for clock in live:
        clock.extension = {"limit": limit, "unit": unit, "reason": reason, "granted_at": at.isoformat()}
    case.extensions += 1
    set_due_dates(case, now=at)


def set_due_dates(case: Case, *, now: datetime) -> None:
    """Compute the due date of every live clock, and from them what the case is sorted by."""
    for clock in case.clocks:
        if clock.state in LIVE:
            clock.due_at = due_at_of(case, clock, until=now)
    running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    case.next_due_at = min((clock.due_at for clock in running), default=NO_DUE)
    case.is_paused = any(clock.state is ClockState.PAUSED for clock in case.clocks)
    answers = [
        clock.due_at for clock in case.clocks if clock.promise == "respond" and clock.stage == case.stage
    ]
    case.respond_due_at = min(answers, default=None)


@dataclass(frozen=True)
class Explained:
    """A clock with the working of its due date: (label, text) lines, the days left out, and one sentence."""

    clock: Clock
    due_at: datetime
    lines: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    sentence: str


def due_at_of(case: Case, clock: Clock, *, until: datetime) -> datetime:
    """When a clock is due; a pause that still runs counts until `until`."""
    return clock.due_at if clock.limit is None else _reckon(case, clock, clock.limit, until).at


def explain_clock(case: Case, clock: Clock, *, now: datetime) -> Explained:
    """The working of a due date. A date that came with an imported record explains only that."""
    until = clock.met_at or now
    if clock.limit is None:
        zone = ZoneInfo(the_agency().time_zone)
        text = moment_text(zone, clock.due_at)
        lines = (("Promise", "the date that came with the imported record"), ("Due", text))
        return Explained(clock, clock.due_at, lines, (), f"The record that was imported says {text}.")
    found = _reckon(case, clock, clock.limit, until)
    why = found.explanation
    skipped = tuple((each.on.isoformat(), each.reason) for each in why.skipped)
    return Explained(clock, found.at, tuple((x.label, x.text) for x in why.lines), skipped, why.sentence())


def explain_clocks(case: Case, *, now: datetime) -> list[Explained]:
    """Every clock of a case with its working, the live ones first, then the soonest."""
    ordered = sorted(case.clocks, key=lambda clock: (clock.state not in LIVE, clock.due_at))
    return [explain_clock(case, clock, now=now) for clock in ordered]


def _reckon(case: Case, clock: Clock, limit: int, until: datetime) -> Due:
    return due(
        _calendar_for(clock.standard),
        start=clock.started_at,
        limit=limit,
        unit=clock.unit,
        roll=clock.roll,
        pauses=_pauses(case, clock, until) if clock.may_pause else (),
        extension=_extension(clock.extension),
        until=until,
        event=_EVENTS.get(clock.start_event, ""),
    )


def _pauses(case: Case, clock: Clock, until: datetime) -> list[TimePaused]:
    end = clock.met_at or until
    found = []
    for pause in case.pauses:
        begin, stop = max(pause.from_at, clock.started_at), pause.to_at
        if begin < end and (stop is None or stop > begin):
            found.append(TimePaused(begin, stop, pause.reason))
    return found


def _end_pause(case: Case, at: datetime) -> None:
    for pause in case.pauses:
        if pause.to_at is None:
            pause.to_at = at
    for clock in case.clocks:
        if clock.state is ClockState.PAUSED:
            clock.state = ClockState.RUNNING


def _extension(kept: dict[str, Any]) -> Extension | None:
    if not kept:
        return None
    granted = datetime.fromisoformat(kept["granted_at"])
    return Extension(limit=kept["limit"], unit=kept["unit"], reason=kept["reason"], granted_at=granted)


def _standards(
    at: datetime, *, event: str, kind: str, stage: int, severity: int, service_id: int | None
) -> list[Standard]:
    on = at.astimezone(ZoneInfo(the_agency().time_zone)).date()
    return [
        standard
        for standard in db.session.scalars(standards_in_force(on))
        if applies(standard, event=event, kind=kind, stage=stage, severity=severity, service_id=service_id)
    ]


def _due(standard: Standard, start: datetime) -> Due:
    event = _EVENTS.get(standard.starts, "")
    return due(
        _calendar_for(standard),
        start=start,
        limit=standard.limit,
        unit=standard.unit,
        roll=standard.roll,
        event=event,
    )


def _calendar_for(standard: Standard | None) -> Calendar:
    if standard is None or standard.calendar_id is None:
        return default_calendar()
    return calendar_of(db.session.get_one(WorkingCalendar, standard.calendar_id))
