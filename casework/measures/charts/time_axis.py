"""Labels under a time axis: months where months pass, thinned until they stand apart."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from casework.measures.charts.labels import text_width
from casework.measures.stats.periods import MONTHS, Grain

_GAP = 12.0


@dataclass(frozen=True, slots=True)
class TimeLabel:
    """A label and the index of the period it stands under."""

    index: int
    words: str


def time_labels(starts: Sequence[date], grain: Grain, *, x: Callable[[int], float]) -> list[TimeLabel]:
    """The fullest set of labels that stand apart; `x` gives the place of a period by its index."""
    if not starts:
        return []
    tried: list[TimeLabel] = []
    for chosen in _choices(starts, grain):
        tried = chosen or tried
        if chosen and _stand_apart(chosen, x):
            return _with_first(starts, chosen, grain, x)
    return tried[-1:]


def _choices(starts: Sequence[date], grain: Grain) -> Iterable[list[TimeLabel]]:
    """Sets of labels, from the fullest to the sparest."""
    if grain == "year":
        for every in (1, 2, 5, 10, 25, 50, 100):
            yield [TimeLabel(i, str(start.year)) for i, start in enumerate(starts) if start.year % every == 0]
        return
    days = (starts[-1] - starts[0]).days
    if (grain == "day" and days <= 62) or (grain == "week" and days <= 105):
        for every in (1, 2, 4, 7, 14, 28):
            yield [
                TimeLabel(i, f"{start.day} {MONTHS[start.month - 1][:3]}")
                for i, start in enumerate(starts)
                if (len(starts) - 1 - i) % every == 0
            ]
        return
    changes = _month_changes(starts)
    for every in (1, 2, 3, 6, 12, 24, 60, 120, 300):
        labels = [i for i in changes if (starts[i].year * 12 + starts[i].month - 1) % every == 0]
        # The first label carries its year too, where that fits.
        for dated in (labels[:1], []):
            yield [TimeLabel(i, _month_words(starts, i, grain, dated=i in dated)) for i in labels]


def _month_changes(starts: Sequence[date]) -> list[int]:
    """The first period of each month. The first month of all counts only when it is seen from its
    beginning."""
    return [
        index
        for index, start in enumerate(starts)
        if (start.day <= 7 if index == 0 else (start.year, start.month) != _month_before(starts, index))
    ]


def _month_before(starts: Sequence[date], index: int) -> tuple[int, int]:
    return starts[index - 1].year, starts[index - 1].month


def _month_words(starts: Sequence[date], index: int, grain: Grain, *, dated: bool) -> str:
    """The month; where the series spans several years, with its year in January and when `dated`."""
    start = starts[index]
    name = f"Q{(start.month + 2) // 3}" if grain == "quarter" else MONTHS[start.month - 1][:3]
    several = starts[0].year != starts[-1].year
    return f"{name} {start.year}" if several and (dated or start.month == 1) else name


def _with_first(
    starts: Sequence[date], labels: list[TimeLabel], grain: Grain, x: Callable[[int], float]
) -> list[TimeLabel]:
    """The labels, and one for a first week in the middle of its month, when there is room."""
    if labels[0].index == 0 or grain != "week":
        return labels
    first = TimeLabel(0, _month_words(starts, 0, grain, dated=False))
    return [first, *labels] if _stand_apart([first, labels[0]], x) else labels


def _stand_apart(labels: Sequence[TimeLabel], x: Callable[[int], float]) -> bool:
    """Whether labels centred under their periods keep a gap between them."""
    ends = [(x(label.index), text_width(label.words) / 2) for label in labels]
    return all(
        right - half_right - left - half_left >= _GAP
        for (left, half_left), (right, half_right) in pairwise(ends)
    )
