"""The panels of the case page: each concern of a case says what it shows, and the page only puts them in order.

Packages above this one add theirs in reactions.py, as they do with the timeline. A panel costs the page a query
only where there is something to show: the counters of the case (`file_count`, `open_actions`, …) tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from casework.accounts.models import User
from casework.cases.models import Case

Place = Literal["top", "side", "rest"]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One part of the case page.

    `place`: top (under the heading, for what must be seen first), side, or rest (the wide column), by `order`.
    `facts` gives what the template shows as `panel`, or None when the panel is not shown.
    """

    place: Place
    order: int
    template: str
    facts: Callable[[Case, User, datetime], dict[str, Any] | None]


@dataclass(frozen=True)
class Shown:
    """A panel with its facts, as the page includes it."""

    template: str
    facts: dict[str, Any]


_panels: list[Panel] = []


def add_panel(panel: Panel) -> None:
    """Let a concern show itself on the case page. Adding twice changes nothing."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda one: one.order)


def panels_of(case: Case, user: User, now: datetime) -> dict[str, list[Shown]]:
    """The panels of this case for this person, by place, in order."""
    shown: dict[str, list[Shown]] = {"top": [], "side": [], "rest": []}
    for panel in _panels:
        facts = panel.facts(case, user, now)
        if facts is not None:
            shown[panel.place].append(Shown(panel.template, facts))
    return shown
