"""The timeline of a case: one list made from every package that has something to say about a case.

Packages above this one add themselves as a source (in reactions.py), so that nothing here looks upward.
A case may have thousands of entries: a page is asked for by the entry after which it begins, and a source with
many of them reads no more than that page. The cases that are handled together with it are read in the same go: a
source is asked once for all of them. Nothing is copied, so that nothing is lost when a merge is undone.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, true

from casework.audit.models import HistoryEntry
from casework.cases.models import Case
from casework.cases.queries.links import shown_in
from casework.core.db import db
from casework.core.errors import Invalid

PAGE = 50
# Fewer small entries in a row than this are shown one by one.
RUN = 4
# What a timeline may be narrowed to; an entry belongs to several.
SHOWS = ("", "customer", "internal", "messages", "notes", "changes")


class Key(NamedTuple):
    """The place of an entry: when, and among those of the same instant, which source and which number."""

    at: datetime
    source: int
    number: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `look` is note, in, out, draft, wait or empty; `body` is what was said, if anything.

    `state` tells how far a message has come and `trouble` what stands in its way; `settle_id` is the message
    that a person has to tick off or settle. `href` leads to what the entry is about. `order` is the number of the
    source and of the entry in it: together they never change, so that a link to an entry holds.
    `purpose` is what a communication is for, in the word of its own package. `case_id` is the case in which it
    stands, and `of_case` the reference of that when it is handled together with this one: it belongs to that
    case's customer.
    """

    at: datetime
    icon: str
    look: str
    who: str
    what: str
    body: str = ""
    tag: str = ""
    customer_sees: bool = False
    state: str = ""
    trouble: str = ""
    settle_id: int | None = None
    href: str = ""
    order: tuple[int, int] = field(default=(0, 0))
    purpose: str = ""
    case_id: int = 0
    of_case: str = ""

    @property
    def key(self) -> Key:
        return Key(self.at, *self.order)

    @property
    def cursor(self) -> str:
        """What an address carries to name this entry."""
        text = json.dumps([self.at.astimezone(UTC).isoformat(), *self.order])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @property
    def anchor(self) -> str:
        return f"e-{self.order[0]}-{self.order[1]}"

    @property
    def is_small(self) -> bool:
        """Whether it is a line among many: something happened, and nobody said anything."""
        return self.look == "" and not (self.body or self.href or self.settle_id)

    def belongs_to(self, show: str) -> bool:
        """Whether a timeline narrowed to `show` has it."""
        is_message, is_note = self.look in ("in", "out", "draft"), self.look == "note"
        return {
            "customer": self.customer_sees,
            "internal": not self.customer_sees,
            "messages": is_message,
            "notes": is_note,
            "changes": not (is_message or is_note),
        }.get(show, True)


@dataclass(frozen=True, kw_only=True)
class Window:
    """The part of a timeline that is asked for: narrowed to `show`, older than `before` (or from it on, `with_it`)."""

    show: str = ""
    before: Key | None = None
    with_it: bool = False
    limit: int | None = None

    def older(self, at: Any, number: Any, source: int) -> ColumnElement[bool]:
        """The condition for the rows of a source, given its columns of instant and number."""
        if self.before is None:
            return true()
        key = self.before
        if source != key.source:
            same = true() if source < key.source else None
        else:
            same = number <= key.number if self.with_it else number < key.number
        earlier: ColumnElement[bool] = at < key.at
        return earlier if same is None else or_(earlier, and_(at == key.at, same))

    def has(self, entry: Entry) -> bool:
        """Whether an entry lies in it, apart from the limit."""
        if not entry.belongs_to(self.show):
            return False
        key = self.before
        return key is None or entry.key < key or (self.with_it and entry.key == key)


@dataclass(frozen=True, kw_only=True)
class TimelinePage:
    """One page: its entries, newest first; `older` is the cursor of the next one, `is_newest` that none is newer."""

    entries: list[Entry]
    older: str
    is_newest: bool

    @property
    def runs(self) -> list[list[Entry]]:
        """The entries, with small ones in a row put together."""
        return runs_of(self.entries)


# A source is given every case that is shown, and says of each entry in which of them it stands.
Source = Callable[[Sequence[Case]], Iterable[Entry]]
PagedSource = Callable[[Sequence[Case], Window], Iterable[Entry]]
_sources: list[Source] = []
_paged_sources: list[PagedSource] = []


def add_source(source: Source) -> None:
    """Let a package with little to say about a case say all of it. Adding twice changes nothing."""
    if source not in _sources:
        _sources.append(source)


