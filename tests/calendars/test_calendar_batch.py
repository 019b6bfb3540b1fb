import json

import pytest

from casework.calendars import (
    PRESETS,
    CalendarError,
    batch_due,
    batch_elapsed,
    due,
    load_calendar,
    parse_instant,
)

OFFICE = load_calendar(PRESETS / "minnesota-office.toml")


def test_each_line_is_answered_with_its_due_date_and_explanation() -> None:
    lines = [
        '{"start": "2026-10-22T10:12", "limit": 3, "unit": "working_day"}\n',
        '{"start": "2026-10-22T15:12:00Z", "limit": 2, "unit": "calendar_day", "roll": true}\n',
        "\n",
        '{"start": "2026-10-31T16:00:00-05:00", "limit": 24, "unit": "hour", "roll": false}',
        '{"start": "2026-10-22T10:12", "limit": 2, "unit": "calendar_day"}',
    ]
    answers = list(batch_due(OFFICE, lines))
    assert [answer["due"] for answer in answers] == [
        "2026-10-27T17:00:00-05:00",
        "2026-10-26T17:00:00-05:00",
        "2026-11-01T15:00:00-06:00",
        "2026-10-25T00:00:00-05:00",
    ]
    single = due(
        OFFICE, start=parse_instant(OFFICE.time_zone, "2026-10-22T10:12"), limit=3, unit="working_day"
    )
    assert answers[0]["explanation"] == single.explanation.as_dict()
    assert json.loads(json.dumps(answers)) == answers


def test_each_line_is_answered_with_its_open_seconds() -> None:
    lines = [
        '{"from": "2026-10-23T16:00", "to": "2026-10-26T09:00"}',
        '{"from": "2026-10-26T09:00", "to": "2026-10-23T16:00"}',
        '{"from": "2026-10-23T21:00:00Z", "to": "2026-10-23T16:30:00-05:00"}',
    ]
    assert list(batch_elapsed(OFFICE, lines)) == [
        {"open_seconds": 7200},
        {"open_seconds": 0},
        {"open_seconds": 1800},
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("start, limit, unit", "Line 2: this is not a JSON object"),
        ("[1, 2]", "Line 2: this is not a JSON object"),
        ('{"limit": 3, "unit": "hour"}', "Line 2: 'start' is missing"),
        ('{"start": "soon", "limit": 3, "unit": "hour"}', 'Line 2: "soon" is not a date and time'),
        ('{"start": 5, "limit": 3, "unit": "hour"}', 'Line 2: "5" is not a date and time'),
        ('{"start": "2026-10-22", "limit": "3", "unit": "hour"}', "Line 2: 3 is not a limit"),
        ('{"start": "2026-10-22", "limit": 3, "unit": "moon"}', 'Line 2: "moon" is not a unit'),
        ('{"start": "2026-10-22", "limit": 3, "unit": ["hour"]}', "is not a unit"),
        ('{"start": "2026-10-22", "limit": 3, "unit": "hour", "roll": "yes"}', 'Line 2: "roll" must be'),
    ],
)
def test_a_line_that_cannot_be_answered_is_named(line: str, said: str) -> None:
    good = '{"start": "2026-10-22", "limit": 3, "unit": "hour"}'
    with pytest.raises(CalendarError) as refused:
        list(batch_due(OFFICE, [good, line, good]))
    assert said in refused.value.message


def test_thousands_of_lines_are_answered_in_order() -> None:
    days = range(1, 29)
    lines = [
        json.dumps({"from": "1980-01-01", "to": f"2026-01-{day:02d}"}) for _ in range(50) for day in days
    ]
    counted = [answer["open_seconds"] for answer in batch_elapsed(OFFICE, lines)]
    assert len(counted) == 1400
    assert counted[:28] == sorted(counted[:28])
    assert counted[27] - counted[0] == 17 * 9 * 3600  # up to the 28th, without Martin Luther King Jr. Day
