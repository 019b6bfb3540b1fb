import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.calendars import Calendar, Due, Extension, Pause, due, parse_calendar, parse_instant
from casework.calendars.explain import Skipped, skipped_text
from tests.calendars.examples import CALENDARS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = parse_calendar(
    {
        "time_zone": "America/Chicago",
        "closures": ["2026-12-24"],
        "holidays": {"country": "US", "subdivision": "MN"},
        "hours": {day: [["08:30", "17:00"]] for day in WEEKDAYS},
    }
)


def at(text: str) -> datetime:
    return parse_instant(OFFICE.time_zone, text)


def answer(limit: int, unit: str, start: str = "2026-10-22T10:12", **options: Any) -> Due:
    return due(OFFICE, start=at(start), limit=limit, unit=unit, **options)


def lines(given: Due) -> dict[str, str]:
    return dict(given.explanation.lines)


def test_a_paused_clock_is_explained_step_by_step() -> None:
    waiting = Pause(at("2026-11-09T11:40"), at("2026-11-13T09:05"), "waiting for the customer")
    explained = answer(20, "working_day", pauses=[waiting], event="when the call came in").explanation
    assert explained.lines == (
        ("Started", "Thu 22 Oct 2026 10:12, when the call came in (day 0)"),
        ("Promise", "20 working days, to Fri 20 Nov 2026 17:00"),
        ("Not counted", "4 weekends, and Wed 11 Nov 2026 (Veterans Day)"),
        (
            "Paused",
            (
                "22 h 55 min of open time, from Mon 9 Nov 2026 11:40 to Fri 13 Nov 2026 09:05, "
                "waiting for the customer"
            ),
        ),
        ("Extended", "no"),
        ("Due", "Wed 25 Nov 2026 14:25"),
    )
    assert explained.sentence() == (
        "20 working days counted from Thu 22 Oct 2026 10:12, when the call came in, leaving out 4 weekends, "
        "and Wed 11 Nov 2026 (Veterans Day), with 22 h 55 min of open time added for a pause (waiting for "
        "the customer): due by Wed 25 Nov 2026 14:25."
    )


def test_every_skipped_day_is_named_with_its_reason() -> None:
    skipped = answer(3, "working_day", "2026-12-22T10:00").explanation.skipped
    assert [(day.on.isoformat(), day.reason) for day in skipped] == [
        ("2026-12-24", "local closure"),
        ("2026-12-25", "Christmas Day"),
        ("2026-12-26", "Saturday"),
        ("2026-12-27", "Sunday"),
    ]


@pytest.mark.parametrize(
    ("limit", "unit", "start", "said"),
    [
        (1, "working_day", "2026-10-20T10:00", "nothing, there was no closed day between"),
        (1, "working_day", "2026-10-23T10:00", "1 weekend"),
        (1, "working_day", "2026-10-24T10:00", "1 Sunday"),  # Saturday is day 0
        (
            3,
            "working_day",
            "2026-12-22T10:00",
            "1 weekend, Thu 24 Dec 2026 (local closure), and Fri 25 Dec 2026 (Christmas Day)",
        ),
        (3, "calendar_day", "2026-10-22T10:12", "nothing, every day counts"),
        (30, "hour", "2026-10-22T10:12", "nothing, every hour counts"),
        (1, "working_hour", "2026-10-22T10:12", "hours outside opening times"),
        (1, "working_hour", "2026-10-24T10:12", "1 weekend, and hours outside opening times"),
    ],
)
def test_what_was_not_counted_is_said_briefly(limit: int, unit: str, start: str, said: str) -> None:
    assert lines(answer(limit, unit, start))["Not counted"] == said


def test_many_holidays_are_counted_in_the_line_and_named_in_the_list() -> None:
    explained = answer(300, "working_day").explanation
    assert dict(explained.lines)["Not counted"].endswith("and 7 more closed days")
    assert len({day.on for day in explained.skipped}) == len(explained.skipped)
    assert {"Juneteenth National Independence Day (observed)", "Christmas Day"} <= {
        day.reason for day in explained.skipped
    }


def test_a_rolled_end_says_from_where_and_over_what() -> None:
    explained = answer(4, "week", "2026-11-27T10:00", roll=True).explanation
    assert dict(explained.lines)["Moved"] == (
        "from Fri 25 Dec 2026 24:00 to the close of the next working day; closed: Fri 25 Dec 2026 "
        "(Christmas Day), Sat 26 Dec 2026 (Saturday), and Sun 27 Dec 2026 (Sunday)"
    )
    assert dict(explained.lines)["Not counted"] == "nothing, every day counts"
    assert explained.sentence().endswith(
        "moved on from Fri 25 Dec 2026, which is a closed day: due by Mon 28 Dec 2026 17:00."
    )
    assert "Moved" not in lines(answer(1, "week", "2026-11-27T10:00"))