def add_paged_source(source: PagedSource) -> None:
    """Let a package with much to say give the part that is asked for, newest first. Adding twice changes nothing."""
    if source not in _paged_sources:
        _paged_sources.append(source)


def timeline_of(case: Case, *, show: str = "") -> list[Entry]:
    """Everything about a case, newest first; `show` narrows it to one of SHOWS."""
    return _entries(case, Window(show=show))


def timeline_page(
    case: Case, *, show: str = "", before: str = "", at: str = "", size: int = PAGE
) -> TimelinePage:
    """One page of the timeline: the newest entries, those after the cursor `before`, or those from `at` on.

    Raises Invalid for a cursor that was not made here and for something to narrow to that there is not.
    """
    if show not in SHOWS:
        raise Invalid("The timeline cannot be narrowed to that. Choose one of the words above it.")
    cursor = at or before
    window = Window(show=show, before=_read(cursor) if cursor else None, with_it=bool(at), limit=size + 1)
    entries = _entries(case, window)
    shown = entries[:size]
    return TimelinePage(
        entries=shown,
        older=shown[-1].cursor if len(entries) > size else "",
        is_newest=not cursor,
    )


def runs_of(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries in order: four or more small ones in a row together, every other one by itself."""
    runs: list[list[Entry]] = []
    for small, group in groupby(entries, key=lambda entry: entry.is_small):
        found = list(group)
        if small and len(found) >= RUN:
            runs.append(found)
        else:
            runs.extend([entry] for entry in found)
    return runs


def _entries(case: Case, window: Window) -> list[Entry]:
    cases = [case, *shown_in(case)]
    found = [entry for source in (_history, *_paged_sources) for entry in source(cases, window)]
    found += [entry for source in _sources for entry in source(cases) if window.has(entry)]
    found.sort(key=lambda entry: entry.key, reverse=True)
    merged = {one.id: one.reference for one in cases[1:]}
    return [_placed(entry, merged.get(entry.case_id, "")) for entry in found[: window.limit]]


def _placed(entry: Entry, reference: str) -> Entry:
    """An entry of a case that is handled together with this one says in which it stands."""
    return replace(entry, what=f"{entry.what} ({reference})", of_case=reference) if reference else entry


def _read(cursor: str) -> Key:
    try:
        at, source, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not isinstance(source, int) or not isinstance(number, int):
            raise ValueError
        if not (0 <= source < 1000 and 0 <= number < 2**63):
            raise ValueError
    except (ValueError, TypeError, binascii.Error) as error:
        raise Invalid("The address of this page is not complete. Go back to the case.") from error
    return Key(instant, source, number)


_ICONS = {
    "opened": "in",
    "moved": "right",
    "version_changed": "refer",
    "clocks_changed": "clock",
    "assigned": "people",
    "kind_changed": "flag",
    "transferred": "people",
    "came_from_agency": "in",
    "issue_decided": "ok",
    "issue_corrected": "undo",
    "issue_added": "plus",
    "paused": "pause",
    "action_promised": "flag",
    "action_changed": "flag",
    "action_done": "ok",
    "action_cancelled": "x",
    "access_changed": "lock",
    "looked_at": "eye",
    "glass_broken": "lock",
}


def of_cases(column: Any, cases: Sequence[Case]) -> ColumnElement[bool]:
    """The condition that a row belongs to one of these cases; for the usual one in the form that indexes like."""
    ids = [one.id for one in cases]
    found: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return found


def _history(cases: Sequence[Case], window: Window) -> Iterable[Entry]:
    if window.show in ("customer", "messages", "notes"):
        return
    of_these = of_cases(HistoryEntry.subject_id, cases)
    wanted = select(HistoryEntry).where(HistoryEntry.subject_type == "case", of_these)
    wanted = wanted.order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
    wanted = wanted.where(window.older(HistoryEntry.at, HistoryEntry.id, 0)).limit(window.limit)
    for row in db.session.scalars(wanted):
        yield Entry(
            at=row.at,
            icon=_ICONS.get(row.verb, "dot"),
            look="",
            who=row.actor.short_name if row.actor else "Casework",
            what=row.summary,
            body=_said(row),
            customer_sees=False,
            order=(0, row.id),
            case_id=row.subject_id,
        )


def _said(row: HistoryEntry) -> str:
    """What stands under the line of a history entry: a reason, or the words that were there before."""
    if row.verb == "issue_changed" and row.before.get("summary") != row.after.get("summary"):
        return f"Before: {row.before.get('summary', '')}"
    return str(row.after.get("reason", ""))
