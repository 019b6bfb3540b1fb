from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    Calendar,
    CalendarError,
    due,
    elapsed_open_seconds,
    is_working_day,
    parse_instant,
)
from tests.calendars.examples import CALENDARS

# Laying out a calendar year the first time takes longer than looking it up, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)
calendars = st.sampled_from(list(CALENDARS.values()))
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
UNITS = ("minute", "hour", "working_minute", "working_hour", "working_day", "calendar_day", "week", "month")


def due_text(name: str, start: str, limit: int, unit: str, roll: bool = False) -> str:
    calendar = CALENDARS[name]
    zone = calendar.time_zone
    answer = due(calendar, start=parse_instant(zone, start), limit=limit, unit=unit, roll=roll)
    assert answer.at.tzinfo is UTC
    return answer.at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("name", "start", "limit", "end"),
    [
        ("office", "2026-10-22T10:12", 1, "2026-10-23T17:00"),
        ("office", "2026-10-22T23:59", 1, "2026-10-23T17:00"),
        ("office", "2026-10-23T10:12", 1, "2026-10-26T17:00"),
        ("office", "2026-10-24T10:12", 1, "2026-10-26T17:00"),  # begun on a Saturday: that is day 0
        ("office", "2026-10-25T10:12", 1, "2026-10-26T17:00"),
        ("office", "2026-10-22T10:12", 20, "2026-11-20T17:00"),
        ("office", "2026-12-23T10:12", 1, "2026-12-28T17:00"),
        ("office", "2026-12-24T10:12", 4, "2026-12-31T12:00"),  # a half day ends at noon
        ("office", "2026-12-31T13:00", 1, "2027-01-04T17:00"),
        ("split", "2026-10-22T10:12", 1, "2026-10-23T16:30"),  # the close of the last shift
        ("weeknights", "2026-10-22T10:12", 1, "2026-10-24T06:00"),  # Friday's shift closes on Saturday
        ("Wednesdays of Lord Howe", "2026-10-22T10:12", 2, "2026-11-04T13:00"),
    ],
)
def test_working_days_end_at_the_close_of_the_nth_after_day_0(
    name: str, start: str, limit: int, end: str
) -> None:
    assert due_text(name, start, limit, "working_day") == end
    assert due_text(name, start, limit, "business_day") == end
    assert due_text(name, start, limit, "working_day", roll=True) == end


@pytest.mark.parametrize(
    ("name", "start", "limit", "unit", "end"),
    [
        ("office", "2026-10-22T10:12", 1, "calendar_day", "2026-10-24T00:00"),
        ("office", "2026-10-22T10:12", 10, "calendar_day", "2026-11-02T00:00"),
        ("office", "2026-03-07T10:12", 1, "calendar_day", "2026-03-09T00:00"),
        ("office", "2028-02-28T10:12", 1, "calendar_day", "2028-03-01T00:00"),
        ("office", "2026-10-22T10:12", 1, "week", "2026-10-30T00:00"),
        ("office", "2026-10-22T10:12", 6, "week", "2026-12-04T00:00"),
        ("office", "2026-10-22T10:12", 1, "month", "2026-11-23T00:00"),
        ("office", "2028-01-30T10:12", 1, "month", "2028-03-01T00:00"),
        ("office", "2026-08-31T10:12", 3, "month", "2026-12-01T00:00"),
        ("office", "2026-10-22T10:12", 3, "month", "2027-01-23T00:00"),
        ("office", "2026-11-30T10:12", 14, "month", "2028-01-31T00:00"),
    ],
)
def test_calendar_limits_end_at_the_end_of_their_day(
    name: str, start: str, limit: int, unit: str, end: str
) -> None:
    assert due_text(name, start, limit, unit) == end


