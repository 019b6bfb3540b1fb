"""The product-limit estimate of Kaplan and Meier."""

import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.measures.stats import kaplan_meier, quantile_of, survival_median

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

# Remission in weeks under 6-mercaptopurine: Freireich and others, Blood 21 (1963), in every textbook since.
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]

times = st.lists(st.integers(min_value=0, max_value=40), min_size=1, max_size=50)


def leukaemia() -> tuple[list[float], list[bool]]:
    return [*ENDED, *CENSORED], [True] * len(ENDED) + [False] * len(CENSORED)


def test_the_published_remission_times_give_the_published_curve() -> None:
    steps = kaplan_meier(*leukaemia())
    curve = [(step.time, step.at_risk, step.ended, round(step.waiting, 3)) for step in steps if step.ended]
    assert curve == [
        (6, 21, 3, 0.857),
        (7, 17, 1, 0.807),
        (10, 15, 1, 0.753),
        (13, 12, 1, 0.690),
        (16, 11, 1, 0.627),
        (22, 7, 1, 0.538),
        (23, 6, 1, 0.448),
    ]


def test_the_published_remission_times_have_a_median_of_23_weeks() -> None:
    assert survival_median(*leukaemia()) == 23


def test_a_small_published_table_is_reproduced() -> None:
    """Bewick, Cheek and Ball, "Statistics review 12", Critical Care 8 (2004), table 2."""
    steps = kaplan_meier([1, 1, 4, 5, 6, 9, 9, 22], [True, True, True, True, False, True, False, True])
    assert [(step.time, step.at_risk, round(step.waiting, 3)) for step in steps if step.ended] == [
        (1, 8, 0.75),
        (4, 6, 0.625),
        (5, 5, 0.5),
        (9, 3, 0.333),
        (22, 1, 0.0),
    ]


def test_a_backlog_cannot_flatter_the_median() -> None:
    answered, open_since = [1.0, 2.0, 3.0], [30.0, 40.0, 50.0, 60.0]
    everybody = survival_median([*answered, *open_since], [True] * 3 + [False] * 4)
    assert everybody is None
    assert survival_median(answered, [True] * 3) == 2.0


@unhurried
@given(times)
def test_with_nobody_still_waiting_the_curve_is_the_plain_share(ended: list[int]) -> None:
    for step in kaplan_meier(ended, [True] * len(ended)):
        longer = sum(time > step.time for time in ended)
        assert step.waiting == pytest.approx(longer / len(ended))


@unhurried
@given(times)
def test_with_nobody_still_waiting_the_median_is_the_ordinary_one(ended: list[int]) -> None:
    assert survival_median(ended, [True] * len(ended)) == statistics.median(ended)


@unhurried
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=50))
def test_the_curve_falls_from_one_and_every_case_is_counted_once(cases: list[tuple[int, bool]]) -> None:
    steps = kaplan_meier([time for time, _ in cases], [ended for _, ended in cases])
    curve = [1.0, *(step.waiting for step in steps)]
    assert curve == sorted(curve, reverse=True)
    assert all(0 <= waiting <= 1 for waiting in curve)
    assert sum(step.ended + step.censored for step in steps) == len(cases)
    assert [step.at_risk for step in steps[:1]] == [len(cases)][: len(steps)]


@unhurried
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=50))
def test_counting_those_still_waiting_never_shortens_the_median(cases: list[tuple[int, bool]]) -> None:
    observed = [time for time, ended in cases if ended]
    censored_too = survival_median([time for time, _ in cases], [ended for _, ended in cases])
    if observed and censored_too is not None:
        cut_short = [time for time, _ in cases]
        assert censored_too >= statistics.median(cut_short) or censored_too in observed


def test_a_quantile_that_has_not_been_reached_is_none() -> None:
    steps = kaplan_meier([1, 2, 3, 4], [True, False, False, False])
    assert quantile_of(steps, 0.25) == 1
    assert quantile_of(steps, 0.26) is None


def test_no_times_have_no_steps_and_no_median() -> None:
    assert kaplan_meier([], []) == []
    assert survival_median([], []) is None


@pytest.mark.parametrize(
    ("given_times", "observed", "sentence"),
    [([1.0], [], "1 times"), ([float("nan")], [True], "finite"), ([float("inf")], [False], "finite")],
)
def test_what_cannot_be_a_waiting_time_is_refused(
    given_times: list[float], observed: list[bool], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        kaplan_meier(given_times, observed)
