from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    CalendarError,
    calendar_days_between,
    end_of_day,
    is_gap,
    local_instant,
    parse_instant,
)

# Laying out a calendar year the first time takes longer than looking it up, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)
CHICAGO = ZoneInfo("America/Chicago")
ZONES = [
    ZoneInfo(key)
    for key in (
        "America/Chicago",
        "Europe/London",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Asia/Beirut",
        "UTC",
    )
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/Chicago", "2026-03-08T01:59:59", "2026-03-08T07:59:59"),
        ("America/Chicago", "2026-03-08T02:00", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08T02:30", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08T02:59:59.999999", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08T03:00", "2026-03-08T08:00"),
        ("America/Chicago", "2026-03-08T03:01", "2026-03-08T08:01"),
        ("Europe/London", "2026-03-29T01:20", "2026-03-29T01:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30"),
        ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
    ],
)
def test_a_time_that_does_not_exist_is_the_instant_the_clock_jumps(
    zone: str, local: str, instant: str
) -> None:
    naive = datetime.fromisoformat(local)
    assert local_instant(ZoneInfo(zone), naive) == utc(instant)
    assert local_instant(ZoneInfo(zone), naive, second=True) == utc(instant)


@pytest.mark.parametrize(
    ("zone", "local", "first", "second"),
    [
        ("America/Chicago", "2026-11-01T01:00", "2026-11-01T06:00", "2026-11-01T07:00"),
        ("America/Chicago", "2026-11-01T01:30", "2026-11-01T06:30", "2026-11-01T07:30"),
        ("America/Chicago", "2026-11-01T02:00", "2026-11-01T08:00", "2026-11-01T08:00"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15"),
    ],
)
def test_a_time_that_comes_twice_is_the_first_unless_the_second_is_asked_for(
    zone: str, local: str, first: str, second: str
) -> None:
    naive = datetime.fromisoformat(local)
    assert local_instant(ZoneInfo(zone), naive) == utc(first)
    assert local_instant(ZoneInfo(zone), naive, second=True) == utc(second)


@pytest.mark.parametrize(
    ("local", "gap"),
    [
        ("2026-03-08T01:59", False),
        ("2026-03-08T02:00", True),
        ("2026-03-08T02:59", True),
        ("2026-03-08T03:00", False),
        ("2026-11-01T01:30", False),
    ],
)
def test_only_times_jumped_over_lie_in_a_gap(local: str, gap: bool) -> None:
    assert is_gap(CHICAGO, datetime.fromisoformat(local)) is gap


@unhurried
@given(st.sampled_from(ZONES), st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)))
def test_a_local_time_outside_gaps_comes_back_as_itself(zone: ZoneInfo, naive: datetime) -> None:
    shown = local_instant(zone, naive).astimezone(zone).replace(tzinfo=None, fold=0)
    assert shown == naive or (is_gap(zone, naive) and naive < shown <= naive + timedelta(hours=1))


@unhurried
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(hours=30)),
)
def test_a_closing_is_never_before_the_opening_it_follows(
    zone: ZoneInfo, opens: datetime, length: timedelta
) -> None:
    assert local_instant(zone, opens) <= local_instant(zone, opens + length, second=True)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-07T09:00", "2026-03-08T09:00", 1.0),  # 23 hours
        ("2026-10-31T09:00", "2026-11-01T09:00", 1.0),  # 25 hours
        ("2026-10-22T09:00", "2026-10-22T21:00", 0.5),
        ("2026-10-22T09:00", "2026-10-22T09:00", 0.0),
        ("2026-10-23T09:00", "2026-10-22T09:00", -1.0),
        ("2024-02-28T00:00", "2024-03-01T00:00", 2.0),
    ],
)
def test_days_are_counted_on_the_wall_clock(start: str, end: str, days: float) -> None:
    assert calendar_days_between(CHICAGO, parse_instant(CHICAGO, start), parse_instant(CHICAGO, end)) == days


@pytest.mark.parametrize(
    ("zone", "on", "instant"),
    [
        ("America/Chicago", date(2026, 3, 8), "2026-03-09T05:00"),
        (
            "America/Sao_Paulo",
            date(2018, 11, 3),
            "2018-11-04T03:00",
        ),  # midnight is skipped: the jump ends the day
        ("Asia/Beirut", date(2022, 10, 29), "2022-10-29T22:00"),  # eleven to midnight comes twice
    ],
)
def test_a_day_ends_where_the_next_begins(zone: str, on: date, instant: str) -> None:
    assert end_of_day(ZoneInfo(zone), on) == utc(instant)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-22T10:12:00-05:00", "2026-10-22T15:12"),
        ("2026-10-22T15:12:00Z", "2026-10-22T15:12"),
        ("2026-10-22T10:12", "2026-10-22T15:12"),
        ("2026-10-22 10:12", "2026-10-22T15:12"),
        ("2026-10-22", "2026-10-22T05:00"),
        ("2026-03-08T02:30", "2026-03-08T08:00"),
        ("2026-11-01T01:30", "2026-11-01T06:30"),
    ],
)
def test_an_instant_without_an_offset_is_in_the_zone(text: str, instant: str) -> None:
    assert parse_instant(CHICAGO, text) == utc(instant)


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-02-30T10:00", "22/10/2026", "9999-12-31T00:00:00-05:00"]
)
def test_a_text_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(CalendarError):
        parse_instant(CHICAGO, text)


def test_an_instant_without_an_offset_is_refused_where_instants_are_compared() -> None:
    with pytest.raises(CalendarError, match="no offset"):
        calendar_days_between(CHICAGO, datetime(2026, 10, 22), datetime(2026, 10, 23))


@pytest.mark.parametrize("text", ["1900-01-01T12:00", "2299-12-31T12:00"])
def test_the_first_and_last_year_of_a_calendar_are_covered(text: str) -> None:
    assert parse_instant(ZoneInfo("UTC"), text) == utc(text)
