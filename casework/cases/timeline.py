"""The timeline of a case: one list made from every package that has something to say about a case.

Packages above this one add themselves as a source (in reactions.py), so that nothing here looks upward.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from casework.audit.queries import history_of
from casework.cases.models import Case
from casework.core.db import db


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `look` is note, in, out, draft, wait or empty; `body` is what was said, if anything.

    `state` tells how far a message has come and `trouble` what stands in its way; `settle_id` is the message
    that a person has to tick off or settle. `href` leads to what the entry is about.
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


Source = Callable[[Case], Iterable[Entry]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let a package say what it knows about a case. Adding twice changes nothing."""
    if source not in _sources:
        _sources.append(source)


def timeline_of(case: Case, *, show: str = "") -> list[Entry]:
    """Everything about a case, newest first; `show` narrows it to "customer" or "internal"."""
    entries = [*_history(case), *(entry for source in _sources for entry in source(case))]
    if show:
        entries = [entry for entry in entries if entry.customer_sees == (show == "customer")]
    return sorted(entries, key=lambda entry: (entry.at, entry.order), reverse=True)


_ICONS = {"opened": "in", "moved": "right", "assigned": "people", "issue_decided": "ok", "paused": "pause"}


def _history(case: Case) -> Iterable[Entry]:
    for row in db.session.scalars(history_of("case", case.id)):
        who = row.actor.short_name if row.actor else "Casework"
        yield Entry(
            at=row.at,
            icon=_ICONS.get(row.verb, "dot"),
            look="",
            who=who,
            what=row.summary,
            body=str(row.after.get("reason", "")),
            customer_sees=False,
            order=(0, row.id),
        )
