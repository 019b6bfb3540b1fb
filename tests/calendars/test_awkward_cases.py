"""The cases that other systems got wrong, one table for each kind. What is expected was worked out by hand.

A start without an offset is on the wall clock of the calendar. Calendars without hours and pauses that overlap are
refused: see `test_calendar_parsing.py` and `test_pauses_and_extensions.py`.
"""

from datetime import datetime

import pytest

from casework.calendars import Extension, Pause, due
from tests.calendars.examples import CALENDARS, WEEK, at, calendar_of

NAMED = {**CALENDARS, "nights of Sydney": calendar_of("Australia/Sydney", WEEK, [["22:00", "06:00"]])}

Row = tuple[str, str, int, str, str]


def check(row: Row, *, roll: bool = False) -> None:
    name, start, limit, unit, expected = row
    answer = due(NAMED[name], start=at(NAMED[name], start), limit=limit, unit=unit, roll=roll)
    assert answer.at == datetime.fromisoformat(expected)


CREATED = {
    "in the evening, working days": (
        "office",
        "2026-10-22T19:30",
        1,
        "working_day",
        "2026-10-23T17:00-05:00",
    ),
    "in the evening, working hours": (
        "office",
        "2026-10-22T19:30",
        2,
        "working_hour",
        "2026-10-23T10:00-05:00",
    ),
    "before opening": ("office", "2026-10-22T06:00", 1, "working_hour", "2026-10-22T09:00-05:00"),
    "on a Saturday": ("office", "2026-10-24T10:00", 1, "working_hour", "2026-10-26T09:00-05:00"),
    "on a holiday, working days": ("office", "2026-11-11T10:00", 1, "working_day", "2026-11-12T17:00-06:00"),
    "on a holiday, working hours": (
        "office",
        "2026-11-11T10:00",
        1,
        "working_hour",
        "2026-11-12T09:00-06:00",
    ),
    "on a holiday, calendar days": (
        "office",
        "2026-11-11T10:00",
        1,
        "calendar_day",
        "2026-11-13T00:00-06:00",
    ),
    "on a holiday, hours": ("office", "2026-11-11T10:00", 3, "hour", "2026-11-11T13:00-06:00"),
    "a minute before closing": ("office", "2026-10-22T16:59", 1, "working_minute", "2026-10-22T17:00-05:00"),
    "at closing, working minutes": (
        "office",
        "2026-10-22T17:00",
        1,
        "working_minute",
        "2026-10-23T08:01-05:00",
    ),
    "at closing, working days": ("office", "2026-10-22T17:00", 1, "working_day", "2026-10-23T17:00-05:00"),
    "at opening": ("office", "2026-10-22T08:00", 9, "working_hour", "2026-10-22T17:00-05:00"),
    "at midnight, working days": ("office", "2026-10-22T00:00", 1, "working_day", "2026-10-23T17:00-05:00"),
    "at midnight, working hours": ("office", "2026-10-22T00:00", 1, "working_hour", "2026-10-22T09:00-05:00"),
    "at midnight, calendar days": ("office", "2026-10-22T00:00", 1, "calendar_day", "2026-10-24T00:00-05:00"),
    "a minute before midnight": ("office", "2026-10-22T23:59", 1, "calendar_day", "2026-10-24T00:00-05:00"),
}


@pytest.mark.parametrize("row", CREATED.values(), ids=CREATED.keys())
def test_when_it_was_created(row: Row) -> None:
    check(row)