@pytest.mark.parametrize(
    ("name", "start", "limit", "unit", "end"),
    [
        ("office", "2026-10-23T16:00", 24, "hour", "2026-10-24T16:00"),
        ("office", "2026-10-23T16:00", 90, "minute", "2026-10-23T17:30"),
        (
            "office",
            "2026-03-07T16:00",
            24,
            "hour",
            "2026-03-08T17:00",
        ),  # 24 hours pass, the wall clock shows 25
        ("office", "2026-10-31T16:00", 24, "hour", "2026-11-01T15:00"),
        ("office", "2026-10-23T16:00", 2, "working_hour", "2026-10-26T09:00"),
        ("office", "2026-10-23T16:00", 60, "working_minute", "2026-10-23T17:00"),
        ("office", "2026-10-24T12:00", 1, "working_hour", "2026-10-26T09:00"),
        ("office", "2026-12-31T11:00", 2, "working_hour", "2027-01-04T09:00"),
        ("split", "2026-10-22T11:00", 2, "working_hour", "2026-10-22T14:00"),
        ("always", "2026-10-31T16:00", 24, "working_hour", "2026-11-01T15:00"),
    ],
)
def test_hours_and_minutes_pass_or_count_open_time(
    name: str, start: str, limit: int, unit: str, end: str
) -> None:
    assert due_text(name, start, limit, unit) == end


@pytest.mark.parametrize(
    ("name", "start", "limit", "unit", "rolled"),
    [
        ("office", "2026-10-22T10:12", 2, "calendar_day", "2026-10-26T17:00"),  # ends on a Saturday
        ("office", "2026-10-22T10:12", 3, "calendar_day", "2026-10-26T17:00"),  # ends on a Sunday
        ("office", "2026-10-22T10:12", 1, "calendar_day", "2026-10-24T00:00"),  # ends on a Friday, 24:00
        ("office", "2026-12-10T10:12", 2, "week", "2026-12-28T17:00"),  # a closure, Christmas, a weekend
        ("office", "2026-11-24T10:12", 1, "month", "2026-12-28T17:00"),
        ("office", "2026-10-23T16:00", 24, "hour", "2026-10-26T17:00"),
        ("office", "2026-10-22T16:00", 24, "hour", "2026-10-23T16:00"),
        ("office", "2026-10-22T20:00", 24, "hour", "2026-10-23T20:00"),  # after hours is no closed day
        ("weeknights", "2026-10-23T02:00", 24, "hour", "2026-10-24T02:00"),  # Friday's shift is still open
        ("weeknights", "2026-10-23T12:00", 24, "hour", "2026-10-27T06:00"),
        ("Wednesdays of Lord Howe", "2026-10-21T12:00", 1, "calendar_day", "2026-10-28T13:00"),
        ("always", "2026-10-22T10:12", 2, "calendar_day", "2026-10-25T00:00"),
    ],
)
def test_rolling_moves_an_end_on_a_closed_day_to_the_next_close(
    name: str, start: str, limit: int, unit: str, rolled: str
) -> None:
    assert due_text(name, start, limit, unit, roll=True) == rolled


@pytest.mark.parametrize("limit", [0, -1, 1.5, "3", True, None])
def test_a_limit_is_a_whole_number_of_at_least_one(limit: Any) -> None:
    with pytest.raises(CalendarError, match="whole number of 1 or more"):
        due(CALENDARS["office"], start=datetime(2026, 10, 22, tzinfo=UTC), limit=limit, unit="hour")


@pytest.mark.parametrize("unit", ["day", "Working_day", "", "year"])
def test_an_unknown_unit_is_refused_with_the_known_ones(unit: str) -> None:
    with pytest.raises(CalendarError, match="known are minute, hour, working_minute"):
        due(CALENDARS["office"], start=datetime(2026, 10, 22, tzinfo=UTC), limit=1, unit=unit)


@pytest.mark.parametrize("unit", UNITS)
def test_a_limit_beyond_a_century_is_refused(unit: str) -> None:
    with pytest.raises(CalendarError, match="100 years"):
        due(
            CALENDARS["Wednesdays of Lord Howe"],
            start=datetime(2026, 10, 22, tzinfo=UTC),
            limit=10**12,
            unit=unit,
        )