def test_midnight_is_said_as_the_end_of_its_day() -> None:
    assert lines(answer(1, "calendar_day"))["Due"] == "Fri 23 Oct 2026 24:00"
    assert lines(answer(24, "hour", "2026-10-22T00:00"))["Due"] == "Fri 23 Oct 2026 00:00"


def test_a_time_that_comes_twice_says_which() -> None:
    assert lines(answer(1, "hour", "2026-11-01T00:30"))["Due"] == "Sun 1 Nov 2026 01:30 CDT"
    assert lines(answer(2, "hour", "2026-11-01T00:30"))["Due"] == "Sun 1 Nov 2026 01:30 CST"


def test_extensions_say_how_long_and_why() -> None:
    longer = Extension(10, "working_day", "a second visit is needed", at("2026-10-27T09:00"))
    said = lines(answer(10, "working_day", extension=longer))
    assert said["Promise"] == "10 working days, to Thu 5 Nov 2026 17:00"
    assert (
        said["Extended"]
        == "by 10 working days, 20 in all, to Fri 20 Nov 2026 17:00 (a second visit is needed)"
    )
    other = Extension(1, "month", "", at("2026-10-27T09:00"))
    assert (
        lines(answer(10, "working_day", extension=other))["Extended"] == "by 1 month, to Sat 5 Dec 2026 24:00"
    )
    assert "made longer by 10 working days (a second visit is needed): due by" in (
        answer(10, "working_day", extension=longer).explanation.sentence()
    )
    pause = Pause(at("2026-10-26T09:00"), at("2026-10-26T10:00"), "")
    assert lines(answer(10, "working_day", extension=longer, pauses=[pause]))["Extended"] == (
        "by 10 working days, 20 in all, to Fri 20 Nov 2026 17:00, before pauses (a second visit is needed)"
    )
    assert (
        "before pauses" not in lines(answer(10, "working_day", extension=other, pauses=[pause]))["Extended"]
    )
    assert (
        "made longer by 1 month: due by" in answer(10, "working_day", extension=other).explanation.sentence()
    )


@pytest.mark.parametrize(
    ("pause", "said"),
    [
        (
            Pause(at("2026-10-23T09:00"), at("2026-10-25T09:00"), ""),
            "2 days, from Fri 23 Oct 2026 09:00 to Sun 25 Oct 2026 09:00",
        ),
        (
            Pause(at("2026-10-23T09:00"), None, "at the laboratory"),
            (
                "7 days, from Fri 23 Oct 2026 09:00 to Fri 30 Oct 2026 09:00, where it is still paused, "
                "at the laboratory"
            ),
        ),
        (
            Pause(at("2026-11-03T09:00"), at("2026-11-05T09:00"), ""),
            (
                "nothing added for the pause from Tue 3 Nov 2026 09:00 to Thu 5 Nov 2026 09:00: "
                "it began after the time was up"
            ),
        ),
        (
            Pause(at("2026-10-21T09:00"), at("2026-10-21T12:00"), ""),
            (
                "nothing added for the pause from Wed 21 Oct 2026 09:00 to Wed 21 Oct 2026 12:00: "
                "it was over before the clock started"
            ),
        ),
    ],
)
def test_each_pause_says_what_it_added_or_why_nothing(pause: Pause, said: str) -> None:
    explained = answer(10, "calendar_day", pauses=[pause], until=at("2026-10-30T09:00"))
    assert lines(explained)["Paused"] == said


def test_an_explanation_is_ready_for_json() -> None:
    data = json.loads(json.dumps(answer(1, "working_day", "2026-10-23T10:00").explanation.as_dict()))
    assert data == {
        "lines": [
            {"label": "Started", "text": "Fri 23 Oct 2026 10:00 (day 0)"},
            {"label": "Promise", "text": "1 working day, to Mon 26 Oct 2026 17:00"},
            {"label": "Not counted", "text": "1 weekend"},
            {"label": "Paused", "text": "no"},
            {"label": "Extended", "text": "no"},
            {"label": "Due", "text": "Mon 26 Oct 2026 17:00"},
        ],
        "skipped": [{"on": "2026-10-24", "reason": "Saturday"}, {"on": "2026-10-25", "reason": "Sunday"}],
        "sentence": "1 working day counted from Fri 23 Oct 2026 10:00, leaving out 1 weekend: "
        "due by Mon 26 Oct 2026 17:00.",
    }


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(list(CALENDARS.values())),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 40),
    st.sampled_from(["working_day", "working_hour", "calendar_day", "week", "month", "hour"]),
)
def test_the_skipped_days_are_exactly_the_closed_ones(
    calendar: Calendar, start: datetime, limit: int, unit: str
) -> None:
    explanation = due(calendar, start=start, limit=limit, unit=unit, roll=True).explanation
    reckoning, day = explanation.reckoning, timedelta(days=1)
    first = (
        reckoning.end.on + day
    )  # nothing is skipped, but for what is counted in working time or rolled over
    if unit == "working_day":
        first = reckoning.started_on + day
    elif unit == "working_hour":
        first = reckoning.started_on
    elif reckoning.rolled_from is not None:
        first = reckoning.rolled_from.on
    days = [first + step * day for step in range((reckoning.end.on - first).days + 1)]
    closed = [on for on in days if not calendar.day(on).is_open]
    assert [skipped.on for skipped in explanation.skipped] == closed
    assert all(skipped.reason == calendar.day(skipped.on).reason for skipped in explanation.skipped)


