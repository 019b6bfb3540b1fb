"""PURE: figures that grow and shrink case by case.

A cell is one figure: a measure for one group in one period. It keeps the days behind it in order, so taking a case
out and putting it in again as it now is gives the same figure as counting everything anew.
"""

import sys
from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import fsum
from typing import Any, NamedTuple

from casework.measures.definitions import DIMENSIONS, TIMES
from casework.measures.stats import quantile

NO_GROUP = "none"
WHOLE = ("", "")
MEASURES = {definition.end: definition.name for definition in TIMES}


class CellKey(NamedTuple):
    """Which figure a cell is, as `MeasureValue` is keyed."""

    measure: str
    dimension: str
    group_id: str
    cohort: str
    period_kind: str
    period: str


class Counted(NamedTuple):
    """What the measures need of a fact; the names are those of its columns."""

    kind: str
    service_id: int | None
    category_id: int | None
    team_id: int | None
    channel: str
    received_month: str
    acknowledged_month: str | None
    answered_month: str | None
    closed_month: str | None
    acknowledge_days: float | None
    respond_days: float | None
    close_days: float | None
    acknowledge_within: bool | None
    respond_within: bool | None
    is_open: bool


class Drift(Exception):
    """A figure does not hold what should be taken out of it; the figures must be made anew."""


class Cell:
    """The cases behind one figure. `add` and `remove` undo each other; call `settle` before reading."""

    __slots__ = ("_loose", "days", "n", "with_standard_n", "within_n")

    def __init__(
        self, *, n: int = 0, within_n: int = 0, with_standard_n: int = 0, figures: bytes = b""
    ) -> None:
        self.n, self.within_n, self.with_standard_n = n, within_n, with_standard_n
        self.days = array("d")
        self.days.frombytes(figures)
        if sys.byteorder == "big":
            self.days.byteswap()
        self._loose: list[float] = []

    def add(self, days: float | None, within: bool | None = None) -> None:
        """Put a case in. `days` is None for one that still waits; `within` None where there is no standard."""
        self.n += 1
        if days is not None:
            self._loose.append(days)
            if within is not None:
                self.with_standard_n += 1
                self.within_n += within

    def remove(self, days: float | None, within: bool | None = None) -> None:
        """Take a case out again. Raises Drift when it is not there."""
        self.settle()
        self.n -= 1
        if days is not None:
            place = bisect_left(self.days, days)
            if place >= len(self.days) or self.days[place] != days:
                raise Drift(f"No case with {days} days is there.")
            del self.days[place]
            if within is not None:
                self.with_standard_n -= 1
                self.within_n -= within
        if self.n < len(self.days) or not 0 <= self.within_n <= self.with_standard_n <= len(self.days):
            raise Drift("More cases were taken out than there were.")

    def settle(self) -> None:
        """Bring what was added into order."""
        if len(self._loose) < 8:
            for value in self._loose:
                insort(self.days, value)
        else:
            self.days = array("d", sorted([*self.days, *self._loose]))
        self._loose.clear()

    def figures(self) -> dict[str, Any]:
        """The figure as the columns of `MeasureValue` have it, without the days themselves."""
        self.settle()
        days, ended = self.days, len(self.days)
        return {
            "n": self.n,
            "closed_n": ended,
            "open_n": self.n - ended,
            "mean": fsum(days) / ended if ended else None,
            "median": quantile(days, 0.5) if ended else None,
            "p90": quantile(days, 0.9) if ended else None,
            "within_n": self.within_n,
            "with_standard_n": self.with_standard_n,
        }

    def packed(self) -> bytes:
        """The days, to be kept."""
        self.settle()
        if sys.byteorder == "little":
            return self.days.tobytes()
        turned = array("d", self.days)
        turned.byteswap()
        return turned.tobytes()


class Place(NamedTuple):
    """One cell that a case belongs to, and what it brings there."""

    measure: str
    cohort: str
    period_kind: str
    period: str
    days: float | None
    within: bool | None


def waits(fact: Any, end: str) -> bool:
    """Whether a case still waits for this end. One that ended otherwise is not owed it any more."""
    if end == "acknowledge":
        return bool(fact.is_open and fact.acknowledge_days is None and fact.respond_days is None)
    return bool(fact.is_open and getattr(fact, f"{end}_days") is None)


def places(fact: Any) -> list[Place]:
    """The cells of a case within each of its groups. `fact` has the attributes of `Counted`."""
    found = [Place("received", "received", "month", fact.received_month, None, None)]
    if fact.closed_month is not None:
        found.append(Place("closed", "answered", "month", fact.closed_month, None, None))
    ends = (
        ("acknowledge", fact.acknowledge_days, fact.acknowledge_within, fact.acknowledged_month),
        ("respond", fact.respond_days, fact.respond_within, fact.answered_month),
        ("close", fact.close_days, None, fact.closed_month),
    )
    for end, days, within, month in ends:
        name = MEASURES[end]
        if days is not None:
            found.append(Place(name, "answered", "month", month, days, within))
        if days is not None or waits(fact, end):
            found.append(Place(name, "all", "all", "all", days, within))
    return found


def groups(fact: Any) -> list[tuple[str, str]]:
    """The groups of a case: the whole, and one in each dimension."""
    return [WHOLE, *((dimension, group_of(fact, dimension)) for dimension in DIMENSIONS)]


def group_of(fact: Any, dimension: str) -> str:
    """The group of a case in one dimension, as text."""
    if not dimension:
        return ""
    value = getattr(fact, dimension if dimension in ("channel", "kind") else f"{dimension}_id")
    return NO_GROUP if value is None else str(value)


def cells_of(fact: Any) -> Iterator[tuple[CellKey, Place]]:
    """Every cell that a case belongs to."""
    own = places(fact)
    for dimension, group_id in groups(fact):
        for place in own:
            yield CellKey(place.measure, dimension, group_id, *place[1:4]), place


def count_all(facts: Iterable[Any]) -> dict[CellKey, Cell]:
    """Every figure from every fact."""
    # One look-up per group and one per place is a third of the work of one per cell's whole key.
    grouped: dict[tuple[str, str], dict[tuple[str, str, str, str], Cell]] = defaultdict(dict)
    for fact in facts:
        own = [(place[:4], place.days, place.within) for place in places(fact)]
        for group in groups(fact):
            cells = grouped[group]
            for key, days, within in own:
                cell = cells.get(key)
                if cell is None:
                    cell = cells[key] = Cell()
                cell.add(days, within)
    return {
        CellKey(key[0], *group, *key[1:]): cell
        for group, cells in grouped.items()
        for key, cell in cells.items()
    }


def apply(changes: Iterable[tuple[Any | None, Any | None]], cell_at: Callable[[CellKey], Cell]) -> None:
    """Take each case out as it was (first of the pair) and put it in as it is (second); either may be None."""
    pairs = list(changes)
    for before, _ in pairs:
        for key, place in cells_of(before) if before is not None else ():
            cell_at(key).remove(place.days, place.within)
    for _, after in pairs:
        for key, place in cells_of(after) if after is not None else ():
            cell_at(key).add(place.days, place.within)
