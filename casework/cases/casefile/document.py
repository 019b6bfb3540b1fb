"""What goes into a printed case, built from the case with everything already taken out that is to be left out.

What is previewed, printed and made into a PDF is this one structure, so they cannot differ.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from casework.accounts.models import User
from casework.calendars import moment_text
from casework.cases.casefile.leaving_out import LeaveOut
from casework.cases.casefile.redaction import Redactor, Staff
from casework.cases.models import Case, ClockState
from casework.cases.queries import people_of
from casework.cases.queries.files import files_of
from casework.cases.rules import SEVERITIES
from casework.cases.services.clocks import Explained, explain_clocks
from casework.cases.timeline import Entry, timeline_of
from casework.cases.views import state_of
from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.files.rules import size_words

STAFF = "Staff"
PROGRAM = "Casework"
# Who looked at a case or printed it is no part of what happened in it.
NOT_PRINTED = ("Opened this restricted case", "Opened the file ", "Case file made (")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing in a section: its heading, a line about it, facts, and words in paragraphs."""

    head: str
    note: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part with a heading of its own."""

    name: str
    heading: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def document_of(case: Case, leave: LeaveOut, *, now: datetime) -> dict[str, Any]:
    """The printed case as plain values: title, agency, sections; nothing that is left out is in it."""
    zone = ZoneInfo(the_agency().time_zone)
    entries = entries_of(case)
    redactor = redactor_for(case, leave, entries)
    builders = {
        "case": _case(case, zone, leave),
        "customer": _customer(case, leave),
        "story": _story(case),
        "issues": _issues(case, leave),
        "clocks": _clocks(case, now, zone),
        "timeline": _timeline(entries, leave, zone),
        "files": _files(case, leave, zone),
    }
    sections = [section for name, section in builders.items() if name not in leave.sections]
    document = {
        "reference": case.reference,
        "title": case.title,
        "agency": the_agency().name,
        "sections": [asdict(section) for section in sections if section.facts or section.items],
    }
    cleaned: dict[str, Any] = _cleaned(document, redactor)
    return cleaned


def mark_of(document: dict[str, Any]) -> str:
    """What tells one document from the next: the preview carries it, and what is made must be what was seen."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]


def entries_of(case: Case) -> list[Entry]:
    """The timeline as it may be printed, oldest first; what belongs to the customer of another case is not in it."""
    return [
        entry
        for entry in reversed(timeline_of(case))
        if not entry.of_case and not entry.what.startswith(NOT_PRINTED)
    ]


def redactor_for(case: Case, leave: LeaveOut, entries: Iterable[Entry]) -> Redactor:
    """What takes out of every text what is to be left out of all of them."""
    words, numbers = list(leave.words), list[str]()
    customer = case.customer
    if leave.contact and customer is not None:
        words += [each for each in (customer.email, *customer.address.splitlines()) if len(each.strip()) > 3]
        numbers += [customer.phone]
    staff = _staff(case, entries) if leave.staff else ()
    return Redactor(words=tuple(words), numbers=tuple(numbers), staff=staff)


def _staff(case: Case, entries: Iterable[Entry]) -> tuple[Staff, ...]:
    shown = {entry.who for entry in entries}
    close = {case.handler_id, case.logged_by_id, *(i for ids in people_of(case.id).values() for i in ids)}
    return tuple(
        Staff(person.name, person.short_name, person.email, person.id in close or person.short_name in shown)
        for person in db.session.scalars(select(User))
    )


def _case(case: Case, zone: ZoneInfo, leave: LeaveOut) -> Section:
    severity, meaning = SEVERITIES.get(case.severity, ("", ""))
    facts = [
        ("Kind", case.kind.label),
        ("Received", f"{moment_text(zone, case.received_at, year=True)}, by {case.channel.label.lower()}"),
        ("State", state_of(case).label),
        ("Stage", str(case.stage) if case.kind == "complaint" else ""),
        ("Severity", f"{severity}: {meaning}" if severity else ""),
        ("Service", case.service.name if case.service else ""),
        ("Category", case.category.path if case.category else ""),
        ("Team", case.team.name if case.team else ""),
        ("Handler", "" if leave.staff else case.handler.name if case.handler else "Nobody yet"),
        ("Finding", case.finding.replace("_", " ").capitalize()),
        (
            "Closed",
            moment_text(zone, case.closed_at, year=True) if case.closed_at and not case.is_open else "",
        ),
    ]
    return Section(name="case", heading="The case", facts=_filled(facts))


