import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    Calendar,
    CalendarError,
    add_open_seconds,
    add_open_seconds_many,
    due,
    due_working_days_many,
    elapsed_open_seconds,
    elapsed_open_seconds_many,
    parse_calendar,
)
from tests.calendars.examples import CALENDARS

# Laying out a calendar year the first time takes longer than looking it up, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)
OFFICE = CALENDARS["office"]
HOUR = 3600
calendars = st.sampled_from(list(CALENDARS.values()))
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
# Around the changes of the clocks, in small steps: shifts, changes and instants meet there.
near_changes = st.builds(
    lambda change, minutes: datetime.fromisoformat(change).replace(tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(["2026-03-08T08:00", "2026-11-01T07:00", "2026-04-04T15:00", "2026-10-03T15:30"]),
    st.integers(-36 * 60, 36 * 60),
)
pairs = st.lists(
    st.tuples(instants | near_changes, instants | near_changes, st.integers(0, 400 * HOUR)), min_size=1
)


def stamps(*given: datetime) -> npt.NDArray[np.datetime64]:
    return np.array([each.astimezone(UTC).replace(tzinfo=None) for each in given], "datetime64[us]")


def told(answer: npt.NDArray[np.int64]) -> list[datetime]:
    return [each.replace(tzinfo=UTC) for each in answer.view("datetime64[us]").tolist()]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@unhurried
@given(calendars, pairs)
def test_arrays_answer_as_single_instants_do(
    calendar: Calendar, given: list[tuple[datetime, datetime, int]]
) -> None:
    starts, ends = stamps(*(each[0] for each in given)), stamps(*(each[1] for each in given))
    seconds = np.array([each[2] for each in given])
    counted = elapsed_open_seconds_many(calendar, starts, ends)
    assert counted.dtype == np.int64
    assert counted.tolist() == [elapsed_open_seconds(calendar, start, end) for start, end, _ in given]
    reached = add_open_seconds_many(calendar, starts, seconds)
    assert told(reached) == [add_open_seconds(calendar, start, amount) for start, _, amount in given]
    assert (elapsed_open_seconds_many(calendar, starts, reached) == seconds).all()


@unhurried
@given(calendars, st.lists(st.tuples(instants | near_changes, st.integers(1, 300)), min_size=1))
def test_working_days_over_arrays_end_as_single_ones_do(
    calendar: Calendar, given: list[tuple[datetime, int]]
) -> None:
    starts, limits = stamps(*(each[0] for each in given)), np.array([each[1] for each in given])
    assert told(due_working_days_many(calendar, starts, limits)) == [
        due(calendar, start=start, limit=limit, unit="working_day").at for start, limit in given
    ]


def test_more_instants_than_are_worked_on_at_once_keep_their_order() -> None:
    starts = np.datetime64("2026-10-22T13:00", "us") + np.arange(150_000) * np.timedelta64(1, "s")
    ends = np.full(starts.shape, np.datetime64("2026-10-26T13:00", "us"))
    counted = elapsed_open_seconds_many(OFFICE, starts, ends)
    assert counted[[0, 1, 65_535, 65_536, 149_999]].tolist() == [64_800, 64_799, 32_400, 32_400, 0]


def test_microseconds_since_1970_are_instants_too_and_shapes_are_kept() -> None:
    starts = np.array([["2026-10-22T20:00", "2026-10-23T20:00"]] * 3, "datetime64[us]")
    ends = np.array(["2026-10-23T20:00", "2026-10-24T20:00"], "datetime64[us]").astype(np.int64)
    counted = elapsed_open_seconds_many(OFFICE, starts, ends)
    assert counted.tolist() == [[9 * HOUR, 2 * HOUR]] * 3
    one_start = elapsed_open_seconds_many(OFFICE, np.datetime64("2026-10-22T20:00", "us"), ends)
    assert one_start.tolist() == [9 * HOUR, 11 * HOUR]
    assert starts[0, 0] == np.datetime64("2026-10-22T20:00", "us")


def test_parts_of_a_second_are_counted_before_they_are_cut() -> None:
    start, end = (
        np.datetime64("2026-10-22T13:00:00.600", "us"),
        np.datetime64("2026-10-22T13:00:02.500", "us"),
    )
    assert elapsed_open_seconds_many(OFFICE, start, end).tolist() == 1


@pytest.mark.parametrize("many", [elapsed_open_seconds_many, add_open_seconds_many, due_working_days_many])
def test_no_instants_have_no_answers(many: Any) -> None:
    none = np.array([], np.int64)
    assert many(OFFICE, none, none).tolist() == []
    assert many(OFFICE, none, none).dtype == np.int64
    assert many(OFFICE, none.reshape(0, 3), none.reshape(0, 3)).shape == (0, 3)


FAIR = parse_calendar(
    {
        "time_zone": "UTC",
        "special": {"2026-05-02": [["10:00", "14:00"]], "2126-05-02": [["10:00", "14:00"]]},
    }
)


def test_a_far_away_end_is_found() -> None:
    start = stamps(utc("2026-05-02T11:00"))
    assert told(add_open_seconds_many(FAIR, start, np.array([4 * HOUR]))) == [utc("2126-05-02T11:00")]
    assert told(due_working_days_many(FAIR, start, np.array([1]))) == [utc("2126-05-02T14:00")]


@pytest.mark.parametrize(
    ("many", "starts", "numbers"),
    [
        (add_open_seconds_many, ["2024-05-02T11:00", "2026-05-02T11:00"], [4 * HOUR + 1, 4 * HOUR]),
        (add_open_seconds_many, ["2026-05-02T11:00"], [8 * HOUR]),
        (add_open_seconds_many, ["2026-05-02T11:00"], [2**62]),
        (due_working_days_many, ["2024-05-02T11:00", "2026-05-02T11:00"], [2, 1]),
        (due_working_days_many, ["2026-05-02T11:00"], [2]),
        (due_working_days_many, ["2026-05-02T11:00"], [2**62]),
    ],
)
def test_an_end_more_than_a_century_off_is_refused(many: Any, starts: list[str], numbers: list[int]) -> None:
    with pytest.raises(CalendarError, match="within 100 years"):
        many(FAIR, stamps(*(utc(start) for start in starts)), np.array(numbers))


NOON: Any = np.array(["2026-10-22T12:00"], "datetime64[us]")
REFUSED = {
    "seconds since 1970 as fractions": (NOON.astype(float), NOON, "float64 holds no instants"),
    "instants to the second": (NOON.astype("datetime64[s]"), NOON, r"datetime64\[s\] holds no instants"),
    "nanoseconds": (NOON, NOON.astype("datetime64[ns]"), r"datetime64\[ns\] holds no instants"),
    "small numbers": (NOON, np.array([5], np.int32), "int32 holds no instants"),
    "a list of texts": (["2026-10-22"], NOON, "holds no instants"),
    "a missing start": (np.array(["NaT"], "datetime64[us]"), NOON, "is missing"),
    "a missing end": (NOON, np.array(["2026-10-22", "NaT"], "datetime64[us]"), "is missing"),
    "two for three": (NOON.repeat(2), NOON.repeat(3), r"\(2,\) and \(3,\) do not fit"),
    "too early": (np.array(["1899-12-31"], "datetime64[us]"), NOON, "outside the years 1900 to 2299"),
    "too late": (NOON, np.array(["2300-01-02"], "datetime64[us]"), "outside the years 1900 to 2299"),
    "nanoseconds as numbers": (NOON.astype("datetime64[ns]").view(np.int64), NOON, "are the numbers micro"),
}


@pytest.mark.parametrize(("starts", "ends", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_arrays_that_cannot_be_meant_are_refused(starts: Any, ends: Any, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        elapsed_open_seconds_many(OFFICE, starts, ends)


@pytest.mark.parametrize(
    ("many", "numbers", "said"),
    [
        (add_open_seconds_many, np.array([5, -1]), "0 or more"),
        (add_open_seconds_many, np.array([1.5]), "float64 holds no whole numbers"),
        (add_open_seconds_many, np.array([True]), "bool holds no whole numbers"),
        (add_open_seconds_many, np.array([1], np.uint64), "uint64 holds no whole numbers"),
        (due_working_days_many, np.array([1, 0]), "0 is not a limit"),
        (due_working_days_many, np.array(["3"]), "holds no whole numbers"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(many: Any, numbers: Any, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        many(OFFICE, NOON, numbers)


def test_smaller_whole_numbers_are_taken() -> None:
    reached = add_open_seconds_many(OFFICE, NOON, np.array([HOUR], np.uint16))
    assert told(reached) == [utc("2026-10-22T14:00")]


def test_the_day_a_limit_starts_is_that_of_a_clock_put_back_over_midnight() -> None:
    # At 00:01 the clocks of St. John's went back to 23:01: the 7th began twice.
    saint_johns = parse_calendar(
        {
            "time_zone": "America/St_Johns",
            "hours": {"saturday": [["09:00", "12:00"]], "sunday": [["09:00", "12:00"]]},
        }
    )
    starts = stamps(utc("2010-11-07T02:30:30"), utc("2010-11-07T02:31:30"), utc("2010-11-07T03:30:30"))
    assert told(due_working_days_many(saint_johns, starts, np.array([1, 1, 1]))) == [
        utc("2010-11-13T15:30"),
        utc("2010-11-07T15:30"),
        utc("2010-11-13T15:30"),
    ]


def test_numpy_is_not_loaded_before_arrays_are_counted() -> None:
    code = "import casework.calendars, sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
