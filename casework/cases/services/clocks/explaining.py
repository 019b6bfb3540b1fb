"""Why a clock is due when it is: in lines, in one sentence, with who paused and extended it.

All instants of a clock are said on the wall clock of its calendar, so that they can be compared with each other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from casework.calendars import Calendar, day_text, local_day_of, moment_text
from casework.cases.clockwork import LIVE, ClockState, Standing, What
from casework.cases.models import Case, Clock, ClockEvent
from casework.cases.services.clocks.standing import calendar_of, standing_of

# Names of staff by id, for whoever may read them; what a customer reads names nobody.
Names = Mapping[int, str]
# The same promise again, for those who have the case now.
ANEW = "when it was started anew"


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something that happened to a clock: when, until when, why, and by whom where that may be read."""

    at: datetime
    words: str
    until: datetime | None = None
    why: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A clock with the working of its due date: (label, text) lines, every day left out, and one sentence."""

    clock: Clock
    due_at: datetime
    lines: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...]
    sentence: str
    result: str
    pauses: tuple[Happened, ...] = ()
    extensions: tuple[Happened, ...] = ()
    changes: tuple[Happened, ...] = ()
    passed: tuple[Happened, ...] = ()

    @property
    def source(self) -> str:
        """Which standard it is: its code, its version, and where that comes from."""
        standard = self.clock.standard
        if standard is None:
            return ""
        version = f"{standard.code}, version {standard.number}"
        return f"{version}, {standard.source}" if standard.source else version

    @property
    def days_left_out(self) -> list[tuple[str, str]]:
        """Every day that was left out, as people write a day, with why."""
        return [(day_text(date.fromisoformat(on)), reason) for on, reason in self.skipped]


def explain_clocks(case: Case, *, now: datetime, names: Names | None = None) -> list[Explained]:
    """Every clock of a case with its working, the live ones first, then the soonest."""
    standing = standing_of(case)
    ordered = sorted(case.clocks, key=lambda clock: (clock.state not in LIVE, clock.due_at))
    return [_explain(case, clock, standing[clock.number], now, names or {}) for clock in ordered]


def explain_clock(case: Case, clock: Clock, *, now: datetime, names: Names | None = None) -> Explained:
    """The working of a due date. A date that came with an imported record explains only that."""
    return _explain(case, clock, standing_of(case)[clock.number], now, names or {})


def _explain(case: Case, clock: Clock, standing: Standing, now: datetime, names: Names) -> Explained:
    calendar = calendar_of(standing.terms.calendar)
    zone = calendar.time_zone
    result = _result(standing, zone, now)
    if standing.terms.limit is None:
        return _explain_imported(clock, standing, _end_text(calendar, clock.due_at), result)
    if clock.start_event == "received" and clock.started_at > case.received_at:
        standing = replace(standing, terms=replace(standing.terms, event=ANEW))
    found = standing.reckon(calendar_of, now=now)
    why = found.explanation
    pauses, extensions = _pauses(case, standing, zone, names), tuple(_extensions(case, clock, zone, names))
    changes, passed = tuple(_changes(case, clock, zone, names)), tuple(_passed(case, clock, calendar))
    by = [("By", f"{one.words} by {one.by}") for one in (*pauses, *extensions) if one.by]
    return Explained(
        clock=clock,
        due_at=found.at,
        lines=(
            *((line.label, line.text) for line in why.lines),
            *by,
            *(("Changed", one.words) for one in changes),
            *(("Passed", one.words) for one in passed),
            ("Result", result),
        ),
        skipped=tuple((each.on.isoformat(), each.reason) for each in why.skipped),
        sentence=why.sentence(),
        result=result,
        pauses=pauses,
        extensions=extensions,
        changes=changes,
        passed=passed,
    )


def _explain_imported(clock: Clock, standing: Standing, text: str, result: str) -> Explained:
    promise, said = (
        "the date that came with the imported record",
        f"The record that was imported says {text}.",
    )
    if standing.extensions:
        promise += f", put off because {standing.extensions[-1].reason}"
        said = f"The date of the record that was imported was put off to {text}."
    lines = (("Promise", promise), ("Due", text), ("Result", result))
    return Explained(clock=clock, due_at=clock.due_at, lines=lines, skipped=(), sentence=said, result=result)


def _pauses(case: Case, standing: Standing, zone: ZoneInfo, names: Names) -> tuple[Happened, ...]:
    """The times in which it stood still. A pause that began before the clock is told from the clock's start on."""
    begun = [event for event in case.clock_events if event.what is What.PAUSED]
    found = []
    for pause in standing.pauses:
        event = next((e for e in reversed(begun) if e.at <= pause.from_at), None)
        found.append(
            Happened(
                at=pause.from_at,
                until=pause.to_at,
                why=pause.reason,
                by=_name(event, names),
                words=f"paused on {moment_text(zone, pause.from_at)}",
            )
        )
    return tuple(found)


def _extensions(case: Case, clock: Clock, zone: ZoneInfo, names: Names) -> Iterator[Happened]:
    for event in case.clock_events:
        if event.what is What.EXTENDED and clock.number in event.clocks:
            words = f"extended on {moment_text(zone, event.at)}"
            yield Happened(at=event.at, why=event.reason, by=_name(event, names), words=words)


def _changes(case: Case, clock: Clock, zone: ZoneInfo, names: Names) -> Iterator[Happened]:
    for event in case.clock_events:
        if event.what in (What.CHANGED, What.NOT_TOLD) and clock.number in event.clocks:
            words = f"on {moment_text(zone, event.noted_at)}: {event.reason}"
            yield Happened(at=event.noted_at, why=event.reason, by=_name(event, names), words=words)


def _passed(case: Case, clock: Clock, calendar: Calendar) -> Iterator[Happened]:
    """The points on the way to the due date, and after it, that were passed; nobody need have been told of one."""
    for event in case.clock_events:
        if event.what in (What.WARNED, What.MISSED) and clock.number in event.clocks:
            point = _point(event.once or "")
            yield Happened(at=event.at, why=point, words=f"{point}, on {_end_text(calendar, event.at)}")


def _end_text(calendar: Calendar, at: datetime) -> str:
    """An end in words: 24:00 belongs to the day that ends."""
    return moment_text(calendar.time_zone, at, on=local_day_of(calendar, at))


def _point(once: str) -> str:
    """A point of a clock in words, from what keeps it from being told twice (standing.point_key)."""
    point = once.split(":")[1] if once.count(":") > 1 else ""
    number, _, side = point.partition(" ")
    if side in ("before", "after"):
        return f"{number} working day{'' if number == '1' else 's'} {side} the due date"
    return f"{point} of the time" if point.endswith("%") else "the due date"


def _name(event: ClockEvent | None, names: Names) -> str:
    return names.get(event.actor_id or 0, "") if event is not None else ""


def _result(standing: Standing, zone: ZoneInfo, now: datetime) -> str:
    if standing.state is ClockState.MET and standing.met_at is not None:
        when = moment_text(zone, standing.met_at)
        return f"done on {when}, {'in time' if standing.met_at <= standing.due_at else 'late'}"
    if standing.state is ClockState.CANCELLED:
        return f"owed no more{': ' + standing.why_ended if standing.why_ended else ''}"
    if standing.state is ClockState.PAUSED:
        return "paused"
    return "late" if now > standing.due_at else "running"
