"""Whether a change worked, judged by how things were before it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.measures.stats import Rule, effect, effect_chart, xmr

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

# Late answers in per cent, by week, before and after visits were rebooked the same day.
BEFORE = [44, 38, 50, 41, 46, 35, 48, 42, 39, 47, 45, 40, 43, 49, 38, 44]
AFTER = [24, 17, 12, 15, 10, 14, 16, 9, 13, 11, 15]


def test_figures_far_below_the_old_limits_are_an_improvement() -> None:
    found = effect(BEFORE, AFTER, better="down", ceiling=100)
    assert (found.state, found.needed, found.returned) == ("improved", 0, False)
    assert (found.mean_before, found.mean_after) == pytest.approx((43.0625, 156 / 11))


def test_the_same_figures_are_worse_where_up_is_better() -> None:
    assert effect(BEFORE, AFTER, better="up").state == "worse"


@pytest.mark.parametrize(
    ("after", "needed"),
    [([], 7), ([42], 6), ([42, 42, 42], 4), ([42, 42, 44], 7), ([44, 42, 41], 5), ([42] * 6, 1)],
)
def test_until_there_is_a_signal_it_says_how_many_more_points_are_needed(
    after: list[float], needed: int
) -> None:
    found = effect(BEFORE, after, better="down")
    assert (found.state, found.needed) == ("no_signal_yet", needed)


@unhurried
@given(st.lists(st.floats(min_value=30, max_value=55), max_size=12))
def test_that_many_more_better_points_do_make_a_signal(after: list[float]) -> None:
    found = effect(BEFORE, after, better="down")
    later = effect(BEFORE, [*after, *([42.9] * found.needed)], better="down")
    assert later.state != "no_signal_yet"
    assert later.needed == 0


def test_seven_quiet_figures_after_an_improvement_mean_that_it_has_returned() -> None:
    found = effect(BEFORE, [10, 10, 10, 44, 42, 44, 42, 44, 42, 44], better="down")
    assert (found.state, found.returned) == ("no_signal_yet", True)


def test_an_improvement_stands_while_its_signal_is_among_the_newest_seven() -> None:
    found = effect(BEFORE, [10, 44, 42, 44, 42, 44, 42], better="down")
    assert (found.state, found.returned) == ("improved", False)


def test_worse_after_better_is_worse_and_has_returned() -> None:
    found = effect(BEFORE, [10, 10, 44, 80], better="down")
    assert (found.state, found.returned) == ("worse", True)


def test_a_trend_that_stays_on_the_good_side_is_not_a_setback() -> None:
    assert effect(BEFORE, [10, 11, 12, 13, 14, 15, 16, 17], better="down").state == "improved"


def test_too_few_figures_before_the_change_judge_nothing() -> None:
    found = effect(BEFORE[:5], [1] * 10, better="down")
    assert (found.state, found.limits_before) == ("no_signal_yet", None)
    assert effect(BEFORE[:6], [1] * 10, better="down").state == "improved"


def test_no_figures_before_the_change_judge_nothing() -> None:
    found = effect([None], [1.0, None], better="down")
    assert (found.state, found.mean_before, found.mean_after) == ("no_signal_yet", None, 1.0)


def test_gaps_are_closed_up() -> None:
    gaps = effect([*BEFORE, None], [42, None, 42, float("nan")], better="down")
    assert gaps == effect(BEFORE, [42, 42], better="down")


def test_without_a_better_direction_nothing_can_be_an_improvement() -> None:
    with pytest.raises(ValueError, match="better direction"):
        effect(BEFORE, AFTER, better="none")


def test_the_chart_of_an_effect_judges_the_second_part_by_the_first() -> None:
    chart = effect_chart([*BEFORE, *AFTER], change_at=16, better="down", ceiling=100)
    assert chart.mean_before == pytest.approx(43.0625)
    assert [point.meaning for point in chart.points] == ["none"] * 16 + ["better"] * 11
    assert {signal.rule for signal in chart.points[-1].signals} >= {Rule.BEYOND, Rule.ONE_SIDE}
    assert chart.points[-1].signals[0].first == 16


def test_the_chart_of_an_effect_draws_limits_of_its_own_for_the_second_part() -> None:
    chart = effect_chart([*BEFORE, *AFTER], change_at=16, better="down")
    own = xmr(AFTER)
    assert (chart.points[-1].lower, chart.points[-1].upper) == (own.lower, own.upper)
    few = effect_chart([*BEFORE, *AFTER[:4]], change_at=16, better="down")
    assert few.points[-1].upper is None
    assert few.points[-1].mean == pytest.approx(17)
    assert few.points[-1].meaning == "better"


def test_the_chart_and_the_figures_of_an_effect_agree_on_a_short_history() -> None:
    chart = effect_chart([*BEFORE[:7], 2, 2, 2], change_at=7, better="down")
    assert effect(BEFORE[:7], [2, 2, 2], better="down").state == "improved"
    assert chart.points[-1].meaning == "better"
    assert chart.points[0].upper == xmr(BEFORE[:7]).upper


@pytest.mark.parametrize("change_at", [0, 27, -1])
def test_a_change_needs_figures_on_either_side(change_at: int) -> None:
    with pytest.raises(ValueError, match="must fall between"):
        effect_chart([*BEFORE, *AFTER], change_at=change_at, better="down")
