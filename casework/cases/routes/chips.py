"""The filters that hold, as chips that can be taken off."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import literal, select, union_all

from casework.accounts.models import Team, User
from casework.cases.models import Channel, Kind
from casework.cases.queues import NOBODY, Filters
from casework.cases.rules import SEVERITIES
from casework.catalogue.models import Category, Service
from casework.core.db import db

Names = dict[str, str]
_NAMED: dict[str, type[Team | User | Service | Category]] = {
    "team": Team,
    "handler": User,
    "service": Service,
    "category": Category,
}


@dataclass(frozen=True)
class Chip:
    """One filter that holds: its name, its value in words, and the address without it."""

    name: str
    value: str
    remove_href: str


def chips_of(filters: Filters, here: Callable[..., str]) -> list[Chip]:
    """A chip for each filter. `here` makes this page's address with one part changed.

    What a filter names and is there no longer shows as gone, and the filter holds: nothing is of it.
    """
    names = _names(filters)
    words = {
        "team": names.get("team"),
        "handler": _("nobody yet") if filters.handler_id == NOBODY else names.get("handler"),
        "service": names.get("service"),
        "category": names.get("category"),
        "severity": SEVERITIES[filters.severity][0] if filters.severity else None,
        "kind": Kind(filters.kind).label if filters.kind else None,
        "channel": Channel(filters.channel).label if filters.channel else None,
        "stage": str(filters.stage) if filters.stage else None,
        "tag": filters.tag,
        "received_from": _on(_("from"), filters.received_from),
        "received_to": _on(_("up to"), filters.received_to),
        "due_from": _on(_("from"), filters.due_from),
        "due_to": _on(_("up to"), filters.due_to),
        "restricted": None if filters.restricted is None else _("yes") if filters.restricted else _("no"),
    }
    labels = labels_of_filters()
    return [
        Chip(labels[part], value, here(**{part: None})) for part, value in words.items() if value is not None
    ]


def labels_of_filters() -> dict[str, str]:
    """What each filter is called."""
    return {
        "team": _("Team"),
        "handler": _("Handler"),
        "service": _("Service"),
        "category": _("Category"),
        "severity": _("Severity"),
        "kind": _("Kind"),
        "channel": _("Channel"),
        "stage": _("Stage"),
        "tag": _("Tag"),
        "received_from": _("Received"),
        "received_to": _("Received"),
        "due_from": _("Due"),
        "due_to": _("Due"),
        "restricted": _("Restricted"),
    }


def _names(filters: Filters) -> Names:
    """The names of what the filters point at, in one statement; what is gone is called so."""
    asked: Names = {}
    wanted: list[Any] = []
    for part, model in _NAMED.items():
        key = getattr(filters, f"{part}_id")
        if key is not None and not (part == "handler" and key == NOBODY):
            asked[part] = _("gone")
            wanted.append(select(literal(part), model.name).where(model.id == key))
    if not wanted:
        return asked
    return asked | {row[0]: row[1] for row in db.session.execute(union_all(*wanted))}


def _on(word: str, day: date | None) -> str | None:
    return f"{word} {day:%-d %b %Y}" if day else None
