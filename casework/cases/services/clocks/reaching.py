"""Clocks that were met by words to the customer, and are owed on while these have not reached them."""

from collections.abc import Sequence
from datetime import datetime

from casework.cases.clockwork import LIVE, ClockState, What
from casework.cases.models import Case, Clock, ClockEvent
from casework.cases.services.clocks.standing import (
    events_that_count,
    keep_standing,
    note,
    note_met,
    standing_of,
)
from casework.catalogue.queries import calendar_in_force
from casework.catalogue.words import REOPENED

_ENDS = (What.MET, What.CANCELLED, What.LAPSED, What.NOT_TOLD)

# What is met when words of this kind have reached the customer.
MEETS = {"decision": ("respond", "review"), "acknowledgement": ("acknowledge",)}


def note_not_told(case: Case, says: str, *, written_at: datetime, why: str, now: datetime) -> list[Clock]:
    """The clocks that the words written at `written_at` had met run on, as if nothing had been said.

    - In a closed case they are owed no more, until the words reach the customer after all.
    - Time that stood still because they asked something goes on: nobody was asked.
    - What was to count from these words is owed no more either: it counts from when they arrive.
    """
    _do_not_wait(case, says, written_at, why, now)
    met = [
        clock
        for clock in case.clocks
        if clock.state is ClockState.MET
        and (end := _last_end(case, clock)) is not None
        and (end.what, end.at, end.data.get("says")) == (What.MET, written_at, says)
    ]
    closed = not case.is_open or case.duplicate_of_id is not None
    if met:
        _not_told(case, met, {"says": says, "written_at": written_at.isoformat()}, why, closed, now)
        if begun := _begun_with(case, met, written_at):
            note(case, What.CANCELLED, now, clocks=begun, reason=why)
        keep_standing(case)
        catch_up(case, met, now)
    return met


def _begun_with(case: Case, met: Sequence[Clock], written_at: datetime) -> list[Clock]:
    """The next update that was owed from these words on, which met the last one."""
    last = max((clock.number for clock in met if clock.promise == "update"), default=None)
    later = [c for c in case.clocks if last is not None and c.promise == "update" and c.number > last]
    return [clock for clock in later if clock.state in LIVE and clock.started_at == written_at]


def leave_to_the_words(case: Case, at: datetime) -> None:
    """A case is closed while words are on their way: the clocks that wait for them do not run, and may be met yet."""
    for clock in [one for one in case.clocks if waits_for_words(case, one)]:
        end = _last_end(case, clock)
        if end is not None:
            words = {name: end.data[name] for name in ("says", "written_at")}
            _not_told(case, [clock], words, end.reason, True, at)
    keep_standing(case)


def _not_told(
    case: Case, clocks: list[Clock], words: dict[str, str], why: str, closed: bool, at: datetime
) -> None:
    note(case, What.NOT_TOLD, at, clocks=clocks, reason=why, closed=closed, says=words["says"],
         written_at=words["written_at"])  # fmt: skip


def note_told_at_last(
    case: Case, says: str, *, written_at: datetime, at: datetime, now: datetime
) -> list[Clock]:
    """Words of which it was noted that they had not reached the customer have done so at `at`.

    - What they were to meet is met, and so is what took its place or was promised meanwhile: the customer is told.
      Not what is owed since the customer asked again: words of an earlier answer are no answer to that.
    - Where they ask something and the case still waits for the answer, its time stands still from then on.
    """
    _wait_after_all(case, says, written_at, max(at, written_at), now)
    told = (What.NOT_TOLD, says, written_at.isoformat())
    waited = {number for e in events_that_count(case) if _words(e) == told for number in e.clocks}
    stages = {clock.stage for clock in case.clocks if clock.number in waited}
    owed = [
        clock
        for clock in case.clocks
        if ((end := _last_end(case, clock)) is not None and _words(end) == told)
        or (
            clock.state in LIVE
            and clock.stage in stages
            and clock.promise in MEETS.get(says, ())
            and clock.started_at <= at
            and not (clock.start_event == REOPENED and clock.started_at > written_at)
        )
    ]
    if owed:
        written = written_at.isoformat()
        met_at = max(at, written_at)
        note_met(case, owed, met_at, now=now, says=says, written_at=written)
        keep_standing(case)
    return owed


def say_again(case: Case, after: int, now: datetime) -> None:
    """What became of words does not depend on what is taken back: it is noted once more.

    `after` is the event after which all was taken back.
    """
    for event in [one for one in case.clock_events if (one.id or 0) > after]:
        if "written_at" not in event.data:
            continue
        says, written_at = event.data["says"], datetime.fromisoformat(event.data["written_at"])
        if event.what in (What.NOT_TOLD, What.RESUMED):
            note_not_told(case, says, written_at=written_at, why=event.reason, now=now)
        else:
            note_told_at_last(case, says, written_at=written_at, at=event.at, now=now)


def catch_up(case: Case, clocks: Sequence[Clock], at: datetime, *, actor_id: int | None = None) -> None:
    """Those of the clocks that run again follow what their calendar became meanwhile, as all others did that ran."""
    standing = standing_of(case)
    for clock in clocks:
        calendar = standing[clock.number].terms.calendar
        if clock.state not in LIVE or clock.limit is None or calendar is None:
            continue
        newest = calendar_in_force(calendar[0])
        if newest[1] > calendar[1]:
            why = "The calendar had changed meanwhile."
            note(case, What.CHANGED, at, clocks=[clock], reason=why, actor_id=actor_id, calendar=list(newest))
    keep_standing(case)


def waits_for_words(case: Case, clock: Clock) -> bool:
    """Whether it was met by words that have not reached the customer, and runs on."""
    end = _last_end(case, clock)
    return clock.state in LIVE and end is not None and end.what is What.NOT_TOLD


def _do_not_wait(case: Case, says: str, written_at: datetime, why: str, now: datetime) -> None:
    """A pause that began with these words is over before it has begun."""
    paused = last_about_pauses(case)
    if paused is not None and (paused.what, paused.at) == (What.PAUSED, written_at):
        written = written_at.isoformat()
        note(case, What.RESUMED, written_at, now=now, reason=why, says=says, written_at=written)
        keep_standing(case)


def _wait_after_all(case: Case, says: str, written_at: datetime, at: datetime, now: datetime) -> None:
    resumed = last_about_pauses(case)
    if resumed is None or _words(resumed) != (What.RESUMED, says, written_at.isoformat()):
        return
    begun = next(e for e in reversed(events_that_count(case)) if e.what is What.PAUSED)
    if case.is_open and case.state == begun.data.get("state"):
        words = {"says": says, "written_at": written_at.isoformat()}
        note(
            case, What.PAUSED, at, now=now, reason=begun.reason, actor_id=begun.actor_id, **begun.data | words
        )
        keep_standing(case)


def last_about_pauses(case: Case) -> ClockEvent | None:
    """The newest thing that let the time of the case stand still or go on."""
    about = [e for e in events_that_count(case) if e.what in (What.PAUSED, What.RESUMED)]
    return about[-1] if about else None


def _words(event: ClockEvent) -> tuple[What, str, str]:
    return event.what, event.data.get("says", ""), event.data.get("written_at", "")


def _last_end(case: Case, clock: Clock) -> ClockEvent | None:
    about = [e for e in events_that_count(case) if e.what in _ENDS and clock.number in e.clocks]
    return about[-1] if about else None
