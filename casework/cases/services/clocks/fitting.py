"""Fitting the clocks of a case to what changed in it: severity, service, category, kind, path, department.

Rules (docs/clocks.md):

- a standard that no longer holds is owed no more;
- one that holds from now on counts from the event that starts it, however long ago: nothing is won by a change;
- another limit for another severity holds from the start of the clock;
- a standard may say that a change of kind, department or agency starts it anew: then it counts from the change;
- what was done already (acknowledged, answered) is not owed again;
- a case that came from another system was promised nothing of ours, and gets no promise by a change.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.cases.clockwork import LIVE, What
from casework.cases.models import Case, Clock
from casework.cases.rules import About, applies, limit_for
from casework.cases.services.clocks.ending import cancel_clocks
from casework.cases.services.clocks.standing import keep_standing, note, standing_of
from casework.cases.services.clocks.starting import about_case, add_clock, standards_on
from casework.catalogue.models import Standard
from casework.catalogue.queries import the_agency


def fit_clocks(case: Case, *, why: str, now: datetime, moved: str = "", actor_id: int | None = None) -> None:
    """Let exactly those standards run that hold for the case as it is now.

    `why` says what changed ("severity is now 4"); `moved` is "kind", "department" or "agency" where the case was
    given to another one, which some standards take as a new start.
    """
    about = about_case(case)
    live = [clock for clock in case.clocks if clock.state in LIVE and clock.standard is not None]
    gone = [c for c in live if c.standard is not None and not applies(c.standard, _at_its_stage(about, c))]
    anew = [
        c
        for c in live
        if c not in gone and c.standard is not None and moved in (c.standard.restarts_on or ())
    ]
    if gone or anew:
        cancel_clocks(case, now, reason=why, only=[*gone, *anew], actor_id=actor_id)
    _change_limits(case, [c for c in live if c not in gone and c not in anew], why, now, actor_id)
    for clock in anew:
        if clock.standard is not None:
            add_clock(case, clock.standard, now)
    _start_missing(case, about, now, moved)
    keep_standing(case)


def _at_its_stage(about: About, clock: Clock) -> About:
    return About(
        kind=about.kind,
        severity=about.severity,
        service_id=about.service_id,
        stage=clock.stage,
        channel=about.channel,
        path=about.path,
        category_ids=about.category_ids,
    )


def _change_limits(case: Case, kept: list[Clock], why: str, now: datetime, actor_id: int | None) -> None:
    standing = standing_of(case)
    for clock in kept:
        standard, terms = clock.standard, standing[clock.number].terms
        if standard is None or not standard.severity_limits:
            continue
        limit = limit_for(standard.limit, standard.severity_limits, case.severity)
        if limit != terms.limit:
            note(case, What.CHANGED, now, clocks=[clock], reason=why, actor_id=actor_id, limit=limit)


def _start_missing(case: Case, about: About, now: datetime, moved: str) -> None:
    """Start what holds now and does not run yet, from the event that starts it where that has happened."""
    if not case.is_open or case.external_reference is not None:
        return
    there = {(c.standard.code, c.stage) for c in case.clocks if c.standard is not None and _counts(c)}
    done = _done(case)
    for event, at in _events(case).items():
        for standard in standards_on(at):
            wanted = (
                standard.starts == event
                and (standard.code, case.stage) not in there
                and standard.promise not in done
                and applies(standard, about)
            )
            if wanted and not _is_over(standard, now, at):
                add_clock(case, standard, now if moved in (standard.restarts_on or ()) else at)
                there.add((standard.code, case.stage))


def _counts(clock: Clock) -> bool:
    return clock.state in LIVE or clock.met_at is not None


def _is_over(standard: Standard, now: datetime, at: datetime) -> bool:
    """A path that was to be taken early cannot be taken any more once another day has come."""
    zone = ZoneInfo(the_agency().time_zone)
    return standard.is_early and now.astimezone(zone).date() > at.astimezone(zone).date()


def _done(case: Case) -> set[str]:
    """What is not owed again at this stage."""
    done = set()
    if case.stage == 1 and case.acknowledged_at is not None:
        done.add("acknowledge")
    if any(c.promise == "respond" and c.stage == case.stage and c.met_at for c in case.clocks):
        done.add("respond")
    return done


def _events(case: Case) -> Mapping[str, datetime]:
    """What has happened to the case that starts clocks at its stage, with the instant of each."""
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
    told = [c.started_at for c in case.clocks if c.start_event == "last_update"]
    found["last_update"] = max(told, default=case.received_at)
    found["transferred"] = case.transferred_at
    return {event: at for event, at in found.items() if at is not None}
