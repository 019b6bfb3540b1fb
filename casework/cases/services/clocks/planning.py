"""What fitting the clocks of a case comes to, before anything is done: read by the change itself and by its preview."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from casework.cases.clockwork import LIVE
from casework.cases.models import Case, Clock, DecisionState
from casework.cases.rules import About, applies, limit_for
from casework.cases.services.clocks.standing import standing_of
from casework.cases.services.clocks.starting import OWED_AGAIN, begins_with, standards_on
from casework.catalogue.models import Standard
from casework.catalogue.queries import the_agency
from casework.catalogue.words import REOPENED

# Once the decision has gone out, or cannot, no word of how it stands is owed.
ANSWERED = (DecisionState.SENT, DecisionState.IMPOSSIBLE)


class Start(NamedTuple):
    """A standard that starts, from which instant, and by which event where that is not its own."""

    standard: Standard
    at: datetime
    event: str = ""


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """Which clocks end, start anew, get another limit or go on, and which standards start from which instant."""

    ended: tuple[Clock, ...]
    anew: tuple[Clock, ...]
    changed: tuple[tuple[Clock, int], ...]
    kept: tuple[Clock, ...]
    starting: tuple[Start, ...]


def plan_fitting(
    case: Case, about: About, *, now: datetime, moved: str = "", transferred_at: datetime | None = None
) -> Fitting:
    """Let exactly those standards run that hold for a case `about` which this is (fitting.py has the rules).

    `moved` is "kind", "department" or "agency" where the case is given to another one; `transferred_at` is when it
    came to whoever has it then, where that is not kept in the case yet.
    """
    live = [clock for clock in case.clocks if clock.state in LIVE and clock.standard is not None]
    ended = [c for c in live if c.standard and not applies(c.standard, at_its_stage(about, c))]
    anew = [c for c in live if c not in ended and c.standard and _begins_again(c.standard, moved)]
    kept = [c for c in live if c not in ended and c not in anew]
    changed = tuple(_changed(case, kept, about.severity))
    events = _events(case) | ({"transferred": transferred_at} if transferred_at is not None else {})
    return Fitting(
        ended=tuple(ended),
        anew=tuple(anew),
        changed=changed,
        kept=tuple(c for c in kept if c not in [clock for clock, _ in changed]),
        starting=tuple(_missing(case, about, events, ended, moved, now)),
    )


def start_of(
    case: Case, standard: Standard, about: About, *, now: datetime, without: Sequence[Clock] = ()
) -> Start | None:
    """How a standard would start on a case that does not have it yet; None where it would not.

    Whether it is in force on that day is not asked here. The clocks `without` are taken as ended.
    """
    owed_again = _owed_again(case)
    counted = [
        c for c in case.clocks if c.standard is not None and _counts(c, "", owed_again) and c not in without
    ]
    there = {(c.standard.code, c.stage) for c in counted if c.standard is not None}
    owed = (
        _may_start(case)
        and (standard.code, case.stage) not in there
        and standard.promise not in _done(case, without)
        and applies(standard, about)
    )
    again = owed_again.get(standard.promise)
    if again is not None:
        found = Start(standard, again, REOPENED) if begins_with(case, standard, REOPENED) else None
    else:
        at = _events(case).get(standard.starts)
        found = Start(standard, at) if at is not None else None
    return found if owed and found is not None and not _is_over(standard, now, found.at) else None


def at_its_stage(about: About, clock: Clock) -> About:
    """The case as it is, at the stage of one of its clocks."""
    return replace(about, stage=clock.stage)


def _may_start(case: Case) -> bool:
    """A case that is answered with another one is owed nothing, one from elsewhere was promised nothing of ours."""
    return case.is_open and case.duplicate_of_id is None and case.external_reference is None


def _begins_again(standard: Standard, moved: str) -> bool:
    """What counts from the transfer counts from the newest one."""
    by_transfer = moved in ("department", "agency") and standard.starts == "transferred"
    return by_transfer or (bool(moved) and moved in (standard.restarts_on or ()))


def _changed(case: Case, kept: list[Clock], severity: int) -> Iterator[tuple[Clock, int]]:
    standing = standing_of(case)
    for clock in kept:
        standard = clock.standard
        if standard is not None and standard.severity_limits:
            limit = limit_for(standard.limit, standard.severity_limits, severity)
            if limit != standing[clock.number].terms.limit:
                yield clock, limit


def _missing(
    case: Case,
    about: About,
    events: Mapping[str, datetime],
    ended: list[Clock],
    moved: str,
    now: datetime,
) -> Iterator[Start]:
    """What holds now and does not run yet, from the event that starts it where that has happened."""
    if not _may_start(case):
        return
    again = _owed_again(case)
    counted = [c for c in case.clocks if c not in ended and _counts(c, moved, again)]
    there = {(c.standard.code, c.stage) for c in counted if c.standard is not None}
    done = _done(case, ended)
    for start in _begun(case, events):
        standard = start.standard
        wanted = (
            (standard.code, about.stage) not in there
            and standard.promise not in done
            and applies(standard, about)
        )
        if wanted and not _is_over(standard, now, start.at):
            there.add((standard.code, about.stage))
            yield Start(standard, now) if _begins_again(standard, moved) else start


def _begun(case: Case, events: Mapping[str, datetime]) -> Iterator[Start]:
    """All that has begun to count at the stage of a case, whether or not it holds for it."""
    again = _owed_again(case)
    for event, at in events.items():
        for standard in standards_on(at):
            if standard.starts == event and standard.promise not in again:
                yield Start(standard, at)
    for at in sorted(set(again.values())):
        for standard in standards_on(at):
            if again.get(standard.promise) == at and begins_with(case, standard, REOPENED):
                yield Start(standard, at, REOPENED)


def _counts(clock: Clock, moved: str, again: Mapping[str, datetime]) -> bool:
    if clock.met_at is not None:
        since = again.get(clock.promise)
        if since is not None and clock.met_at <= since:
            return False  # It was done for an earlier answer, and another one is owed.
        # What was kept for one department is owed by the next one too.
        return not (moved in ("department", "agency") and clock.start_event == "transferred")
    return clock.state in LIVE


def _is_over(standard: Standard, now: datetime, at: datetime) -> bool:
    """A path that was to be taken early cannot be taken any more once another day has come."""
    zone = ZoneInfo(the_agency().time_zone)
    return standard.is_early and now.astimezone(zone).date() > at.astimezone(zone).date()


def _done(case: Case, ended: Sequence[Clock]) -> set[str]:
    """What is not owed again at this stage. What one of the `ended` clocks still owed is not done."""
    done = {c.promise for c in _here(case) if c.met_at is not None and c.promise != "update"}
    if case.stage == 1 and case.acknowledged_at is not None:
        done.add("acknowledge")
    if case.decision_state in ANSWERED:
        done.add("update")
    return done - set(_owed_again(case)) - {c.promise for c in ended if c.stage == case.stage}


def _owed_again(case: Case) -> dict[str, datetime]:
    """What was done once and is owed again at this stage, with the instant at which the case was taken up again."""
    found = {}
    for promise in OWED_AGAIN:
        own = [c for c in _here(case) if c.promise == promise]
        at = max((c.started_at for c in own if c.start_event == REOPENED), default=None)
        if at is not None and not any(c.met_at is not None and c.met_at > at for c in own):
            found[promise] = at
    return found


def _here(case: Case) -> list[Clock]:
    return [clock for clock in case.clocks if clock.stage == case.stage]


def _events(case: Case) -> dict[str, datetime]:
    """What has happened to the case that starts clocks at its stage, with the instant of each."""
    found: dict[str, datetime | None]
    if case.stage > 1:
        found = {"escalated": case.escalated_at, "met": case.meeting_at}
        later = [c.met_at for c in case.clocks if c.promise == "acknowledge" and c.stage == case.stage]
        found["acknowledged"] = next((at for at in later if at is not None), None)
    else:
        found = {
            "received": case.received_at,
            "day_after_received": case.received_at,
            "acknowledged": case.acknowledged_at,
            "met": case.meeting_at,
        }
    found["last_update"] = last_heard(case)
    found["transferred"] = case.transferred_at
    return {event: at for event, at in found.items() if at is not None}


def is_asked_again(case: Case, since: datetime) -> bool:
    """Whether another answer, or a review, is owed since then."""
    asked = [clock.started_at for clock in case.clocks if clock.start_event == REOPENED]
    asked += [case.escalated_at] if case.escalated_at is not None else []
    return any(at > since for at in asked)


def last_heard(case: Case) -> datetime:
    """When the customer heard last how it stands, as far as clocks know of it."""
    return max(_heard(case))


def _heard(case: Case) -> Iterator[datetime]:
    """Each time that the customer heard how it stands: a review begins with that too."""
    yield case.received_at
    yield from (c.started_at for c in case.clocks if c.start_event == "last_update")
    yield from (c.met_at for c in case.clocks if c.promise == "acknowledge" and c.met_at is not None)
    if case.escalated_at is not None:
        yield case.escalated_at
