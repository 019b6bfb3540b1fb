"""What differs between two calendars and two standards, in words that a complainant can be read."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from casework.calendars import parse_calendar
from casework.cases.changes.differences import (
    Terms,
    calendar_differences,
    in_one_breath,
    standard_differences,
)
from casework.catalogue.models import Standard

WEEK = {day: [["09:00", "17:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
PLAIN: dict[str, Any] = {"time_zone": "America/Chicago", "hours": WEEK}


@dataclass
class Version:
    """The terms of a standard."""

    name: str = "Answer within 20 working days"
    limit: int = 20
    unit: str = "working_day"
    roll: bool = False
    may_pause: bool = False
    severity_limits: dict[str, Any] = field(default_factory=dict)
    promise: str = "respond"
    starts: str = "received"
    kind: str = ""
    channel: str = ""
    path: str = ""
    stage: int | None = None
    severity: int | None = None
    service_id: int | None = None
    category_id: int | None = None
    calendar_id: int | None = None
    in_force_from: date | None = None
    extension_limit: int | None = None
    extension_unit: str = ""
    extension_times: int = 1
    extension_words: str = ""
    extension_is_total: bool = False
    repeats: bool = False
    is_early: bool = False
    restarts_on: list[Any] = field(default_factory=list)
    pause_in: list[Any] = field(default_factory=list)
    steps: list[Any] = field(default_factory=list)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {}, []),
        ({}, {"closures": ["2026-11-26"]}, ["Thu 26 Nov 2026 was added to the closed days"]),
        ({"closures": ["2026-11-26"]}, {}, ["Thu 26 Nov 2026 was taken off the closed days"]),
        (
            {},
            {"closures": ["2026-12-04", "2026-12-24", "2026-12-25"]},
            [
                "Fri 4 Dec 2026 was added to the closed days",
                "Thu 24 Dec 2026 to Fri 25 Dec 2026 were added to the closed days",
            ],
        ),
        ({}, {"time_zone": "Europe/London"}, ["The time zone is Europe/London instead of America/Chicago"]),
        (
            {},
            {"hours": {**WEEK, "friday": [["09:00", "12:00"], ["13:00", "16:00"]]}},
            ["Friday is open 09:00 to 12:00 and 13:00 to 16:00 instead of open 09:00 to 17:00"],
        ),
        (
            {},
            {"hours": {key: value for key, value in WEEK.items() if key != "friday"}},
            ["Friday is closed instead of open 09:00 to 17:00"],
        ),
        (
            {},
            {"special": {"2026-12-24": [["09:00", "12:00"]]}},
            ["Thu 24 Dec 2026 is open 09:00 to 12:00"],
        ),
        (
            {"special": {"2026-12-24": [["09:00", "12:00"]]}},
            {"special": {"2026-12-24": []}},
            ["Thu 24 Dec 2026 is closed instead of open 09:00 to 12:00"],
        ),
        (
            {"special": {"2026-12-24": []}},
            {},
            ["Thu 24 Dec 2026 has no special hours any more"],
        ),
    ],
)
def test_of_two_calendars(before: dict[str, Any], after: dict[str, Any], said: list[str]) -> None:
    old, new = (parse_calendar({**PLAIN, **changes}) for changes in (before, after))
    assert calendar_differences(old, new, [2026]) == said


def test_holidays_are_named_for_each_year() -> None:
    old, new = parse_calendar(PLAIN), parse_calendar({**PLAIN, "holidays": {"country": "US"}})
    said = calendar_differences(old, new, [2026, 2027])
    assert "Thanksgiving Day (Thu 26 Nov 2026) was added to the calendar" in said
    assert "Thanksgiving Day (Thu 25 Nov 2027) was added to the calendar" in said
    back = calendar_differences(new, old, [2026])
    assert "Thanksgiving Day (Thu 26 Nov 2026) is a holiday no more" in back


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"limit": 15}, ["The time is 15 working days instead of 20 working days"]),
        ({"limit": 1, "unit": "month"}, ["The time is 1 month instead of 20 working days"]),
        ({"may_pause": True}, ["It may pause now"]),
        ({"roll": True}, ["An end on a closed day moves to the next working day"]),
        ({"severity_limits": {"4": 5}}, ["For severity 4 it is 5"]),
        ({"kind": "complaint"}, ["Kind of case: complaint instead of any"]),
        ({"service_id": 3}, ["Service: Inspections instead of any"]),
        ({"extension_times": 0}, ["How often it may be extended: 0 instead of 1"]),
        (
            {"pause_in": ["awaiting_customer"]},
            ["States in which it may pause: awaiting customer instead of any"],
        ),
        (
            {"steps": [{"at": "50%", "tell": ["owner"]}, {"at": "due", "tell": ["owner", "manager"]}]},
            ["Points on the way: 50%: owner; due: owner, manager instead of none"],
        ),
        ({"repeats": True}, ["Now it starts again whenever the customer was told"]),
        ({"is_early": True}, ["It lapses now and is not missed"]),
        ({"extension_is_total": True}, ["The longest extension is the whole time instead of an addition"]),
        (
            {"extension_words": "Say why."},
            ["What the customer is told of an extension: Say why. instead of none"],
        ),
        ({"restarts_on": ["kind", "agency"]}, ["What starts it anew: kind and agency instead of none"]),
    ],
)
def test_of_two_standards(changes: dict[str, Any], said: list[str]) -> None:
    before = Version()
    names = {"service_id:3": "Inspections"}
    assert standard_differences(before, replace(before, **changes), names=names) == said


def test_everything_that_a_standard_says_is_compared() -> None:
    """What is put in force was shown before: no column may be left out but those that promise nothing."""
    beside = {"id", "code", "number", "country", "source", "note", "is_active", "is_draft", "in_force_to"}
    assert set(Standard.__table__.columns.keys()) - beside == set(Version.__dataclass_fields__)
    assert set(Terms.__annotations__) == set(Version.__dataclass_fields__)


def test_a_first_one_is_new() -> None:
    assert standard_differences(None, Version()) == [
        "“Answer within 20 working days” is new: 20 working days"
    ]


def test_in_one_breath() -> None:
    said = [
        "Thu 26 Nov 2026 was added to the closed days",
        "The time zone is B instead of A",
        "Friday is closed",
        "C",
        "D",
    ]
    assert in_one_breath(said[:1]) == "Thu 26 Nov 2026 was added to the closed days"
    assert in_one_breath(said) == (
        "Thu 26 Nov 2026 was added to the closed days; the time zone is B instead of A; Friday is closed; 2 things more"
    )
