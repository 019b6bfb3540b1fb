"""Means and quantiles."""

import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.measures.stats import quantile, summarise

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

figures = st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1.5),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9.1),
        ([1, 2, 3, 4], 0, 1),
        ([1, 2, 3, 4], 1, 4),
        ([0, 0, 0, 10], 0.9, 7),
    ],
)
def test_a_quantile_lies_between_its_neighbours_by_distance(
    values: list[float], q: float, expected: float
) -> None:
    assert quantile(values, q) == pytest.approx(expected)


@unhurried
@given(figures, st.floats(min_value=0, max_value=1), st.floats(min_value=0, max_value=1))
def test_a_larger_share_never_has_a_smaller_quantile(values: list[float], p: float, q: float) -> None:
    ordered = sorted(values)
    low, high = sorted((p, q))
    assert quantile(ordered, low) <= quantile(ordered, high)


@unhurried
@given(figures, st.integers(min_value=0, max_value=100))
def test_a_quantile_is_the_exact_interpolation_of_definition_seven(values: list[float], percent: int) -> None:
    ordered = [Fraction(value) for value in sorted(values)]
    place = Fraction(len(ordered) - 1) * percent / 100
    below = int(place)
    exact = ordered[below]
    if place > below:
        exact += (ordered[below + 1] - ordered[below]) * (place - below)
    assert quantile(sorted(values), percent / 100) == pytest.approx(float(exact), rel=1e-9, abs=1e-6)


@unhurried
@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=2, max_size=60))
def test_deciles_are_those_of_the_standard_library(values: list[float]) -> None:
    expected = statistics.quantiles(values, n=10, method="inclusive")
    mine = [quantile(sorted(values), tenth / 10) for tenth in range(1, 10)]
    assert mine == pytest.approx(expected, rel=1e-9, abs=1e-6)


@unhurried
@given(figures)
def test_a_summary_does_not_depend_on_the_order(values: list[float]) -> None:
    assert summarise(values) == summarise(reversed(values))
    assert summarise(values).median == pytest.approx(statistics.median(values), rel=1e-9, abs=1e-9)


def test_no_values_give_a_count_of_none_and_no_figures() -> None:
    empty = summarise([])
    assert (empty.n, empty.mean, empty.median, empty.p90) == (0, None, None, None)


def test_a_summary_holds_count_mean_median_and_ninetieth_percentile() -> None:
    found = summarise([10, 1, 4])
    assert found.n == 3
    assert (found.mean, found.median, found.p90) == pytest.approx((5.0, 4.0, 8.8))


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan")])
def test_a_quantile_outside_nought_to_one_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1.0], q)


def test_there_is_no_quantile_of_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        quantile([], 0.5)