HOURS = {
    "around the clock, working days": ("always", "2026-10-22T10:12", 3, "working_day", "2026-10-26T00:00-05:00"),
    "around the clock, working hours": ("always", "2026-10-24T10:12", 24, "working_hour", "2026-10-25T10:12-05:00"),
    "one weekday, after it": ("Wednesdays", "2026-10-22T09:00", 1, "working_day", "2026-10-28T13:00+05:30"),
    "one weekday, on it": ("Wednesdays", "2026-10-21T12:00", 1, "working_day", "2026-10-28T13:00+05:30"),
    "one weekday, hours over a week": ("Wednesdays", "2026-10-22T09:00", 4, "working_hour", "2026-11-04T11:00+05:30"),
    "split day, over lunch": ("split", "2026-10-22T11:30", 1, "working_hour", "2026-10-22T13:30+01:00"),
    "split day, begun at lunch": ("split", "2026-10-22T12:10", 30, "working_minute", "2026-10-22T13:30+01:00"),
    "split day, up to lunch": ("split", "2026-10-22T11:00", 1, "working_hour", "2026-10-22T12:00+01:00"),
    "split day, more than one": ("split", "2026-10-22T08:00", 8, "working_hour", "2026-10-23T08:30+01:00"),
    "split day, working days": ("split", "2026-10-22T08:00", 1, "working_day", "2026-10-23T16:30+01:00"),
    "overnight, over the day": ("nights", "2026-10-22T23:00", 8, "working_hour", "2026-10-23T23:00-05:00"),
    "overnight, after midnight": ("nights", "2026-10-22T02:00", 4, "working_hour", "2026-10-22T06:00-05:00"),
    "overnight, over a weekend": ("weeknights", "2026-10-23T23:00", 8, "working_hour", "2026-10-26T23:00-05:00"),
    "overnight, day 0 a Saturday": ("weeknights", "2026-10-24T02:00", 1, "working_day", "2026-10-27T06:00-05:00"),
}  # fmt: skip


@pytest.mark.parametrize("row", HOURS.values(), ids=HOURS.keys())
def test_hours_of_every_shape(row: Row) -> None:
    check(row)


DAYS = {
    "a holiday on a Saturday is observed on Friday": (
        "office", "2026-07-02T10:00", 1, "working_day", "2026-07-06T17:00-05:00"),
    "a holiday on a Sunday is observed on Monday": (
        "office", "2027-07-02T10:00", 1, "working_day", "2027-07-06T17:00-05:00"),
    "New Year observed in the old year": ("office", "2021-12-30T10:00", 1, "working_day", "2022-01-03T17:00-06:00"),
    "a closure before a holiday": ("office", "2026-12-23T16:30", 1, "working_hour", "2026-12-28T08:30-06:00"),
    "a half day ends at noon": ("office", "2026-12-30T10:00", 1, "working_day", "2026-12-31T12:00-06:00"),
    "hours over a half day": ("office", "2026-12-30T16:00", 6, "working_hour", "2027-01-04T09:00-06:00"),
    "after the end of a half day": ("office", "2026-12-31T13:00", 1, "working_hour", "2027-01-04T09:00-06:00"),
    "the leap day is a working day": ("office", "2028-02-28T09:00", 1, "working_day", "2028-02-29T17:00-06:00"),
    "a week over a leap day": ("office", "2028-02-25T09:00", 1, "week", "2028-03-04T00:00-06:00"),
    "a year from a leap day": ("office", "2028-02-29T10:00", 12, "month", "2029-03-01T00:00-06:00"),
    "four years from a leap day": ("office", "2028-02-29T10:00", 48, "month", "2032-03-01T00:00-06:00"),
    "a year to the 28th of a leap year": ("office", "2027-02-28T10:00", 12, "month", "2028-02-29T00:00-06:00"),
    "31 January to February": ("office", "2026-01-31T10:00", 1, "month", "2026-03-01T00:00-06:00"),
    "31 January to February of a leap year": ("office", "2028-01-31T10:00", 1, "month", "2028-03-01T00:00-06:00"),
    "31 January to March": ("office", "2026-01-31T10:00", 2, "month", "2026-04-01T00:00-05:00"),
    "31 March to April": ("office", "2026-03-31T10:00", 1, "month", "2026-05-01T00:00-05:00"),
    "31 August to September": ("office", "2026-08-31T10:00", 1, "month", "2026-10-01T00:00-05:00"),
    "31 December to February": ("office", "2026-12-31T10:00", 2, "month", "2027-03-01T00:00-06:00"),
    "30 November to December": ("office", "2026-11-30T10:00", 1, "month", "2026-12-31T00:00-06:00"),
}  # fmt: skip


