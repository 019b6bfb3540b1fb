"""Open time against a slow count that shares nothing with it but the calendar's data.

The count walks through every minute, shows it on the wall clock and asks of each shift whether the clock has
come to its opening and not passed its closing for the last time. That alone gives the rules of daylight
saving: a time jumped over is reached at the jump, one that comes twice opens at the first and closes at the
second.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.calendars import add_open_seconds, elapsed_open_seconds, is_working_day, parse_calendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Each with dates around which its clocks change, and an ordinary one.
CHANGES = {
    "America/Chicago": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 29)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5), date(2026, 7, 1)),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1), date(2026, 7, 1)),
    "Asia/Beirut": (date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)),
}


def random_shifts(chance: random.Random) -> list[list[str]]:
    """None to two shifts within the day, on quarter hours, or one that runs into the small hours."""
    if chance.random() < 0.1:
        return []
    if chance.random() < 0.25:
        return [
            [f"{chance.randint(18, 23)}:00", f"0{chance.randint(0, 2)}:{chance.choice(('00', '15', '30'))}"]
        ]
    marks = sorted(chance.sample(range(12, 97), 2 * chance.randint(1, 2)))  # never before 03:00
    if chance.random() < 0.5:
        marks = sorted({0, *(mark // 8 for mark in marks)})  # small hours, where clocks change
        marks = marks[: len(marks) // 2 * 2]
    texts = [f"{mark // 4:02d}:{mark % 4 * 15:02d}" for mark in marks]
    return [list(pair) for pair in zip(texts[::2], texts[1::2], strict=True)]


def without_clashes(days: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Leaves out night shifts whose next day opens in the small hours: refused, and tested elsewhere."""
    kept = dict(days)
    for number, day in enumerate(WEEK):
        tomorrow = kept[WEEK[(number + 1) % 7]]
        if any(closes < opens for opens, closes in kept[day]) and any(
            opens < "03:00" for opens, _ in tomorrow
        ):
            kept[day] = []
    return kept


@lru_cache
def wall_minutes(zone: str, first: datetime) -> list[datetime]:
    """What the wall clock shows at every minute of twelve days."""
    minutes = (first + step * MINUTE for step in range(12 * 24 * 60))
    return [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for minute in minutes]


def slow_minutes(data: dict[str, Any], start: datetime, end: datetime) -> int:
    """Open minutes from start to end, minute by minute."""
    first = datetime.combine(start.date() - (start.toordinal() % 5 + 3) * DAY, time.min, UTC)
    walls = wall_minutes(data["time_zone"], first)
    wanted = range((start - first) // MINUTE, (end - first) // MINUTE)
    is_open: set[int] = set()
    on = walls[wanted.start].date() - DAY
    while on <= walls[wanted.stop].date():
        for opens, closes in slow_shifts(data, on):
            # No zone is further than 15 hours from UTC, so the shift lies somewhere in this stretch.
            near = range(
                max(0, (opens - first.replace(tzinfo=None)) // MINUTE - 15 * 60),
                (closes - first.replace(tzinfo=None)) // MINUTE + 15 * 60,
            )
            reached = next(step for step in near if walls[step] >= opens)
            last = next(step for step in reversed(near) if walls[step] <= closes)
            is_open.update(range(reached, last if walls[last] == closes else last + 1))
        on += DAY
    return len(is_open.intersection(wanted))


def slow_shifts(data: dict[str, Any], on: date) -> list[tuple[datetime, datetime]]:
    if on.isoformat() in data["closures"]:
        return []
    pairs = data["special"].get(on.isoformat(), data["hours"][WEEK[on.weekday()]])
    midnight = datetime.combine(on, time.min)
    shifts = []
    for opens, closes in pairs:
        begin, finish = (timedelta(hours=int(text[:2]), minutes=int(text[3:])) for text in (opens, closes))
        shifts.append((midnight + begin, midnight + finish + (DAY if finish <= begin else timedelta(0))))
    return shifts


def random_case(seed: int) -> tuple[dict[str, Any], datetime, datetime]:
    chance = random.Random(seed)
    zone = chance.choice(list(CHANGES))
    around = chance.choice(CHANGES[zone])
    hours = without_clashes({day: random_shifts(chance) for day in WEEK})
    hours["wednesday"] = hours["wednesday"] or [["09:00", "17:00"]]
    data = {"time_zone": zone, "hours": hours, "closures": [], "special": {}}
    if chance.random() < 0.3:
        data["closures"] = [(around + chance.randint(-1, 1) * DAY).isoformat()]
    if chance.random() < 0.3:
        data["special"] = {(around + chance.randint(-1, 1) * DAY).isoformat(): [["09:30", "12:15"]]}
    start = datetime(around.year, around.month, around.day, tzinfo=UTC) - chance.randint(0, 40 * 60) * MINUTE
    return data, start, start + chance.randint(0, 40 * 60) * MINUTE


@pytest.mark.parametrize("block", range(10))
def test_open_time_agrees_with_a_walk_through_every_minute(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        data, start, end = random_case(seed)
        calendar = parse_calendar(data)
        expected = slow_minutes(data, start, end) * 60
        assert elapsed_open_seconds(calendar, start, end) == expected, f"seed {seed}: {data} {start} {end}"


def test_an_added_minute_is_the_first_at_which_it_is_over() -> None:
    for seed in range(300, 330):
        data, start, _ = random_case(seed)
        calendar = parse_calendar(data)
        end = add_open_seconds(calendar, start, 90 * 60)
        if end - start < 2 * DAY:
            assert slow_minutes(data, start, end) == 90
            assert slow_minutes(data, start, end - MINUTE) == 89


def test_working_days_are_those_on_which_a_minute_is_open() -> None:
    data, _, _ = random_case(7)
    calendar = parse_calendar(data)
    for step in range(14):
        on = date(2026, 7, 1) + step * DAY
        assert is_working_day(calendar, on) is bool(slow_shifts(data, on))
