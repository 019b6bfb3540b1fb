"""Which rule fits a case, whom it chooses, and which moves even out a team: pure."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from casework.cases.balancing import Movable, propose
from casework.cases.routing import Candidate, Facts, choose, covers, fits, hidden_by

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def rule(**changes: Any) -> Any:
    given = {"kind": "", "channel": "", "service_id": None, "category_path": "", "severity": None}
    return SimpleNamespace(**{**given, **changes})


def facts(**changes: Any) -> Facts:
    given: dict[str, Any] = {
        "kind": "complaint",
        "channel": "phone",
        "service_id": 3,
        "category_path": "Food safety › Not inspected",
        "severity": 2,
        "team_id": 1,
    }
    return Facts(**{**given, **changes})


def person(key: int, open_cases: int, capacity: int = 10, **changes: Any) -> Candidate:
    name = {1: "Dana Marsh", 2: "Toni Brandt", 3: "Noor Pruitt"}.get(key, f"Person {key}")
    return Candidate(id=key, name=name, open=open_cases, capacity=capacity, **changes)


@pytest.mark.parametrize(
    ("conditions", "case", "expected"),
    [
        ({}, {}, True),
        ({"kind": "complaint"}, {}, True),
        ({"kind": "enquiry"}, {}, False),
        ({"channel": "web"}, {}, False),
        ({"service_id": 3}, {}, True),
        ({"service_id": 3}, {"service_id": None}, False),
        ({"severity": 3}, {"severity": 2}, False),
        ({"severity": 3}, {"severity": 3}, True),
        ({"severity": 3}, {"severity": 4}, True),
        ({"category_path": "Food safety"}, {}, True),
        ({"category_path": "Food safety › Not inspected"}, {}, True),
        ({"category_path": "Food safety › Not inspected › Late"}, {}, False),
        ({"category_path": "Food"}, {}, False),
        ({"category_path": "Food safety"}, {"category_path": ""}, False),
    ],
)
def test_a_rule_fits_a_case_that_meets_all_it_says(
    conditions: dict[str, Any], case: dict[str, Any], expected: bool
) -> None:
    assert fits(rule(**conditions), facts(**case)) is expected


def test_a_rule_under_a_wider_one_never_decides() -> None:
    wide, narrow, other = rule(category_path="Food"), rule(category_path="Food › Late"), rule(kind="enquiry")
    assert hidden_by([wide, narrow, other]) == {1: 0}
    assert hidden_by([narrow, wide, other]) == {}
    assert covers(rule(severity=2), rule(severity=3))
    assert not covers(rule(severity=3), rule(severity=2))
    assert not covers(rule(severity=3), rule())


@pytest.mark.parametrize(
    ("way", "people", "given", "chosen", "how"),
    [
        ("nobody", [person(1, 0)], {}, None, ""),
        ("least_loaded", [person(1, 5), person(2, 4)], {}, 2, "least loaded"),
        ("least_loaded", [person(1, 5, 20), person(2, 4)], {}, 1, "least loaded"),
        ("least_loaded", [person(1, 10), person(2, 10)], {}, None, ""),
        ("least_loaded", [person(1, 0, away=True), person(2, 9)], {}, 2, "least loaded"),
        ("least_loaded", [person(1, 0, 0)], {}, None, ""),
        ("least_loaded", [person(1, 4), person(2, 4)], {}, 1, "least loaded"),
        ("least_loaded", [person(1, 4, turn_at=NOON), person(2, 4)], {}, 2, "least loaded"),
        (
            "in_turn",
            [person(1, 0, turn_at=NOON), person(2, 9, turn_at=NOON - timedelta(1))],
            {},
            2,
            "in turn",
        ),
        ("in_turn", [person(1, 0, turn_at=NOON), person(2, 9)], {}, 2, "in turn"),
        ("knows_customer", [person(1, 9), person(2, 0)], {"knows_id": 1}, 1, "knows the customer"),
        ("knows_customer", [person(1, 10), person(2, 0)], {"knows_id": 1}, 2, "least loaded"),
        ("knows_customer", [person(1, 3), person(2, 0)], {"knows_id": None}, 2, "least loaded"),
        (
            "least_loaded",
            [person(1, 9, skills=frozenset({"spanish"})), person(2, 0)],
            {"skill": "spanish"},
            1,
            "least loaded",
        ),
        ("least_loaded", [person(2, 0)], {"skill": "spanish"}, None, ""),
    ],
)
def test_whom_a_rule_chooses(
    way: str, people: list[Candidate], given: dict[str, Any], chosen: int | None, how: str
) -> None:
    found, words = choose(way, people, **given)
    assert (found.id if found else None, words) == (chosen, how)


def case(number: int, handler: int, *, due_in: int | None = 5, **changes: Any) -> Movable:
    at = NOON + timedelta(days=due_in if due_in is not None else 9000)
    return Movable(
        reference=f"26-{number:05}",
        title=f"Case {number}",
        handler_id=handler,
        due_on=at.date() if due_in is not None else None,
        due_at=at,
        **changes,
    )


def moves(people: list[Candidate], cases: list[Movable], **more: Any) -> list[tuple[str, int, int]]:
    found = propose(people, cases, **more)
    return [(one.case.reference[-1], one.giver.id, one.taker.id) for one in found]


def test_only_what_is_too_much_moves_and_nobody_is_filled_beyond_what_they_can_carry() -> None:
    people = [person(1, 12), person(2, 9)]
    cases = [case(n, 1, due_in=n) for n in range(1, 6)]
    assert moves(people, cases) == [("1", 1, 2)], "Toni has room for one"
    assert moves([person(1, 10), person(2, 0)], cases) == []
    assert moves([person(1, 12), person(2, 0)], cases) == [("1", 1, 2), ("2", 1, 2)]


def test_cases_not_begun_go_first_and_those_that_wait_for_their_customer_stay() -> None:
    people = [person(1, 12), person(2, 0)]
    cases = [case(1, 1, due_in=1, step=3), case(2, 1, due_in=2, waits=True), case(3, 1, due_in=3)]
    assert moves(people, cases) == [("3", 1, 2), ("1", 1, 2)]


def test_of_somebody_away_goes_what_falls_due_before_they_are_back() -> None:
    away = person(3, 3, away=True, away_until=date(2026, 11, 27))
    cases = [case(1, 3, due_in=2), case(2, 3, due_in=9), case(3, 3, due_in=None)]
    assert moves([away, person(2, 0)], cases) == [("1", 3, 2)]
    for_long = person(3, 3, away=True, away_until=None)
    assert moves([for_long, person(2, 0)], cases) == [("1", 3, 2), ("2", 3, 2)]


def test_who_knows_the_subject_comes_before_who_is_least_full_and_nobody_gets_what_they_may_not_have() -> (
    None
):
    knows = person(2, 8, skills=frozenset({"food safety"}))
    people = [person(1, 11), knows, person(3, 0)]
    about_food = frozenset({"food safety", "not inspected"})
    [move] = propose(people, [case(1, 1, topics=about_food)])
    assert move.taker.id == 2
    assert move.reason == "Dana is at 11 of 10; Toni has 8 of 10 and knows food safety."
    assert moves(people, [case(1, 1, topics=about_food, barred=frozenset({2}))]) == [("1", 1, 3)]
    assert moves(people, [case(1, 1, only=frozenset({2}))]) == [("1", 1, 2)]
    assert moves(people, [case(1, 1, only=frozenset())]) == []


def test_the_same_facts_give_the_same_moves_and_no_more_than_a_few() -> None:
    people = [person(1, 60), person(2, 0, 50), person(3, 0, 50)]
    cases = [case(n, 1, due_in=3) for n in range(30)]
    first = moves(people, cases)
    assert len(first) == 8
    assert moves(people[::-1], cases[::-1]) == first
