"""The sparkline of a scorecard row: the newest points between their limits. The row's words say what it
shows."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from casework.measures.charts.marks import mark
from casework.measures.charts.scale import Axis
from casework.measures.charts.svg import element, number, path
from casework.measures.stats.control import Chart, Point

_EDGE = 2.0
_MARGIN = 4.0


def sparkline(chart: Chart, *, last: int = 13, width: float = 132, height: float = 24) -> Markup:
    """The `last` points of the chart, hidden from screen readers; signals by shape, the newest point
    marked."""
    shown = chart.points[-last:]
    values = [
        value
        for point in shown
        for value in (point.value, point.mean, point.lower, point.upper)
        if value is not None
    ]
    content = _content(chart, shown, _axis(values), width, height) if values else []
    return element(
        "svg",
        *content,
        Markup(""),
        class_="spark",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        aria_hidden="true",
    )


def _axis(values: list[float]) -> Axis:
    low, high = min(values), max(values)
    return Axis(low, high, (), ()) if low < high else Axis(low - 1, high + 1, (), ())


def _content(chart: Chart, shown: tuple[Point, ...], axis: Axis, width: float, height: float) -> list[Markup]:
    step = (width - 2 * (_EDGE + 3)) / max(len(shown) - 1, 1)
    first = shown[0].index

    def x(index: int) -> float:
        return _EDGE + 3 + (index - first) * step

    def y(value: float) -> float:
        return axis.place(value, at_low=height - _MARGIN, at_high=_MARGIN)

    drawn: list[Markup] = []
    for segment in chart.segments:
        points = [point for point in shown if segment.start <= point.index < segment.stop]
        if points:
            left = _EDGE if points[0].index == first else x(points[0].index) - step / 2
            right = width - _EDGE if points[-1] is shown[-1] else x(points[-1].index) + step / 2
            drawn.extend(_levels(points, y=y, left=left, right=right))
    drawn.extend(_line(shown, x, y))
    newest = chart.newest
    for point in shown:
        if point.value is not None and (point.meaning != "none" or point is newest):
            size = 2.6 if point.meaning == "none" else 1.95
            drawn.append(mark(point.meaning, x=x(point.index), y=y(point.value), size=size))
    return drawn


def _levels(
    points: Sequence[Point], *, y: Callable[[float], float], left: float, right: float
) -> list[Markup]:
    """The band between the newest limits of a segment, and its mean, as far as it has them."""
    drawn: list[Markup] = []
    limited = next((point for point in reversed(points) if point.upper is not None), None)
    if limited is not None and limited.lower is not None and limited.upper is not None:
        top, foot = y(limited.upper), y(limited.lower)
        high = max(foot - top, 0.5)
        drawn.append(element("rect", class_="band", x=left, y=top, width=right - left, height=high))
    mean = next((point.mean for point in reversed(points) if point.mean is not None), None)
    if mean is not None:
        drawn.append(path("mean", f"M{number(left)} {number(y(mean))}H{number(right)}"))
    return drawn


def _line(shown: Sequence[Point], x: Callable[[int], float], y: Callable[[float], float]) -> list[Markup]:
    """The line through the points, broken at gaps."""
    command, commands = "M", ""
    for point in shown:
        if point.value is None:
            command = "M"
            continue
        commands += f"{command}{number(x(point.index))} {number(y(point.value))}"
        command = "L"
    return [path("ser", commands)] if "L" in commands else []
