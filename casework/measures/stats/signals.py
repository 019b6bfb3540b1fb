"""The four rules that tell a signal from noise.

Points run in order and hold no gaps; each has its limits. Differences that are only the last digits of a
float are no differences. The rules are those of the NHS Making Data Count programme, after Shewhart and the
Western Electric handbook; a point on the mean belongs to neither side.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from casework.measures.stats.limits import Limits

RUN_LENGTH = 7
Side = Literal["up", "down"]


class Rule(StrEnum):
    """The rules, strongest first: where several fire at one point, the first one says what the point
    means."""

    BEYOND = "beyond the limits"
    NEAR = "two of three near a limit"
    ONE_SIDE = "seven or more in a row on one side of the mean"
    TREND = "seven or more in a row rising or falling"


@dataclass(frozen=True, slots=True)
class Signal:
    """One rule that fired at one point, and the run of points that made it fire."""

    rule: Rule
    side: Side
    """up: above, or rising; down: below, or falling."""
    first: int
    """The index of the run's first point."""
    length: int
    """How many points of the run the rule marks."""

    def words(self) -> str:
        """Why the point is marked, to follow "worse than chance would give:"."""
        if self.rule is Rule.BEYOND:
            return f"{'above the upper' if self.side == 'up' else 'below the lower'} limit"
        if self.rule is Rule.NEAR:
            return f"two of three near the {'upper' if self.side == 'up' else 'lower'} limit"
        if self.rule is Rule.ONE_SIDE:
            return f"one of {self.length} in a row {'above' if self.side == 'up' else 'below'} the mean"
        return f"one of {self.length} in a row {'rising' if self.side == 'up' else 'falling'}"


def find_signals(
    values: Sequence[float], limits: Sequence[Limits], *, trends: bool = True
) -> list[list[Signal]]:
    """For each point the rules that fired there, strongest first; indexes count within `values`."""
    found: list[list[Signal]] = [[] for _ in values]
    _mark(found, Rule.BEYOND, _beyond(values, limits))
    _mark(found, Rule.NEAR, _near(values, limits))
    _mark(found, Rule.ONE_SIDE, _one_side(values, limits))
    if trends:
        _mark(found, Rule.TREND, _trend(values))
    return found


def above(left: float, right: float) -> bool:
    """Whether `left` is greater than `right` by more than the noise of floats."""
    return left > right and not math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)


def side_of(value: float, middle: float) -> Side | None:
    """On which side of `middle` a value lies; None on it."""
    if above(value, middle):
        return "up"
    return "down" if above(middle, value) else None


def _mark(found: list[list[Signal]], rule: Rule, runs: Iterator[tuple[Side, list[int]]]) -> None:
    for side, run in runs:
        signal = Signal(rule=rule, side=side, first=run[0], length=len(run))
        for index in run:
            found[index].append(signal)


def _beyond(values: Sequence[float], limits: Sequence[Limits]) -> Iterator[tuple[Side, list[int]]]:
    def where(index: int) -> Side | None:
        if above(values[index], limits[index].upper):
            return "up"
        return "down" if above(limits[index].lower, values[index]) else None

    return _runs(len(values), where, at_least=1)


def _near(values: Sequence[float], limits: Sequence[Limits]) -> Iterator[tuple[Side, list[int]]]:
    """Those beyond two thirds of the way to a limit, where two of any three in a row are; chains are one
    run."""
    ups = [index for index, value in enumerate(values) if above(value, limits[index].near_upper())]
    downs = [index for index, value in enumerate(values) if above(limits[index].near_lower(), value)]
    sides: tuple[tuple[Side, list[int]], ...] = (("up", ups), ("down", downs))
    # Three points must have been seen before two of them can be two of three.
    if len(values) < 3:
        return
    for side, places in sides:
        run = places[:1]
        for place in places[1:]:
            if place - run[-1] > 2:
                if len(run) > 1:
                    yield side, run
                run = []
            run.append(place)
        if len(run) > 1:
            yield side, run


def _one_side(values: Sequence[float], limits: Sequence[Limits]) -> Iterator[tuple[Side, list[int]]]:
    return _runs(len(values), lambda index: side_of(values[index], limits[index].mean), at_least=RUN_LENGTH)


def _trend(values: Sequence[float]) -> Iterator[tuple[Side, list[int]]]:
    """Seven points of which each is higher (or each is lower) than the one before: six steps the same way."""
    steps = _runs(
        len(values) - 1, lambda index: side_of(values[index + 1], values[index]), at_least=RUN_LENGTH - 1
    )
    for side, run in steps:
        yield side, [*run, run[-1] + 1]


def _runs(
    length: int, where: Callable[[int], Side | None], *, at_least: int
) -> Iterator[tuple[Side, list[int]]]:
    """The longest stretches of indexes that lie on one and the same side."""
    run: list[int] = []
    current: Side | None = None
    for index in range(max(length, 0)):
        side = where(index)
        if side != current:
            if current is not None and len(run) >= at_least:
                yield current, run
            run, current = [], side
        run.append(index)
    if current is not None and len(run) >= at_least:
        yield current, run
