"""The room of a control chart: where a period and a figure fall, the grid, the axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from casework.measures.charts.labels import text_width
from casework.measures.charts.scale import Axis, nice_axis
from casework.measures.charts.svg import number, path, text
from casework.measures.charts.time_axis import TimeLabel, time_labels
from casework.measures.stats.control import Chart
from casework.measures.stats.periods import Grain

TOP = 30.0
_FOOT = 26.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot lies between `left` and `right`, `TOP` and `bottom`; all in pixels of the drawing."""

    narrow: bool
    width: float
    height: float
    left: float
    right: float
    axis: Axis
    points: int

    @property
    def bottom(self) -> float:
        """Where the time axis lies."""
        return self.height - _FOOT

    @property
    def step(self) -> float:
        """The width of one period."""
        return (self.right - self.left) / self.points

    @property
    def dot(self) -> float:
        """The radius of a plain point: smaller where points crowd."""
        return min(2.3 if self.narrow else 3.2, max(1.7, self.step * 0.4))

    @property
    def crowded(self) -> bool:
        """Whether plain points would only smear the line; then just the newest and the signals are marked."""
        return self.step < 3

    def edge(self, index: int) -> float:
        """Where the period begins."""
        return self.left + index * self.step

    def x(self, index: int) -> float:
        """The middle of the period."""
        return self.left + (index + 0.5) * self.step

    def y(self, value: float) -> float:
        """The height of a figure."""
        return self.axis.place(value, at_low=self.bottom, at_high=TOP)


def make_frame(
    chart: Chart,
    *,
    narrow: bool,
    size: tuple[float, float],
    extra: Sequence[float],
    top: float | None,
    labels: Sequence[str],
) -> Frame:
    """A frame that holds the chart's figures and limits and the `extra` ones, with room for `labels` right
    of it."""
    shown = [
        value
        for point in chart.points
        for value in (point.value, point.mean, point.lower, point.upper)
        if value is not None
    ]
    axis = nice_axis([*shown, *extra], intervals=5 if narrow else 7, top=top)
    left = max(30.0, max(text_width(label) for label in axis.labels) + 14)
    gutter = max(34.0 if narrow else 60.0, *(text_width(label, bold=True) + 12 for label in labels), 0.0)
    width, height = size
    return Frame(narrow, width, height, left, width - gutter, axis, len(chart.points))


def grid(frame: Frame, starts: Sequence[date], grain: Grain) -> list[Markup]:
    """Grid lines with their figures, and the time axis with its labels."""
    drawn: list[Markup] = []
    for tick, label in zip(frame.axis.ticks, frame.axis.labels, strict=True):
        y = frame.y(tick)
        drawn.append(path("g", f"M{number(frame.left)} {number(y)}H{number(frame.right)}"))
        drawn.append(text(label, x=frame.left - 8, y=y + 4, class_="ax", anchor="end"))
    for time in time_labels(starts, grain, x=frame.x):
        drawn.extend(_time_label(frame, time))
    drawn.append(path("base", f"M{number(frame.left)} {number(frame.bottom)}H{number(frame.right)}"))
    return drawn


def _time_label(frame: Frame, label: TimeLabel) -> list[Markup]:
    x, half = frame.x(label.index), text_width(label.words) / 2
    words_at = min(max(x, half), frame.width - half)
    return [
        text(label.words, x=words_at, y=frame.height - 7, class_="ax", anchor="middle"),
        path("tk", f"M{number(x)} {number(frame.bottom)}v4"),
    ]
