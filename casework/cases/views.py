"""A case as its pages show it: due dates in words, the line of its process, who, and what may be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars import Calendar, Relative, due, in_words, moment_text
from casework.cases.models import NO_DUE, Case, ClockState
from casework.cases.queues.clocks import Live, live_clocks
from casework.cases.queues.columns import CLOCKS, USUAL
from casework.cases.services.clocks import Explained, Promise
from casework.catalogue.queries import default_calendar, process_of, the_agency
from casework.workflow.definition import Process, State

PROMISES = {"acknowledge": "Acknowledge", "respond": "Answer", "review": "Review", "update": "Update"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case as a line of a list. `more` holds what columns beyond the usual ones show, by their names."""

    reference: str
    href: str
    title: str
    customer: str
    category: str
    category_path: str
    severity: int
    handler: str
    due: Relative | None
    state: State
    restricted: bool
    has_files: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of the process line: done, now or still to come (empty)."""

    label: str
    state: str
    note: str


def rows_of(cases: Iterable[Case], *, now: datetime, columns: Sequence[str] = USUAL) -> list[Row]:
    """Cases as lines of a list. The calendar and each process are asked for once, not for every line.

    `columns` names those that are shown; clocks among them cost one statement for all the lines.
    """
    cases = list(cases)
    rows, processes = [], dict[int, Process]()
    calendar = default_calendar() if cases else None
    extra = [name for name in columns if name not in USUAL]
    live = live_clocks([case.id for case in cases], [name for name in extra if name in CLOCKS])
    for case in cases:
        version = case.process_version
        if version.id not in processes:
            processes[version.id] = process_of(version)
        assert calendar is not None
        due_next = _due(case, now, calendar)
        more = {name: _more(case, name, live, now, calendar) for name in extra}
        rows.append(_row(case, _state(case, processes[version.id]), due_next, more))
    return rows


def _row(case: Case, state: State, due_next: Relative | None, more: Mapping[str, Any]) -> Row:
    return Row(
        reference=case.reference,
        href=f"/cases/{case.reference}",
        title=case.title,
        customer=case.customer.label if case.customer and not case.customer.is_anonymous else "",
        category=case.category.name if case.category else "",
        category_path=case.category.path if case.category else "",
        severity=case.severity,
        handler=case.handler.short_name if case.handler else "",
        due=_short(due_next),
        state=state,
        restricted=case.is_restricted,
        has_files=case.file_count > 0,
        more=more,
    )


def _more(case: Case, name: str, live: Live, now: datetime, calendar: Calendar) -> Any:
    """What a column beyond the usual ones shows: a due date in words, an instant, the tags, or plain words."""
    if name in CLOCKS:
        found = live.get((case.id, name))
        if found is None:
            return None
        at, how = found
        paused = Relative(state="wait", text="Paused", absolute="")
        return paused if how is ClockState.PAUSED else _short(in_words(calendar, at, now))
    if name == "service":
        return case.service.name if case.service else ""
    if name == "team":
        return case.team.name if case.team else ""
    if name == "channel":
        return case.channel.label
    return {"received": case.received_at, "updated": case.updated_at, "tags": case.tags}[name]


def state_of(case: Case) -> State:
    """The state in the words of the case's own process; one that its process does not know shows its bare name."""
    return _state(case, process_of(case.process_version))


def _state(case: Case, process: Process) -> State:
    return process.state(case.state) or State(name=case.state, label=case.state, public_label=case.state)


def due_words(case: Case, now: datetime) -> Relative | None:
    """When the case is due next, in words; None when nothing is owed."""
    return _due(case, now, default_calendar())


def due_in_list(case: Case, now: datetime) -> Relative | None:
    """When the case is due next, as short as a line of a list has it; None when nothing is owed."""
    return _short(due_words(case, now))


def _due(case: Case, now: datetime, calendar: Calendar) -> Relative | None:
    if not case.is_open and case.closed_at is not None:
        on = moment_text(ZoneInfo(the_agency().time_zone), case.closed_at, year=False)
        return Relative(state="met", text="Closed", absolute=on)
    if case.is_paused:
        return Relative(state="wait", text="Paused", absolute="")
    if case.next_due_at == NO_DUE:
        return None
    return in_words(calendar, case.next_due_at, now)


def _short(due: Relative | None) -> Relative | None:
    """As a list shows it: days without "working", and the time only where it is today's."""
    if due is None:
        return None
    if due.state == "today":
        return replace(due, absolute=due.absolute.split()[-1])
    on = _day_of(due.absolute) if due.state in ("late", "soon", "far") else due.absolute
    return replace(due, text=due.text.replace("working ", ""), absolute=on)


def _day_of(absolute: str) -> str:
    """Wed 25 Nov of this year; 5 Jul 2011 of another, where the weekday says nothing any more."""
    words = absolute.split()
    return " ".join(words[1:4]) if len(words) > 3 and words[3].isdigit() else " ".join(words[:3])


def clock_words(explained: Explained, now: datetime) -> Relative:
    """How a clock stands: done in time or late, paused, or due in so many days."""
    clock = explained.clock
    if clock.state is ClockState.MET and clock.met_at is not None:
        late = clock.met_at > clock.due_at
        on = moment_text(ZoneInfo(the_agency().time_zone), clock.met_at, year=False)
        return Relative(
            state="late" if late else "met", text="Done late" if late else "Done in time", absolute=on
        )
    if clock.state is ClockState.CANCELLED:
        return Relative(state="far", text="No longer owed", absolute="")
    found = in_words(default_calendar(), explained.due_at, now)
    if clock.state is ClockState.PAUSED:
        return Relative(state="wait", text="Paused", absolute=f"as it stands {found.absolute}")
    return found


def promise_words(promises: Iterable[Promise], now: datetime) -> list[tuple[str, Relative, Promise]]:
    """The due dates that a case would get: what, when in words, and the working."""
    calendar = default_calendar()
    return [
        (PROMISES.get(p.standard.promise, p.standard.name), in_words(calendar, p.due.at, now), p)
        for p in promises
    ]


def process_line(case: Case) -> list[Step]:
    """The steps of the case's process, each done, now or to come."""
    process = process_of(case.process_version)
    here = state_of(case)
    zone = ZoneInfo(the_agency().time_zone)
    steps = []
    for number, label in enumerate(process.steps):
        if number == here.step:
            since = moment_text(zone, case.state_since, year=False)
            done = here.is_closed
            steps.append(Step(here.label, "done" if done else "now", f"since {since}" if not done else since))
        else:
            steps.append(Step(label, "done" if number < here.step else "", _when(case, label, zone)))
    return steps


def _when(case: Case, label: str, zone: ZoneInfo) -> str:
    """When a step was done or is due, for the steps of which a case keeps the instant."""
    at = {
        "received": case.received_at,
        "acknowledged": case.acknowledged_at,
        "responded": case.responded_at,
        "closed": case.closed_at,
    }.get(label.lower())
    due = case.respond_due_at if label.lower() == "responded" and case.is_open else None
    shown = at or due
    if shown is None:
        return ""
    words = " ".join(moment_text(zone, shown, year=False).split()[:3])
    return words if at is not None else f"due {words}"


def soon_after(now: datetime) -> datetime:
    """The instant up to which something is due soon: the close of the second working day from now."""
    return due(default_calendar(), start=now, limit=2, unit="working_day").at
