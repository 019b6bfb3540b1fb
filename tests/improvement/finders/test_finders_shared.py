"""What all finders share: when a dismissed finding returns, words of the arithmetic, and the registry."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.improvement.finders import FINDERS, materially_more
from casework.improvement.finders.months import months_before
from casework.improvement.finders.words import chance, name_of, times_as_often


@pytest.mark.parametrize(
    ("old", "new", "returns"),
    [
        (96, 143, False),
        (96, 144, True),
        (4, 8, False),
        (4, 9, True),
        (0, 4, False),
        (0, 5, True),
        (10, 10, False),
    ],
)
def test_a_dismissed_finding_returns_only_with_half_as_many_again_and_five_more(
    old: int, new: int, returns: bool
) -> None:
    assert materially_more(old, new) is returns


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.0, "less than 1 in 1,000"),
        (0.00099, "less than 1 in 1,000"),
        (0.001, "less than 1 in 100"),
        (0.02, "about 1 in 50"),
    ],
)
def test_chance_is_said_in_words(p: float, said: str) -> None:
    assert chance(p) == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (1.52, "1.5 times as often"),
        (1.94, "1.9 times as often"),
        (2.9, "more than twice as often"),
        (3.6, "more than three times as often"),
        (44.0, "more than ten times as often"),
    ],
)
def test_how_often_never_claims_too_much(ratio: float, said: str) -> None:
    assert times_as_often(ratio) == said


def test_a_missing_label_still_says_what_is_meant() -> None:
    assert name_of({"team": {1: "North"}}, "team", 1) == "North"
    assert name_of({}, "team", 2) == "team 2"
    assert name_of({}, "team", None) == "no team"


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.integers(1, 60))
def test_months_before_today_are_complete_and_follow_each_other(today: date, n: int) -> None:
    months = months_before(today, n)
    assert len(months) == n
    assert all(each.day == 1 for each in months)
    numbers = [each.year * 12 + each.month for each in months]
    assert numbers == list(range(today.year * 12 + today.month - n, today.year * 12 + today.month))


def test_every_finder_is_found_by_its_name_and_is_quiet_without_rows() -> None:
    assert set(FINDERS) == {"late_hot_spot", "rising_issue", "vital_few"}
    for name, finder in FINDERS.items():
        assert finder.name == name
        assert finder.find([], today=date(2026, 7, 5), names={}, window_months=finder.window_months) == []
