"""A process as a picture (SVG) and as a table in plain text.

The picture takes its colour from `currentColor` and carries class names only, so that it obeys the
page's theme and its content security policy. Everything that it shows is said in its description as well.
"""

from collections.abc import Iterator, Sequence
from html import escape

from casework.workflow.definition import Move, Process
from casework.workflow.guards import GUARDS
from casework.workflow.guards.paths import in_words
from casework.workflow.layout import LINE, MARGIN, TOP, Box, Line, lay_out

_KEY = (
    "Double frame: an end. Dashed frame: the case waits for the customer.",
    "Dot: lines join here; lines without one cross.",
    "A move from many states is named in the box that it leads to.",
)


def svg(process: Process) -> str:
    """The diagram of a valid process as an SVG element with title and description."""
    picture = lay_out(process)
    ids = f"process-{escape(process.name)}"
    width, height = picture.width, picture.height + LINE * len(_KEY) + MARGIN
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="process-diagram" role="img" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
            f'aria-labelledby="{ids}-title {ids}-desc" font-family="system-ui, sans-serif" font-size="12" '
            f'fill="currentColor" stroke="none">'
        ),
        f'<title id="{ids}-title">{escape(process.title)}: states and moves</title>',
        f'<desc id="{ids}-desc">{escape(" ".join(_sentences(process)))}</desc>',
        *_lines(picture.lines),
        *(f'<circle class="pd-join" cx="{x:.0f}" cy="{y:.0f}" r="3"/>' for x, y in picture.joins),
        *(part for box in picture.boxes for part in _box(box)),
        *_beginning(next(box for box in picture.boxes if box.state.name == process.start)),
        *(_words(label.x, label.y, label.words, anchor=label.anchor) for label in picture.labels),
        *(
            _words(MARGIN, picture.height + LINE * number, words, name="pd-key")
            for number, words in enumerate(_KEY, 1)
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def _sentences(process: Process) -> Iterator[str]:
    labels = {state.name: state.label for state in process.states}
    yield f"A case begins in {labels[process.start]}."
    for move in process.moves:
        sources = ", ".join(labels[name] for name in move.from_states)
        leads = "" if move.stays else f" to {labels[move.to_state]}"
        path = f", on the {in_words(move.path)} path" if move.path else ""
        yield f"{move.label}: {'stays in' if move.stays else 'from'} {sources}{leads}{path}."
    ends = ", ".join(state.label for state in process.states if state.is_end)
    yield f"Ends are: {ends}."


def _words(x: float, y: float, words: str, *, anchor: str = "start", name: str = "pd-label") -> str:
    return f'<text class="{name}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


def _lines(lines: Sequence[Line]) -> Iterator[str]:
    """All lines as one path, so that a piece that several share is no darker than the others, and their heads."""
    path = " ".join("M" + " L".join(f"{x:.0f} {y:.0f}" for x, y in line.points) for line in lines)
    yield (
        f'<path class="pd-line" d="{path}" fill="none" stroke="currentColor" stroke-width="1.25" '
        'stroke-linejoin="round"/>'
    )
    yield from dict.fromkeys(_arrow(line.points[-2], line.points[-1]) for line in lines)


def _arrow(before: tuple[float, float], tip: tuple[float, float]) -> str:
    """A head at `tip`; the last piece of a line is level or leads down."""
    (x0, _), (x, y) = before, tip
    if x0 == x:
        corners = f"{x:.0f},{y:.0f} {x - 4:.0f},{y - 8:.0f} {x + 4:.0f},{y - 8:.0f}"
    else:
        back = x - 8 if x > x0 else x + 8
        corners = f"{x:.0f},{y:.0f} {back:.0f},{y - 4:.0f} {back:.0f},{y + 4:.0f}"
    return f'<polygon class="pd-arrow" points="{corners}"/>'


def _box(box: Box) -> Iterator[str]:
    state = box.state
    dashes = ' stroke-dasharray="5 3"' if state.waits_for_customer else ""
    kind = "pd-state" + (" pd-end" if state.is_end else "") + (" pd-wait" if state.waits_for_customer else "")
    yield f'<g class="{kind}">'
    yield _frame(box, 0, f' stroke-width="1.5"{dashes}')
    if state.is_end:
        yield _frame(box, 3.5, ' stroke-width="1"')
    middle = box.x + box.width / 2
    first = box.middle - LINE * (box.lines - 1) / 2 + 4
    for number, words in enumerate(box.name):
        yield (
            f'<text class="pd-name" x="{middle:.0f}" y="{first + LINE * number:.0f}" text-anchor="middle" '
            f'font-size="13" font-weight="600">{escape(words)}</text>'
        )
    for number, note in enumerate(box.notes, len(box.name)):
        yield (
            f'<text class="pd-note" x="{middle:.0f}" y="{first + LINE * number:.0f}" text-anchor="middle" '
            f'font-size="11">{escape(note)}</text>'
        )
    yield "</g>"


def _frame(box: Box, inset: float, extra: str) -> str:
    return (
        f'<rect x="{box.x + inset:.1f}" y="{box.y + inset:.1f}" width="{box.width - 2 * inset:.1f}" '
        f'height="{box.height - 2 * inset:.1f}" rx="{6 - inset / 2:.1f}" '
        f'fill="none" stroke="currentColor"{extra}/>'
    )


def _beginning(box: Box) -> Iterator[str]:
    x = box.x + box.width / 2
    yield f'<circle class="pd-start" cx="{x:.0f}" cy="{box.y - TOP + 6:.0f}" r="5"/>'
    yield from _lines([Line(((x, box.y - TOP + 6), (x, box.y)))])


Row = tuple[str, str, str, str, str]
HEADINGS: Row = ("State", "Move", "Leads to", "Who", "Allowed when")


def rows(process: Process) -> list[Row]:
    """What the picture shows as the rows of a table under HEADINGS, for those who cannot see it.

    The state stands in its first row only; one that nothing leads out of has a row of its own.
    """
    labels = {state.name: state.label for state in process.states}
    found: list[Row] = []
    for state in process.states:
        for number, move in enumerate(process.moves_from(state.name)):
            target = "(stays)" if move.stays else labels[move.to_state]
            target += f", {in_words(move.path)} path" if move.path else ""
            first = _state_words(process, state.name) if number == 0 else ""
            found.append((first, move.label, target, ", ".join(move.roles), _allowed_when(move)))
        if not process.moves_from(state.name):
            found.append((_state_words(process, state.name), "", "", "", ""))
    return found


def text(process: Process) -> str:
    """States and moves as a table for a terminal: from, move, to, who may, and when it is allowed."""
    table = [HEADINGS, *rows(process)]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    ruled = [table[0], tuple("-" * width for width in (*widths, len(table[0][4]))), *table[1:]]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]))
        for row in ruled
    ]
    head = [f"{process.title} ({process.kind})", f"Steps: {' > '.join(process.steps)}", ""]
    return "\n".join(line.rstrip() for line in (*head, *lines)) + "\n"


def _state_words(process: Process, name: str) -> str:
    state = process.state(name)
    assert state is not None  # The caller walks the states of the process.
    marks = [mark for mark, holds in (("start", name == process.start), ("end", state.is_end)) if holds]
    return f"{state.label} ({', '.join(marks)})" if marks else state.label


def _allowed_when(move: Move) -> str:
    return "; ".join(GUARDS[guard.name].in_words(guard.params) for guard in move.guards)
