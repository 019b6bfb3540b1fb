"""Where the boxes and lines of a process diagram go. A layered layout of our own, in SVG user units.

A layer for each step, from top to bottom. One state of a step stands in the main column (where cases
begin, or the first), its other states beside it. A move to the next step of the main column is a straight
line; one between other main states runs along a track on the left; one from or to a state beside runs along a
track in the middle. Tracks are shared by the moves to one state. A label stands over the piece of line that
leaves its box, in a zone that no upright line enters, so that no label can lie on a box or another label. States
beside are moved down a little where one of their lines would run on in one of the main column. A dot marks where
lines join; where there is none they cross.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from textwrap import wrap

from casework.workflow.definition import Move, Process, State
from casework.workflow.guards.paths import in_words

MARGIN = 16.0
TRACK = 16.0
LINE = 14.0
TOP = 34.0
LEAST_WIDTH = 470.0  # the key under the picture
CHAR = 6.7
# Words longer than this go on in another line, so that one long name does not make all the others small.
LONGEST_NAME = 30
LONGEST_WORDS = 38
# A move from this many states is a note in the box that it leads to: as lines it would hide the rest. An end is
# where most moves lead that can be made at any time.
MANY = 4
MANY_TO_AN_END = 3
# Level lines nearer than this would be read as one.
APART = 5.0


@dataclass
class Edge:
    """All moves from one state to another, drawn as one line."""

    source: str
    target: str
    labels: list[str]


@dataclass
class Box:
    """A state with the notes written under its name. Ports are the heights at which lines meet its sides.

    `name` is the name and `notes` are the notes line by line, as they are written.
    """

    state: State
    is_main: bool
    notes: list[str] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0

    @property
    def name(self) -> list[str]:
        """The name of the state in as many lines as it needs."""
        return wrap(self.state.label, LONGEST_NAME) or [""]

    @property
    def lines(self) -> int:
        """How many lines of words stand in it."""
        return len(self.name) + len(self.notes)

    @property
    def needed_width(self) -> float:
        """The room of its widest words: the name is larger and bold, the notes are smaller than labels."""
        return 26 + max(8.0 * max(map(len, self.name)), 6.3 * max(map(len, self.notes), default=0))

    @property
    def middle(self) -> float:
        """The height of its centre."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Label:
    """Words at a place; `anchor` is the SVG text-anchor."""

    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True)
class Line:
    """A line through points, with an arrow head at its last one."""

    points: tuple[tuple[float, float], ...]


@dataclass
class Picture:
    """A finished layout."""

    width: float
    height: float
    boxes: list[Box]
    lines: list[Line]
    labels: list[Label]
    joins: list[tuple[float, float]]


def lay_out(process: Process) -> Picture:
    """The layout of a valid process."""
    return _Layout(process).picture()


def _is_note(process: Process, move: Move) -> bool:
    """Whether the move is written in the box that it leads to, instead of drawn."""
    target = process.state(move.to_state)
    many = MANY_TO_AN_END if target is not None and target.is_end else MANY
    return not move.stays and len(move.from_states) >= many


def _edges(process: Process) -> list[Edge]:
    edges: dict[tuple[str, str], Edge] = {}
    for move in process.moves:
        if move.stays or _is_note(process, move):
            continue
        for source in move.from_states:
            edge = edges.setdefault((source, move.to_state), Edge(source, move.to_state, []))
            edge.labels += wrap(move.label + _path(move), LONGEST_WORDS) or [""]
    return list(edges.values())


def _boxes(process: Process) -> dict[str, Box]:
    mains: dict[int, str] = {}
    for state in process.states:
        if state.step not in mains or state.name == process.start:
            mains[state.step] = state.name
    boxes = {state.name: Box(state, state.name == mains[state.step]) for state in process.states}
    for move in process.moves:
        if move.stays:
            for source in move.from_states:
                boxes[source].notes += wrap(f"{move.label}: stays here{_path(move)}", LONGEST_WORDS)
        elif _is_note(process, move):
            words = f"{move.label}{_path(move)}: from {len(move.from_states)} states"
            boxes[move.to_state].notes += wrap(words, LONGEST_WORDS)
    return boxes


