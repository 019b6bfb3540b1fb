"""The windows in which a case can be reopened or reviewed, and what a guard says of itself."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.workflow import IssueView
from casework.workflow.guards import GUARDS, check
from tests.workflow.builders import case

NO_CAUSE = IssueView(3, "Rude on the phone", has_finding=True, has_cause=False)
JUST_OPEN = IssueView(4, "Letter lost", has_finding=False, has_cause=False)
ANSWERED = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")

Row = tuple[str, dict[str, Any], dict[str, Any], str]


WINDOW = {"window": "escalate", "days": 10}


@pytest.mark.parametrize(
    ("now", "responded_at", "closed_at", "passes"),
    [
        (datetime(2026, 10, 11, 12, tzinfo=UTC), ANSWERED, None, True),
        # Ten days after 1 October end with 11 October, on the wall in Chicago.
        (datetime(2026, 10, 12, 4, 59, tzinfo=UTC), ANSWERED, None, True),
        (datetime(2026, 10, 12, 5, 0, tzinfo=UTC), ANSWERED, None, False),
        (datetime(2026, 10, 13, 12, tzinfo=UTC), ANSWERED, datetime(2026, 10, 3, 12, tzinfo=UTC), True),
        (datetime(2026, 10, 14, 12, tzinfo=UTC), ANSWERED, datetime(2026, 10, 3, 12, tzinfo=UTC), False),
        (datetime(2026, 10, 3, 12, tzinfo=UTC), None, datetime(2026, 10, 3, 11, tzinfo=UTC), True),
        (datetime(2026, 10, 3, 12, tzinfo=UTC), None, None, False),
    ],
)
def test_a_window_ends_with_its_last_day_after_the_answer_or_the_later_closing(
    now: datetime, responded_at: datetime | None, closed_at: datetime | None, passes: bool
) -> None:
    situation = case(now=now, responded_at=responded_at, closed_at=closed_at, time_zone=CHICAGO)
    assert (check("within_window", situation, WINDOW) is None) == passes


def test_a_window_that_is_over_says_when_it_ended_and_what_to_do_instead() -> None:
    assert check("within_window", case(responded_at=ANSWERED), WINDOW) == (
        "The 10 days in which a review can be asked for ended on 11 October 2026. "
        "Tell the customer which outside body can help."
    )


def test_a_due_time_at_midnight_belongs_to_the_day_that_ends() -> None:
    midnight = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
    situation = case(calendar_due_at=midnight, time_zone=CHICAGO)
    assert situation.due_on == date(2026, 11, 25)


def test_a_window_without_a_name_is_that_of_reopening() -> None:
    assert check("within_window", case(responded_at=ANSWERED), {"days": 10}) == (
        "The 10 days in which a case can be reopened ended on 11 October 2026. "
        "Log a new case and link it to this one."
    )
    assert GUARDS["within_window"].in_words({}) == "it is not too late to reopen"
    assert GUARDS["within_window"].in_words({"window": "escalate"}) == "it is not too late to escalate"


def test_before_an_answer_there_is_no_window() -> None:
    assert check("within_window", case(), WINDOW) == (
        "The case has not been answered or closed yet, so there is nothing to reopen or review."
    )


def test_a_window_is_counted_on_the_wall_of_the_agency() -> None:
    # In Kiritimati it is 2 October already, so the last day is one later there than in Chicago.
    answered = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
    for zone, last in (("Pacific/Kiritimati", 12), ("America/Chicago", 11)):
        situation = case(responded_at=answered, time_zone=ZoneInfo(zone))
        assert f"ended on {last} October 2026" in str(check("within_window", situation, WINDOW))


def test_what_a_guard_takes_is_told_with_all_its_problems() -> None:
    assert GUARDS["due_before"].problems({"day": 3, "field": ""}) == [
        "does not take the parameter 'day'; it takes days, field",
        "needs the parameter 'days'",
        "has a wrong parameter: 'field' must be a text",
    ]
    assert GUARDS["has_team"].problems({"team": 1}) == ["does not take the parameter 'team'; it takes none"]
    assert GUARDS["extension_left"].problems({"max": True}) == [
        "has a wrong parameter: 'max' must be a whole number from 0 to 36500"
    ]
    assert GUARDS["extension_left"].problems({"max": 36_500}) == []
    assert GUARDS["extension_left"].problems({"max": 0}) == []
    assert len(GUARDS["empowered"].problems({"max_severity": 0, "max_amount": -1})) == 2
