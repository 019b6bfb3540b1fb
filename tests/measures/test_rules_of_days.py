"""In time or late, where an answer or a due date is known only by its day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.measures.rules import Wall

WALL = Wall(ZoneInfo("America/Chicago"))
END_OF_7_JANUARY = datetime(2026, 1, 8, 6, 0, tzinfo=UTC)  # 24:00 in Chicago


@pytest.mark.parametrize(
    ("answered", "in_time"),
    [
        (datetime(2026, 1, 7, 6, 0, tzinfo=UTC), True),  # 7 January, as a date
        (datetime(2026, 1, 8, 6, 0, tzinfo=UTC), False),  # 8 January, as a date
    ],
)
def test_an_answer_known_by_its_day_is_in_time_up_to_the_day_that_the_due_instant_ends(
    answered: datetime, in_time: bool
) -> None:
    assert WALL.within(answered, END_OF_7_JANUARY, whole=True) is in_time


def test_done_at_the_due_instant_is_in_time() -> None:
    assert WALL.within(END_OF_7_JANUARY, END_OF_7_JANUARY) is True
