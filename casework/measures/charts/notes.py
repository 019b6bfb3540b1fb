"""The words of a control chart, placed so that none lies on another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from casework.measures.charts.frame import TOP, Frame
from casework.measures.charts.labels import LINE, Box, Room, Spot, shorten, spread, text_width
from casework.measures.charts.lines import series_runs
from casework.measures.charts.svg import element, text
from casework.measures.charts.words import Words
from casework.measures.stats.control import Chart, Segment
from casework.measures.stats.figures import figure


@dataclass(frozen=True, slots=True)
class Note:
    """A remark at a period. Where a segment begins, or when `upright`, it stands at a dotted upright line."""

    index: int
    text: str
    """What happened: "Rebased from 1 June: phone triage began". A phone shows what stands before the
    colon."""
    upright: bool = False


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label right of the plot, at the height of its line."""

    value: float
    words: str
    short: str
    class_: str


def end_labels(chart: Chart, *, target: float | None, target_label: str, words: Words) -> list[EndLabel]:
    """The labels of the lines that reach the right edge."""
    last = chart.segments[-1]
    newest = next((point for point in reversed(chart.points[last.start :]) if point.upper is not None), None)
    rows: list[tuple[str, float | None, str]] = [
        (words.upper_limit, newest.upper if newest else None, "lb"),
        (words.mean, last.mean, "lb st"),
        (target_label, target, "lb tg"),
        (words.lower_limit, newest.lower if newest else None, "lb"),
    ]
    labels = [
        EndLabel(value, f"{name} {figure(value)}", figure(value), class_)
        for name, value, class_ in rows
        if value is not None
    ]
    if chart.mean_before is not None:
        labels.append(EndLabel(chart.mean_before, words.mean_before, "", "lb"))
    return labels


def free_room(frame: Frame, chart: Chart, *, target: float | None, uprights: Iterable[int]) -> Room:
    """The drawing's room, less what its points, lines and axis take; `uprights` are periods with a line."""
    room = Room(Box(0, 0, frame.width, frame.bottom), list(_taken(frame, chart, target)))
    for index in uprights:
        x = frame.edge(index)
        room.taken.append(Box(x - 1, TOP - 14, x + 1, frame.bottom))
    return room


def draw_end_labels(frame: Frame, room: Room, labels: Sequence[EndLabel]) -> list[Markup]:
    """The labels beside the plot, moved apart where their lines lie close."""
    shown = [label for label in labels if label.short or not frame.narrow]
    wanted = [frame.y(label.value) + 4 for label in shown]
    heights = spread(wanted, gap=LINE, low=TOP + 4, high=frame.bottom + 4)
    drawn: list[Markup] = []
    for label, y in zip(shown, heights, strict=True):
        words = label.short if frame.narrow else label.words
        spot = Spot(frame.right + 8, y)
        room.taken.append(spot.box(text_width(words, bold=True)))
        drawn.append(_at(spot, words, class_=label.class_))
    return drawn


def draw_notes(
    frame: Frame, room: Room, chart: Chart, notes: Sequence[Note], *, words: Words
) -> list[Markup]:
    """Notes at upright lines first, then the figures of earlier segments, then notes at points.

    What finds no free room is left out: it is in the table too.
    """
    drawn: list[Markup] = []
    for note in sorted(notes, key=lambda note: note.index):
        if is_upright(note, chart):
            drawn.extend(_upright_note(frame, room, note))
    if frame.narrow:
        return drawn
    for segment in chart.segments[:-1]:
        drawn.extend(_segment_note(frame, room, chart, segment, words))
    for note in notes:
        if not is_upright(note, chart):
            drawn.extend(_point_note(frame, room, chart, note))
    return drawn


def is_upright(note: Note, chart: Chart) -> bool:
    """Whether the note stands at an upright line."""
    return note.upright or any(note.index == segment.start for segment in chart.segments[1:])


def _taken(frame: Frame, chart: Chart, target: float | None) -> Iterator[Box]:
    """The room of the points, of the lines between them and of the target, and of the figures on the axis."""
    yield Box(0, TOP - 6, frame.left, frame.bottom)
    for run in series_runs(frame, chart):
        for place, (x, y) in enumerate(run):
            yield Box(x - 6, y - 6, x + 6, y + 6)
            if place + 1 < len(run):
                end_x, end_y = run[place + 1]
                pieces = int(max(abs(end_x - x), abs(end_y - y)) / 8) + 1
                for piece in range(1, pieces):
                    at_x, at_y = x + (end_x - x) * piece / pieces, y + (end_y - y) * piece / pieces
                    yield Box(at_x - 2, at_y - 2, at_x + 2, at_y + 2)
    if target is not None:
        yield Box(frame.left, frame.y(target) - 1, frame.right, frame.y(target) + 1)


def _upright_note(frame: Frame, room: Room, note: Note) -> list[Markup]:
    x = frame.edge(note.index)
    short = note.text.split(":")[0]
    choices = (short, shorten(short, 130)) if frame.narrow else (note.text, short, shorten(short, 130))
    spots = [Spot(x + 5, 26), Spot(x - 5, 26, "end"), Spot(x + 5, 12), Spot(x - 5, 12, "end")]
    return _first_that_fits(room, choices, spots, class_="nt")


def _point_note(frame: Frame, room: Room, chart: Chart, note: Note) -> list[Markup]:
    value = chart.points[note.index].value
    if value is None:
        return []
    x, y = frame.x(note.index), frame.y(value)
    spots = [
        Spot(x + 9, y + 4),
        Spot(x - 9, y + 4, "end"),
        Spot(x, y - 10, "middle"),
        Spot(x, y + 20, "middle"),
    ]
    return _first_that_fits(room, (note.text, shorten(note.text, 130)), spots, class_="nt")


def _segment_note(frame: Frame, room: Room, chart: Chart, segment: Segment, words: Words) -> list[Markup]:
    """The mean and limits of a segment that does not reach the right edge, on its own lines."""
    if segment.mean is None:
        return []
    mean = f"{words.mean} {figure(segment.mean)}"
    top = foot = segment.mean
    tails = [""]
    points = chart.points[segment.start : segment.stop]
    newest = next((point for point in reversed(points) if point.upper is not None), None)
    if newest is not None and newest.lower is not None and newest.upper is not None:
        top, foot = newest.upper, newest.lower
        tails.insert(0, f", {words.limits} {figure(foot)} {words.to} {figure(top)}")
    left, right = frame.edge(segment.start) + 4, frame.edge(segment.stop) - 4
    above, below = frame.y(top) - 7, frame.y(foot) + 15
    spots = [Spot(left, above), Spot(right, above, "end"), Spot(left, below), Spot(right, below, "end")]
    for tail in tails:
        width = text_width(mean, bold=True) + text_width(tail)
        spot = room.take(spots, width) if width <= right - left else None
        if spot is not None:
            said = element("tspan", mean, class_="st") + escape(tail)
            return [_at(spot, said, class_="lb")]
    return []


def _first_that_fits(
    room: Room, choices: Iterable[str], spots: Sequence[Spot], *, class_: str
) -> list[Markup]:
    for words in choices:
        spot = room.take(spots, text_width(words)) if words else None
        if spot is not None:
            return [_at(spot, words, class_=class_)]
    return []


def _at(spot: Spot, words: str | Markup, *, class_: str) -> Markup:
    anchor = None if spot.anchor == "start" else spot.anchor
    return text(words, x=spot.x, y=spot.y, class_=class_, anchor=anchor)
