from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    Calendar,
    CalendarError,
    add_open_seconds,
    elapsed_open_seconds,
    is_working_day,
    nth_working_day,
    parse_calendar,
    working_days_between,
)
from tests.calendars.examples import CALENDARS, at

# Laying out a calendar year the first time takes longer than looking it up, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)
HOUR = 3600
instants = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
calendars = st.sampled_from(list(CALENDARS.values()))


@pytest.mark.parametrize(
    ("name", "start", "end", "seconds"),
    [
        ("office", "2026-10-22T10:12", "2026-10-22T11:12", HOUR),
        ("office", "2026-10-22T16:00", "2026-10-23T09:00", 2 * HOUR),
        ("office", "2026-10-23T16:00", "2026-10-26T09:00", 2 * HOUR),
        ("office", "2026-10-24T10:00", "2026-10-25T10:00", 0),
        ("office", "2026-10-22T17:00", "2026-10-23T08:00", 0),
        ("office", "2026-10-22T10:00", "2026-10-22T10:00", 0),
        ("office", "2026-10-23T10:00", "2026-10-22T10:00", 0),
        ("office", "2026-12-23T16:00", "2027-01-04T09:00", (1 + 9 + 9 + 9 + 4 + 1) * HOUR),
        ("office", "2028-02-28T08:00", "2028-03-01T08:00", 2 * 9 * HOUR),  # over a leap day
        ("split", "2026-10-22T11:00", "2026-10-22T14:00", 2 * HOUR),
        ("split", "2026-10-22T12:10", "2026-10-22T12:50", 0),
        ("nights", "2026-10-22T20:00", "2026-10-23T08:00", 8 * HOUR),
        ("nights", "2026-03-07T20:00", "2026-03-08T08:00", 7 * HOUR),  # 2:00 to 3:00 does not exist
        ("nights", "2026-10-31T20:00", "2026-11-01T08:00", 9 * HOUR),  # 1:00 to 2:00 comes twice
        ("nights of London", "2026-03-28T20:00", "2026-03-29T08:00", 7 * HOUR),
        ("nights of London", "2026-10-24T20:00", "2026-10-25T08:00", 9 * HOUR),
        ("nights of Lord Howe", "2026-10-03T20:00", "2026-10-04T08:00", 7 * HOUR + HOUR // 2),
        ("nights of Lord Howe", "2026-04-04T20:00", "2026-04-05T08:00", 8 * HOUR + HOUR // 2),
        ("small hours", "2026-03-08T00:00", "2026-03-08T08:00", HOUR * 7 // 4),  # closes at 2:30: at the jump
        (
            "small hours",
            "2026-11-01T00:00",
            "2026-11-01T08:00",
            HOUR * 13 // 4,
        ),  # the repeated hour counts once
        ("always", "2026-03-08T00:00", "2026-03-09T00:00", 23 * HOUR),
        ("always", "2026-11-01T00:00", "2026-11-02T00:00", 25 * HOUR),
        ("always, midnight to midnight", "2026-10-20T00:00", "2026-10-22T06:30", 54 * HOUR + HOUR // 2),
        ("Wednesdays", "2026-10-22T00:00", "2026-10-28T12:00", 2 * HOUR),
        # It is still the old year in UTC.
        ("Wednesdays of Lord Howe", "2024-12-30T00:00", "2025-01-01T10:30", HOUR // 2),
        ("nights", "2026-12-31T23:00", "2027-01-01T05:00", 6 * HOUR),  # a shift over New Year
        ("nights", "2027-01-01T02:00", "2027-01-01T08:00", 4 * HOUR),  # begun within it
    ],
)
def test_open_time_between_two_instants(name: str, start: str, end: str, seconds: int) -> None:
    calendar = CALENDARS[name]
    assert elapsed_open_seconds(calendar, at(calendar, start), at(calendar, end)) == seconds


@pytest.mark.parametrize(
    ("name", "start", "seconds", "end"),
    [
        ("office", "2026-10-22T10:12", HOUR, "2026-10-22T11:12"),
        ("office", "2026-10-22T16:30", HOUR, "2026-10-23T08:30"),
        ("office", "2026-10-22T16:00", HOUR, "2026-10-22T17:00"),  # the close, not the next opening
        ("office", "2026-10-24T12:00", 1, "2026-10-26T08:00:01"),
        ("office", "2026-10-24T12:00", 0, "2026-10-24T12:00"),
        ("office", "2026-12-23T16:30", HOUR, "2026-12-28T08:30"),  # over a closure, a holiday and a weekend
        ("split", "2026-10-22T11:30", HOUR, "2026-10-22T13:30"),
        ("nights", "2026-03-07T22:00", 5 * HOUR, "2026-03-08T04:00"),
        ("nights", "2026-10-31T22:00", 5 * HOUR, "2026-11-01T02:00"),
        ("nights", "2026-12-31T22:00", 16 * HOUR, "2027-01-02T06:00"),
        ("nights", "2027-01-01T02:00", 4 * HOUR, "2027-01-01T06:00"),
        ("always", "2026-10-22T10:12", 24 * HOUR, "2026-10-23T10:12"),
        ("Wednesdays", "2026-10-22T00:00", 4 * HOUR, "2026-11-04T11:00"),
    ],
)
def test_the_instant_after_so_much_open_time(name: str, start: str, seconds: int, end: str) -> None:
    calendar = CALENDARS[name]
    assert add_open_seconds(calendar, at(calendar, start), seconds) == at(calendar, end)


@unhurried
@given(calendars, instants, st.integers(0, 400 * HOUR))
def test_adding_and_counting_are_inverse(calendar: Calendar, start: datetime, seconds: int) -> None:
    assert elapsed_open_seconds(calendar, start, add_open_seconds(calendar, start, seconds)) == seconds


@unhurried
@given(calendars, instants, instants)
def test_counting_and_adding_never_pass_the_end(calendar: Calendar, one: datetime, other: datetime) -> None:
    start, end = sorted((one.replace(microsecond=0), other.replace(microsecond=0)))
    counted = elapsed_open_seconds(calendar, start, end)
    reached = add_open_seconds(calendar, start, counted)
    assert reached <= end
    assert elapsed_open_seconds(calendar, reached, end) == 0


@unhurried
@given(calendars, st.lists(instants, min_size=2, max_size=5))
def test_parts_add_up_to_the_whole(calendar: Calendar, stops: list[datetime]) -> None:
    ordered = sorted(stop.replace(microsecond=0) for stop in stops)
    parts = sum(elapsed_open_seconds(calendar, a, b) for a, b in pairwise(ordered))
    assert parts == elapsed_open_seconds(calendar, ordered[0], ordered[-1])


@unhurried
@given(calendars, instants, instants)
def test_open_time_is_never_negative_nor_longer_than_the_time_passed(
    calendar: Calendar, start: datetime, end: datetime
) -> None:
    counted = elapsed_open_seconds(calendar, start, end)
    assert 0 <= counted <= max(0.0, (end - start).total_seconds())
    assert elapsed_open_seconds(calendar, end, start) == 0 or counted == 0


@unhurried
@given(instants, st.integers(0, 10**6))
def test_around_the_clock_open_time_is_time(start: datetime, seconds: int) -> None:
    assert add_open_seconds(CALENDARS["always"], start, seconds) == start + timedelta(seconds=seconds)


def test_adding_less_than_nothing_is_refused() -> None:
    with pytest.raises(CalendarError, match="0 or more"):
        add_open_seconds(CALENDARS["office"], datetime(2026, 10, 22, tzinfo=UTC), -1)


def test_a_span_of_a_working_life_is_counted_exactly() -> None:
    calendar = CALENDARS["Wednesdays"]
    start = at(calendar, "1980-01-02T00:00")
    assert elapsed_open_seconds(calendar, start, start + timedelta(weeks=2500)) == 2500 * 3 * HOUR


def test_a_calendar_that_stays_closed_is_given_up_with_a_sentence() -> None:
    fair = parse_calendar(
        {"time_zone": "UTC", "special": {"2026-05-02": [["10:00", "14:00"]]}}, name="fair.toml"
    )
    start = datetime(2026, 5, 2, 11, tzinfo=UTC)
    assert add_open_seconds(fair, start, 3 * HOUR) == datetime(2026, 5, 2, 14, tzinfo=UTC)
    with pytest.raises(CalendarError, match=r"fair\.toml: the limit does not end within 100 years"):
        add_open_seconds(fair, start, 3 * HOUR + 1)
    with pytest.raises(CalendarError, match="not open often enough"):
        nth_working_day(fair, date(2026, 5, 2), 1)


def test_an_instant_beyond_all_calendars_is_refused() -> None:
    start = datetime(2026, 5, 2, tzinfo=UTC)
    with pytest.raises(CalendarError, match="outside the years"):
        elapsed_open_seconds(CALENDARS["office"], start, datetime(9999, 12, 31, tzinfo=UTC))


@unhurried
@given(calendars, st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(1, 300))
def test_the_nth_working_day_is_n_working_days_away(calendar: Calendar, after: date, count: int) -> None:
    on, closes_at = nth_working_day(calendar, after, count)
    assert on > after
    assert is_working_day(calendar, on)
    assert working_days_between(calendar, after, on) == count
    assert closes_at == calendar.day(on).shifts[-1][1]


@unhurried
@given(calendars, st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(-5, 60))
def test_working_days_between_are_the_open_ones(calendar: Calendar, after: date, days: int) -> None:
    to = after + timedelta(days=days)
    expected = sum(calendar.day(after + timedelta(days=step)).is_open for step in range(1, days + 1))
    assert working_days_between(calendar, after, to) == expected


def test_an_instant_is_given_in_utc_also_when_nothing_is_added() -> None:
    calendar = CALENDARS["Wednesdays"]
    start = datetime(2026, 10, 21, 12, tzinfo=calendar.time_zone)
    for seconds in (0, 60):
        assert add_open_seconds(calendar, start, seconds).tzinfo is UTC


def test_a_year_may_end_with_closed_days() -> None:
    assert not is_working_day(CALENDARS["weeknights"], date(2028, 12, 31))  # a Sunday
    assert not is_working_day(CALENDARS["Wednesdays"], date(2026, 12, 31))
