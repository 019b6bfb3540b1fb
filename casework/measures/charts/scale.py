"""Axes with round steps."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

# Smaller than any figure of ours: what is left over when floats that should cancel do not.
_NOTHING = 1e-9
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis in the unit of the figures; `ticks` ascend and lie within `low` to `high`."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def place(self, value: float, *, at_low: float, at_high: float) -> float:
        """Where a value falls, when `low` falls at `at_low` and `high` at `at_high`."""
        return at_low + (value - self.low) / (self.high - self.low) * (at_high - at_low)


def nice_axis(values: Iterable[float], *, intervals: int, top: float | None = None) -> Axis:
    """An axis that holds every value with at most `intervals` round steps.

    `top` is where it must end at most, such as 100 %, unless a value passes it. It begins at zero where the
    lowest value is not far from it, and never below zero unless a value is. No values give 0 to 1.
    """
    figures = [value for value in values if math.isfinite(value)]
    low, high = (min(figures), max(figures)) if figures else (0.0, 1.0)
    alike = math.isclose(low, high, rel_tol=1e-9)
    if low >= 0 and (low <= 0.25 * high or alike):
        low = 0.0
    elif high <= 0 and (high >= 0.25 * low or alike):
        high = 0.0
    if max(abs(low), abs(high)) < _NOTHING:
        return Axis(0.0, 1.0, (0.0, 1.0), ("0", "1"))
    step = _step((high - low) / intervals)
    while math.ceil(high / step) - math.floor(low / step) > intervals:
        step = _step(step * 1.01)
    first, last = math.floor(low / step), math.ceil(high / step)
    if top is not None and high <= top:
        last = min(last, math.ceil(top / step))
    ticks = tuple(index * step for index in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, tuple(_tick_label(tick, step, ticks) for tick in ticks))


def _step(at_least: float) -> float:
    """The smallest round step not below `at_least`; 2.5 only from 25 up, or steps would not be whole."""
    power = 10.0 ** math.floor(math.log10(at_least))
    for round_number in _ROUND:
        step = round_number * power
        if step >= at_least * (1 - 1e-9) and (round_number != 2.5 or power >= 10):
            return step
    return 10 * power


def _tick_label(tick: float, step: float, ticks: tuple[float, ...]) -> str:
    largest = max(abs(ticks[0]), abs(ticks[-1]))
    for size, name in ((1e9, "bn"), (1e6, "m")):
        if largest >= size:
            return f"{figure_exact(tick / size, step / size)} {name}" if tick else "0"
    return figure_exact(tick, step)


def figure_exact(value: float, step: float) -> str:
    """A figure with as many decimals as multiples of `step` need."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    written = f"{value:,.{decimals}f}"
    return "0" if float(written.replace(",", "")) == 0 else written
