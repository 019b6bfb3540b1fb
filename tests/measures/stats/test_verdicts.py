"""The sentence over a chart."""

from datetime import date

import pytest

from casework.measures.stats import (
    Chart,
    Verdict,
    effect,
    effect_heading,
    figure,
    period_name,
    since_names,
    verdict,
    with_unit,
    xmr_chart,
)

QUIET = [20, 22, 21, 23, 20, 24, 22, 25, 21, 23, 24, 20]
MONTHS = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(24)]


def judged(chart: Chart, *, target: float | None = None, unit: str = "days") -> Verdict:
    names = since_names(MONTHS[: len(chart.points)], "month")
    return verdict(
        chart, measure="Time to respond", unit=unit, target=target, periods=names, period_noun="month"
    )


@pytest.mark.parametrize(
    ("better", "target", "unit", "ending", "capability"),
    [
        (
            "down",
            40,
            "days",
            "; the process keeps the 40-day standard",
            "keeps",
        ),
        (
            "down",
            22,
            "hours",
            "; the 22-hour standard is kept in some months and missed in others",
            "hit_or_miss",
        ),
        (
            "down",
            5,
            "days",
            "; the process cannot keep the 5-day standard",
            "cannot",
        ),
        (
            "up",
            90,
            "%",
            "; the process cannot keep the 90 % target",
            "cannot",
        ),
        (
            "up",
            5,
            "cases",
            "; the process keeps the target of 5 cases",
            "keeps",
        ),
        ("none", 5, "cases", "", "not_judged"),
        ("down", None, "days", "", "not_judged"),
    ],
)
def test_the_limits_against_the_target_say_what_the_process_can_do(
    better: str, target: float | None, unit: str, ending: str, capability: str
) -> None:
    chart = xmr_chart(QUIET, better=better)  # type: ignore[arg-type]
    found = judged(chart, target=target, unit=unit)
    assert found.heading == f"Time to respond: no change since January{ending}"
    assert found.capability == capability
    assert (found.change, found.change_words) == ("none", "No change")


@pytest.mark.parametrize(
    ("better", "change", "words"),
    [
        ("down", "better", "Improving since June"),
        ("up", "worse", "Getting worse since June"),
        ("none", "changed", "Lower since June"),
    ],
)
def test_a_signal_at_the_newest_point_dates_the_change_from_the_start_of_its_run(
    better: str, change: str, words: str
) -> None:
    chart = xmr_chart([*QUIET, 20, 24, 22, 25, 25, *([16] * 7)], better=better)  # type: ignore[arg-type]
    found = judged(chart)
    assert (found.change, found.change_words, found.since) == (change, words, "June")


def test_a_signal_long_past_is_history() -> None:
    chart = xmr_chart([20, 22, 33, 23, *QUIET], better="down")
    found = judged(chart)
    assert chart.points[2].meaning == "worse"
    assert (found.change, found.since) == ("none", "April 2025")


def test_after_a_rebase_only_the_newest_part_is_judged() -> None:
    chart = xmr_chart([*QUIET, *[value - 15 for value in QUIET]], better="down", rebase_at=[12])
    found = judged(chart, target=20)
    assert found.heading == "Time to respond: no change since January; the process keeps the 20-day standard"


def test_too_few_points_are_not_judged() -> None:
    found = judged(xmr_chart(QUIET[:8], better="down"), target=20)
    assert found.heading == "Time to respond: too few points to judge, 8 of 12"
    assert (found.change, found.since, found.capability) == ("too_few", None, "not_judged")


@pytest.mark.parametrize("values", [[], [None, None]])
def test_no_figures_say_so(values: list[float | None]) -> None:
    assert judged(xmr_chart(values)).heading == "Time to respond: no figures yet"


def test_every_point_needs_a_name() -> None:
    with pytest.raises(ValueError, match="12 points came with 1 names"):
        verdict(xmr_chart(QUIET), measure="x", unit="days", target=None, periods=["May"])


@pytest.mark.parametrize(
    ("grain", "name"),
    [
        ("day", "2 October 2026"),
        ("week", "week of 2 October 2026"),
        ("month", "October 2026"),
        ("quarter", "October to December 2026"),
        ("year", "2026"),
    ],
)
def test_periods_have_plain_names(grain: str, name: str) -> None:
    assert period_name(date(2026, 10, 2), grain) == name  # type: ignore[arg-type]


def test_the_year_is_left_out_where_the_newest_period_makes_it_plain() -> None:
    starts = [date(2025, 10, 1), date(2025, 11, 1), date(2026, 10, 1)]
    assert since_names(starts, "month") == ["October 2025", "November", "October"]
    assert since_names([date(2026, 9, 28)], "week") == ["28 September"]
    assert since_names([date(2026, 1, 1)], "year") == ["2026"]
    assert since_names([], "month") == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (-0.0, "0"),
        (19.0, "19"),
        (21.56, "21.6"),
        (0.924016, "0.92"),
        (0.00123, "0.00123"),
        (886.8, "887"),
        (1234567.8, "1,234,568"),
        (-2.5, "-2.5"),
    ],
)
def test_a_figure_has_as_many_decimals_as_its_size_deserves(value: float, words: str) -> None:
    assert figure(value) == words


def test_a_single_one_has_its_unit_in_the_singular() -> None:
    assert (with_unit(1, "days"), with_unit(2, "days"), with_unit(14, "%")) == ("1 day", "2 days", "14 %")


@pytest.mark.parametrize(
    ("after", "heading"),
    [
        ([10] * 11, "Improved: late answers from 43 % to 10 % since September"),
        ([80] * 4, "Worse: late answers from 43 % to 80 % since September"),
        ([42, 42], "No signal yet; 5 more weeks better than 43 % would be a signal"),
        ([], "No signal yet; 7 more weeks better than 43 % would be a signal"),
    ],
)
def test_an_effect_has_a_sentence(after: list[float], heading: str) -> None:
    found = effect([42, 44, 42, 44, 42, 44, 42, 44], after, better="down")
    said = effect_heading(found, measure="late answers", unit="%", since="September", period_noun="week")
    assert said == heading


def test_an_effect_that_cannot_be_judged_says_why() -> None:
    found = effect([42, 44], [10] * 9, better="down")
    said = effect_heading(found, measure="late answers", unit="%", since="September")
    assert said == "Cannot be judged: too few figures on late answers before September"


def test_an_effect_that_is_gone_says_so() -> None:
    found = effect([42, 44] * 6, [10] * 7 + [42, 44] * 4, better="down")
    said = effect_heading(found, measure="late answers", unit="%", since="September", period_noun="week")
    assert said.startswith("Back to before: late answers had improved; 7 more weeks")
