"""Round axis steps, time labels, and labels that keep apart."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.measures.charts.labels import Box, Room, Spot, shorten, spread, text_width
from casework.measures.charts.scale import nice_axis
from casework.measures.charts.time_axis import time_labels

# A busy machine may pause for longer than an example is allowed to take, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)

figures = st.lists(st.floats(min_value=-1e9, max_value=1e9), max_size=30)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([15.9, 41], ("15", "20", "25", "30", "35", "40", "45")),
        ([2.7, 61.9], ("0", "10", "20", "30", "40", "50", "60", "70")),
        ([], ("0", "0.2", "0.4", "0.6", "0.8", "1.0")),
        ([0, 0], ("0", "1")),
        ([0, 1.3e6], ("0", "0.2 m", "0.4 m", "0.6 m", "0.8 m", "1.0 m", "1.2 m", "1.4 m")),
        ([0, 3_500], ("0", "500", "1,000", "1,500", "2,000", "2,500", "3,000", "3,500")),
        ([-4, 3], ("-4", "-3", "-2", "-1", "0", "1", "2", "3")),
    ],
)
def test_steps_are_round_and_their_figures_plain(values: list[float], labels: tuple[str, ...]) -> None:
    assert nice_axis(values, intervals=7).labels == labels


@unhurried
@given(figures, st.integers(min_value=3, max_value=8))
def test_an_axis_holds_every_figure_in_no_more_steps_than_asked(values: list[float], most: int) -> None:
    axis = nice_axis(values, intervals=most)
    assert axis.low < axis.high
    assert len(axis.ticks) <= most + 1
    slack = 1e-6 * max(1.0, abs(axis.low), abs(axis.high))
    assert all(axis.low - slack <= value <= axis.high + slack for value in values)
    assert all(low < high for low, high in pairwise(axis.ticks))


@unhurried
@given(st.lists(st.floats(min_value=0, max_value=100), min_size=1, max_size=30))
def test_an_axis_of_shares_ends_at_a_hundred_and_begins_no_lower_than_nought(values: list[float]) -> None:
    axis = nice_axis(values, intervals=7, top=100)
    assert axis.low >= 0
    assert axis.high <= 100 + 1e-9


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (5, "Feb,Mar,Apr,May,Jun"),
        (14, "Feb 2025,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Jan 2026,Feb,Mar"),
        (36, "Apr 2025,Jul,Oct,Jan 2026,Apr,Jul,Oct,Jan 2027,Apr,Jul,Oct,Jan 2028"),
        (200, "Jan 2026,Jan 2028,Jan 2030,Jan 2032,Jan 2034,Jan 2036,Jan 2038,Jan 2040"),
    ],
)
def test_months_are_named_and_thinned(n: int, expected: str) -> None:
    starts = [date(2025 + (1 + i) // 12, (1 + i) % 12 + 1, 1) for i in range(n)]
    labels = time_labels(starts, "month", x=lambda index: 30 + (index + 0.5) * 910 / n)
    assert ",".join(label.words for label in labels) == expected


def test_weeks_are_labelled_where_a_month_begins() -> None:
    starts = [date(2026, 2, 16) + timedelta(weeks=i) for i in range(40)]
    labels = time_labels(starts, "week", x=lambda index: 30 + (index + 0.5) * 910 / 40)
    words = [label.words for label in labels]
    assert words == ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert starts[labels[1].index] == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("grain", "starts", "expected"),
    [
        ("year", [date(2020 + i, 1, 1) for i in range(4)], ["2020", "2021", "2022", "2023"]),
        ("quarter", [date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1)], ["Q3 2025", "Q4", "Q1 2026"]),
        ("week", [date(2026, 2, 16), date(2026, 2, 23)], ["16 Feb", "23 Feb"]),
        ("day", [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)], ["27 Feb", "28 Feb", "1 Mar"]),
        ("month", [date(2026, 5, 1)], ["May"]),
        ("month", [], []),
    ],
)
def test_each_grain_has_its_own_labels(grain: str, starts: list[date], expected: list[str]) -> None:
    labels = time_labels(starts, grain, x=lambda index: 60.0 + index * 100)  # type: ignore[arg-type]
    assert [label.words for label in labels] == expected


@unhurried
@given(st.integers(min_value=1, max_value=400), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_time_labels_stand_apart_however_many_periods(n: int, grain: str) -> None:
    days, per = {"day": 1, "week": 7}.get(grain, 0), {"quarter": 3, "year": 12}.get(grain, 1)
    starts = [date(2011, 7, 4) + timedelta(days=days * i) for i in range(n)]
    if not days:
        starts = [date(1900 + i * per // 12, i * per % 12 + 1, 1) for i in range(n)]
    labels = time_labels(starts, grain, x=lambda index: 30 + (index + 0.5) * 264 / n)  # type: ignore[arg-type]
    assert len(labels) >= 1 or n < 12
    ends = [(30 + (label.index + 0.5) * 264 / n, text_width(label.words) / 2) for label in labels]
    assert all(x - half >= before + before_half for (before, before_half), (x, half) in pairwise(ends))


@unhurried
@given(st.lists(st.floats(min_value=0, max_value=300), max_size=8))
def test_labels_are_spread_apart_in_order_and_inside(wanted: list[float]) -> None:
    placed = spread(wanted, gap=14, low=30, high=230)
    assert all(30 - 1e-6 <= place <= 230 + 1e-6 for place in placed)
    in_order = [placed[i] for i in sorted(range(len(wanted)), key=lambda i: wanted[i])]
    assert all(high - low >= 14 - 1e-6 for low, high in pairwise(in_order))


def test_labels_that_do_not_clash_stay_where_they_are() -> None:
    assert spread([200, 50, 120], gap=14, low=30, high=230) == [200, 50, 120]


def test_labels_that_clash_move_by_as_little_as_they_can() -> None:
    assert spread([100, 104], gap=14, low=0, high=200) == pytest.approx([95, 109])


def test_too_many_labels_share_the_room_evenly() -> None:
    assert spread([5, 5, 5], gap=14, low=0, high=20) == pytest.approx([0, 10, 20])


@unhurried
@given(st.text(max_size=60), st.floats(min_value=0, max_value=400))
def test_words_are_cut_to_the_room_there_is(words: str, width: float) -> None:
    cut = shorten(words, width)
    assert text_width(cut) <= width or cut in ("", words)
    assert cut == words or cut == "" or cut.endswith("…")


def test_a_label_takes_the_first_spot_that_is_free() -> None:
    room = Room(Box(0, 0, 200, 100))
    spots = [Spot(10, 50), Spot(190, 50, "end"), Spot(100, 80, "middle")]
    assert [room.take(spots, 80) for _ in range(4)] == [*spots, None]
