"""The rules of the customer's pages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.portal.rules import (
    CHECK,
    SHORTEST_TIME,
    STEPS,
    first_unanswered,
    is_same_contact,
    is_too_quick,
    last_day,
    review_until,
    step_before,
    steps_for,
)

CHICAGO = ZoneInfo("America/Chicago")
ANSWERED_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
KINDS = ("complaint", "compliment", "suggestion", "enquiry")


@pytest.mark.parametrize(
    ("kind", "reach", "left_out"),
    [
        ("complaint", "email", set()),
        ("complaint", "none", {"name"}),
        ("compliment", "email", {"wish"}),
        ("suggestion", "letter", {"wish"}),
        ("enquiry", "none", {"wish", "name"}),
    ],
)
def test_only_what_is_needed_is_asked(kind: str, reach: str, left_out: set[str]) -> None:
    asked = steps_for({"kind": {"kind": kind}, "reach": {"reach": reach}})
    assert set(STEPS) - set(asked) == left_out


@given(st.sampled_from(KINDS), st.sampled_from(("email", "phone", "letter", "none")))
def test_answering_what_is_asked_always_ends_at_the_check(kind: str, reach: str) -> None:
    given_to = {"kind": {"kind": kind}, "reach": {"reach": reach}}
    answers: dict[str, dict[str, str]] = {}
    for _ in STEPS:
        step = first_unanswered(answers)
        if step == CHECK:
            break
        before = step_before(step, answers)
        assert before == (list(answers)[-1] if answers else "")
        answers[step] = given_to.get(step, {step: "x"})
    assert first_unanswered(answers) == CHECK
    assert tuple(answers) == steps_for(answers)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("sorina@customer.example", True),
        (" SORINA@customer.example ", True),
        ("other@customer.example", False),
        ("555 0142", True),
        ("(555) 01-42", True),
        ("0142", False),
        ("555 0143", False),
        ("@", False),
        ("", False),
    ],
)
def test_a_customer_is_known_by_the_address_or_number_on_file(typed: str, same: bool) -> None:
    assert is_same_contact(typed, email="sorina@customer.example", phone="555 0142") is same


def test_nothing_typed_is_the_same_as_nothing_on_file() -> None:
    assert not is_same_contact("", email="", phone="")
    assert not is_same_contact("@", email="", phone="")


@pytest.mark.parametrize(("seconds", "quick"), [(0, True), (-1, True), (1, False)])
def test_nobody_answers_six_questions_at_once(seconds: int, quick: bool) -> None:
    took = SHORTEST_TIME + timedelta(seconds=seconds) if seconds else timedelta(0)
    assert is_too_quick(ANSWERED_AT, ANSWERED_AT + took) is quick


def test_midnight_is_the_end_of_the_day_before() -> None:
    assert last_day(datetime(2026, 11, 27, 6, 0, tzinfo=UTC), CHICAGO) == date(2026, 11, 26)
    assert last_day(datetime(2026, 11, 27, 6, 1, tzinfo=UTC), CHICAGO) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("ended", "days_later", "until"),
    [
        ([ANSWERED_AT, None], 0, date(2027, 1, 22)),
        ([ANSWERED_AT, ANSWERED_AT + timedelta(days=2)], 0, date(2027, 1, 24)),
        ([ANSWERED_AT, None], 60, date(2027, 1, 22)),
        ([ANSWERED_AT, None], 61, None),
        ([None, None], 0, None),
    ],
)
def test_a_review_can_be_asked_for_until_the_end_of_the_window(
    ended: list[datetime | None], days_later: int, until: date | None
) -> None:
    today = date(2026, 11, 23) + timedelta(days=days_later)
    assert review_until(ended=ended, days=60, zone=CHICAGO, today=today) == until
