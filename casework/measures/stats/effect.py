"""Did a change work? The figures after it, against the mean and limits before it.

- The rules are those of the control chart, but for the trend: what counts is where the figures lie against
  how things were, not whether they still move.
- A signal counts while it is among the newest seven figures; after seven quiet ones it has lapsed.
- Before the change there must be at least `POINTS_FOR_TRIAL_LIMITS` figures, or nothing is judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from casework.measures.stats.control import (
    Chart,
    Direction,
    Meaning,
    Point,
    Segment,
    figure_or_gap,
    judge_segment,
    meaning_of,
    with_limits,
    with_signals,
)
from casework.measures.stats.limits import POINTS_FOR_TRIAL_LIMITS, POINTS_TO_JUDGE, Limits, xmr
from casework.measures.stats.signals import RUN_LENGTH, find_signals, side_of

State = Literal["improved", "no_signal_yet", "worse"]


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of a measure after a change."""

    state: State
    needed: int
    """How many more figures, all on the better side of the old mean, would make a signal; 0 once there is
    one."""
    mean_before: float | None
    mean_after: float | None
    limits_before: Limits | None
    """None when there are too few figures before the change to judge by."""
    returned: bool
    """It had improved, and no longer stands improved."""


def effect(
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    better: Direction,
    floor: float | None = 0.0,
    ceiling: float | None = None,
) -> Effect:
    """Judges `after` by the XmR limits of `before`, both oldest first, gaps allowed.

    `better` is "down" or "up"; ValueError for "none", where nothing can be an improvement.
    """
    if better == "none":
        raise ValueError("An effect needs a better direction, up or down.")
    old, new = _figures(before), _figures(after)
    limits = xmr(old, floor=floor, ceiling=ceiling) if old else None
    enough = limits is not None and len(old) >= POINTS_FOR_TRIAL_LIMITS
    meanings = _meanings(new, limits, better=better) if enough and limits is not None else []
    state = _state(meanings)
    run = _run_on_better_side(new, limits.mean, better=better) if limits is not None else 0
    return Effect(
        state=state,
        needed=max(RUN_LENGTH - run, 0) if state == "no_signal_yet" else 0,
        mean_before=limits.mean if limits is not None else None,
        mean_after=sum(new) / len(new) if new else None,
        limits_before=limits if enough else None,
        returned=state != "improved" and "better" in meanings,
    )


def effect_chart(
    values: Sequence[float | None],
    *,
    change_at: int,
    better: Direction,
    floor: float | None = 0.0,
    ceiling: float | None = None,
) -> Chart:
    """The chart of an effect: segments before and from `change_at`, each with its own limits.

    The signals of the second segment are judged against the limits of the first; its own limits are drawn
    from `POINTS_FOR_TRIAL_LIMITS` figures on. Raises ValueError when `change_at` leaves either side empty.
    """
    if not 0 < change_at < len(values):
        raise ValueError(f"The change must fall between the first and the last of the {len(values)} points.")
    figures = [figure_or_gap(value) for value in values]

    def limits_of(places: Sequence[int]) -> list[Limits]:
        present = [value for place in places if (value := figures[place]) is not None]
        return [xmr(present, floor=floor, ceiling=ceiling)] * len(places)

    segment, points = judge_segment(figures, limits_of, start=0, stop=change_at, better=better)
    old = _figures(figures[:change_at])
    limits = xmr(old, floor=floor, ceiling=ceiling) if old else None
    judging = limits if segment.n >= POINTS_FOR_TRIAL_LIMITS else None
    if judging is not None and not segment.judged:
        points = [with_limits(point, judging) for point in points]
    after = _points_after(figures, change_at, judging, better=better, floor=floor, ceiling=ceiling)
    shown = [point.value for point in after if point.value is not None]
    mean = sum(shown) / len(shown) if shown else None
    last = Segment(change_at, len(figures), len(shown), mean, judged=len(shown) >= POINTS_TO_JUDGE)
    return Chart("XmR", better, (*points, *after), (segment, last), mean_before=segment.mean)


def _points_after(
    figures: Sequence[float | None],
    change_at: int,
    judging: Limits | None,
    *,
    better: Direction,
    floor: float | None,
    ceiling: float | None,
) -> list[Point]:
    points = [Point(index=index, value=figures[index]) for index in range(change_at, len(figures))]
    places = [place for place, point in enumerate(points) if point.value is not None]
    shown = _figures(figures[change_at:])
    if len(shown) >= POINTS_FOR_TRIAL_LIMITS:
        own = xmr(shown, floor=floor, ceiling=ceiling)
        points = [with_limits(point, own) for point in points]
    elif shown:
        points = [replace(point, mean=sum(shown) / len(shown)) for point in points]
    if judging is None:
        return points
    found = find_signals(shown, [judging] * len(shown), trends=False)
    for place, signals in zip(places, found, strict=True):
        moved = [replace(signal, first=change_at + places[signal.first]) for signal in signals]
        points[place] = with_signals(points[place], moved, better=better)
    return points


def _figures(values: Sequence[float | None]) -> list[float]:
    return [figure for value in values if (figure := figure_or_gap(value)) is not None]


def _meanings(new: Sequence[float], limits: Limits, *, better: Direction) -> list[Meaning]:
    found = find_signals(new, [limits] * len(new), trends=False)
    return [meaning_of(signals[0].side, better) if signals else "none" for signals in found]


def _state(meanings: Sequence[Meaning]) -> State:
    """The newest signal decides, while it has not lapsed."""
    for meaning in reversed(meanings[-RUN_LENGTH:]):
        if meaning == "better":
            return "improved"
        if meaning == "worse":
            return "worse"
    return "no_signal_yet"


def _run_on_better_side(new: Sequence[float], mean: float, *, better: Direction) -> int:
    run = 0
    for value in reversed(new):
        if side_of(value, mean) != better:
            break
        run += 1
    return run
