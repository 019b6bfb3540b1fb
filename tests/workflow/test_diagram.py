"""The drawn process: well-formed, accessible, free of inline style, and nothing lies on anything else."""

from dataclasses import replace
from itertools import combinations, product
from xml.etree import ElementTree

import pytest

from casework.workflow import (
    HEADINGS,
    Process,
    load_preset,
    more_preset_names,
    parse_process,
    preset_names,
    rows,
    svg,
    text,
)
from casework.workflow.layout import APART, CHAR, LINE, LONGEST_WORDS, Label, Line, lay_out
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


def test_a_long_name_goes_on_in_another_line_and_makes_the_picture_no_wider() -> None:
    short, data = parse_process(small_process()), small_process()
    long = "Waiting for somebody outside the agency to send us the papers"
    data["state"][0]["label"] = long
    data["move"][0]["label"] = long.replace("Waiting", "Wait")
    process = parse_process(data)
    picture = lay_out(process)
    assert picture.width < lay_out(short).width + CHAR * LONGEST_WORDS
    assert all(box.needed_width <= box.width for box in picture.boxes)
    assert long in " ".join(
        element.text or "" for element in ElementTree.fromstring(svg(process)).iter(f"{SVG}text")
    )


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


Piece = tuple[float, float, float]


def _levels(line: Line) -> list[Piece]:
    """The level pieces of a line: height, left, right."""
    pairs = zip(line.points, line.points[1:], strict=False)
    return [(y0, min(x0, x1), max(x0, x1)) for (x0, y0), (x1, y1) in pairs if y0 == y1]


def test_no_line_runs_on_in_a_line_to_another_state(process: Process) -> None:
    for one, other in combinations(lay_out(process).lines, 2):
        if one.points[-1] == other.points[-1]:
            continue
        for (y, left, right), (other_y, other_left, other_right) in product(_levels(one), _levels(other)):
            apart = right <= other_left or other_right <= left
            assert apart or abs(y - other_y) >= APART


def test_lines_that_join_are_marked_by_a_dot_where_they_meet(process: Process) -> None:
    picture = lay_out(process)
    root = ElementTree.fromstring(svg(process))
    drawn = {(one.get("cx"), one.get("cy")) for one in root.iter(f"{SVG}circle") if one.get("r") == "3"}
    assert drawn == {(f"{x:.0f}", f"{y:.0f}") for x, y in picture.joins}
    for x, y in picture.joins:
        assert sum(_passes(line, x, y) for line in picture.lines) >= 2


def _passes(line: Line, x: float, y: float) -> bool:
    pairs = zip(line.points, line.points[1:], strict=False)
    return any(
        min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1) for (x0, y0), (x1, y1) in pairs
    )


def test_the_same_process_is_always_the_same_picture(process: Process) -> None:
    assert svg(process) == svg(parse_process(process.to_data()))


def test_the_rows_for_a_page_say_of_every_state_and_move_what_the_picture_shows(process: Process) -> None:
    found = rows(process)
    assert {len(row) for row in found} == {len(HEADINGS)}
    named = [row[0].split(" (")[0] for row in found if row[0]]
    assert named == [state.label for state in process.states]
    made = [row[1] for row in found if row[1]]
    assert made == [move.label for state in process.states for move in process.moves_from(state.name)]


def test_a_move_from_many_states_is_a_note_and_sooner_where_it_ends_the_case() -> None:
    lines = {"complaint-medical-grievance": ("withdrawn", 3), "complaint": ("withdrawn", 8)}
    for name, (state, count) in lines.items():
        box = next(one for one in lay_out(load_preset(name)).boxes if one.state.name == state)
        assert box.notes == [f"Withdraw: from {count} states"]
    responded = next(box for box in lay_out(load_preset("complaint")).boxes if box.state.name == "responded")
    assert responded.notes == []


def test_a_path_is_named_where_a_case_enters_it() -> None:
    boxes = lay_out(load_preset("complaint-medical-grievance")).boxes
    assert "Expedite: stays here, expedited path" in boxes[0].notes


def test_a_state_that_nothing_leads_out_of_has_a_row_of_its_own() -> None:
    process = parse_process(small_process())
    assert rows(process) == [
        ("Open (start)", "Finish", "Done", "frontline", ""),
        ("Done (end)", "", "", "", ""),
    ]
    only = replace(process, start="done", states=process.states[1:], moves=())
    assert rows(only) == [("Done (start, end)", "", "", "", "")]
