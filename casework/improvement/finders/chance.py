"""Could it be luck? An exact test for two shares, and the false discovery rate over many of them."""

from collections.abc import Sequence
from math import exp, lgamma, log1p

_NEGLIGIBLE = 1e-18


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def hypergeometric_tail(k: int, *, group: int, marked: int, total: int) -> float:
    """P(X >= k): X are the marked ones among `group` drawn without replacement from `total`, `marked` marked.

    This is Fisher's exact test, one-sided (R. A. Fisher, The Design of Experiments, 1935), for the table
    whose first row is (k, group - k) and whose columns sum to (marked, total - marked).
    The first term comes from lgamma and each further one from its neighbour, so it stays stable to totals of
    a million (relative error about 1e-8 there). The side away from the middle is summed.

    Raises ValueError when the four numbers cannot belong to one table.
    """
    if not (0 <= group <= total and 0 <= marked <= total):
        raise ValueError(f"No such table: group {group} and marked {marked} must lie within total {total}.")
    lowest, highest = max(0, group + marked - total), min(group, marked)
    if k <= lowest:
        return 1.0
    if k > highest:
        return 0.0
    if k * total > group * marked:
        return min(1.0, _side_sum(k, highest, group=group, marked=marked, total=total))
    return max(0.0, 1.0 - _side_sum(k - 1, lowest, group=group, marked=marked, total=total))


def _side_sum(start: int, end: int, *, group: int, marked: int, total: int) -> float:
    """The probabilities from `start` outwards to `end`, where they only shrink."""
    other = total - marked
    log_first = _log_choose(marked, start) + _log_choose(other, group - start) - _log_choose(total, group)
    added = term = 1.0
    x = start
    while x != end and term > _NEGLIGIBLE * added:
        if end > start:
            term *= (marked - x) * (group - x) / ((x + 1) * (other - group + x + 1))
            x += 1
        else:
            term *= x * (other - group + x) / ((marked - x + 1) * (group - x + 1))
            x -= 1
        added += term
    return exp(log_first + log1p(added - 1.0))


def adjusted_for_false_discovery(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p values, in the order given.

    Calling everything at or under 0.05 a discovery keeps the expected share of false ones at 5 %
    (Y. Benjamini, Y. Hochberg, J. R. Statist. Soc. B 57, 1995, 289-300).
    """
    tests = len(p_values)
    adjusted = [1.0] * tests
    smallest = 1.0
    largest_first = sorted(range(tests), key=lambda index: p_values[index], reverse=True)
    for place, index in zip(range(tests, 0, -1), largest_first, strict=True):
        smallest = min(smallest, p_values[index] * (tests / place))
        adjusted[index] = smallest
    return adjusted
