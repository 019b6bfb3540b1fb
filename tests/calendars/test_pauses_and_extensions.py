from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import (
    CalendarError,
    Extension,
    Pause,
    due,
    elapsed_open_seconds,
    parse_calendar,
    parse_instant,
)

# Laying out a calendar year the first time takes longer than looking it up, so no example has a deadline.
unhurried = settings(deadline=None, max_examples=60)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "holidays": {"country": "US", "subdivision": "MN"},
        "hours": {day: [["08:30", "17:00"]] for day in WEEKDAYS},
    }
)
ALWAYS = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "hours": {day: [["00:00", "24:00"]] for day in (*WEEKDAYS, "saturday", "sunday")},
    }
)
START = "2026-10-22T10:12"


def at(text: str) -> datetime:
    return parse_instant(OFFICE.time_zone, text)


def pause(from_at: str, to_at: str | None, reason: str = "waiting for the customer") -> Pause:
    return Pause(at(from_at), at(to_at) if to_at else None, reason)


def extension(limit: int, unit: str, granted_at: str) -> Extension:
    return Extension(limit, unit, "a second visit is needed", at(granted_at))


def due_text(limit: int, unit: str, *pauses: Pause, **options: Any) -> str:
    answer = due(
        OFFICE, start=at(options.pop("start", START)), limit=limit, unit=unit, pauses=pauses, **options
    )
    return answer.at.astimezone(OFFICE.time_zone).replace(tzinfo=None).isoformat(timespec="minutes")


PAUSED = [
    (20, "working_day", [("2026-11-09T11:40", "2026-11-13T09:05")], "2026-11-25T14:25"),
    (20, "working_day", [("2026-11-09T11:40", "2026-11-09T12:40")], "2026-11-23T09:30"),
    (
        20,
        "working_day",
        [("2026-11-13T17:00", "2026-11-16T08:30")],
        "2026-11-20T17:00",
    ),  # a weekend is no open time
    (1, "working_day", [("2026-10-23T08:30", "2026-10-26T08:30")], "2026-10-26T17:00"),
    (
        20,
        "working_day",
        [("2026-11-12T09:00", "2026-11-12T11:00"), ("2026-11-10T09:00", "2026-11-10T10:00")],
        "2026-11-23T11:30",
    ),
    (10, "working_hour", [("2026-10-22T11:00", "2026-10-22T15:00")], "2026-10-23T15:42"),
    (60, "working_minute", [("2026-10-22T11:00", "2026-10-22T15:00")], "2026-10-22T15:12"),
    (
        10,
        "calendar_day",
        [("2026-10-26T09:00", "2026-10-30T09:00")],
        "2026-11-06T00:00",
    ),  # 27 to 30: four days
    (
        10,
        "calendar_day",
        [("2026-10-26T09:00", "2026-10-26T16:00")],
        "2026-11-02T00:00",
    ),  # the same day: none
    (10, "calendar_day", [("2026-10-26T23:59", "2026-10-27T00:01")], "2026-11-03T00:00"),
    (
        10,
        "calendar_day",
        [("2026-10-26T09:00", "2026-10-28T09:00"), ("2026-10-28T09:00", "2026-10-29T09:00")],
        "2026-11-05T00:00",
    ),
    (
        2,
        "week",
        [("2026-10-30T09:00", "2026-11-02T09:00")],
        "2026-11-09T00:00",
    ),  # over the end of daylight saving
    (1, "month", [("2026-10-26T09:00", "2026-10-30T09:00")], "2026-11-27T00:00"),
    (24, "hour", [("2026-10-22T12:00", "2026-10-22T15:00")], "2026-10-23T13:12"),
    (90, "minute", [("2026-10-22T11:00", "2026-10-22T11:10")], "2026-10-22T11:52"),
    (
        10,
        "calendar_day",
        [("2026-10-20T09:00", "2026-10-24T09:00")],
        "2026-11-04T00:00",
    ),  # counts from the start
    (
        10,
        "calendar_day",
        [("2026-10-20T09:00", "2026-10-22T10:12")],
        "2026-11-02T00:00",
    ),  # over before the start
    (
        1,
        "working_day",
        [("2026-10-23T17:01", "2026-10-27T17:00")],
        "2026-10-23T17:00",
    ),  # begun when time was up
    (
        1,
        "working_day",
        [("2026-10-23T17:00", "2026-10-26T09:30")],
        "2026-10-26T09:30",
    ),  # begun in the last instant
]


