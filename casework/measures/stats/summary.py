"""Mean, median and percentiles of a list of figures."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True)
class Summary:
    """What a list of figures comes to, in the unit of the figures; the three are None when there were
    none."""

    n: int
    mean: float | None
    median: float | None
    p90: float | None


def quantile(sorted_values: Sequence[float], q: float) -> float:
    """The value below which a share `q` (0 to 1) of the ascending `sorted_values` lies.

    Linear interpolation between neighbours, definition 7 of Hyndman and Fan, "Sample quantiles in statistical
    packages", The American Statistician 50 (1996): the same as spreadsheets, pandas and R give by default.
    Raises ValueError for an empty list, or a `q` outside 0 to 1.
    """
    if not sorted_values:
        raise ValueError("There is no quantile of an empty list.")
    if not 0 <= q <= 1:
        raise ValueError(f"A quantile lies between 0 and 1, not at {q}.")
    place = (len(sorted_values) - 1) * q
    below = math.floor(place)
    low = sorted_values[below]
    if place == below:
        return float(low)
    high = sorted_values[below + 1]
    # Between two neighbours, never outside them: rounding could otherwise overshoot by one last digit.
    return min(max(low + (high - low) * (place - below), low), high)


def summarise(values: Iterable[float]) -> Summary:
    """n, mean, median and 90th percentile of `values` in any order. No values give n = 0 and no figures."""
    ordered = sorted(values)
    if not ordered:
        return Summary(n=0, mean=None, median=None, p90=None)
    return Summary(
        n=len(ordered), mean=fmean(ordered), median=quantile(ordered, 0.5), p90=quantile(ordered, 0.9)
    )