def _path(move: Move) -> str:
    return f", {in_words(move.path)} path" if move.path else ""


def _widest(edges: Iterable[Edge]) -> float:
    """The width of a zone that holds the labels of these edges."""
    longest = max((len(label) for edge in edges for label in edge.labels), default=0)
    return 24 + CHAR * longest


class _Layout:
    def __init__(self, process: Process) -> None:
        self.boxes = _boxes(process)
        self.steps = sorted({state.step for state in process.states})
        edges = _edges(process)
        self.straight = [edge for edge in edges if self._is_straight(edge)]
        bent = [edge for edge in edges if edge not in self.straight]
        self.left = [edge for edge in bent if self._both_main(edge)]
        self.middle = [edge for edge in bent if not self._both_main(edge)]
        self.lines: list[Line] = []
        self.labels: list[Label] = []
        self.joins: list[tuple[float, float]] = []
        self._place()

    def picture(self) -> Picture:
        """Everything in its place."""
        self._draw_straight()
        self._draw_bent(self.left, self.left_end, -TRACK)
        self._draw_bent(self.middle, self.mid_start, TRACK)
        boxes = list(self.boxes.values())
        bottom = max(box.y + box.height for box in boxes)
        return Picture(self.width, bottom + MARGIN, boxes, self.lines, self.labels, self.joins)

    def _both_main(self, edge: Edge) -> bool:
        return self.boxes[edge.source].is_main and self.boxes[edge.target].is_main

    def _is_straight(self, edge: Edge) -> bool:
        step, target = (self.boxes[name].state.step for name in (edge.source, edge.target))
        follows = self.steps.index(target) == self.steps.index(step) + 1
        return self._both_main(edge) and follows

    def _place(self) -> None:
        self._place_across()
        y = MARGIN + TOP
        for step in self.steps:
            row = [box for box in self.boxes.values() if box.state.step == step]
            main = next(box for box in row if box.is_main)
            beside = [box for box in row if box is not main]
            for box in row:
                box.height = max(self._height_of_words(box), self._height_of_ports(box))
            main.y, beside_y = y, y
            for box in beside:
                box.y = beside_y + self._shift(main, box, beside_y - y)
                beside_y = box.y + box.height + LINE
            stack = beside_y - LINE - y
            labels = max(
                (len(edge.labels) for edge in self.straight if edge.source == main.state.name), default=1
            )
            y += max(main.height, stack) + 28 + LINE * labels

    def _shift(self, main: Box, box: Box, offset: float) -> float:
        """How far a box beside is moved down, so that no level line of it runs on in one of the main box.

        `offset` is how far it lies below the top of the main box without that.
        """
        fixed = self._heights(main)
        own = [offset + height for height in self._heights(box)]

        def nearest(shift: float) -> float:
            return min((abs(y + shift - other) for y in own for other in fixed), default=APART)

        shifts = [2.0 * number for number in range(int(LINE) + 1)]
        return next((shift for shift in shifts if nearest(shift) >= APART), max(shifts, key=nearest))

    def _heights(self, box: Box) -> list[float]:
        """How far below its top a box has ports towards the middle."""
        return list(accumulate(need for _, need in self._needs(box, self.middle)))

    def _place_across(self) -> None:
        """The columns: tracks, labels, main boxes, labels, tracks, labels, boxes beside."""
        width = max(box.needed_width for box in self.boxes.values())
        tracks = len({edge.target for edge in self.left})
        self.left_end = MARGIN + TRACK * max(0, tracks - 1)
        main_x = self.left_end + _widest(self.left) if self.left else MARGIN
        out_of_main = [edge for edge in self.middle if self.boxes[edge.source].is_main]
        # The labels of straight lines begin at the middle of the boxes and may not reach the tracks either.
        zone = max(_widest(out_of_main), _widest(self.straight) - width / 2)
        self.mid_start = main_x + width + zone
        tracks = len({edge.target for edge in self.middle})
        into_main = [edge for edge in self.middle if not self.boxes[edge.source].is_main]
        beside_x = self.mid_start + TRACK * max(0, tracks - 1) + _widest(into_main)
        for box in self.boxes.values():
            box.x, box.width = (main_x if box.is_main else beside_x), width
        has_beside = any(not box.is_main for box in self.boxes.values())
        self.width = max(LEAST_WIDTH, (beside_x + width if has_beside else self.mid_start) + MARGIN)

    def _height_of_words(self, box: Box) -> float:
        return 22 + LINE * box.lines

    def _height_of_ports(self, box: Box) -> float:
        return max(
            sum(need for _, need in self._needs(box, edges)) + 10 for edges in (self.left, self.middle)
        )

    def _needs(self, box: Box, edges: list[Edge]) -> list[tuple[Edge | str, float]]:
        """The ports of a box for these edges, in the order of where they come from or go to, with their room.

        A port is an edge that leaves, or the name of the box where edges come in.
        """
        name = box.state.name
        leaving = [edge for edge in edges if edge.source == name]
        ports: list[tuple[float, Edge | str, float]] = [
            (self._height_of(edge.target), edge, LINE * len(edge.labels) + 8) for edge in leaving
        ]
        coming = [self._height_of(edge.source) for edge in edges if edge.target == name]
        if coming:
            ports.append((sum(coming) / len(coming), name, LINE))
        return [(port, need) for _, port, need in sorted(ports, key=lambda one: one[0])]

    def _height_of(self, name: str) -> float:
        """A height to sort by that is known before anything is placed: the step, then the place beside."""
        names = list(self.boxes)
        return self.boxes[name].state.step + names.index(name) / (len(names) + 1)

    def _ports(self, edges: list[Edge]) -> dict[tuple[str, str], float]:
        """The height of each port: (source, target) of an edge that leaves, (name, "") of what comes in."""
        ports: dict[tuple[str, str], float] = {}
        for box in self.boxes.values():
            y = box.y
            for port, need in self._needs(box, edges):
                y += need
                ports[(port.source, port.target) if isinstance(port, Edge) else (port, "")] = y
        return ports

    def _draw_straight(self) -> None:
        for edge in self.straight:
            source, target = self.boxes[edge.source], self.boxes[edge.target]
            x, start = source.x + source.width / 2, source.y + source.height
            self.lines.append(Line(((x, start), (x, target.y))))
            first = target.y - 14 - LINE * (len(edge.labels) - 1)
            self._write(edge, x + 10, first, "start")

    def _draw_bent(self, edges: list[Edge], first: float, apart: float) -> None:
        ports = self._ports(edges)
        spans: dict[str, list[float]] = {}
        for edge in edges:
            ends = (ports[edge.source, edge.target], ports[edge.target, ""])
            spans.setdefault(edge.target, []).extend(ends)
        # Short tracks lie next to the boxes, so that long ones go round them.
        by_length = sorted(spans, key=lambda name: max(spans[name]) - min(spans[name]))
        track_of = {name: first + apart * number for number, name in enumerate(by_length)}
        for edge in edges:
            track = track_of[edge.target]
            x, ahead = self._side(edge.source, track)
            end_x, _ = self._side(edge.target, track)
            y, end_y = ports[edge.source, edge.target], ports[edge.target, ""]
            self.lines.append(Line(((x, y), (track, y), (track, end_y), (end_x, end_y))))
            if min(spans[edge.target]) < y < max(spans[edge.target]):
                self.joins.append((track, y))
            top = y - 5 - LINE * (len(edge.labels) - 1)
            self._write(edge, x + ahead * 10, top, "start" if ahead > 0 else "end")
        for name, heights in spans.items():
            if min(heights) < ports[name, ""] < max(heights):
                self.joins.append((track_of[name], ports[name, ""]))

    def _side(self, name: str, track: float) -> tuple[float, int]:
        """The side of a box that faces a track, and the direction from there to the track."""
        box = self.boxes[name]
        return (box.x + box.width, 1) if track > box.x else (box.x, -1)

    def _write(self, edge: Edge, x: float, y: float, anchor: str) -> None:
        self.labels += [Label(x, y + LINE * i, words, anchor) for i, words in enumerate(edge.labels)]
