"""The lines of a control chart: means, limits with their band, the target, changes, the series itself."""

from collections.abc import Iterator

from markupsafe import Markup

from casework.measures.charts.frame import TOP, Frame
from casework.measures.charts.svg import element, number, path
from casework.measures.stats.control import Chart, Segment


def segment_lines(frame: Frame, chart: Chart, segment: Segment) -> list[Markup]:
    """The band between the limits, the limits and the mean, as far as the segment has them."""
    left, right = frame.edge(segment.start), frame.edge(segment.stop)
    drawn: list[Markup] = []
    stretches = list(_stretches(frame, chart, segment))
    if len(stretches) == 1:
        x, end, low, high = stretches[0]
        drawn.append(element("rect", class_="band", x=x, y=high, width=end - x, height=low - high))
        drawn.append(path("lim", _level(x, high, end), _level(x, low, end)))
    elif stretches:
        upper = _stairs([(x, end, high) for x, end, _, high in stretches])
        lower = _stairs([(x, end, low) for x, end, low, _ in stretches])
        back = "".join(f"L{number(end)} {number(low)}H{number(x)}" for x, end, low, _ in reversed(stretches))
        drawn.append(path("band", upper, back, "z"))
        drawn.append(path("lim", upper, lower))
    if segment.mean is not None:
        drawn.append(path("mean", _level(left, frame.y(segment.mean), right)))
    return drawn


def mean_before_line(frame: Frame, chart: Chart) -> list[Markup]:
    """The mean before a change, carried on over the segment that is judged against it."""
    if chart.mean_before is None:
        return []
    last = chart.segments[-1]
    y = frame.y(chart.mean_before)
    return [path("was", _level(frame.edge(last.start), y, frame.edge(last.stop)))]


def target_line(frame: Frame, target: float | None) -> list[Markup]:
    """The standard or target, over the whole width."""
    return [] if target is None else [path("tgt", _level(frame.left, frame.y(target), frame.right))]


def upright_line(frame: Frame, x: float) -> Markup:
    """A dotted line where the chart was rebased or something changed."""
    return path("reb", f"M{number(x)} {number(TOP - 12)}V{number(frame.bottom)}")


def series_lines(frame: Frame, chart: Chart) -> list[Markup]:
    """The line through the points, broken at gaps and where a segment begins."""
    return [
        path("ser", "M" + "L".join(f"{number(x)} {number(y)}" for x, y in run))
        for run in series_runs(frame, chart)
        if len(run) > 1
    ]


def series_runs(frame: Frame, chart: Chart) -> Iterator[list[tuple[float, float]]]:
    """The points that a line joins, as places in the drawing."""
    for segment in chart.segments:
        run: list[tuple[float, float]] = []
        for point in chart.points[segment.start : segment.stop]:
            if point.value is not None:
                run.append((frame.x(point.index), frame.y(point.value)))
            elif run:
                yield run
                run = []
        if run:
            yield run


def _stretches(frame: Frame, chart: Chart, segment: Segment) -> Iterator[tuple[float, float, float, float]]:
    """Stretches of equal limits: from, to, lower, upper. A gap takes the limits of the point before it."""
    begun: tuple[float, float, float] | None = None
    for point in chart.points[segment.start : segment.stop]:
        if point.lower is None or point.upper is None:
            continue
        low, high = frame.y(point.lower), frame.y(point.upper)
        if begun is None:
            begun = (frame.edge(segment.start), low, high)
        elif (low, high) != begun[1:]:
            yield begun[0], frame.edge(point.index), begun[1], begun[2]
            begun = (frame.edge(point.index), low, high)
    if begun is not None:
        yield begun[0], frame.edge(segment.stop), begun[1], begun[2]


def _level(x: float, y: float, end: float) -> str:
    return f"M{number(x)} {number(y)}H{number(end)}"


def _stairs(stretches: list[tuple[float, float, float]]) -> str:
    x, end, y = stretches[0]
    return _level(x, y, end) + "".join(f"V{number(y)}H{number(end)}" for _, end, y in stretches[1:])
