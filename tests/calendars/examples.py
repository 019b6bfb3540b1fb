"""The calendars that tests count with, and how the tables write instants."""

from datetime import datetime
from typing import Any

from casework.calendars import Calendar, parse_calendar, parse_instant

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = (*WEEKDAYS, "saturday", "sunday")


def calendar_of(zone: str, days: tuple[str, ...], shifts: list[list[str]], **parts: Any) -> Calendar:
    """A calendar with the same shifts on each of some weekdays."""
    return parse_calendar({"time_zone": zone, "hours": dict.fromkeys(days, shifts), **parts})


def at(calendar: Calendar, text: str) -> datetime:
    """The instant at which the wall clock of the calendar shows a text."""
    return parse_instant(calendar.time_zone, text)


CALENDARS = {
    "office": calendar_of(
        "America/Chicago",
        WEEKDAYS,
        [["08:00", "17:00"]],
        holidays={"country": "US", "subdivision": "MN"},
        closures=["2026-12-24"],
        special={"2026-12-31": [["08:00", "12:00"]]},
    ),
    "split": calendar_of("Europe/London", WEEKDAYS, [["08:00", "12:00"], ["13:00", "16:30"]]),
    "nights": calendar_of("America/Chicago", WEEK, [["22:00", "06:00"]]),
    "weeknights": calendar_of("America/Chicago", WEEKDAYS, [["22:00", "06:00"]]),
    "nights of Lord Howe": calendar_of("Australia/Lord_Howe", WEEK, [["22:00", "06:00"]]),
    "nights of London": calendar_of("Europe/London", WEEK, [["22:00", "06:00"]]),
    "small hours": calendar_of("America/Chicago", WEEK, [["00:15", "01:30"], ["01:30", "02:30"]]),
    "always": calendar_of("America/Chicago", WEEK, [["00:00", "24:00"]]),
    "always, midnight to midnight": calendar_of("America/Chicago", WEEK, [["00:00", "00:00"]]),
    "Wednesdays": calendar_of("Asia/Kolkata", ("wednesday",), [["10:00", "13:00"]]),
    "Wednesdays of Lord Howe": calendar_of("Australia/Lord_Howe", ("wednesday",), [["10:00", "13:00"]]),
    "Sao Paulo": calendar_of("America/Sao_Paulo", WEEKDAYS, [["09:00", "18:00"]]),
}
