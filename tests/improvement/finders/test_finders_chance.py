"""The exact test and the false discovery rate, against published values and brute force."""

from fractions import Fraction
from math import comb, fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.improvement.finders.chance import adjusted_for_false_discovery, hypergeometric_tail


@pytest.mark.parametrize(
    ("k", "group", "marked", "total", "expected"),
    [
        (4, 4, 4, 8, 1 / 70),  # Fisher's lady tasting tea: all four right
        (3, 4, 4, 8, 17 / 70),  # three or more right
        (10, 13, 12, 30, 0.0004652),  # Fisher's convicted twins: 10 of 13 against 2 of 17
        (0, 4, 4, 8, 1.0),
        (5, 4, 4, 8, 0.0),
        (3, 5, 6, 8, 1.0),  # fewer than three cannot be: only two are unmarked
        (0, 0, 0, 0, 1.0),
    ],
)
def test_tail_gives_published_values(k: int, group: int, marked: int, total: int, expected: float) -> None:
    got = hypergeometric_tail(k, group=group, marked=marked, total=total)
    assert got == pytest.approx(expected, rel=2e-4)


def brute_force(k: int, group: int, marked: int, total: int) -> Fraction:
    ways = sum(
        comb(marked, x) * comb(total - marked, group - x)
        for x in range(max(k, 0), min(group, marked) + 1)
        if group - x <= total - marked
    )
    return Fraction(ways, comb(total, group))


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    total = draw(st.integers(0, 60))
    group, marked = draw(st.integers(0, total)), draw(st.integers(0, total))
    return draw(st.integers(-1, total + 1)), group, marked, total


@given(tables())
def test_tail_agrees_with_exact_fractions(table: tuple[int, int, int, int]) -> None:
    k, group, marked, total = table
    got = hypergeometric_tail(k, group=group, marked=marked, total=total)
    assert got == pytest.approx(float(brute_force(k, group, marked, total)), rel=1e-9, abs=1e-12)


def test_tail_is_stable_for_a_million_cases() -> None:
    group, marked, total = 1_000, 118_000, 1_000_000
    exact_terms = [
        float(Fraction(comb(group, x) * 118**x * 882 ** (group - x), 1000**group)) for x in range(160, 240)
    ]
    got = hypergeometric_tail(160, group=group, marked=marked, total=total)
    # Drawing 1,000 of a million is nearly drawing with replacement, whose tail can be summed exactly.
    assert got == pytest.approx(fsum(exact_terms), rel=0.03)
    below = hypergeometric_tail(100, group=group, marked=marked, total=total)
    assert 0.95 < below < 1.0
    assert hypergeometric_tail(900, group=group, marked=marked, total=total) < 1e-300


def test_tail_refuses_a_table_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="No such table"):
        hypergeometric_tail(1, group=9, marked=2, total=8)


# The fifteen p values worked through by Benjamini and Hochberg (1995).
BH_1995 = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
BH_1995 += [0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


def test_false_discovery_calls_the_published_four() -> None:
    adjusted = adjusted_for_false_discovery(BH_1995)
    assert sum(q <= 0.05 for q in adjusted) == 4
    expected = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.0638571429, 0.0638571429, 0.0645, 0.0765]
    assert adjusted[:9] == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusting_keeps_order_and_never_lowers(p_values: list[float]) -> None:
    adjusted = adjusted_for_false_discovery(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    in_order = [q for _, q in sorted(zip(p_values, adjusted, strict=True))]
    assert in_order == sorted(in_order)
    assert adjusted_for_false_discovery(p_values[::-1]) == adjusted[::-1]
