"""What keeps values from being a standard, each as a sentence; and what one says in words."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from casework.cases.clockwork import parse_steps
from casework.catalogue.standards.rules import problems_of
from casework.catalogue.standards.words import applies_words, limit_words, rules_of

GOOD: dict[str, Any] = {
    "name": "Answer within 20 working days",
    "promise": "respond",
    "limit": 20,
    "unit": "working_day",
    "starts": "received",
    "extension_times": 1,
    "extension_limit": 20,
    "extension_unit": "working_day",
}


def test_a_good_one_has_no_problem() -> None:
    assert problems_of(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Give the standard a name"),
        ({"promise": "apologise"}, "Choose what is promised"),
        ({"starts": "full moon"}, "Choose what the time is counted from"),
        ({"limit": 0}, "The limit is a whole number from 1 to 10,000."),
        ({"limit": 10_001}, "The limit is a whole number"),
        ({"limit": True}, "The limit is a whole number"),
        ({"unit": "fortnight"}, '"fortnight" is not a unit'),
        ({"severity_limits": {"5": 3}}, "Severity runs from 1"),
        ({"severity_limits": {"4": 0}}, "The limit of severity 4 is a whole number"),
        ({"repeats": True}, "Only what is counted from when the customer last heard"),
        ({"is_early": True, "promise": "acknowledge"}, "An early path is a way to answer"),
        ({"path": "No Path"}, "A path is written in small letters"),
        ({"restarts_on": ["winter"]}, "Choose what starts it anew"),
        ({"extension_times": 0}, "It cannot be extended, so it has no longest extension"),
        ({"extension_times": 100}, "from 0 to 99 times"),
        ({"extension_limit": 0}, "The extension is a whole number"),
        ({"extension_is_total": True}, "The whole time with the extension is longer"),
        ({"extension_is_total": True, "extension_unit": "week"}, "counted in the unit of the limit"),
        ({"extension_is_total": True, "extension_limit": 90, "extension_unit": "week"}, "unit of the limit"),
        ({"in_force_from": date(2026, 12, 2), "in_force_to": date(2026, 12, 1)}, "It ends before it begins"),
        ({"steps": [{"at": "soon", "tell": ["owner"]}]}, "“soon” is not a point"),
        ({"steps": [{"at": "due", "tell": []}]}, "At “due”, say who is told"),
        ({"steps": [{"at": "due", "tell": ["king"]}]}, "At “due”, say who is told"),
        ({"steps": [{"at": "due", "tell": ["owner"]}] * 2}, "The point “due” is listed twice"),
        ({"steps": [{"at": "٠%", "tell": ["owner"]}]}, "“٠%” is not a point"),
        ({"steps": [{"at": f"{n} after", "tell": ["owner"]} for n in range(9)]}, "at 8 points at most"),
        ({"in_force_from": date(1, 1, 1)}, "its year lies between 1900 and 2299"),
        ({"in_force_from": date(9999, 12, 31)}, "its year lies between 1900 and 2299"),
    ],
)
def test_a_bad_one_is_told_why(changes: dict[str, Any], sentence: str) -> None:
    problems = problems_of({**GOOD, **changes})
    assert len(problems) == 1, problems
    assert sentence in problems[0]


@pytest.mark.parametrize(
    "at", ["0 before", "000 after", "1%", "99%", "00%", "٠%", "٢ before", "100%", "due", ""]
)
@pytest.mark.parametrize("more", [0, 7, 8])
def test_clocks_can_go_by_every_point_that_is_taken(at: str, more: int) -> None:
    told: list[dict[str, Any]] = [{"at": f"{n} after", "tell": ["owner"]} for n in range(10, 10 + more)]
    steps = [{"at": at, "tell": ["owner"]}, *told]
    if not problems_of({**GOOD, "steps": steps}):
        assert len(parse_steps(steps)) == 1 + more


@pytest.mark.parametrize(
    ("limit", "unit", "words"),
    [(1, "month", "1 month"), (2, "week", "2 weeks"), (3, "working_hour", "3 hours of open time")],
)
def test_a_limit_is_said_as_people_do(limit: int, unit: str, words: str) -> None:
    assert limit_words(limit, unit) == words


def test_everything_it_says_stands_in_plain_words() -> None:
    standard: Any = SimpleNamespace(
        **GOOD,
        kind="complaint",
        stage=2,
        severity=4,
        channel="in_person",
        path="expedited",
        service_id=3,
        category_id=7,
        severity_limits={"4": 5},
        may_pause=True,
        pause_in=["awaiting_customer"],
        roll=True,
        extension_is_total=False,
        extension_words="Say why.",
        repeats=False,
        is_early=False,
        restarts_on=["kind"],
        steps=[{"at": "50%", "tell": ["owner"]}, {"at": "5 after", "tell": ["manager"]}],
    )
    said = dict(rules_of(standard))
    assert said["Promise"] == "Answer within 20 working days."
    assert said["Counted from"] == "When it was received."
    assert said["By severity"] == "severity 4: 5 working days"
    assert said["Pauses"] == "It pauses in “awaiting customer”."
    assert said["Extensions"].startswith("It may be extended once, by up to 20 working days, with a reason")
    assert said["On the way"] == "when 50% of the time is over: owner; 5 working days after: manager."
    names = {"service_id:3": "Inspections", "category_id:7": "Food safety › Not inspected"}
    assert applies_words(standard, names) == (
        "complaints, stage 2, severity 4, by in person, on the path “expedited”, about “Inspections”, "
        "of the category “Food safety › Not inspected”"
    )
