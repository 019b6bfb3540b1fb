"""Working time over arrays: many instants at once, each answered exactly as the functions for one answer it.

Instants are numpy arrays of datetime64[us] in UTC, or of int64 microseconds since 1970 in UTC; the two may be
mixed. Shapes must be equal or broadcast to one, which is the shape of the answer. Answers are int64.

Every function raises CalendarError for arrays that are no instants or whole numbers, shapes that do not fit each
other, a missing instant (NaT), and years that no calendar covers. numpy is imported when first needed, so that
web processes do without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.calendars.array_spans import PER_DAY, open_spans, working_days
from casework.calendars.array_zones import local_ordinals, years_of_ordinals
from casework.calendars.errors import CalendarError
from casework.calendars.open_time import (
    PER_SECOND,
    YEARS_AHEAD,
    add_open_seconds,
    first_year_of,
    instant_of,
    too_seldom_open,
    year_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    import numpy.typing as npt

    from casework.calendars.model import Calendar

    Whole = npt.NDArray[np.int64]

# More than this is never over within the years looked at, and would not fit into 64 bits as microseconds.
_MOST_DAYS = (YEARS_AHEAD + 2) * 366
_NO_INSTANT = -(2**63)  # what datetime64 stores for NaT
_BLOCK = 1 << 16  # instants worked on at once: what they need stays in the cache of the processor


def elapsed_open_seconds_many(calendar: Calendar, starts: npt.ArrayLike, ends: npt.ArrayLike) -> Whole:
    """Whole seconds of open time between each start and its end; 0 where the end is not after the start."""
    import numpy as np

    begins, finishes = _fitted(_stamps(starts), _stamps(ends))
    if not begins.size:
        return np.zeros(begins.shape, np.int64)
    spans = open_spans(calendar, *_years(calendar, begins, finishes))

    def answer(begin: Whole, finish: Whole) -> Whole:
        counted = (spans.until(finish) - spans.until(begin)) // PER_SECOND
        return np.where(finish > begin, counted, 0)

    return _in_blocks(answer, begins, finishes)


def add_open_seconds_many(calendar: Calendar, starts: npt.ArrayLike, seconds: npt.ArrayLike) -> Whole:
    """For each start the first instant by which so many seconds of open time have passed.

    The answer is in microseconds since 1970; `.view("datetime64[us]")` makes instants of it. The inverse of
    `elapsed_open_seconds_many`. Also raises CalendarError when any seconds are negative or not over within 100
    years.
    """
    import numpy as np

    begins, amounts = _fitted(_stamps(starts), _whole_numbers(seconds))
    if not begins.size:
        return np.zeros(begins.shape, np.int64)
    first, last = _years(calendar, begins)
    if amounts.min() < 0:
        raise CalendarError("Open time can only be added; give numbers of seconds of 0 or more.")
    if amounts.max() > _MOST_DAYS * 24 * 3600:
        raise too_seldom_open(calendar)
    so_far = open_spans(calendar, first, last)
    targets = _in_blocks(lambda begin, amount: so_far.until(begin) + amount * PER_SECOND, begins, amounts)
    for spans in (open_spans(calendar, first, year) for year in _ever_later(last)):
        if spans.total >= targets.max():
            reached = np.where(amounts == 0, begins, _in_blocks(spans.reaches, targets))
            _refuse_beyond_a_century(calendar, begins, amounts, reached)
            return reached
    raise too_seldom_open(calendar)


def due_working_days_many(calendar: Calendar, starts: npt.ArrayLike, limits: npt.ArrayLike) -> Whole:
    """When a limit of so many working days that starts at each instant ends, as `due` gives it.

    The answer is in microseconds since 1970. Also raises CalendarError when any limit is below 1 or does not end
    within 100 years.
    """
    import numpy as np

    begins, counts = _fitted(_stamps(starts), _whole_numbers(limits))
    if not begins.size:
        return np.zeros(begins.shape, np.int64)
    first, last = _years(calendar, begins)
    if counts.min() < 1:
        raise CalendarError(f"{counts.min()} is not a limit; write whole numbers of 1 or more.")
    if counts.max() > _MOST_DAYS:
        raise too_seldom_open(calendar)
    started_on = local_ordinals(calendar.time_zone, begins, first, last)
    for year in _ever_later(last):
        days, closes = working_days(calendar, first, year)
        places = np.searchsorted(days, started_on, side="right") + counts - 1
        if places.max() < len(days):
            if (years_of_ordinals(days[places]) - years_of_ordinals(started_on)).max() > YEARS_AHEAD + 1:
                break
            return closes[places]
    raise too_seldom_open(calendar)


def _stamps(instants: npt.ArrayLike) -> Whole:
    import numpy as np

    given = np.asarray(instants)
    if given.dtype not in (np.dtype(np.int64), np.dtype("datetime64[us]")):
        raise CalendarError(
            f"An array of {given.dtype} holds no instants that can be counted with; give datetime64[us] in UTC, "
            "or int64 microseconds since 1970."
        )
    stamps = given.view(np.int64)
    if stamps.size and stamps.min() == _NO_INSTANT:
        raise CalendarError("An instant is missing (NaT); leave its pair out, or fill it in.")
    return stamps


def _whole_numbers(values: npt.ArrayLike) -> Whole:
    import numpy as np

    given = np.asarray(values)
    if given.dtype.kind not in "iu" or not np.can_cast(given.dtype, np.int64):
        raise CalendarError(f"An array of {given.dtype} holds no whole numbers; give int64.")
    return given.astype(np.int64)


def _fitted(one: Whole, other: Whole) -> tuple[Whole, Whole]:
    import numpy as np

    try:
        first, second = np.broadcast_arrays(one, other)
    except ValueError:
        raise CalendarError(
            f"Arrays of the shapes {one.shape} and {other.shape} do not fit each other; give as many of one as "
            "of the other."
        ) from None
    return first, second


def _years(calendar: Calendar, *stamps: Whole) -> tuple[int, int]:
    """The first and last local years whose shifts can be open at any of the instants."""
    low, high = min(int(each.min()) for each in stamps), max(int(each.max()) for each in stamps)
    try:
        return first_year_of(calendar, instant_of(low)), year_of(calendar, instant_of(high))
    except OverflowError:
        raise CalendarError(
            "An instant is outside the years of a calendar; are the numbers microseconds since 1970?"
        ) from None


def _ever_later(year: int) -> Iterator[int]:
    """Years to lay out up to, until what is looked for lies among them."""
    return (year + min(ahead, YEARS_AHEAD + 1) for ahead in (1, 4, 16, 64, 256))


def _refuse_beyond_a_century(calendar: Calendar, begins: Whole, amounts: Whole, reached: Whole) -> None:
    far = reached - begins > YEARS_AHEAD * 365 * PER_DAY
    for begin, amount in zip(begins[far], amounts[far], strict=True):
        add_open_seconds(calendar, instant_of(int(begin)), int(amount))  # raises when it is too far


def _in_blocks(answer: Callable[..., Whole], *arrays: Whole) -> Whole:
    import numpy as np

    flat = [array.ravel() for array in arrays]
    answers = np.empty(flat[0].size, np.int64)
    for start in range(0, answers.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        answers[block] = answer(*(array[block] for array in flat))
    return answers.reshape(arrays[0].shape)
