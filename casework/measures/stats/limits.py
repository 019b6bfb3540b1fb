"""Where chance alone keeps a figure: the mean and limits of a run of points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

POINTS_TO_JUDGE = 12
"""Fewer points than this give trial limits only, on which no verdict rests (NHS-R Community, "How many
points are required for robust control limits?", for the NHS Making Data Count programme)."""

POINTS_FOR_TRIAL_LIMITS = 6
"""Useful limits may be made of as few as five or six values (D. J. Wheeler, Understanding Variation)."""

# 3 ÷ 1.128: three standard deviations, estimated from the mean range of two neighbours (Wheeler).
_XMR_FACTOR = 2.66


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean and limits, in the unit of the figures."""

    mean: float
    lower: float
    upper: float
    sigma: float
    """A third of the way from the mean to a limit, before a limit is cut at what the measure can be."""

    def near_upper(self) -> float:
        """Two thirds of the way from the mean to the upper limit."""
        return self.mean + 2 * self.sigma

    def near_lower(self) -> float:
        """Two thirds of the way from the mean to the lower limit."""
        return self.mean - 2 * self.sigma


def bounded(mean: float, sigma: float, *, floor: float | None, ceiling: float | None) -> Limits:
    """Limits three sigma from the mean, not beyond what the measure can be."""
    lower, upper = mean - 3 * sigma, mean + 3 * sigma
    if floor is not None:
        lower = max(lower, min(floor, mean))
    if ceiling is not None:
        upper = min(upper, max(ceiling, mean))
    return Limits(mean=mean, lower=lower, upper=upper, sigma=sigma)


def xmr(values: Sequence[float], *, floor: float | None = 0.0, ceiling: float | None = None) -> Limits:
    """Limits of an XmR (individuals) chart: mean ± 2.66 × the mean moving range.

    `floor` and `ceiling` are what the measure can be: a time or a count cannot be below zero (the default), a
    share in per cent cannot pass 100. A single value has no moving range: its limits are itself.
    Source: D. J. Wheeler and D. S. Chambers, Understanding Statistical Process Control.
    Raises ValueError when there are no values.
    """
    if not values:
        raise ValueError("Limits need at least one value.")
    ranges = [abs(after - before) for before, after in pairwise(values)]
    sigma = _XMR_FACTOR * fmean(ranges) / 3 if ranges else 0.0
    return bounded(fmean(values), sigma, floor=floor, ceiling=ceiling)


def p_limits(share: float, size: float) -> Limits:
    """Limits of a share (0 to 1) among `size` when the usual share is `share`: three binomial deviations."""
    return bounded(share, math.sqrt(share * (1 - share) / size), floor=0.0, ceiling=1.0)


def u_limits(rate: float, exposure: float) -> Limits:
    """Limits of a rate per unit of `exposure` when the usual rate is `rate`: three Poisson deviations."""
    return bounded(rate, math.sqrt(rate / exposure), floor=0.0, ceiling=None)
