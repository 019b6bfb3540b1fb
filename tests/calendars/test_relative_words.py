from datetime import UTC, datetime

import pytest

from casework.calendars import in_words, parse_calendar, parse_instant, span_text
from casework.calendars.words import listed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "holidays": {"country": "US", "subdivision": "MN"},
        "hours": {day: [["08:00", "17:00"]] for day in WEEKDAYS},
    }
)


@pytest.mark.parametrize(
    ("due", "now", "state", "text", "absolute"),
    [
        ("2026-11-25T17:00", "2026-11-23T09:00", "soon", "In 2 working days", "Wed 25 Nov 17:00"),
        ("2026-11-24T17:00", "2026-11-23T09:00", "soon", "Tomorrow", "Tue 24 Nov 17:00"),
        (
            "2026-11-27T17:00",
            "2026-11-23T09:00",
            "far",
            "In 3 working days",
            "Fri 27 Nov 17:00",
        ),  # Thanksgiving
        ("2026-11-23T17:00", "2026-11-20T09:00", "soon", "In 1 working day", "Mon 23 Nov 17:00"),
        ("2026-11-23T17:00", "2026-11-23T09:00", "today", "Today", "Mon 23 Nov 17:00"),
        ("2026-11-23T17:00", "2026-11-23T17:00", "today", "Today", "Mon 23 Nov 17:00"),  # done now is in time
        ("2026-11-23T17:00", "2026-11-23T17:01", "late", "Late 1 minute", "Mon 23 Nov 17:00"),
        ("2026-11-23T17:00", "2026-11-23T18:00", "late", "Late 1 hour", "Mon 23 Nov 17:00"),
        ("2026-11-23T17:00", "2026-11-23T19:00", "late", "Late 2 hours", "Mon 23 Nov 17:00"),
        ("2026-11-23T17:00", "2026-11-23T19:30", "late", "Late 2 hours", "Mon 23 Nov 17:00"),
        ("2026-11-18T17:00", "2026-11-23T09:00", "late", "Late 3 days", "Wed 18 Nov 17:00"),
        ("2026-11-20T17:00", "2026-11-21T09:00", "late", "Late 1 day", "Fri 20 Nov 17:00"),  # on the Saturday
        ("2026-11-20T17:00", "2026-11-23T09:00", "late", "Late 1 day", "Fri 20 Nov 17:00"),
        ("2026-11-20T17:00", "2026-11-24T09:00", "late", "Late 2 days", "Fri 20 Nov 17:00"),
        ("2026-11-24T00:00", "2026-11-23T09:00", "today", "Today", "Mon 23 Nov 24:00"),  # the end of today
        ("2026-11-24T00:00", "2026-11-24T00:00", "today", "Today", "Mon 23 Nov 24:00"),
        ("2026-11-24T00:00", "2026-11-24T00:01", "late", "Late 1 day", "Mon 23 Nov 24:00"),
        (
            "2026-11-30T00:00",
            "2026-11-26T09:00",
            "soon",
            "In 3 days",
            "Sun 29 Nov 24:00",
        ),  # due on a closed day
        ("2027-01-04T17:00", "2026-12-01T09:00", "far", "In 22 working days", "Mon 4 Jan 2027 17:00"),
    ],
)
def test_a_due_date_is_said_as_seen_from_now(
    due: str, now: str, state: str, text: str, absolute: str
) -> None:
    zone = OFFICE.time_zone
    relative = in_words(OFFICE, parse_instant(zone, due), parse_instant(zone, now))
    assert (relative.state, relative.text, relative.absolute) == (state, text, absolute)


def test_today_is_today_in_the_zone_of_the_calendar() -> None:
    due_at = datetime(2026, 11, 24, 1, tzinfo=UTC)  # 19:00 of the 23rd in Chicago
    assert in_words(OFFICE, due_at, datetime(2026, 11, 23, 20, tzinfo=UTC)).text == "Today"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (82500, "22 h 55 min"),
    ],
)
def test_a_length_of_time_is_said_in_hours_and_minutes(seconds: int, text: str) -> None:
    assert span_text(seconds) == text


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b, and c")]
)
def test_parts_are_listed_as_people_do(parts: list[str], text: str) -> None:
    assert listed(parts) == text


def test_today_is_that_of_the_calendar_in_the_evening_too() -> None:
    due_at = datetime(2026, 11, 24, 23, tzinfo=UTC)  # 17:00 of the 24th in Chicago
    now = datetime(2026, 11, 24, 1, tzinfo=UTC)  # 19:00 of the 23rd
    assert in_words(OFFICE, due_at, now).text == "Tomorrow"
