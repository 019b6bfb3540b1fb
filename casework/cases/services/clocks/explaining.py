"""Why a clock is due when it is: in lines, in one sentence, with who paused and extended it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from casework.calendars import moment_text
from casework.cases.clockwork import LIVE, ClockState, Standing, What
from casework.cases.models import Case, Clock
from casework.cases.services.clocks.standing import calendar_of, standing_of
from casework.catalogue.queries import the_agency

# Names of staff by id, for whoever may read them; a letter to a customer names nobody.
Names = Mapping[int, str]


@dataclass(frozen=True)
class Explained:
    """A clock with the working of its due date: (label, text) lines, the days left out, and one sentence."""

    clock: Clock
    due_at: datetime
    lines: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    sentence: str


def explain_clocks(case: Case, *, now: datetime, names: Names | None = None) -> list[Explained]:
    """Every clock of a case with its working, the live ones first, then the soonest."""
    standing = standing_of(case)
    ordered = sorted(case.clocks, key=lambda clock: (clock.state not in LIVE, clock.due_at))
    return [_explain(case, clock, standing[clock.number], now, names or {}) for clock in ordered]


def explain_clock(case: Case, clock: Clock, *, now: datetime, names: Names | None = None) -> Explained:
    """The working of a due date. A date that came with an imported record explains only that."""
    return _explain(case, clock, standing_of(case)[clock.number], now, names or {})


def _explain(case: Case, clock: Clock, standing: Standing, now: datetime, names: Names) -> Explained:
    zone = ZoneInfo(the_agency().time_zone)
    if standing.terms.limit is None:
        text = moment_text(zone, clock.due_at)
        promise = "the date that came with the imported record"
        sentence = f"The record that was imported says {text}."
        if standing.extensions:
            promise += f", put off because {standing.extensions[-1].reason}"
            sentence = f"The date of the record that was imported was put off to {text}."
        return Explained(clock, clock.due_at, (("Promise", promise), ("Due", text)), (), sentence)
    found = standing.reckon(calendar_of, now=now)
    why = found.explanation
    skipped = tuple((each.on.isoformat(), each.reason) for each in why.skipped)
    own = tuple((line.label, line.text) for line in why.lines)
    lines = (
        *own,
        *_who(case, clock, zone, names),
        *_changes(case, clock, zone),
        ("Result", _result(standing, zone, now)),
    )
    return Explained(clock, found.at, lines, skipped, why.sentence())


def _who(case: Case, clock: Clock, zone: ZoneInfo, names: Names) -> list[tuple[str, str]]:
    """By whom it was paused and extended, where the names are known to whoever reads."""
    found = []
    for event in case.clock_events:
        about = not event.clocks or clock.number in event.clocks
        name = names.get(event.actor_id or 0)
        if about and name and event.what in (What.PAUSED, What.EXTENDED) and event.at >= clock.started_at:
            if event.what is What.PAUSED and not clock.may_pause:
                continue
            verb = "paused" if event.what is What.PAUSED else "extended"
            found.append(("By", f"{verb} on {moment_text(zone, event.at)} by {name}"))
    return found


def _changes(case: Case, clock: Clock, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        ("Changed", f"on {moment_text(zone, event.noted_at)}: {event.reason}")
        for event in case.clock_events
        if event.what is What.CHANGED and clock.number in event.clocks
    ]


def _result(standing: Standing, zone: ZoneInfo, now: datetime) -> str:
    if standing.state is ClockState.MET and standing.met_at is not None:
        when = moment_text(zone, standing.met_at)
        return f"done on {when}, {'in time' if standing.met_at <= standing.due_at else 'late'}"
    if standing.state is ClockState.CANCELLED:
        return f"owed no more{': ' + standing.why_ended if standing.why_ended else ''}"
    if standing.state is ClockState.PAUSED:
        return "paused, the time stands still"
    return "late" if now > standing.due_at else "running"