@pytest.mark.parametrize("row", DAYS.values(), ids=DAYS.keys())
def test_days_that_are_not_like_others(row: Row) -> None:
    check(row)


ROLLED = {
    "a month to a Saturday": ("office", "2026-01-31T10:00", 1, "month", "2026-03-02T17:00-06:00"),
    "to a closure before Christmas": ("office", "2026-12-22T10:00", 2, "calendar_day", "2026-12-28T17:00-06:00"),
    "to a half day, which is no closed day": (
        "office", "2026-12-24T10:00", 1, "week", "2027-01-01T00:00-06:00"),
    "in a night shift of the day before": ("weeknights", "2026-10-23T02:00", 24, "hour", "2026-10-24T02:00-05:00"),
    "at the close of a night shift": ("weeknights", "2026-10-23T06:00", 24, "hour", "2026-10-24T06:00-05:00"),
    "in the first shift of a year": ("weeknights", "2027-01-01T05:00", 24, "hour", "2027-01-02T05:00-06:00"),
    "to an observed holiday": ("office", "2026-07-01T10:00", 2, "calendar_day", "2026-07-06T17:00-05:00"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROLLED.values(), ids=ROLLED.keys())
def test_rolled_off_days_that_are_not_like_others(row: Row) -> None:
    check(row, roll=True)


CLOCKS = {
    "Chicago, a night in spring": ("nights", "2026-03-07T22:00", 7, "working_hour", "2026-03-08T06:00-05:00"),
    "Chicago, a night in autumn": ("nights", "2026-10-31T22:00", 9, "working_hour", "2026-11-01T06:00-06:00"),
    "London, a night in spring": ("nights of London", "2026-03-28T22:00", 7, "working_hour", "2026-03-29T06:00+01:00"),
    "London, a night in autumn": ("nights of London", "2026-10-24T22:00", 9, "working_hour", "2026-10-25T06:00+00:00"),
    "Sydney, a night in spring": ("nights of Sydney", "2026-10-03T22:00", 7, "working_hour", "2026-10-04T06:00+11:00"),
    "Sydney, a night in autumn": ("nights of Sydney", "2026-04-04T22:00", 9, "working_hour", "2026-04-05T06:00+10:00"),
    "Lord Howe, a night in spring": (
        "nights of Lord Howe", "2026-10-03T22:00", 450, "working_minute", "2026-10-04T06:00+11:00"),
    "Lord Howe, a night in autumn": (
        "nights of Lord Howe", "2026-04-04T22:00", 510, "working_minute", "2026-04-05T06:00+10:30"),
    "Chicago, 24 hours in spring": ("office", "2026-03-07T16:00", 24, "hour", "2026-03-08T17:00-05:00"),
    "London, 24 hours in autumn": ("split", "2026-10-24T16:00", 24, "hour", "2026-10-25T15:00+00:00"),
    "Sydney, 24 hours in autumn": ("nights of Sydney", "2026-04-04T16:00", 24, "hour", "2026-04-05T15:00+10:00"),
    "Lord Howe, 24 hours in spring": ("nights of Lord Howe", "2026-10-03T16:00", 24, "hour", "2026-10-04T16:30+11:00"),
    "Chicago, a day in autumn": ("office", "2026-10-31T10:00", 1, "calendar_day", "2026-11-02T00:00-06:00"),
    "Sydney, a day in spring": ("nights of Sydney", "2026-10-03T10:00", 1, "calendar_day", "2026-10-05T00:00+11:00"),
    "Lord Howe, a day in autumn": (
        "nights of Lord Howe", "2026-04-04T10:00", 1, "calendar_day", "2026-04-06T00:00+10:30"),
    "begun at a time that does not exist": ("office", "2026-03-08T02:30", 1, "hour", "2026-03-08T04:00-05:00"),
    "begun at a time that comes twice": ("office", "2026-11-01T01:30", 1, "hour", "2026-11-01T01:30-06:00"),
    "a day that begins an hour late": ("Sao Paulo", "2018-11-02T10:00", 1, "calendar_day", "2018-11-04T01:00-02:00"),
}  # fmt: skip


@pytest.mark.parametrize("row", CLOCKS.values(), ids=CLOCKS.keys())
def test_where_clocks_change(row: Row) -> None:
    check(row)


ELSEWHERE = {
    "after closing in Chicago, seen from Los Angeles": (
        "office", "2026-10-22T16:30-07:00", 1, "working_hour", "2026-10-23T09:00-05:00"),
    "already tomorrow in Tokyo": ("office", "2026-10-23T07:00+09:00", 1, "working_day", "2026-10-23T17:00-05:00"),
    "still yesterday in Los Angeles": ("office", "2026-10-22T23:30-07:00", 1, "working_day", "2026-10-26T17:00-05:00"),
    "already November in London": ("office", "2026-11-01T00:30+00:00", 1, "calendar_day", "2026-11-02T00:00-06:00"),
    "still January in London": ("nights of Sydney", "2026-01-31T20:00+00:00", 1, "month", "2026-03-02T00:00+11:00"),
}  # fmt: skip


@pytest.mark.parametrize("row", ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_staff_in_another_zone(row: Row) -> None:
    check(row)


# 5 working days from Thu 5 Nov 10:00 end on Fri 13 Nov 17:00 (the 11th is Veterans Day), 10 calendar days on the 15th.
ACROSS = [("2026-11-10T12:00", "2026-11-12T12:00")]
PAUSED = {
    "across a holiday, working days": (5, "working_day", ACROSS, None, "2026-11-16T17:00-06:00"),
    "across a holiday, working hours": (45, "working_hour", ACROSS, None, "2026-11-16T10:00-06:00"),
    "across a holiday, calendar days": (10, "calendar_day", ACROSS, None, "2026-11-18T00:00-06:00"),
    "to the evening, calendar days": (
        10, "calendar_day", [("2026-11-10T12:00", "2026-11-11T20:00")], None, "2026-11-17T00:00-06:00"),
    "for no time": (5, "working_day", [("2026-11-10T12:00", "2026-11-10T12:00")], None, "2026-11-13T17:00-06:00"),
    "in closed time alone": (
        5, "working_day", [("2026-11-07T10:00", "2026-11-08T20:00")], None, "2026-11-13T17:00-06:00"),
    "twice": (
        5, "working_day", [("2026-11-06T09:00", "2026-11-06T11:00"), ("2026-11-09T16:00", "2026-11-10T09:00")], None,
        "2026-11-16T12:00-06:00"),
    "twice, the second at the end of the first": (
        5, "working_day", [("2026-11-10T12:00", "2026-11-11T00:00"), ("2026-11-11T00:00", "2026-11-12T12:00")], None,
        "2026-11-16T17:00-06:00"),
    "extended while paused, in the same unit": (5, "working_day", ACROSS, (5, "working_day"), "2026-11-23T17:00-06:00"),
    "from the very instant of an extension": (
        5, "working_day", [("2026-11-11T09:00", "2026-11-12T09:00")], (7, "calendar_day"), "2026-11-24T00:00-06:00"),
    "after an extension by working days, calendar days": (
        10, "calendar_day", [("2026-11-12T09:00", "2026-11-14T09:00")], (2, "working_day"), "2026-11-19T17:00-06:00"),
    "extended while paused, in another unit": (5, "working_day", ACROSS, (7, "calendar_day"), "2026-11-24T00:00-06:00"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "unit", "pauses", "longer", "expected"), PAUSED.values(), ids=PAUSED.keys()
)
def test_paused(
    limit: int, unit: str, pauses: list[tuple[str, str]], longer: tuple[int, str] | None, expected: str
) -> None:
    office = CALENDARS["office"]
    answer = due(
        office,
        start=at(office, "2026-11-05T10:00"),
        limit=limit,
        unit=unit,
        pauses=[Pause(at(office, begin), at(office, end), "") for begin, end in pauses],
        extension=Extension(*longer, "", at(office, "2026-11-11T09:00")) if longer else None,
    )
    assert answer.at == datetime.fromisoformat(expected)