@pytest.mark.parametrize(("limit", "unit", "pauses", "end"), PAUSED)
def test_a_pause_moves_the_end_in_the_manner_of_the_clock(
    limit: int, unit: str, pauses: list[tuple[str, str]], end: str
) -> None:
    assert due_text(limit, unit, *(pause(*each) for each in pauses)) == end


def test_rolling_comes_after_pauses() -> None:
    week = pause("2026-10-26T09:00", "2026-10-31T09:00")
    assert due_text(10, "calendar_day", week) == "2026-11-07T00:00"
    two_more = pause("2026-10-26T09:00", "2026-11-01T09:00")
    assert due_text(10, "calendar_day", two_more, roll=True) == "2026-11-09T17:00"


def test_a_pause_after_an_extension_by_working_days_is_rolled_off_a_closed_day() -> None:
    longer = extension(2, "working_day", "2026-10-27T09:00")  # from Sun 1 Nov to Tue 3 Nov 17:00
    four_more = pause("2026-11-02T09:00", "2026-11-06T09:00")
    assert due_text(10, "calendar_day", four_more, extension=longer) == "2026-11-07T17:00"
    assert due_text(10, "calendar_day", four_more, extension=longer, roll=True) == "2026-11-09T17:00"


def test_a_second_pause_counts_because_the_first_moved_the_end() -> None:
    first = pause("2026-10-23T09:00", "2026-10-26T09:00")
    second = pause("2026-10-26T10:00", "2026-10-26T11:00")
    assert due_text(1, "working_day", first, second) == "2026-10-27T09:30"


def test_a_running_pause_is_counted_until_the_instant_asked_about() -> None:
    running = pause("2026-11-09T11:40", None)
    assert due_text(20, "working_day", running, until=at("2026-11-13T09:05")) == "2026-11-25T14:25"
    assert due_text(20, "working_day", running, until=at("2026-11-09T11:40")) == "2026-11-20T17:00"
    assert due_text(20, "working_day", running, until=at("2026-11-01T00:00")) == "2026-11-20T17:00"


def test_a_running_pause_needs_an_instant_to_count_to() -> None:
    with pytest.raises(CalendarError, match="say until when"):
        due_text(20, "working_day", pause("2026-11-09T11:40", None))


@pytest.mark.parametrize(
    "pauses",
    [
        [("2026-11-09T11:40", "2026-11-13T09:05"), ("2026-11-13T09:04", "2026-11-14T09:00")],
        [("2026-11-10T11:40", "2026-11-11T09:05"), ("2026-11-09T09:00", "2026-11-20T09:00")],
        [("2026-11-09T11:40", None), ("2026-11-10T09:00", "2026-11-11T09:00")],
        [("2026-11-09T11:40", None), ("2026-11-10T09:00", None)],
    ],
)
def test_pauses_that_overlap_are_refused(pauses: list[tuple[str, str | None]]) -> None:
    with pytest.raises(CalendarError, match="still runs; end the first"):
        due_text(20, "working_day", *(pause(*each) for each in pauses), until=at("2026-11-20T09:00"))


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(CalendarError, match="ends before it begins"):
        due_text(20, "working_day", pause("2026-11-09T11:40", "2026-11-09T11:39"))


@pytest.mark.parametrize(
    ("limit", "unit", "more", "more_unit", "end"),
    [
        (10, "working_day", 10, "working_day", "2026-11-20T17:00"),
        (10, "working_day", 10, "business_day", "2026-11-20T17:00"),
        (1, "month", 1, "month", "2026-12-23T00:00"),
        (10, "calendar_day", 5, "calendar_day", "2026-11-07T00:00"),
        (24, "hour", 24, "hour", "2026-10-24T10:12"),
        (10, "working_day", 7, "calendar_day", "2026-11-13T00:00"),  # from Thu 5 Nov, the due day
        (10, "calendar_day", 2, "working_day", "2026-11-03T17:00"),  # from Sun 1 Nov 24:00, that is Sunday
        (10, "calendar_day", 2, "working_hour", "2026-11-02T10:30"),
        (1, "week", 1, "month", "2026-11-30T00:00"),
    ],
)
def test_an_extension_lengthens_the_limit(limit: int, unit: str, more: int, more_unit: str, end: str) -> None:
    assert due_text(limit, unit, extension=extension(more, more_unit, "2026-10-27T09:00")) == end


def test_a_month_more_is_counted_from_the_start_not_from_a_shortened_month() -> None:
    longer = extension(1, "month", "2026-02-10T09:00")
    assert due_text(1, "month", start="2026-01-31T10:00", extension=longer) == "2026-04-01T00:00"


