"""By when a customer is answered and how that is counted, in words that they could be read. Nobody of ours is named."""

from collections.abc import Iterator
from datetime import date, datetime

from casework.calendars import Due, Unit, local_day_of
from casework.calendars.terms import Reckoning
from casework.calendars.words import counted, listed
from casework.cases.clockwork import LIVE, ClockState
from casework.cases.models import Case, Channel, Clock
from casework.cases.services.clocks.standing import calendar_of, standing_of
from casework.catalogue.words import REOPENED

# More single closed days than this are counted and not named.
NAMED = 4
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HEARD = {
    Channel.PHONE: "you called us",
    Channel.IN_PERSON: "you came to us",
    Channel.EMAIL: "we had your email",
    Channel.LETTER: "we had your letter",
}
_SINCE = {
    "acknowledged": "we told you that we have it",
    "escalated": "you asked us to look at it again",
    "met": "we talked it over with you",
    "transferred": "it came to the people who deal with it",
    "last_update": "you last heard from us",
    REOPENED: "we took it up again",
}


def due_sentence(case: Case, *, now: datetime) -> str:
    """By when the customer is answered, and what was counted; empty where no answer is owed.

    Of several standards the soonest counts. While we wait for the customer no date is promised.
    """
    clock = _soonest(case)
    if clock is None:
        return ""
    if clock.state is ClockState.PAUSED:
        return "We need your answer first. The time in which we answer you goes on when we have it."
    standing = standing_of(case)[clock.number]
    if standing.terms.limit is None:
        return _first(_day(local_day_of(calendar_of(None), clock.due_at)), clock, now)
    found = standing.reckon(calendar_of, now=now)
    return f"{_first(_end(found), clock, now)} {_second(case, clock, found)}"


def _soonest(case: Case) -> Clock | None:
    owed = [
        clock
        for clock in case.clocks
        if clock.state in LIVE
        and clock.promise in ("respond", "review")
        and not (clock.standard is not None and clock.standard.is_early)
    ]
    return min(owed, key=lambda clock: clock.due_at, default=None)


def _first(when: str, clock: Clock, now: datetime) -> str:
    if now > clock.due_at:
        return f"We should have answered you by {when}, and we are sorry that we have not."
    return f"We will answer you by {when}."


def _second(case: Case, clock: Clock, found: Due) -> str:
    reckoning = found.explanation.reckoning
    parts = [f"We count {_limit(reckoning)} from {_start(case, clock, reckoning.unit)}"]
    if reckoning.unit.is_open_time:
        parts.append("only in the hours in which we are open")
    if left_out := _left_out(found):
        parts.append(f"leaving out {left_out}")
    if reckoning.extensions:
        more = [counted(step.extension.limit, _plain(step.unit)) for step in reckoning.extensions]
        parts.append(f"and {listed(more)} more because we need longer")
    if any(step.moved for step in reckoning.pauses):
        parts.append("and the time in which we waited for your answer")
    sentence = f"{', '.join(parts)}."
    if reckoning.rolled_from is not None:
        sentence += " The last of these days is one on which we are closed, so we took the next open one."
    return sentence


def _limit(reckoning: Reckoning) -> str:
    return counted(reckoning.limit, _plain(reckoning.unit))


def _plain(unit: Unit) -> str:
    return {"calendar_day": "day"}.get(str(unit), str(unit).replace("_", " "))


def _start(case: Case, clock: Clock, unit: Unit) -> str:
    event = _event(case, clock)
    if unit.is_elapsed or unit.is_open_time:
        at_end = clock.start_event == "day_after_received"
        return f"the end of the day on which {event}" if at_end else f"the moment when {event}"
    if str(unit) in ("week", "month"):
        return f"the day on which {event}"
    return f"the day after {event}"


def _event(case: Case, clock: Clock) -> str:
    if clock.start_event in _SINCE and clock.start_event != "last_update":
        return _SINCE[clock.start_event]
    if clock.started_at > case.received_at and clock.start_event == "received":
        # The same promise again: for another answer, or for those who have it now.
        return "we took it up again" if case.reopened else _SINCE["transferred"]
    return _SINCE.get(clock.start_event) or _HEARD.get(case.channel, "we had your message")


def _end(found: Due) -> str:
    reckoning = found.explanation.reckoning
    day = _day(reckoning.end.on)
    if reckoning.unit.is_elapsed or reckoning.unit.is_open_time:
        at = reckoning.end.at.astimezone(reckoning.calendar.time_zone)
        return f"{at:%H:%M} on {_day(at.date())}"
    return day


def _day(on: date) -> str:
    return f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]} {on.year}"


def _left_out(found: Due) -> str:
    reckoning = found.explanation.reckoning
    rolled = reckoning.rolled_from
    days = [each for each in found.explanation.skipped if rolled is None or each.on < rolled.on]
    weekly = {each.on for each in days if reckoning.calendar.is_weekly_closed(each.on)}
    single = [each for each in days if each.on not in weekly]
    # A holiday is called by its name, a closure of our own by its day.
    kind = reckoning.calendar.kind
    names = [each.reason if kind(each.on) == "holiday" else _day(each.on) for each in single]
    names = list(dict.fromkeys(names))
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{counted(len(names) - NAMED, 'more day')} on which we are closed"]
    return listed([*_weekly({on.weekday() for on in weekly}), *names])


def _weekly(weekdays: set[int]) -> Iterator[str]:
    if {5, 6} <= weekdays:
        yield "weekends"
        weekdays = weekdays - {5, 6}
    for weekday in sorted(weekdays):
        yield f"{_WEEKDAYS[weekday]}s"