def _customer(case: Case, leave: LeaveOut) -> Section:
    customer, facts = case.customer, list[tuple[str, str]]()
    if customer is not None and not customer.is_anonymous:
        facts = [("Name", customer.name)]
        if not leave.contact:
            facts += [("E-mail", customer.email), ("Phone", customer.phone), ("Address", customer.address)]
    return Section(
        name="customer", heading="The customer", facts=_filled([*facts, ("Needs", case.adjustments)])
    )


def _story(case: Case) -> Section:
    items = [Item(head="", body=case.narrative)] if case.narrative else []
    facts = [("Wants", case.desired_outcome), ("Where", case.location)]
    return Section(name="story", heading="What happened", facts=_filled(facts), items=items)


def _issues(case: Case, leave: LeaveOut) -> Section:
    items = [
        Item(
            head=f"{issue.number}. {issue.summary}",
            note=issue.category.path if issue.category else "",
            facts=_filled(
                [
                    ("Finding", issue.finding.label if issue.finding else "Not decided"),
                    ("Cause", issue.cause.path if issue.cause else ""),
                    (
                        "Remedy",
                        ", ".join(filter(None, [issue.remedy.label, issue.remedy_note]))
                        if issue.remedy
                        else "",
                    ),
                ]
            ),
        )
        for issue in case.issues
        if issue.number not in leave.issues
    ]
    return Section(name="issues", heading="Issues", items=items)


def _clocks(case: Case, now: datetime, zone: ZoneInfo) -> Section:
    # Instants alone: "in 2 working days" would be untrue on paper tomorrow.
    facts = [(each.clock.name, _clock(each, zone)) for each in explain_clocks(case, now=now)]
    return Section(name="clocks", heading="Due dates", facts=facts)


def _clock(explained: Explained, zone: ZoneInfo) -> str:
    clock = explained.clock
    if clock.state is ClockState.CANCELLED:
        return "no longer owed"
    if clock.state is ClockState.PAUSED:
        return "paused"
    due = f"due {moment_text(zone, explained.due_at, year=True)}"
    if clock.met_at is None:
        return due
    return f"{due}, done {'late ' if clock.met_at > clock.due_at else ''}{moment_text(zone, clock.met_at, year=True)}"


def _timeline(entries: Iterable[Entry], leave: LeaveOut, zone: ZoneInfo) -> Section:
    items = [
        Item(
            head=" ".join(filter(None, [_who(entry, leave), entry.what])),
            note=moment_text(zone, entry.at, year=True) + ("" if entry.customer_sees else ", internal"),
            body=entry.body,
        )
        for entry in entries
        if entry.anchor not in leave.entries and (entry.customer_sees or not leave.unseen)
    ]
    return Section(name="timeline", heading="Timeline", items=items)


def _who(entry: Entry, leave: LeaveOut) -> str:
    return entry.who if not leave.staff or entry.look == "in" or entry.who == PROGRAM else STAFF


def _files(case: Case, leave: LeaveOut, zone: ZoneInfo) -> Section:
    files = list(db.session.scalars(files_of(case.id))) if case.file_count else []
    items = [
        Item(
            head=file.name,
            note=f"{file.sort.label}, {size_words(file.blob.size)}, {moment_text(zone, file.added_at, year=True)}",
        )
        for file in files
        if file.removed_at is None and (file.customer_sees or not leave.unseen)
    ]
    return Section(name="files", heading="Files", items=items)


def _filled(facts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, value) for label, value in facts if value]


def _cleaned(value: Any, redactor: Redactor) -> Any:
    """The same structure with every text cleaned, whatever it is; the names of sections lead to no text."""
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, dict):
        return {key: each if key == "name" else _cleaned(each, redactor) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(each, redactor) for each in value]
    return value


def texts_in(document: Any) -> Iterator[str]:
    """Every text of a document."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for value in document.values():
            yield from texts_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from texts_in(value)
