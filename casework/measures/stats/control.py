"""Control charts: a series over time with its mean, its limits and its signals.

- A gap (None, not a number, nothing to divide by) is closed up: it breaks no run and has no moving range.
- Limits are made of all the points of their segment; a new segment begins only where a person says so.
- A segment of fewer than `POINTS_TO_JUDGE` points has a mean, but no limits and no signals yet.
Sources: W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931); D. J. Wheeler,
Understanding Variation; D. C. Montgomery, Introduction to Statistical Quality Control, for the p and u
charts.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casework.measures.stats.limits import POINTS_TO_JUDGE, Limits, p_limits, u_limits, xmr
from casework.measures.stats.signals import Side, Signal, find_signals

__all__ = [
    "Chart",
    "Direction",
    "Kind",
    "Meaning",
    "Point",
    "Segment",
    "p_chart",
    "u_chart",
    "xmr",
    "xmr_chart",
]

Direction = Literal["down", "up", "none"]
"""Which way is better; "none" for a measure that is neither good nor bad, such as cases received."""
Kind = Literal["XmR", "p", "u"]
Meaning = Literal["none", "better", "worse", "changed"]
"""What a point's signals mean; "changed" where neither way is better."""

LimitsOf = Callable[[Sequence[int]], list[Limits]]
"""From the indexes of a segment's figures to the limits at each of them."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period. The figures are in the chart's unit; None where there is none."""

    index: int
    value: float | None
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    signals: tuple[Signal, ...] = ()
    meaning: Meaning = "none"