def test_a_start_must_be_an_instant() -> None:
    with pytest.raises(CalendarError, match="no offset"):
        due(CALENDARS["office"], start=datetime(2026, 10, 22, 10, 12), limit=1, unit="hour")


def test_a_target_of_a_working_life_is_reached() -> None:
    start = datetime(2011, 7, 1, 15, tzinfo=UTC)
    assert due(CALENDARS["office"], start=start, limit=17_648, unit="calendar_day").at == datetime(
        2059, 10, 26, 5, tzinfo=UTC
    )


@unhurried
@given(calendars, instants, st.integers(1, 60), st.sampled_from(UNITS))
def test_a_longer_limit_is_never_due_earlier(
    calendar: Calendar, start: datetime, limit: int, unit: str
) -> None:
    shorter = due(calendar, start=start, limit=limit, unit=unit)
    longer = due(calendar, start=start, limit=limit + 1, unit=unit)
    assert start < shorter.at <= longer.at


@unhurried
@given(calendars, instants, st.integers(1, 60), st.sampled_from(UNITS))
def test_a_longer_limit_that_rolls_is_never_due_on_an_earlier_day(
    calendar: Calendar, start: datetime, limit: int, unit: str
) -> None:
    # The day, not the instant: Sunday rolls to the close of Monday, while an end in the small hours of Monday
    # stays where it is.
    shorter = due(calendar, start=start, limit=limit, unit=unit, roll=True)
    longer = due(calendar, start=start, limit=limit + 1, unit=unit, roll=True)
    assert shorter.explanation.reckoning.end.on <= longer.explanation.reckoning.end.on


@unhurried
@given(calendars, instants, st.integers(1, 60), st.sampled_from(UNITS))
def test_rolling_only_ever_moves_to_the_close_of_a_working_day(
    calendar: Calendar, start: datetime, limit: int, unit: str
) -> None:
    plain = due(calendar, start=start, limit=limit, unit=unit)
    rolled = due(calendar, start=start, limit=limit, unit=unit, roll=True)
    assert rolled.at >= plain.at
    if rolled.at != plain.at:
        on = rolled.explanation.reckoning.end.on
        assert calendar.day(on).shifts[-1][1] == rolled.at
        assert not is_working_day(calendar, plain.explanation.reckoning.end.on)


@unhurried
@given(calendars, instants, st.integers(1, 200))
def test_working_hours_are_used_up_exactly_at_the_due_instant(
    calendar: Calendar, start: datetime, limit: int
) -> None:
    answer = due(calendar, start=start, limit=limit, unit="working_hour")
    assert elapsed_open_seconds(calendar, start, answer.at) == limit * 3600


@unhurried
@given(calendars, instants, st.integers(1, 60))
def test_calendar_days_end_at_midnight_so_many_dates_on(
    calendar: Calendar, start: datetime, limit: int
) -> None:
    zone = calendar.time_zone
    last = (
        due(calendar, start=start, limit=limit, unit="calendar_day").at - timedelta(seconds=1)
    ).astimezone(zone)
    assert last.date() == start.astimezone(zone).date() + timedelta(days=limit)


@unhurried
@given(
    calendars,
    instants,
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.integers(1, 60),
    st.sampled_from(UNITS),
)
def test_a_later_start_is_never_due_earlier(
    calendar: Calendar, start: datetime, later: timedelta, limit: int, unit: str
) -> None:
    first = due(calendar, start=start, limit=limit, unit=unit)
    assert first.at <= due(calendar, start=start + later, limit=limit, unit=unit).at


@pytest.mark.parametrize(("unit", "most"), [("calendar_day", 36_600), ("month", 1220), ("hour", 878_400)])
def test_a_century_is_within_reach_and_no_more(unit: str, most: int) -> None:
    start = datetime(2026, 10, 22, tzinfo=UTC)
    assert due(CALENDARS["office"], start=start, limit=most, unit=unit).at.year in (2126, 2127, 2128)
    with pytest.raises(CalendarError, match="longer than 100 years"):
        due(CALENDARS["office"], start=start, limit=most + 1, unit=unit)
