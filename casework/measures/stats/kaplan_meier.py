"""Waiting times when some are still waiting: a backlog must not flatter the median.

A case that is still open has waited *at least* so long; it is censored. Leaving it out would count only those
who were answered quickly. The product-limit estimate of Kaplan and Meier, "Nonparametric estimation from
incomplete observations", Journal of the American Statistical Association 53 (1958), keeps it among those at
risk for as long as it has been seen to wait.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

# Two shares closer than this are the same share; the product of many fractions is not exact.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """What happened at one moment after the start."""

    time: float
    """Time since the start, in the unit of the times given."""
    at_risk: int
    """How many were still waiting just before."""
    ended: int
    """How many ended (were answered) at this time."""
    censored: int
    """How many were last seen waiting at this time."""
    waiting: float
    """The estimated share, 0 to 1, that waits longer than this time."""


def kaplan_meier(times: Sequence[float], observed: Sequence[bool]) -> list[Step]:
    """One step for each distinct time, ascending; `observed` is False for those still waiting at their time.

    Those who end at a time end before those who are censored at it, as is usual. No times give no steps.
    Raises ValueError when the two differ in length or a time is not a finite number.
    """
    if len(times) != len(observed):
        raise ValueError(f"{len(times)} times came with {len(observed)} marks of whether they ended.")
    if not all(math.isfinite(time) for time in times):
        raise ValueError("Every time must be a finite number.")
    ended = Counter(time for time, seen in zip(times, observed, strict=True) if seen)
    censored = Counter(time for time, seen in zip(times, observed, strict=True) if not seen)
    at_risk, waiting, steps = len(times), 1.0, []
    for time in sorted(ended.keys() | censored.keys()):
        waiting *= (at_risk - ended[time]) / at_risk
        steps.append(Step(time, at_risk, ended[time], censored[time], waiting))
        at_risk -= ended[time] + censored[time]
    return steps


def quantile_of(steps: Sequence[Step], q: float) -> float | None:
    """The time by which a share `q` (0 to 1) has ended, or None when it has not been seen to happen yet.

    It is the first time at which that share is reached. Where the curve lies exactly at it for a while, it
    is the middle between that time and the next one at which somebody ended; so, with nobody still waiting,
    the median is the ordinary median. Raises ValueError for a `q` outside 0 to 1.
    """
    if not 0 <= q <= 1:
        raise ValueError(f"A quantile lies between 0 and 1, not at {q}.")
    endings = [step for step in steps if step.ended]
    for number, step in enumerate(endings):
        share = 1 - step.waiting
        if share < q - _SAME:
            continue
        if share > q + _SAME or number + 1 == len(endings):
            return step.time
        return (step.time + endings[number + 1].time) / 2
    return None


def survival_median(times: Sequence[float], observed: Sequence[bool]) -> float | None:
    """The time by which half have ended, those still waiting counted; None when fewer than half are seen
    to."""
    return quantile_of(kaplan_meier(times, observed), 0.5)
