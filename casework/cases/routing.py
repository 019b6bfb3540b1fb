"""Which rule fits a new case, and whom it chooses. Pure: values in, answers out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

BELOW = " › "
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What rules ask of a case. `category_path` is "" without a category; `team_id` the owner of its service."""

    kind: str
    channel: str
    service_id: int | None
    category_path: str
    severity: int
    team_id: int | None
    knows_id: int | None = None


class Condition(Protocol):
    """What a rule says about the cases it is for; see models.AssignmentRule."""

    kind: str
    channel: str
    service_id: int | None
    severity: int | None

    @property
    def category_path(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be given cases. `turn_at` is when a rule last gave them one."""

    id: int
    name: str
    open: int
    capacity: int
    skills: frozenset[str] = frozenset()
    away: bool = False
    away_until: date | None = None
    turn_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return not self.away and self.open < self.capacity

    @property
    def share(self) -> float:
        """How full they are: 0.5 at half of what they can carry."""
        return self.open / self.capacity if self.capacity else float("inf")


def fits(rule: Condition, case: Facts) -> bool:
    """Whether a case meets every condition of a rule; an empty condition is met by all."""
    return (
        rule.kind in ("", case.kind)
        and rule.channel in ("", case.channel)
        and rule.service_id in (None, case.service_id)
        and (rule.severity is None or case.severity >= rule.severity)
        and is_at_or_below(case.category_path, rule.category_path)
    )


def is_at_or_below(path: str, top: str) -> bool:
    """Whether a category is this one or stands below it in the tree; every one is below ""."""
    return not top or path == top or path.startswith(top + BELOW)


def choose(
    way: str, people: Iterable[Candidate], *, skill: str = "", knows_id: int | None = None
) -> tuple[Candidate | None, str]:
    """The person a rule chooses, and how in words; nobody when nobody fits.

    - Whoever is away, has as much as they can carry, or lacks the skill is never chosen.
    - Least loaded: the smallest share of what they can carry. Equal: whoever waits longest for a case from a rule.
    - Knows the customer: whoever handled their last case, while they have room; else the least loaded.
    - In turn: whoever waits longest.
    """
    able = [one for one in people if one.has_room and (not skill or skill in one.skills)]
    if way == "nobody" or not able:
        return None, ""
    if way == "knows_customer":
        known = next((one for one in able if one.id == knows_id), None)
        if known is not None:
            return known, "knows the customer"
    if way == "in_turn":
        return min(able, key=_waits), "in turn"
    return min(able, key=lambda one: (one.share, *_waits(one))), "least loaded"


def covers(earlier: Condition, later: Condition) -> bool:
    """Whether every case that the later rule fits is taken by the earlier one before."""
    return (
        earlier.kind in ("", later.kind)
        and earlier.channel in ("", later.channel)
        and earlier.service_id in (None, later.service_id)
        and (earlier.severity is None or (later.severity or 0) >= earlier.severity)
        and is_at_or_below(later.category_path, earlier.category_path)
    )


def hidden_by(rules: Sequence[Condition]) -> dict[int, int]:
    """For each rule (by its place from 0) that can never decide, the place of the rule that takes all its cases."""
    found: dict[int, int] = {}
    for place, rule in enumerate(rules):
        above = next((n for n in range(place) if covers(rules[n], rule)), None)
        if above is not None:
            found[place] = above
    return found


def _waits(one: Candidate) -> tuple[datetime, int]:
    return (one.turn_at or NEVER, one.id)
