"""The control chart: a series with its mean, limits, target and signals, in a wide and a narrow drawing.

The style sheet shows one of the two, so that words are 12 px on a desk and on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from casework.measures.charts.frame import Frame, grid, make_frame
from casework.measures.charts.lines import (
    mean_before_line,
    segment_lines,
    series_lines,
    target_line,
    upright_line,
)
from casework.measures.charts.marks import hit_area, link, mark
from casework.measures.charts.notes import (
    Note,
    draw_end_labels,
    draw_notes,
    end_labels,
    free_room,
    is_upright,
)
from casework.measures.charts.svg import drawing, empty
from casework.measures.charts.words import ENGLISH, Words
from casework.measures.stats.control import Chart, Point
from casework.measures.stats.figures import with_unit
from casework.measures.stats.periods import Grain, period_name

__all__ = ["Note", "Series", "control_chart"]

_NARROW_WIDTH = 328.0
# With more points than this, room around each would cover its neighbours' and only weigh the page down.
_MOST_HIT_AREAS = 120


@dataclass(frozen=True, slots=True)
class Series:
    """What belongs to the points of a chart, one for each; the last two may be left empty."""

    starts: Sequence[date]
    """The first day of each period."""
    grain: Grain
    links: Sequence[str | None] = ()
    """Where the cases behind each point are shown."""
    counts: Sequence[int | None] = ()
    """How many cases stand behind each point."""


@dataclass(frozen=True, slots=True)
class _Plan:
    chart: Chart
    ident: str
    title: str
    unit: str
    series: Series
    target: float | None
    target_label: str
    notes: Sequence[Note]
    words: Words


def control_chart(
    chart: Chart,
    *,
    ident: str,
    title: str,
    unit: str,
    series: Series,
    target: float | None = None,
    target_label: str = "Standard",
    notes: Sequence[Note] = (),
    width: int = 1052,
    words: Words = ENGLISH,
) -> Markup:
    """The chart as two drawings; a sentence when no point has a figure.

    `ident` begins every id in the drawings and is unique on its page; `title` names what is shown ("Time to
    respond, weekly median in working days"); `unit` is that of the figures and of `target`; `width` in
    pixels is that of the wide drawing (1052 over a whole page, 688 beside a column). Only the newest point
    and the signals for the worse are in the tab order; a table reaches the rest. Raises ValueError when
    `series` does not fit.
    """
    for given in (series.starts, series.links or series.starts, series.counts or series.starts):
        if len(given) != len(chart.points):
            raise ValueError(f"{len(chart.points)} points came with {len(given)} of what belongs to them.")
    if chart.newest is None:
        return empty(words.no_figures)
    plan = _Plan(chart, ident, title, unit, series, target, target_label, notes, words)
    wide = _draw(plan, narrow=False, size=(width, 330 if width >= 900 else 270))
    return wide + _draw(plan, narrow=True, size=(_NARROW_WIDTH, 250 if width >= 900 else 230))


def _draw(plan: _Plan, *, narrow: bool, size: tuple[float, float]) -> Markup:
    chart = plan.chart
    labels = end_labels(chart, target=plan.target, target_label=plan.target_label, words=plan.words)
    extra = [value for value in (plan.target, chart.mean_before) if value is not None]
    frame = make_frame(
        chart,
        narrow=narrow,
        size=size,
        extra=extra,
        top=100.0 if plan.unit == "%" else None,
        labels=[label.short if narrow else label.words for label in labels],
    )
    content = grid(frame, plan.series.starts, plan.series.grain)
    for segment in chart.segments:
        content.extend(segment_lines(frame, chart, segment))
    content.extend(mean_before_line(frame, chart))
    content.extend(target_line(frame, plan.target))
    uprights = {segment.start for segment in chart.segments[1:]}
    uprights |= {note.index for note in plan.notes if is_upright(note, chart)}
    content.extend(upright_line(frame, frame.edge(index)) for index in sorted(uprights))
    content.extend(series_lines(frame, chart))
    room = free_room(frame, chart, target=plan.target, uprights=uprights)
    content.extend(draw_end_labels(frame, room, labels))
    content.extend(draw_notes(frame, room, chart, plan.notes, words=plan.words))
    content.extend(_points(frame, plan))
    return drawing(
        content,
        ident=f"{plan.ident}-{'n' if narrow else 'w'}",
        class_=f"chart {'c-narrow' if narrow else 'c-wide'}",
        size=size,
        title=plan.title,
        description=_description(plan),
    )


def _points(frame: Frame, plan: _Plan) -> list[Markup]:
    newest = plan.chart.newest
    return [
        _point(frame, plan, point, in_tab_order=point is newest or point.meaning == "worse")
        for point in plan.chart.points
        if point.value is not None and (not frame.crowded or point is newest or point.meaning != "none")
    ]


def _point(frame: Frame, plan: _Plan, point: Point, *, in_tab_order: bool) -> Markup:
    assert point.value is not None
    x, y = frame.x(point.index), frame.y(point.value)
    hint = _hint(plan, point, point.value)
    href = plan.series.links[point.index] if plan.series.links else None
    name = ". ".join([hint, *_reason(plan.words, point), *([plan.words.open_cases] if href else [])])
    roomy = href is not None and len(plan.chart.points) <= _MOST_HIT_AREAS
    return link(
        mark(point.meaning, x=x, y=y, size=frame.dot),
        href=href,
        name=name,
        hint=hint,
        in_tab_order=in_tab_order,
        hit=hit_area(x=x, y=y, width=frame.step) if roomy else None,
    )


def _hint(plan: _Plan, point: Point, value: float) -> str:
    """ "Week of 16 November 2026: 19 days, 31 cases"."""
    period = period_name(plan.series.starts[point.index], plan.series.grain)
    count = plan.series.counts[point.index] if plan.series.counts else None
    cases = f", {with_unit(count, plan.words.cases)}" if count is not None else ""
    return f"{period[0].upper()}{period[1:]}: {with_unit(value, plan.unit)}{cases}"


def _reason(words: Words, point: Point) -> list[str]:
    """Why the point is marked, as one sentence, or nothing."""
    if not point.signals:
        return []
    said = {"better": words.better, "worse": words.worse}.get(point.meaning, words.changed)
    return [f"{said}: {point.signals[0].words()}"]


def _description(plan: _Plan) -> str:
    starts, grain = plan.series.starts, plan.series.grain
    first, last = period_name(starts[0], grain), period_name(starts[-1], grain)
    span = first if len(starts) == 1 else f"{first} {plan.words.to} {last}"
    return f"{span[0].upper()}{span[1:]}. {plan.words.in_table}"
