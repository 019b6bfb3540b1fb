"""Coverage, small numbers, and a measure by period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.improvement.rules import (
    Coverage,
    Day,
    coverage_of,
    first_day_needed,
    mark_of_people,
    series_of,
    shown_in_public,
)

MONDAY = date(2026, 9, 7)
STATES = ("told", "queued", "to_tell", "cannot")


@pytest.mark.parametrize(
    ("told", "queued", "to_tell", "cannot", "share"),
    [
        (61, 0, 22, 13, 61 / 83),  # those who cannot be told do not count against it
        (0, 5, 5, 0, 0.0),
        (3, 0, 0, 9, 1.0),
        (0, 0, 0, 9, None),
        (0, 0, 0, 0, None),
    ],
)
def test_coverage_is_told_of_those_who_should_be(
    told: int, queued: int, to_tell: int, cannot: int, share: float | None
) -> None:
    found = Coverage(told=told, queued=queued, to_tell=to_tell, cannot=cannot)
    assert found.share == share
    assert found.is_complete == (queued + to_tell == 0)


@given(
    st.dictionaries(st.tuples(st.sampled_from(STATES), st.sampled_from(["", "a", "b"])), st.integers(0, 99))
)
def test_coverage_loses_nobody(counts: dict[tuple[str, str], int]) -> None:
    found = coverage_of(counts)
    assert found.should + found.cannot == sum(counts.values())
    assert sum(n for _reason, n in found.reasons) == found.cannot
    assert list(found.reasons) == sorted(found.reasons, key=lambda item: (-item[1], item[0]))
    assert found.share is None or 0 <= found.share <= 1


@pytest.mark.parametrize(("n", "shown"), [(0, None), (9, None), (10, 10), (96, 96)])
def test_small_numbers_are_not_shown_in_public(n: int, shown: int | None) -> None:
    assert shown_in_public(n) == shown


@given(st.sets(st.integers(1, 10**9)), st.sets(st.integers(1, 10**9)))
def test_the_mark_of_a_list_is_that_of_the_same_people_only(one: set[int], other: set[int]) -> None:
    same = mark_of_people(sorted(one)) == mark_of_people(sorted(other, reverse=True))
    assert same == (one == other)


def weeks(n_before: int, n_after: int, *, whole: int = 10, part: int = 4) -> list[Day]:
    return [Day(MONDAY + timedelta(weeks=week), part, whole) for week in range(-n_before, n_after)]


def test_weeks_are_used_when_there_is_enough_in_a_week() -> None:
    today = MONDAY + timedelta(weeks=5)
    found = series_of(weeks(26, 5), change_on=MONDAY, today=today, is_share=True, counts="whole")
    assert (found.grain, len(found.values), found.change_at) == ("week", 31, 26)
    assert set(found.values) == {40.0}


def test_months_are_used_when_weeks_are_thin() -> None:
    thin = weeks(26, 5, whole=3, part=1)
    found = series_of(thin, change_on=MONDAY, today=date(2026, 10, 12), is_share=True, counts="whole")
    assert (found.grain, found.starts[0], found.starts[-1]) == ("month", date(2026, 3, 1), date(2026, 9, 1))


def test_the_period_in_which_the_change_came_is_left_out() -> None:
    wednesday, today = MONDAY + timedelta(days=2), MONDAY + timedelta(weeks=5)
    found = series_of(weeks(26, 5), change_on=wednesday, today=today, is_share=True, counts="whole")
    assert [start for start, value in zip(found.starts, found.values, strict=True) if value is None] == [
        MONDAY
    ]
    assert found.starts[found.change_at] == MONDAY + timedelta(weeks=1)


def test_a_period_that_is_not_over_does_not_count() -> None:
    today = MONDAY + timedelta(weeks=1, days=3)
    found = series_of(weeks(26, 2), change_on=MONDAY, today=today, is_share=True, counts="whole")
    assert found.starts[-1] == MONDAY


@pytest.mark.parametrize(("undecided", "value"), [(1, 40.0), (2, None)])
def test_a_period_of_which_too_much_is_open_is_not_judged(undecided: int, value: float | None) -> None:
    days = [*weeks(26, 0), Day(MONDAY, 4, 10, undecided)]
    found = series_of(
        days, change_on=MONDAY, today=MONDAY + timedelta(weeks=1), is_share=True, counts="whole"
    )
    assert found.values[-1] == value


def test_a_count_is_nought_where_nothing_came_and_a_share_is_a_gap() -> None:
    days, today = weeks(26, 0, part=6), MONDAY + timedelta(weeks=2)
    share = series_of(days, change_on=MONDAY, today=today, is_share=True, counts="whole")
    number = series_of(days, change_on=MONDAY, today=today, is_share=False, counts="part")
    assert (share.values[-1], number.values[-1]) == (None, 0.0)


def test_nothing_to_count_is_an_empty_series() -> None:
    found = series_of([], change_on=MONDAY, today=MONDAY, is_share=True, counts="whole")
    assert (list(found.values), found.change_at) == ([], 0)


@given(
    st.lists(st.integers(-800, 200), max_size=40),
    st.integers(0, 6),
    st.integers(0, 300),
    st.sampled_from(["part", "whole"]),
)
def test_every_period_is_over_and_follows_the_one_before(
    offsets: list[int], weekday: int, later: int, counts: str
) -> None:
    change_on = MONDAY + timedelta(days=weekday)
    today = change_on + timedelta(days=later)
    days = [Day(change_on + timedelta(days=offset), 5, 9) for offset in offsets if offset <= later]
    found = series_of(days, change_on=change_on, today=today, is_share=True, counts=counts)  # type: ignore[arg-type]
    assert list(found.starts) == sorted(set(found.starts))
    assert len(found.starts) == len(found.values) == len(found.sizes)
    assert all(start < change_on for start in found.starts[: found.change_at])
    assert all(start >= change_on for start in found.starts[found.change_at :])
    assert all(start >= first_day_needed(change_on) for start in found.starts) or found.grain == "week"
    assert all(value is None or 0 <= value <= 100 for value in found.values)
