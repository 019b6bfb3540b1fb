"""Every refusal is a whole sentence that says what to do: word for word, with what the other tables leave open."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from casework.calendars import (
    CalendarError,
    Pause,
    add_open_seconds,
    add_open_seconds_many,
    due,
    elapsed_open_seconds_many,
    month_of,
    nth_working_day,
    parse_calendar,
    parse_instant,
)
from tests.calendars.examples import CALENDARS

OFFICE = CALENDARS["office"]
START = datetime(2026, 10, 22, 15, tzinfo=UTC)
LATER = datetime(2026, 10, 23, 15, tzinfo=UTC)
NOON: Any = np.array(["2026-10-22T12:00"], "datetime64[us]")
HOURS = {"monday": [["08:00", "12:00"]]}


def parsed(**parts: object) -> Callable[[], object]:
    return lambda: parse_calendar({"time_zone": "UTC", "hours": HOURS, **parts})


def paused(*pauses: Pause) -> Callable[[], object]:
    return lambda: due(OFFICE, start=START, limit=1, unit="hour", pauses=pauses)


SENTENCES: dict[str, tuple[Callable[[], object], str]] = {
    "no zone": (
        parsed(time_zone=""), 'calendar: time_zone is missing; name one like "America/Chicago".'),
    "a zone that is a number": (
        parsed(time_zone=5), 'calendar: time_zone is missing; name one like "America/Chicago".'),
    "no country": (
        parsed(holidays={"subdivision": "MN"}),
        'calendar: holidays.country is missing; write a country code like "US", or leave [holidays] out.'),
    "a part of a country that is a number": (
        parsed(holidays={"country": "US", "subdivision": 5}),
        'calendar: holidays.subdivision must be a text like "MN".'),
    "an unknown country": (
        parsed(holidays={"country": "ZZ"}),
        ('calendar: holidays.country: there is no holiday list for "ZZ"; use the two-letter country code, like "US" '
        'or "GB".')),
    "a part of a country without any": (
        parsed(holidays={"country": "JP", "subdivision": "QQ"}),
        'calendar: holidays.subdivision: JP has no part called "QQ"; known are none: leave subdivision out.'),
    "an unknown setting": (
        parsed(hour={}),
        'calendar: "hour" is not a setting of a calendar; known are time_zone, closures, holidays, hours, special.'),
    "a date that is a number": (
        parsed(closures=[20261224]), 'calendar: closures: "20261224" is not a date; write it like "2026-12-24".'),
    "a shift that is no list": (
        parsed(hours={"monday": ["08:00"]}), "calendar: hours.monday must be a list in square brackets."),
    "special hours that are no list": (
        parsed(special={"2026-12-24": "08:00"}), "calendar: special.2026-12-24 must be a list in square brackets."),
    "hours that are no list": (
        parsed(hours={"monday": "08:00"}), "calendar: hours.monday must be a list in square brackets."),
    "a bad time of special hours": (
        parsed(special={"2026-12-24": [["8", "9"]]}),
        'calendar: special.2026-12-24: "8" is not a time of day; write hours and minutes like "08:30".'),
    "a shift of no length": (
        parsed(hours={"monday": [["08:00", "08:00"]]}),
        'calendar: hours.monday: a shift opens and closes at 08:00; for a whole day write ["00:00", "24:00"].'),
    "a bad opening": (
        parsed(hours={"monday": [["8", "09:00"]]}),
        'calendar: hours.monday: "8" is not a time of day; write hours and minutes like "08:30".'),
    "a bad closing": (
        parsed(hours={"monday": [["08:00", "9"]]}),
        ('calendar: hours.monday: "9" is not a time of day; write hours and minutes like "08:30" (a closing may be '
        '"24:00").')),
    "no hours": (
        parsed(hours={}),
        "calendar: it has no working hours; give at least one day under [hours] a shift."),
    "no month": (lambda: month_of(OFFICE, 2026, 13), "13 is not a month; write a number from 1 to 12."),
    "no year": (lambda: month_of(OFFICE, 0, 1), "0 is not a year of a calendar; write one like 2026."),
    "less than no time": (
        lambda: add_open_seconds(OFFICE, START, -1),
        "Open time can only be added; give a number of seconds of 0 or more."),
    "less than no time in an array": (
        lambda: add_open_seconds_many(OFFICE, NOON, np.array([-1])),
        "Open time can only be added; give numbers of seconds of 0 or more."),
    "an array of anything": (
        lambda: elapsed_open_seconds_many(OFFICE, NOON.astype(float), NOON),
        ("An array of float64 holds no instants that can be counted with; give datetime64[us] in UTC, or int64 "
        "microseconds since 1970.")),
    "a gap in an array": (
        lambda: elapsed_open_seconds_many(OFFICE, np.array(["NaT"], "datetime64[us]"), NOON),
        "An instant is missing (NaT); leave its pair out, or fill it in."),
    "two for three": (
        lambda: elapsed_open_seconds_many(OFFICE, NOON.repeat(2), NOON.repeat(3)),
        "Arrays of the shapes (2,) and (3,) do not fit each other; give as many of one as of the other."),
    "nanoseconds for microseconds": (
        lambda: elapsed_open_seconds_many(OFFICE, NOON.view(np.int64) * 1000, NOON),
        "An instant is outside the years of a calendar; are the numbers microseconds since 1970?"),
    "hardly ever open": (
        lambda: nth_working_day(parse_calendar({"time_zone": "UTC", "special": {"2026-05-02": HOURS["monday"]}}),
                                date(2026, 5, 2), 1),
        ("calendar: the limit does not end within 100 years, because the calendar is not open often enough; check its "
        "hours and closures, and the limit.")),
    "pauses that overlap": (
        paused(Pause(START, None, ""), Pause(LATER, None, "")),
        ("A pause begins at 2026-10-23 15:00 UTC while the one from 2026-10-22 15:00 UTC still runs; end the first "
        "before the second begins.")),
    "a pause that ends before it begins": (
        paused(Pause(LATER, START, "")),
        "The pause from 2026-10-23 15:00 UTC ends before it begins, at 2026-10-22 15:00 UTC; correct one of them."),
    "no instant": (
        lambda: parse_instant(OFFICE.time_zone, "soon"),
        '"soon" is not a date and time; write it like 2026-10-22T10:12 or 2026-10-22T10:12:00-05:00.'),
}  # fmt: skip


@pytest.mark.parametrize(("refused", "sentence"), SENTENCES.values(), ids=SENTENCES.keys())
def test_a_refusal_says_what_to_do(refused: Callable[[], object], sentence: str) -> None:
    with pytest.raises(CalendarError) as error:
        refused()
    assert error.value.message == sentence


@pytest.mark.parametrize("country", ["NZ", "NZL"])
def test_an_unknown_part_of_a_country_is_told_the_known_ones(country: str) -> None:
    with pytest.raises(CalendarError, match=f'{country} has no part called "QQ"; known are AUK, BOP, CAN, '):
        parsed(holidays={"country": country, "subdivision": "QQ"})()