@dataclass(frozen=True, slots=True)
class Segment:
    """The points from `start` up to but not including `stop`, which share a mean; `n` of them have a
    figure."""

    start: int
    stop: int
    n: int
    mean: float | None
    judged: bool
    """Whether there are enough points for limits, signals and a verdict."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with everything that can be said of it; `segments` lie end to end and cover all `points`."""

    kind: Kind
    better: Direction
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]
    mean_before: float | None = None
    """Set where the last segment's signals are judged against the mean of the one before it."""

    @property
    def newest(self) -> Point | None:
        """The last point that has a figure."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def xmr_chart(
    values: Sequence[float | None],
    *,
    better: Direction = "none",
    rebase_at: Iterable[int] = (),
    floor: float | None = 0.0,
    ceiling: float | None = None,
) -> Chart:
    """A chart of single figures. `rebase_at` holds the indexes at which a new segment begins.

    `floor` and `ceiling`: see `limits.xmr`. Raises ValueError for an index outside the series.
    """
    figures = [figure_or_gap(value) for value in values]

    def limits_of(places: Sequence[int]) -> list[Limits]:
        present = [value for place in places if (value := figures[place]) is not None]
        return [xmr(present, floor=floor, ceiling=ceiling)] * len(places)

    return _build("XmR", figures, limits_of, rebase_at=rebase_at, better=better)


def p_chart(
    counts: Sequence[float | None],
    sizes: Sequence[float | None],
    *,
    better: Direction = "none",
    rebase_at: Iterable[int] = (),
    per: float = 1.0,
) -> Chart:
    """A chart of shares: `counts` of `sizes`, limits wider where the size is small. `per=100` gives per cent.

    Where sizes run to thousands the limits come out too tight, because real shares vary more than coin tosses
    do; then the XmR chart of the shares is the honest one. A period whose size is 0 is a gap.
    Raises ValueError when the lists differ in length or a count is not between 0 and its size.
    """
    pairs = _pairs(counts, sizes)
    if any(not 0 <= count <= size for count, size in pairs if size):
        raise ValueError("A share counts some of the whole: a count must lie between 0 and its size.")
    return _ratio_chart("p", pairs, p_limits, better=better, rebase_at=rebase_at, per=per)


def u_chart(
    counts: Sequence[float | None],
    exposures: Sequence[float | None],
    *,
    better: Direction = "none",
    rebase_at: Iterable[int] = (),
    per: float = 1.0,
) -> Chart:
    """A chart of rates: `counts` of events against their `exposures`. `per=1000` gives a rate per thousand.

    A period without exposure is a gap. Raises ValueError when the lists differ in length or a count is
    negative.
    """
    pairs = _pairs(counts, exposures)
    if any(count < 0 for count, size in pairs if size):
        raise ValueError("A count of events cannot be negative.")
    return _ratio_chart("u", pairs, u_limits, better=better, rebase_at=rebase_at, per=per)


def figure_or_gap(value: float | None) -> float | None:
    """The figure, or None for what cannot be drawn or judged."""
    return float(value) if value is not None and math.isfinite(value) else None


def meaning_of(side: Side, better: Direction) -> Meaning:
    """What a signal to that side means."""
    if better == "none":
        return "changed"
    return "better" if side == better else "worse"


def with_signals(point: Point, signals: Sequence[Signal], *, better: Direction) -> Point:
    """The point carrying its signals, strongest first; the strongest says what they mean."""
    if not signals:
        return point
    return replace(point, signals=tuple(signals), meaning=meaning_of(signals[0].side, better))


def with_limits(point: Point, limits: Limits) -> Point:
    """The point with the mean and limits that hold there."""
    return replace(point, mean=limits.mean, lower=limits.lower, upper=limits.upper)


def _pairs(counts: Sequence[float | None], sizes: Sequence[float | None]) -> list[tuple[float, float]]:
    """Count and size of each period; a size of 0 marks a gap."""
    if len(counts) != len(sizes):
        raise ValueError(f"{len(counts)} counts came with {len(sizes)} sizes.")
    pairs = []
    for count, size in zip(counts, sizes, strict=True):
        whole, part = figure_or_gap(size), figure_or_gap(count)
        if whole is not None and whole < 0:
            raise ValueError("A size cannot be negative.")
        pairs.append((part, whole) if part is not None and whole else (0.0, 0.0))
    return pairs


def _ratio_chart(
    kind: Kind,
    pairs: list[tuple[float, float]],
    limits_at: Callable[[float, float], Limits],
    *,
    better: Direction,
    rebase_at: Iterable[int],
    per: float,
) -> Chart:
    def limits_of(places: Sequence[int]) -> list[Limits]:
        usual = math.fsum(pairs[place][0] for place in places) / math.fsum(
            pairs[place][1] for place in places
        )
        return [_scaled(limits_at(usual, pairs[place][1]), per) for place in places]

    values = [per * count / size if size else None for count, size in pairs]
    return _build(kind, values, limits_of, rebase_at=rebase_at, better=better)


def _scaled(limits: Limits, per: float) -> Limits:
    return Limits(
        mean=limits.mean * per, lower=limits.lower * per, upper=limits.upper * per, sigma=limits.sigma * per
    )


def _build(
    kind: Kind,
    values: Sequence[float | None],
    limits_of: LimitsOf,
    *,
    rebase_at: Iterable[int],
    better: Direction,
) -> Chart:
    starts = sorted({0, *rebase_at})
    if values and (starts[0] < 0 or starts[-1] >= len(values)):
        raise ValueError(f"A chart of {len(values)} points can be rebased at 1 to {len(values) - 1} only.")
    points: list[Point] = []
    segments: list[Segment] = []
    for start, stop in zip(starts, [*starts[1:], len(values)], strict=True):
        segment, part = judge_segment(values, limits_of, start=start, stop=stop, better=better)
        segments.append(segment)
        points.extend(part)
    return Chart(kind=kind, better=better, points=tuple(points), segments=tuple(segments) if values else ())


def judge_segment(
    values: Sequence[float | None], limits_of: LimitsOf, *, start: int, stop: int, better: Direction
) -> tuple[Segment, list[Point]]:
    """The segment from `start` to before `stop`, and its points with limits and signals where there are
    enough."""
    points = [Point(index=index, value=values[index]) for index in range(start, stop)]
    places = [point.index for point in points if point.value is not None]
    if not places:
        return Segment(start=start, stop=stop, n=0, mean=None, judged=False), points
    limits = limits_of(places)
    judged = len(places) >= POINTS_TO_JUDGE
    segment = Segment(start=start, stop=stop, n=len(places), mean=limits[0].mean, judged=judged)
    if not judged:
        return segment, [replace(point, mean=segment.mean) for point in points]
    figures = [value for place in places if (value := values[place]) is not None]
    for place, at_place, signals in zip(places, limits, find_signals(figures, limits), strict=True):
        # The rules count figures; the chart counts periods, gaps included.
        moved = [replace(signal, first=places[signal.first]) for signal in signals]
        points[place - start] = with_signals(
            with_limits(points[place - start], at_place), moved, better=better
        )
    return segment, points
