"""How the clocks of a case stand: worked out from what happened, and kept in the rows that lists go by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import flag_modified

from casework.calendars import Calendar
from casework.cases.clockwork import (
    ClockState,
    Happening,
    Standing,
    Step,
    Terms,
    What,
    next_step_at,
    parse_steps,
    points_of,
    replay,
    step_times,
    without_taken_back,
)
from casework.cases.models import NO_DUE, Case, Clock, ClockEvent
from casework.catalogue.queries import calendar_for
from casework.catalogue.words import STARTED_BY


def note(
    case: Case,
    what: What,
    at: datetime,
    *,
    now: datetime | None = None,
    clocks: Sequence[Clock] = (),
    reason: str = "",
    actor_id: int | None = None,
    once: str | None = None,
    **data: Any,
) -> ClockEvent:
    """Write down what happened to clocks of a case (`clocks` none: all); nothing is worked out yet."""
    event = ClockEvent(
        what=what,
        at=at,
        noted_at=now or at,
        clocks=[clock.number for clock in clocks],
        reason=reason,
        actor_id=actor_id,
        once=once,
        data=data,
    )
    case.clock_events.append(event)
    be_noticed(case)
    return event


NOT_EARLY = "it was not resolved early"


def note_met(
    case: Case,
    clocks: Sequence[Clock],
    at: datetime,
    *,
    now: datetime | None = None,
    actor_id: int | None = None,
    **data: Any,
) -> None:
    """Write down that what these clocks promised is done; a path that was not taken in time has lapsed before.

    Whether or not a sweep has seen that comes to the same.
    """
    standing = standing_of(case) if any(map(is_early, clocks)) else {}
    lapsed = [clock for clock in clocks if is_early(clock) and at > standing[clock.number].due_at]
    for clock in lapsed:
        due_at = standing[clock.number].due_at
        note(case, What.LAPSED, due_at, now=now or at, clocks=[clock], reason=NOT_EARLY)
    met = [clock for clock in clocks if clock not in lapsed]
    if met:
        note(case, What.MET, at, now=now, clocks=met, actor_id=actor_id, **data)


def be_noticed(case: Case) -> None:
    """Let whoever saves the case meanwhile notice, though nothing that can be seen of it may have changed.

    Otherwise two who write at once would each keep what they know of the clocks (a case that is closed while a
    message arrives), and both might give the next clock the same number.
    """
    if "next_due_at" in inspect(case).dict:  # A case that is being opened is nobody else's yet.
        flag_modified(case, "next_due_at")


# What says that a point was passed, and changes nothing of how a clock stands.
_SAID = (What.WARNED, What.MISSED)


def keep_standing(case: Case) -> dict[int, Standing]:
    """Work out how every clock stands, and keep it in their rows and in what the case is sorted by."""
    found = standing_of(case)
    done = points_done(case.clock_events)
    for clock in case.clocks:
        for name, value in derived(clock, found[clock.number], done).items():
            if getattr(clock, name) != value:
                setattr(clock, name, value)
    for name, value in _of_the_case(case).items():
        if getattr(case, name) != value:
            setattr(case, name, value)
    return found


def standing_of(case: Case) -> dict[int, Standing]:
    """How every clock of a case stands after all that happened, by its number."""
    happened = [happening_of(event) for event in case.clock_events]
    found = replay([terms_of(clock) for clock in case.clocks], happened, calendar_of)
    for clock in _as_they_came(case):
        found[clock.number] = replace(
            found[clock.number], state=clock.state, met_at=clock.met_at, ended_at=clock.met_at
        )
    return found


def stored_differences(case: Case) -> Iterator[str]:
    """Where what is kept differs from what happened: a sentence for each; nothing when all is as it should be."""
    found = standing_of(case)
    done = points_done(case.clock_events)
    for clock in case.clocks:
        for name, value in derived(clock, found[clock.number], done).items():
            kept = getattr(clock, name)
            if kept != value:
                yield f"{case.reference}, {clock.name}: {name} is {kept}, and what happened gives {value}."
    for name, value in _of_the_case(case).items():
        kept = getattr(case, name)
        if kept != value:
            yield f"{case.reference}: {name} is {kept}, and its clocks give {value}."


def _as_they_came(case: Case) -> list[Clock]:
    """The dates of a record to which nothing happened here: they stand as the record says, which may come anew."""
    changed = {number for event in case.clock_events if event.what not in _SAID for number in event.clocks}
    return [clock for clock in case.clocks if clock.limit is None and clock.number not in changed]


def derived(clock: Clock, standing: Standing, done: dict[int, set[str]]) -> dict[str, Any]:
    """What the row of a clock keeps of how it stands. `done` are the points of which something was said."""
    return {
        "state": standing.state,
        "due_at": standing.due_at,
        "met_at": standing.met_at,
        "next_step_at": _next_step(clock, standing, done.get(clock.number, set())),
    }


def terms_of(clock: Clock) -> Terms:
    """What a clock was started with."""
    standard = clock.standard
    return Terms(
        number=clock.number,
        started_at=clock.started_at,
        limit=clock.limit,
        unit=clock.unit,
        roll=clock.roll,
        may_pause=clock.may_pause,
        pause_in=tuple(standard.pause_in or ()) if standard is not None else (),
        calendar=(clock.calendar_id, clock.calendar_number) if clock.calendar_id is not None else None,
        fixed_at=clock.due_at if clock.limit is None else None,
        event=STARTED_BY.get(clock.start_event, ""),
    )


def happening_of(event: ClockEvent) -> Happening:
    """The pure value of an event."""
    return Happening(
        what=event.what,
        at=event.at,
        key=event.id or _NEWEST,
        clocks=tuple(event.clocks),
        reason=event.reason,
        data=event.data,
    )


def events_that_count(case: Case) -> list[ClockEvent]:
    """What happened to the clocks of a case, without what was taken back."""
    pairs = [(event, happening_of(event)) for event in case.clock_events]
    counted = {id(each) for each in without_taken_back([each for _, each in pairs])}
    return [event for event, each in pairs if id(each) in counted]


def calendar_of(version: tuple[int, int] | None) -> Calendar:
    """The calendar of a version, or that of the agency."""
    return calendar_for(*(version or (None, 0)))


# What is not in the database yet comes after everything that is.
_NEWEST = 2**62


def point_key(number: int, point: str, due_at: datetime) -> str:
    """What keeps a point of a clock from being told twice for the same due date."""
    return f"{number}:{point}:{due_at.isoformat()}"


def points_done(events: Iterable[ClockEvent]) -> dict[int, set[str]]:
    """By clock, the keys of the points that were passed and told of."""
    found: dict[int, set[str]] = {}
    for event in events:
        if event.once is not None:
            found.setdefault(int(event.once.partition(":")[0]), set()).add(event.once)
    return found


def steps_left(clock: Clock, standing: Standing, done: set[str]) -> list[tuple[datetime, Step]]:
    """The points of a running clock of which nothing was said yet, with their instants, the earliest first."""
    if standing.state is not ClockState.RUNNING:
        return []
    standard = clock.standard
    steps = parse_steps(standard.steps if standard is not None else ())
    times = step_times(
        points_of(steps, lapses=is_early(clock)),
        calendar_of(standing.terms.calendar),
        started_at=clock.started_at,
        due_at=standing.due_at,
    )
    return [(at, step) for at, step in times if point_key(clock.number, step.at, standing.due_at) not in done]


def _next_step(clock: Clock, standing: Standing, done: set[str]) -> datetime | None:
    return next_step_at(steps_left(clock, standing, done), ())


def _of_the_case(case: Case) -> dict[str, Any]:
    """What the case is sorted by: the soonest running due date, and by when it is answered at this stage."""
    running = [clock.due_at for clock in case.clocks if clock.state is ClockState.RUNNING]
    answers = [
        clock
        for clock in case.clocks
        if clock.promise == "respond" and clock.stage == case.stage and not is_early(clock)
    ]
    owed = [clock for clock in answers if clock.state is not ClockState.CANCELLED] or answers
    return {
        "next_due_at": min(running, default=NO_DUE),
        "is_paused": any(clock.state is ClockState.PAUSED for clock in case.clocks),
        "respond_due_at": min((clock.due_at for clock in owed), default=None),
    }


def is_early(clock: Clock) -> bool:
    """Whether it is a path that lapses when it is not taken in time."""
    return clock.standard is not None and clock.standard.is_early


def answered_at(case: Case) -> datetime | None:
    """When the customer was answered last: at a later stage that is not the first answer."""
    if case.responded_at is None:
        return None
    kept = [clock.met_at for clock in case.clocks if clock.promise in ("respond", "review") and clock.met_at]
    return max([case.responded_at, *kept])
