"""Open time and due dates against the walk through every minute of `oracle.py`, on random calendars.

`ORACLE_CASES=10000 .venv/bin/pytest tests/calendars/test_oracle.py` asks more than the usual 300 of each.
"""

import os
import random
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from casework.calendars import (
    Calendar,
    Pause,
    add_open_seconds,
    due,
    elapsed_open_seconds,
    elapsed_open_seconds_many,
    is_working_day,
    parse_calendar,
)
from tests.calendars.oracle import (
    DAY,
    MINUTE,
    Oracle,
    Question,
    random_calendar,
    random_question,
    random_span,
)

CASES = int(os.environ.get("ORACLE_CASES", "300"))
A_CALENDAR = 4  # cases asked of each calendar
A_BLOCK = max(A_CALENDAR, CASES // 10)


@lru_cache(maxsize=100)
def calendar_of(seed: int) -> tuple[str, Calendar, Oracle, date]:
    data, around = random_calendar(seed)
    return f"{data}", parse_calendar(data), Oracle(data, around), around


def cases(block: int) -> Iterator[tuple[str, random.Random, Calendar, Oracle, date]]:
    for first in range(block, min(block + A_BLOCK, CASES), A_CALENDAR):
        data, calendar, oracle, around = calendar_of(first)
        for seed in range(first, min(first + A_CALENDAR, block + A_BLOCK, CASES)):
            yield f"seed {seed}: {data}", random.Random(-1 - seed), calendar, oracle, around


@pytest.mark.parametrize("block", range(0, CASES, A_BLOCK))
def test_open_time_agrees_with_a_walk_through_every_minute(block: int) -> None:
    for seed, chance, calendar, oracle, around in cases(block):
        start, end = random_span(chance, around)
        expected = oracle.open_minutes(start, end) * 60
        assert elapsed_open_seconds(calendar, start, end) == expected, f"{seed} {start} {end}"
        arrays = [np.array([at.replace(tzinfo=None)], "datetime64[us]") for at in (start, end)]
        assert elapsed_open_seconds_many(calendar, *arrays).tolist() == [expected], f"{seed} {start} {end}"


@pytest.mark.parametrize("block", range(0, CASES, A_BLOCK))
def test_due_dates_agree_with_a_walk_through_every_minute(block: int) -> None:
    for seed, chance, calendar, oracle, around in cases(block):
        question = random_question(chance, oracle, around)
        assert answer(calendar, question) == oracle.due(question), f"{seed} {question}"


def answer(calendar: Calendar, question: Question) -> object:
    return due(
        calendar,
        start=question.start,
        limit=question.limit,
        unit=question.unit,
        roll=question.roll,
        pauses=[Pause(begin, end, "") for begin, end in question.pauses],
    ).at


def test_an_added_minute_is_the_first_at_which_it_is_over() -> None:
    for _, chance, calendar, oracle, around in cases(0):
        start, _ = random_span(chance, around)
        end = add_open_seconds(calendar, start, 90 * 60)
        assert oracle.open_minutes(start, end) == 90
        assert oracle.open_minutes(start, end - MINUTE) == 89


def test_working_days_are_those_on_which_a_minute_is_open() -> None:
    for _, _, calendar, oracle, around in cases(0):
        for step in range(14):
            on = around + step * DAY
            assert is_working_day(calendar, on) is (on in oracle.closes)
