"""Files and data that are no process, and pauses that end."""

from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import Invalid
from casework.workflow import ProcessError, load_preset, load_process, problems
from tests.workflow.breaking import Data, add_move, add_state, both
from tests.workflow.builders import small_process


@pytest.mark.parametrize("data", [None, [], "process", 3, {}])
def test_what_is_no_process_at_all_is_refused_without_a_crash(data: Any) -> None:
    assert problems(data)


@pytest.mark.parametrize("words", ["<html>", "stage = " + "9" * 5_000, "state = " + "[" * 50_000])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, words: str) -> None:
    path = tmp_path / "page.toml"
    path.write_text(words)
    with pytest.raises(ProcessError, match="is not TOML"):
        load_process(path)


def test_a_file_that_is_missing_is_refused_as_bad_input(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        load_process(tmp_path / "nowhere.toml")


def test_a_file_without_a_name_is_named_after_itself(tmp_path: Path) -> None:
    text = (
        'kind = "enquiry"\ntitle = "T"\nstart = "done"\nsteps = ["Done"]\n'
        'state = [{ name = "done", label = "Done", public_label = "Done", step = "Done", '
        "is_end = true, is_closed = true }]\n"
    )
    (tmp_path / "short.toml").write_text(text)
    assert load_process(tmp_path / "short.toml").name == "short"


def test_a_preset_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    with pytest.raises(ProcessError, match="Shipped are: complaint"):
        load_preset("grievance")


RESUME, PAUSE, CANCEL = {"resume": True}, {"pause": True}, {"cancel": True}


@pytest.mark.parametrize(
    "moves",
    [
        [("ask", "open", "waiting", PAUSE), ("back", "waiting", "open", RESUME)],
        [("ask", "open", "waiting", PAUSE), ("over", "waiting", "done", RESUME)],
        # The clocks run again two moves later.
        [
            ("ask", "open", "waiting", PAUSE),
            ("read", "waiting", "read", {}),
            ("back", "read", "open", RESUME),
        ],
        # Nothing is paused any more where the pause was ended before.
        [
            ("ask", "open", "waiting", PAUSE),
            ("back", "waiting", "read", RESUME),
            ("over", "read", "done", {}),
        ],
        [
            ("ask", "open", "waiting", PAUSE),
            ("back", "waiting", "open", RESUME),
            ("drop", "waiting", "read", CANCEL),
            ("over", "read", "done", {}),
        ],
        [("hold", "open", "same", PAUSE), ("go_on", "open", "same", RESUME)],
    ],
)
def test_a_pause_that_some_move_ends_is_in_order(moves: list[tuple[str, str, str, Data]]) -> None:
    data = small_process()
    for name in {state for move in moves for state in move[1:3]} & {"waiting", "read"}:
        both(add_state(name), add_move(f"leave_{name}", "open", name))(data)
        add_move(f"end_{name}", name, "done")(data)
    for name, source, target, clocks in moves:
        add_move(name, source, target, clocks=clocks)(data)
    assert problems(data) == []


def test_two_ways_of_saying_that_a_move_stays_do_not_clash() -> None:
    data = small_process()
    both(add_move("hold", "open", "same"), add_move("hold", "done", ""))(data)
    assert problems(data) == []


def test_a_move_that_stays_leads_to_no_other_state() -> None:
    data = small_process()
    both(add_state("trap"), add_move("fall", "open", "trap"), add_move("hold", "trap", "same"))(data)
    assert problems(data) == ["State 'trap' cannot reach an end. Add a move that leads on from it."]


def test_what_cannot_be_loaded_is_named_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "page.toml").write_text("<html>")
    for name in ("page", "nowhere"):
        with pytest.raises(ProcessError, match=f"^The process '{name}' is refused"):
            load_process(tmp_path / f"{name}.toml")
    with pytest.raises(ProcessError) as refusal:
        load_preset("grievance")
    assert str(refusal.value) == (
        "The process 'grievance' is refused. Shipped are: complaint, compliment, enquiry, suggestion, "
        "complaint-medical-grievance, complaint-public-meeting, complaint-summary-resolution, "
        "complaint-three-levels."
    )


def test_a_file_is_read_as_utf_8_whatever_the_machine_prefers(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(ProcessError, match="is not TOML"):
        load_process(tmp_path / "odd.toml")


def test_a_pause_is_followed_through_any_number_of_moves_in_any_order_of_the_file() -> None:
    data = small_process()
    for name in ("third", "second", "first"):
        add_state(name)(data)
    for name, source, target in (("c", "second", "third"), ("b", "first", "second"), ("d", "third", "done")):
        add_move(name, source, target)(data)
    add_move("a", "open", "first", clocks=PAUSE)(data)
    assert problems(data) == [
        (
            "Paused clocks stay paused for ever in 'third' and 'second' and 'first': no move that can follow has "
            "resume = true. Add it to the move that leads on."
        )
    ]
    data["move"][-2] |= {"clocks": RESUME}
    assert problems(data) == []