def test_hours_have_no_day_0() -> None:
    for unit in ("hour", "working_hour"):
        assert lines(answer(3, unit))["Started"] == "Thu 22 Oct 2026 10:12"


def test_an_elapsed_clock_that_was_paused_says_for_how_long() -> None:
    pause = Pause(at("2026-10-22T12:00"), at("2026-10-23T12:00"), "")
    explained = answer(24, "hour", pauses=[pause], roll=True)
    assert lines(explained)["Paused"] == "24 h, from Thu 22 Oct 2026 12:00 to Fri 23 Oct 2026 12:00"
    assert lines(explained)["Moved"].startswith("from Sat 24 Oct 2026 10:12")
    assert lines(explained)["Due"] == "Mon 26 Oct 2026 17:00"
    evening = Pause(at("2026-10-22T12:00"), at("2026-10-22T22:00"), "")
    assert lines(answer(24, "hour", pauses=[evening], roll=True))["Due"] == "Fri 23 Oct 2026 20:12"


def test_a_pause_up_to_the_start_was_over_before_it() -> None:
    pause = Pause(at("2026-10-20T09:00"), at("2026-10-22T10:12"), "")
    assert lines(answer(10, "calendar_day", pauses=[pause]))["Paused"].endswith("before the clock started")


def test_open_time_used_up_at_midnight_ends_its_day() -> None:
    always, start = CALENDARS["always"], at("2026-10-22T00:00")
    assert lines(due(always, start=start, limit=24, unit="working_hour"))["Due"] == "Thu 22 Oct 2026 24:00"
    pause = Pause(at("2026-10-22T05:00"), at("2026-10-23T05:00"), "")
    paused = due(always, start=start, limit=24, unit="working_hour", pauses=[pause])
    assert lines(paused)["Due"] == "Fri 23 Oct 2026 24:00"


def test_the_days_skipped_by_an_extension_are_named() -> None:
    longer = Extension(6, "working_day", "", at("2026-10-27T09:00"))
    assert [
        day.on.isoformat() for day in answer(10, "calendar_day", extension=longer).explanation.skipped
    ] == [
        "2026-11-07",
        "2026-11-08",
    ]
    skipped = answer(10, "working_day", extension=longer).explanation.skipped
    assert [day.on.day for day in skipped] == [24, 25, 31, 1, 7, 8, 11, 14, 15][: len(skipped)]
    assert skipped[-1].on.isoformat() == "2026-11-15"


def test_a_day_jumped_over_says_so_among_those_skipped() -> None:
    early = parse_calendar(
        {
            "time_zone": "America/Chicago",
            "hours": {"sunday": [["02:00", "03:00"]], "monday": [["08:00", "12:00"]]},
        }
    )
    skipped = due(early, start=at("2026-03-07T10:00"), limit=1, unit="working_day").explanation.skipped
    assert [(day.on.day, day.reason) for day in skipped] == [(8, "no open time, the clocks go forward")]


def test_closed_weekdays_that_are_no_weekend_are_named_by_their_day() -> None:
    days = ("monday", "tuesday", "wednesday", "saturday", "sunday")
    shops = parse_calendar(
        {"time_zone": "America/Chicago", "hours": {day: [["09:00", "17:00"]] for day in days}}
    )
    explained = due(shops, start=at("2026-10-21T10:00"), limit=1, unit="working_day")
    assert lines(explained)["Not counted"] == "1 Thursday, and 1 Friday"


def test_up_to_eight_closed_days_are_named() -> None:
    first = at("2026-11-02T12:00").date()
    days = [Skipped(first + timedelta(days=step), "closed") for step in (0, 1, 2, 3, 4, 7, 8, 9, 10)]
    assert "more closed" not in skipped_text(OFFICE, days[:8])
    assert skipped_text(OFFICE, days).endswith("and 1 more closed day")
