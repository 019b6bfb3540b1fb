"""Working time in bulk, beside numpy's own count of business days between the same dates."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from casework.calendars import (
    PRESETS,
    Calendar,
    batch_due,
    batch_elapsed,
    elapsed_open_seconds_many,
    load_calendar,
)
from tools.bench.figures import Figure

PAIRS = 1_000_000
LINES = 10_000
_YEARS = (np.datetime64("2012-01-01", "us"), np.datetime64("2027-01-01", "us"))
_LONGEST = np.timedelta64(180, "D")
_UNITS = (
    "minute", "hour", "working_minute", "working_hour", "working_day", "calendar_day", "week", "month",
)  # fmt: skip
_TURNS = 5

Instants = npt.NDArray[np.datetime64]


def measure_working_time() -> list[Figure]:
    """A million elapsed times at once, and batches of the command line without the start of the program."""
    office = load_calendar(PRESETS / "minnesota-office.toml")
    starts, ends = _pairs(PAIRS)
    first_days, last_days = starts.astype("datetime64[D]"), ends.astype("datetime64[D]")
    holidays = _holidays(office)
    first_time = _seconds(lambda: elapsed_open_seconds_many(office, starts, ends))
    # In turns, the quickest of each: whatever else the machine does must not fall on one of the two alone.
    turns = [
        (
            _seconds(lambda: elapsed_open_seconds_many(office, starts, ends)),
            _seconds(lambda: np.busday_count(first_days, last_days, holidays=holidays)),
        )
        for _ in range(_TURNS)
    ]
    ours, bare = (min(turn[place] for turn in turns) for place in (0, 1))
    return [
        Figure(name="1,000,000 elapsed times, years laid out first", value=first_time, unit="s", most=1),
        Figure(name="1,000,000 elapsed times", value=ours, unit="s", most=1),
        Figure(
            name="elapsed times ÷ numpy.busday_count", value=ours / bare, note=f"busday_count {bare:.3f} s"
        ),
        *_batches(office),
    ]


def _batches(office: Calendar) -> Iterator[Figure]:
    starts, ends = _pairs(LINES)
    texts = list(zip(np.datetime_as_string(starts), np.datetime_as_string(ends), strict=True))
    due = [
        json.dumps({"start": start, "limit": 1 + number % 60, "unit": _UNITS[number % 8], "roll": True})
        for number, (start, _) in enumerate(texts)
    ]
    elapsed = [json.dumps({"from": start, "to": end}) for start, end in texts]
    yield _batch("due", lambda: batch_due(office, due))
    yield _batch("elapsed", lambda: batch_elapsed(office, elapsed))


def _batch(name: str, answers: Callable[[], Iterator[dict[str, Any]]]) -> Figure:
    seconds = _seconds(lambda: [json.dumps(answer, ensure_ascii=False) for answer in answers()])
    return Figure(name=f"10,000 lines of clocks {name} --batch", value=seconds, unit="s", most=5)


def _pairs(number: int) -> tuple[Instants, Instants]:
    chance = np.random.default_rng(2026)
    starts = _YEARS[0] + chance.integers(0, (_YEARS[1] - _YEARS[0]).astype(int), number).astype("m8[us]")
    lengths = chance.integers(0, _LONGEST.astype("m8[us]").astype(int), number).astype("m8[us]")
    return starts, starts + lengths


def _holidays(office: Calendar) -> Instants:
    days = np.arange(*_YEARS, dtype="datetime64[D]")
    return np.array([on for on in days if office.kind(on.astype(object)) == "holiday"], "datetime64[D]")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
