"""Limits, signals and segments of control charts."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.measures.stats import Chart, Rule, p_chart, u_chart, xmr, xmr_chart

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

# NIST/SEMATECH e-Handbook of Statistical Methods, individuals charts: ten batches of a flow rate.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
QUIET = [10, 12, 11, 9, 10, 11, 12, 10, 9, 11, 10, 12]

series = st.lists(st.floats(min_value=0, max_value=1e5), min_size=1, max_size=60)


def rules_at(chart: Chart) -> dict[int, set[Rule]]:
    return {point.index: {signal.rule for signal in point.signals} for point in chart.points if point.signals}


def test_the_published_flow_rates_have_the_published_limits() -> None:
    limits = xmr(FLOW)
    assert limits.mean == pytest.approx(50.81)
    assert (limits.lower, limits.upper) == pytest.approx((45.8159, 55.8041), abs=0.002)


def test_limits_are_the_mean_and_two_point_six_six_mean_moving_ranges() -> None:
    limits = xmr([10, 14, 12])
    assert (limits.lower, limits.mean, limits.upper) == pytest.approx((12 - 2.66 * 3, 12, 12 + 2.66 * 3))


def test_a_limit_stops_at_what_the_measure_can_be() -> None:
    limits = xmr([2, 98, 2, 98], ceiling=100)
    assert (limits.lower, limits.upper) == (0, 100)
    assert xmr([0, 4, 0, 4], floor=None).lower < 0


@unhurried
@given(series)
def test_the_limits_bracket_the_mean(values: list[float]) -> None:
    limits = xmr(values)
    assert limits.lower <= limits.mean <= limits.upper
    assert limits.lower >= 0


@unhurried
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=40))
def test_shares_stay_between_nought_and_the_whole(pairs: list[tuple[int, int]]) -> None:
    sizes = [part + rest for part, rest in pairs]
    chart = p_chart([part for part, _ in pairs], sizes, per=100)
    for point, size in zip(chart.points, sizes, strict=True):
        assert (point.value is None) == (size == 0)
        if point.lower is not None and point.upper is not None and point.mean is not None:
            assert -1e-9 <= point.lower <= point.mean + 1e-9
            assert point.mean - 1e-9 <= point.upper <= 100 + 1e-9


def test_the_limits_of_a_share_follow_from_its_size() -> None:
    chart = p_chart([10] * 11 + [40], [100] * 11 + [400])
    assert chart.points[0].mean == pytest.approx(0.1)
    assert chart.points[0].upper == pytest.approx(0.1 + 3 * math.sqrt(0.1 * 0.9 / 100))
    assert chart.points[11].upper == pytest.approx(0.1 + 3 * math.sqrt(0.1 * 0.9 / 400))


def test_the_limits_of_a_rate_follow_from_its_exposure() -> None:
    chart = u_chart([4] * 12, [2] * 12, per=10)
    assert chart.points[0].value == pytest.approx(20)
    assert chart.points[0].upper == pytest.approx(20 + 30 * math.sqrt(2 / 2))
    assert chart.points[0].lower == 0


def test_one_point_beyond_the_limits_is_a_signal() -> None:
    chart = xmr_chart([*QUIET, 30], better="down")
    assert rules_at(chart)[12] == {Rule.BEYOND}
    assert chart.points[12].meaning == "worse"


def test_seven_in_a_row_on_one_side_are_a_signal_and_six_are_not() -> None:
    low, high = [10, 11, 10, 11, 10, 11, 10], [12, 13, 12, 13, 12, 13, 12]
    seven = xmr_chart([*low, *high], better="up")
    assert all(Rule.ONE_SIDE in rules_at(seven)[index] for index in range(14))
    assert [point.meaning for point in seven.points] == ["worse"] * 7 + ["better"] * 7
    six = xmr_chart([*low[:6], *high[:6]])
    assert not any(Rule.ONE_SIDE in rules for rules in rules_at(six).values())


def test_seven_rising_in_a_row_are_a_signal_and_six_are_not() -> None:
    def chart(top: int) -> Chart:
        return xmr_chart([15, 5, 14, 6, 15, 5, *range(7, top), 4, 15, 6], better="down")

    assert {i for i, rules in rules_at(chart(13)).items() if Rule.TREND in rules} == set(range(5, 12))
    assert not any(Rule.TREND in rules for rules in rules_at(chart(12)).values())
    assert chart(13).points[8].meaning == "worse"


def test_equal_neighbours_break_a_trend() -> None:
    chart = xmr_chart([1, 2, 3, 4, 4, 5, 6, 7, 1, 7, 1, 7])
    assert not any(Rule.TREND in rules for rules in rules_at(chart).values())


def test_two_of_three_near_a_limit_are_a_signal_and_one_alone_is_not() -> None:
    swinging = [10, 12] * 40
    limits = xmr(swinging)
    near = limits.mean + 2.5 * limits.sigma
    both = xmr_chart([*swinging, near, 11, near, 11, 10, 12], better="down")
    assert {i for i, rules in rules_at(both).items() if Rule.NEAR in rules} == {80, 82}
    alone = xmr_chart([*swinging, near, 11, 10, near, 11, 10], better="down")
    assert not any(Rule.NEAR in rules for rules in rules_at(alone).values())


@pytest.mark.parametrize(("better", "meaning"), [("down", "worse"), ("up", "better"), ("none", "changed")])
def test_what_a_signal_means_depends_on_the_better_direction(better: str, meaning: str) -> None:
    chart = xmr_chart([*QUIET, 30], better=better)  # type: ignore[arg-type]
    assert chart.points[12].meaning == meaning


@unhurried
@given(st.floats(min_value=0, max_value=1e6), st.integers(min_value=1, max_value=60))
def test_a_figure_that_never_changes_never_signals(value: float, n: int) -> None:
    chart = xmr_chart([value] * n, better="down")
    assert not rules_at(chart)


@unhurried
@given(series)
def test_turning_the_better_direction_turns_every_meaning(values: list[float]) -> None:
    turned = {"better": "worse", "worse": "better", "none": "none"}
    down, up = xmr_chart(values, better="down"), xmr_chart(values, better="up")
    assert [point.meaning for point in up.points] == [turned[point.meaning] for point in down.points]


@unhurried
@given(series, st.floats(min_value=0.001, max_value=1000))
def test_another_unit_gives_the_same_signals(values: list[float], factor: float) -> None:
    rounded = [round(value, 2) for value in values]
    days, other = xmr_chart(rounded), xmr_chart([value * factor for value in rounded])
    assert rules_at(days).keys() == rules_at(other).keys()


def test_fewer_than_twelve_points_have_a_mean_but_no_limits_and_no_signals() -> None:
    chart = xmr_chart([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50], better="down")
    assert not chart.segments[0].judged
    assert chart.segments[0].mean == pytest.approx(60 / 11)
    assert all(point.upper is None and not point.signals for point in chart.points)


def test_a_gap_breaks_no_run_and_has_no_moving_range() -> None:
    chart = xmr_chart([*QUIET[:5], None, *QUIET[5:], float("nan")])
    plain = xmr_chart(QUIET)
    assert chart.points[0].upper == plain.points[0].upper
    assert chart.points[5].value is None
    assert chart.points[13].value is None
    assert chart.newest is not None
    assert chart.newest.index == 12


def test_signals_after_a_gap_name_the_periods_they_began_in() -> None:
    chart = xmr_chart([10, 11, 10, 11, 10, 11, 10, None, 12, 13, 12, 13, 12, 13, 12], better="up")
    assert chart.points[14].signals[-1].first == 8


def test_a_rebase_computes_the_two_parts_apart() -> None:
    before, after = QUIET, [value + 50 for value in QUIET]
    chart = xmr_chart([*before, *after], rebase_at=[12])
    assert [(s.start, s.stop, s.n, s.judged) for s in chart.segments] == [
        (0, 12, 12, True),
        (12, 24, 12, True),
    ]
    assert chart.points[0].upper == xmr(before).upper
    assert chart.points[23].upper == xmr(after).upper
    assert not rules_at(chart)


@unhurried
@given(series, st.sets(st.integers(min_value=0, max_value=59), max_size=4))
def test_segments_lie_end_to_end_and_cover_every_point(values: list[float], cuts: set[int]) -> None:
    chart = xmr_chart(values, rebase_at=[cut for cut in cuts if cut < len(values)])
    assert (chart.segments[0].start, chart.segments[-1].stop) == (0, len(values))
    assert all(left.stop == right.start for left, right in pairwise(chart.segments))
    assert [point.index for point in chart.points] == list(range(len(values)))


def test_an_empty_series_is_an_empty_chart() -> None:
    chart = xmr_chart([])
    assert (chart.points, chart.segments, chart.newest) == ((), (), None)


@pytest.mark.parametrize("cut", [-1, 12, 99])
def test_a_rebase_outside_the_series_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match="rebased"):
        xmr_chart(QUIET, rebase_at=[cut])


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and its size"):
        p_chart([5], [4])
    with pytest.raises(ValueError, match="cannot be negative"):
        u_chart([-1], [4])
    with pytest.raises(ValueError, match="A size cannot be negative"):
        u_chart([1], [-4])
    with pytest.raises(ValueError, match="2 counts"):
        p_chart([1, 2], [4])
    with pytest.raises(ValueError, match="at least one"):
        xmr([])