def test_an_extension_after_a_night_shift_is_counted_from_the_day_it_closes() -> None:
    nights = parse_calendar(
        {"time_zone": "America/Chicago", "hours": {day: [["22:00", "06:00"]] for day in WEEKDAYS}}
    )
    longer = extension(1, "calendar_day", "2026-10-22T12:00")
    answer = due(nights, start=at("2026-10-22T10:12"), limit=1, unit="working_day", extension=longer)
    assert answer.at == at(
        "2026-10-26T00:00"
    )  # Friday's shift closes on Saturday, a day more is Sunday 24:00


def test_extensions_add_up() -> None:
    both = [extension(5, "working_day", "2026-10-30T09:00"), extension(5, "working_day", "2026-10-27T09:00")]
    assert due_text(10, "working_day", extension=both) == "2026-11-20T17:00"


def test_an_extension_granted_while_paused_keeps_the_whole_pause() -> None:
    paused = pause("2026-11-09T11:40", "2026-11-13T09:05")
    longer = extension(10, "working_day", "2026-11-10T09:00")
    assert due_text(10, "working_day", paused, extension=longer) == "2026-11-25T14:25"
    other_unit = extension(7, "calendar_day", "2026-11-10T09:00")
    assert due_text(20, "working_day", paused, extension=other_unit) == "2026-12-03T00:00"


@pytest.mark.parametrize(("unit", "more"), [("working_day", 16), ("calendar_day", 20), ("hour", 20 * 24)])
def test_a_pause_that_came_too_late_adds_nothing_though_the_time_is_extended_after_it(
    unit: str, more: int
) -> None:
    late = pause("2026-11-09T11:40", "2026-11-11T09:05")
    before, after = extension(1, unit, "2026-10-27T09:00"), extension(more, unit, "2026-11-12T09:00")
    plain = due_text(5, unit, extension=[before, after])
    assert due_text(5, unit, late, extension=[before, after]) == plain
    during = extension(more, unit, "2026-11-11T09:00")
    assert due_text(5, unit, late, extension=[before, during]) > plain, (
        "it was granted while time stood still"
    )


def test_a_pause_after_an_extension_in_another_unit_moves_the_extended_end() -> None:
    later = pause("2026-11-12T09:00", "2026-11-12T10:00")
    longer = extension(7, "calendar_day", "2026-10-27T09:00")
    assert due_text(10, "working_day", later, extension=longer) == "2026-11-13T09:30"


@pytest.mark.parametrize(("limit", "unit"), [(0, "working_day"), (-5, "hour"), (1, "year")])
def test_an_extension_is_held_to_the_rules_of_a_limit(limit: int, unit: str) -> None:
    with pytest.raises(CalendarError):
        due_text(10, "working_day", extension=extension(limit, unit, "2026-10-27T09:00"))


spans = st.lists(st.integers(1, 6 * 24 * 60), min_size=4, max_size=4)


@unhurried
@given(spans, st.integers(1, 30), st.sampled_from(["working_hour", "working_day"]))
def test_working_time_paused_is_added_to_the_end(minutes: list[int], limit: int, unit: str) -> None:
    start = datetime(2026, 10, 22, 15, 12, tzinfo=UTC)
    marks = [start + timedelta(minutes=sum(minutes[: count + 1])) for count in range(4)]
    plain = due(OFFICE, start=start, limit=limit, unit=unit).at
    pauses = [Pause(marks[0], marks[1], ""), Pause(marks[2], marks[3], "")]
    paused = due(OFFICE, start=start, limit=limit, unit=unit, pauses=pauses)
    steps = paused.explanation.reckoning.pauses
    assert elapsed_open_seconds(OFFICE, plain, paused.at) == sum(step.moved for step in steps)
    for step in steps:
        assert bool(step.ignored) or step.moved == elapsed_open_seconds(
            OFFICE, step.pause.from_at, step.pause.to_at or start
        )


@unhurried
@given(spans, st.integers(1, 30))
def test_around_the_clock_a_pause_adds_its_own_length(minutes: list[int], limit: int) -> None:
    start = datetime(2026, 10, 22, 15, 12, tzinfo=UTC)
    paused_from = start + timedelta(minutes=minutes[0] % (limit * 60))
    length = timedelta(minutes=minutes[1])
    for unit in ("working_hour", "hour"):
        one = due(
            ALWAYS, start=start, limit=limit, unit=unit, pauses=[Pause(paused_from, paused_from + length, "")]
        )
        assert one.at == start + timedelta(hours=limit) + length
