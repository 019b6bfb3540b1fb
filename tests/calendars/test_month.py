from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    Calendar,
    CalendarError,
    MonthDay,
    elapsed_open_seconds,
    local_instant,
    month_of,
    parse_calendar,
)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = (*WEEKDAYS, "saturday", "sunday")
HOUR = 3600
OFFICE = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "closures": ["2026-12-24"],
        "holidays": {"country": "US", "subdivision": "MN"},
        "hours": {day: [["08:00", "12:00"], ["13:00", "16:30"]] for day in WEEKDAYS},
        "special": {
            "2026-12-25": [["10:00", "12:00"]],
            "2026-12-28": [["07:00", "17:00"]],
            "2026-12-29": [["09:00", "16:30"]],
            "2026-12-30": [],
            "2026-12-31": [["08:00", "12:00"]],
            "2026-12-19": [["09:00", "24:00"]],
        },
    }
)
NIGHTS = parse_calendar(
    {"time_zone": "America/Chicago", "hours": {day: [["22:00", "02:30"]] for day in WEEK}}
)
OVER_THE_CHANGE = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "hours": {"saturday": [["22:00", "01:30"]], "sunday": [["01:30", "04:00"]]},
    }
)
LORD_HOWE = parse_calendar(
    {"time_zone": "Australia/Lord_Howe", "hours": {"sunday": [["01:00", "01:45"], ["01:45", "04:00"]]}}
)
SKIPPED = parse_calendar({"time_zone": "America/Chicago", "hours": {"sunday": [["02:00", "03:00"]]}})
APIA = parse_calendar({"time_zone": "Pacific/Apia", "hours": {"friday": [["08:00", "16:00"]]}})
SPLIT = (("08:00", "12:00"), ("13:00", "16:30"))


def day_of(calendar: Calendar, on: date) -> MonthDay:
    return month_of(calendar, on.year, on.month).days[on.day - 1]


@pytest.mark.parametrize(
    ("calendar", "day"),
    [
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 1), "working", SPLIT, 15 * HOUR // 2, "", "", False, 0),
            id="a working day",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 5), "weekend", (), 0, "Saturday", "", False, 0),
            id="a Saturday",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 11, 11), "holiday", (), 0, "Veterans Day", "Veterans Day", False, 0),
            id="a holiday",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 24), "closure", (), 0, "local closure", "", False, 0),
            id="a local closure",
        ),
        pytest.param(
            OFFICE,
            MonthDay(
                date(2026, 12, 25), "special", (("10:00", "12:00"),), 2 * HOUR, "", "Christmas Day", True, 0
            ),
            id="special hours on a holiday",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 31), "special", (("08:00", "12:00"),), 4 * HOUR, "", "", True, 0),
            id="a half day",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 30), "special", (), 0, "closed by special hours", "", False, 0),
            id="special hours that are none",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 19), "special", (("09:00", "24:00"),), 15 * HOUR, "", "", False, 0),
            id="special hours to midnight on a Saturday are no half day",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 28), "special", (("07:00", "17:00"),), 10 * HOUR, "", "", False, 0),
            id="special hours longer than the week's",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 12, 29), "special", (("09:00", "16:30"),), 15 * HOUR // 2, "", "", False, 0),
            id="special hours as long as the week's",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 10, 12), "working", SPLIT, 15 * HOUR // 2, "", "", False, 0),
            id="a holiday of the country that this part of it does not keep",
        ),
        pytest.param(
            OVER_THE_CHANGE,
            MonthDay(date(2026, 11, 1), "working", (("01:30", "04:00"),), 5 * HOUR // 2, "", "", False, -60),
            id="the hour that comes twice was counted the day before",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 11, 1), "weekend", (), 0, "Sunday", "", False, -60),
            id="the day the clocks go back",
        ),
        pytest.param(
            OFFICE,
            MonthDay(date(2026, 3, 8), "weekend", (), 0, "Sunday", "", False, 60),
            id="the day the clocks go forward",
        ),
        pytest.param(
            NIGHTS,
            MonthDay(date(2026, 10, 31), "working", (("22:00", "02:30"),), 11 * HOUR // 2, "", "", False, 0),
            id="a night shift in which the clocks go back",
        ),
        pytest.param(
            NIGHTS,
            MonthDay(date(2026, 3, 7), "working", (("22:00", "03:00"),), 4 * HOUR, "", "", False, 0),
            id="a night shift that closes at the jump",
        ),
        pytest.param(
            LORD_HOWE,
            MonthDay(
                date(2026, 4, 5),
                "working",
                (("01:00", "01:45"), ("01:45", "04:00")),
                7 * HOUR // 2,
                "",
                "",
                False,
                -30,
            ),
            id="half an hour that comes twice counts once for both shifts",
        ),
        pytest.param(
            SKIPPED,
            MonthDay(
                date(2026, 3, 8), "working", (), 0, "no open time, the clocks go forward", "", False, 60
            ),
            id="a shift that the clock jumps over",
        ),
        pytest.param(
            APIA,
            MonthDay(
                date(2011, 12, 30), "working", (), 0, "no open time, the clocks go forward", "", False, 1440
            ),
            id="a day that a country skips",
        ),
    ],
)
def test_a_day_of_a_month_says_what_counts_on_it(calendar: Calendar, day: MonthDay) -> None:
    assert day_of(calendar, day.on) == day
    assert day.is_open is bool(day.open_spans)
    found = day_of(calendar, day.on)
    assert (type(found.open_seconds), type(found.clock_change_minutes)) == (int, int)


@pytest.mark.parametrize(
    ("year", "month", "days", "working_days", "hours"),
    [
        pytest.param(
            2026, 12, 31, 22, 17 * 7.5 + 10 + 7.5 + 2 + 4 + 15, id="December with closures and half days"
        ),
        pytest.param(2026, 2, 28, 19, 19 * 7.5, id="February without Presidents' Day"),
        pytest.param(2028, 2, 29, 20, 20 * 7.5, id="February of a leap year"),
    ],
)
def test_a_month_has_all_its_days_and_adds_them_up(
    year: int, month: int, days: int, working_days: int, hours: float
) -> None:
    found = month_of(OFFICE, year, month)
    assert (found.year, found.month) == (year, month)
    assert [day.on for day in found.days] == [date(year, month, day) for day in range(1, days + 1)]
    assert (found.working_days, found.open_seconds) == (working_days, hours * HOUR)


@pytest.mark.parametrize(
    ("year", "month", "said"),
    [
        (2026, 0, "0 is not a month"),
        (2026, 13, "13 is not a month"),
        (1899, 12, "outside the years 1900 to 2299"),
        (2300, 1, "outside the years 1900 to 2299"),
        (0, 1, "0 is not a year"),
        (10000, 1, "10000 is not a year"),
    ],
)
def test_a_month_that_no_calendar_has_is_refused(year: int, month: int, said: str) -> None:
    with pytest.raises(CalendarError, match=said):
        month_of(OFFICE, year, month)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([OFFICE, LORD_HOWE, SKIPPED]), st.integers(2020, 2030), st.integers(1, 12))
def test_a_month_counts_what_lies_between_its_ends(calendar: Calendar, year: int, month: int) -> None:
    # For calendars whose shifts stay within their day.
    found = month_of(calendar, year, month)
    start = local_instant(calendar.time_zone, datetime(year, month, 1))
    end = local_instant(
        calendar.time_zone, datetime.combine(found.days[-1].on + timedelta(days=1), datetime.min.time())
    )
    assert start.tzinfo is UTC
    assert found.open_seconds == elapsed_open_seconds(calendar, start, end)
