"""The filters that hold, as chips that can be taken off."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from casework.accounts.models import Team, User
from casework.cases.models import Kind
from casework.cases.queues import Filters
from casework.cases.rules import SEVERITIES
from casework.catalogue.models import Category, Service
from casework.core.db import db


@dataclass(frozen=True)
class Chip:
    """One filter that holds: its name, its value in words, and the address without it."""

    name: str
    value: str
    remove_href: str


def chips_of(filters: Filters, here: Callable[..., str]) -> list[Chip]:
    """A chip for each filter. `here` makes this page's address with one part changed."""
    chips = [
        _named("Team", "team", Team, filters.team_id, here),
        _named("Handler", "handler", User, filters.handler_id, here),
        _named("Service", "service", Service, filters.service_id, here),
        _named("Category", "category", Category, filters.category_id, here),
    ]
    if filters.severity is not None:
        words = SEVERITIES.get(filters.severity, ("unknown", ""))[0]
        chips.append(Chip("Severity", words, here(severity=None)))
    if filters.kind is not None:
        chips.append(Chip("Kind", Kind(filters.kind).label, here(kind=None)))
    return [chip for chip in chips if chip is not None]


def _named(
    label: str,
    part: str,
    kind: type[Team | User | Service | Category],
    key: int | None,
    here: Callable[..., str],
) -> Chip | None:
    if key is None:
        return None
    name = db.session.scalar(select(kind.name).where(kind.id == key))
    return Chip(label, name or "no longer there", here(**{part: None}))
