from datetime import UTC, date, datetime
from typing import Any

import pytest

from casework.calendars import parse_calendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE: dict[str, Any] = {
    "time_zone": "America/Chicago",
    "closures": ["2026-12-24", "2026-07-04", "2026-12-30", "2026-11-26"],
    "holidays": {"country": "US", "subdivision": "MN"},
    "hours": {key: [["08:00", "12:00"], ["13:00", "16:30"]] for key in WEEKDAYS},
    "special": {
        "2026-12-25": [["10:00", "12:00"]],
        "2026-12-30": [["08:00", "12:00"]],
        "2026-12-31": [["08:00", "12:00"]],
        "2026-11-27": [],
    },
}
SPLIT, HALF = ["08:00-12:00", "13:00-16:30"], ["08:00-12:00"]


@pytest.mark.parametrize(
    ("on", "open_spans", "reason"),
    [
        (date(2026, 10, 22), SPLIT, None),
        (date(2026, 10, 24), [], "Saturday"),
        (date(2026, 10, 25), [], "Sunday"),
        (date(2026, 11, 11), [], "Veterans Day"),
        (date(2026, 11, 26), [], "local closure"),  # a closure beats a holiday
        (date(2026, 12, 24), [], "local closure"),
        (date(2026, 12, 25), ["10:00-12:00"], None),  # special hours beat a holiday
        (date(2026, 12, 30), [], "local closure"),  # a closure beats special hours
        (date(2026, 12, 31), HALF, None),  # special hours beat the week
        (date(2026, 11, 27), [], "closed by special hours"),
        (date(2026, 7, 3), [], "Independence Day (observed)"),  # the holiday falls on a Saturday
        (date(2026, 7, 4), [], "local closure"),
        (date(2027, 7, 4), [], "Independence Day"),  # a Sunday: the holiday beats the week
        (date(2021, 12, 31), [], "New Year's Day (observed)"),
        (date(2026, 10, 12), SPLIT, None),  # Columbus Day is none in Minnesota
    ],
)
def test_a_day_is_open_or_says_why_not(on: date, open_spans: list[str], reason: str | None) -> None:
    plan = parse_calendar(OFFICE).day(on)
    zone = parse_calendar(OFFICE).time_zone
    shown = [f"{a.astimezone(zone):%H:%M}-{b.astimezone(zone):%H:%M}" for a, b in plan.shifts]
    assert (plan.on, shown, plan.reason) == (on, open_spans, reason)
    assert plan.is_open is bool(open_spans)


def test_the_country_alone_has_its_own_holidays() -> None:
    country = parse_calendar({**OFFICE, "holidays": {"country": "US"}})
    assert country.day(date(2026, 10, 12)).reason == "Columbus Day"
    none = parse_calendar({key: value for key, value in OFFICE.items() if key != "holidays"})
    assert none.day(date(2026, 11, 11)).is_open


def test_a_night_shift_belongs_to_the_day_it_opens() -> None:
    nights = parse_calendar(
        {
            "time_zone": "UTC",
            "closures": ["2026-10-23"],
            "hours": {key: [["22:00", "06:00"]] for key in WEEKDAYS},
        }
    )
    thursday = nights.day(date(2026, 10, 22))
    assert thursday.shifts == (
        (datetime(2026, 10, 22, 22, tzinfo=UTC), datetime(2026, 10, 23, 6, tzinfo=UTC)),
    )
    assert nights.day(date(2026, 10, 23)).shifts == ()


@pytest.mark.parametrize(
    ("zone", "on", "shift", "opens", "closes"),
    [
        ("America/Chicago", date(2026, 11, 1), ["01:30", "04:00"], "2026-11-01T06:30", "2026-11-01T10:00"),
        ("America/Chicago", date(2026, 10, 31), ["22:00", "01:30"], "2026-11-01T03:00", "2026-11-01T07:30"),
        ("America/Chicago", date(2026, 3, 8), ["02:30", "05:00"], "2026-03-08T08:00", "2026-03-08T10:00"),
        ("America/Chicago", date(2026, 3, 7), ["22:00", "02:30"], "2026-03-08T04:00", "2026-03-08T08:00"),
        ("Europe/London", date(2026, 10, 25), ["01:15", "01:45"], "2026-10-25T00:15", "2026-10-25T01:45"),
        ("Europe/London", date(2026, 3, 29), ["00:30", "01:45"], "2026-03-29T00:30", "2026-03-29T01:00"),
        ("Australia/Lord_Howe", date(2026, 4, 5), ["01:45", "03:00"], "2026-04-04T14:45", "2026-04-04T16:30"),
        (
            "Australia/Lord_Howe",
            date(2026, 10, 4),
            ["02:15", "05:00"],
            "2026-10-03T15:30",
            "2026-10-03T18:00",
        ),
    ],
)
def test_where_clocks_change_a_shift_opens_first_and_closes_second_or_at_the_jump(
    zone: str, on: date, shift: list[str], opens: str, closes: str
) -> None:
    week = (*WEEKDAYS, "saturday", "sunday")
    calendar = parse_calendar({"time_zone": zone, "hours": {week[on.weekday()]: [shift]}})
    assert calendar.day(on).shifts == (
        (
            datetime.fromisoformat(opens).replace(tzinfo=UTC),
            datetime.fromisoformat(closes).replace(tzinfo=UTC),
        ),
    )


def test_a_shift_that_the_clock_jumps_over_is_no_open_time() -> None:
    calendar = parse_calendar({"time_zone": "America/Chicago", "hours": {"sunday": [["02:00", "03:00"]]}})
    plan = calendar.day(date(2026, 3, 8))
    assert plan.shifts == ()
    assert plan.reason == "no open time, the clocks go forward"
    assert calendar.day(date(2026, 3, 15)).is_open


def test_a_day_that_a_country_skips_has_no_open_time() -> None:
    samoa = parse_calendar({"time_zone": "Pacific/Apia", "hours": {"friday": [["08:00", "16:00"]]}})
    assert not samoa.day(date(2011, 12, 30)).is_open
