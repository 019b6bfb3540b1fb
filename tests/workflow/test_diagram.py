"""The drawn process: well-formed, accessible, free of inline style, and nothing lies on anything else."""

from itertools import combinations
from xml.etree import ElementTree

import pytest

from casework.workflow import (
    Process,
    load_preset,
    more_preset_names,
    parse_process,
    preset_names,
    svg,
    text,
)
from casework.workflow.layout import CHAR, LINE, Label, lay_out
from tests.workflow.builders import small_process

PRESETS = (*preset_names(), *more_preset_names())
SVG = "{http://www.w3.org/2000/svg}"

Rectangle = tuple[float, float, float, float]


@pytest.fixture(params=PRESETS)
def process(request: pytest.FixtureRequest) -> Process:
    return load_preset(request.param)


def test_the_picture_is_well_formed_and_says_what_it_shows(process: Process) -> None:
    root = ElementTree.fromstring(svg(process))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    said = description.text or ""
    assert [move.label for move in process.moves if move.label not in said] == []


def test_the_picture_obeys_the_content_security_policy(process: Process) -> None:
    elements = list(ElementTree.fromstring(svg(process)).iter())
    assert not any("style" in element.attrib for element in elements)
    assert not any(element.tag in (f"{SVG}style", f"{SVG}script") for element in elements)
    colours = {element.get(paint) for element in elements for paint in ("fill", "stroke")}
    assert colours <= {None, "none", "currentColor"}


def test_every_state_has_a_box_and_every_move_its_words(process: Process) -> None:
    shown = " ".join(
        element.text or "" for element in ElementTree.fromstring(svg(process)).iter(f"{SVG}text")
    )
    assert [state.label for state in process.states if state.label not in shown] == []
    assert [move.label for move in process.moves if move.label not in shown] == []


def _room(label: Label) -> Rectangle:
    width = CHAR * len(label.words)
    left = label.x if label.anchor == "start" else label.x - width
    return left, label.y - LINE + 4, left + width, label.y + 2


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_no_label_lies_on_a_box_a_line_or_another_label(process: Process) -> None:
    picture = lay_out(process)
    labels = [_room(label) for label in picture.labels]
    boxes = [(box.x, box.y, box.x + box.width, box.y + box.height) for box in picture.boxes]
    pieces = [
        (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for line in picture.lines
        for (x0, y0), (x1, y1) in zip(line.points, line.points[1:], strict=False)
    ]
    upright = [piece for piece in pieces if piece[0] == piece[2]]
    assert not any(_overlap(label, box) for label in labels for box in boxes)
    assert not any(
        _overlap(label, (*piece[:2], piece[2] + 1, piece[3])) for label in labels for piece in upright
    )
    assert not any(_overlap(one, other) for one, other in combinations(labels, 2))
    assert not any(_overlap(one, other) for one, other in combinations(boxes, 2))


def test_everything_lies_inside_the_picture(process: Process) -> None:
    picture = lay_out(process)
    rooms = [_room(label) for label in picture.labels]
    rooms += [(box.x, box.y, box.x + box.width, box.y + box.height) for box in picture.boxes]
    points = [point for line in picture.lines for point in line.points]
    assert all(room[0] >= 0 and room[2] <= picture.width and room[3] <= picture.height for room in rooms)
    assert all(0 <= x <= picture.width and 0 <= y <= picture.height for x, y in points)


def test_words_of_a_process_cannot_break_the_picture() -> None:
    data = small_process()
    data["title"] = 'A "small" <process> & more'
    data["move"][0]["label"] = "<script>alert(1)</script>"
    root = ElementTree.fromstring(svg(parse_process(data)))
    assert "<script>alert(1)</script>" in {element.text for element in root.iter(f"{SVG}text")}


def test_the_table_lists_each_move_under_its_state_with_who_may_and_when() -> None:
    table = text(load_preset("complaint"))
    closing = next(line for line in table.splitlines() if line.startswith("Responded"))
    assert closing.split("  ")[0] == "Responded"
    assert "Close" in closing
    assert "frontline, supervisor, manager, system" in closing
    assert "the answer is sent, or it is recorded why none can be sent" in closing
    assert "it is not too late to escalate" in table


def test_the_table_marks_the_start_and_the_ends() -> None:
    table = text(parse_process(small_process()))
    assert "Open (start)" in table
    assert "Done (end)" in table
