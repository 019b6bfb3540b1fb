"""Definitions, pure: written and read again, changed, compared, drawn as far as they can be."""

import tomllib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.catalogue.processes.changes import changes
from casework.catalogue.processes.editing import hanging_on, put_head, put_part, remove_part, shift_part
from casework.catalogue.processes.files import LARGEST, read_upload, to_toml
from casework.catalogue.processes.names import name_from
from casework.catalogue.processes.shape import picture, place_of
from casework.catalogue.processes.shelf import shipped
from casework.core.errors import Refused
from casework.workflow.parse import load_preset, preset_names
from casework.workflow.validation import problems

Definition = dict[str, Any]


def complaint() -> Definition:
    return load_preset("complaint").to_data()


@pytest.mark.parametrize("name", preset_names())
def test_a_file_that_was_written_reads_as_the_same(name: str) -> None:
    definition = load_preset(name).to_data()
    assert tomllib.loads(to_toml(definition)) == definition
    assert read_upload(to_toml(definition).encode()) == definition


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
def test_any_words_survive_a_file(words: str) -> None:
    assert tomllib.loads(to_toml({"title": words, "state": [{"label": words, "name": "a"}]})) == {
        "title": words,
        "state": [{"label": words, "name": "a"}],
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"<html></html>", "not TOML"),
        (b"a = " + b"[" * 30_000, "not TOML"),
        (b"a = " + b"9" * 5_000, "not TOML"),
        (b"x" * (LARGEST + 1), "larger than"),
        (b'name = "a"', "has no 'steps'"),
        (to_toml(complaint() | {"kind": "grievance"}).encode(), "the unknown kind 'grievance'"),
        (to_toml(complaint() | {"name": "../../etc"}).encode(), "small letters"),
        (to_toml(complaint() | {"title": "a\x07b"}).encode(), "cannot be shown"),
        (to_toml(complaint() | {"note": "x" * 3000}).encode(), "longer than"),
        (to_toml({**complaint(), "state": complaint()["state"] * 6}).encode(), "at most 60 states"),
        (to_toml(complaint()).replace("stage = 1 }", "stage = 1979-05-27 }").encode(), "neither text"),
        (to_toml(complaint()).replace("stage = 1 }", "stage = nan }").encode(), "neither text"),
    ],
)  # fmt: skip
def test_an_upload_that_is_no_process_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_upload(content)


def test_a_state_renamed_is_renamed_wherever_it_stands() -> None:
    before = complaint()
    at = next(n for n, s in enumerate(before["state"]) if s["name"] == "received")
    after = put_part(before, "state", {**before["state"][at], "name": "arrived"}, at)
    assert after["start"] == "arrived"
    assert "received" not in {name for move in after["move"] for name in (*move["from"], move["to"])}
    assert problems(after) == []
    assert before == complaint(), "the old one is left as it was"


def test_a_state_removed_takes_along_exactly_what_was_said_to_hang_on_it() -> None:
    before = complaint()
    at = next(n for n, s in enumerate(before["state"]) if s["name"] == "awaiting_customer")
    hanging = hanging_on(before, "awaiting_customer")
    after = remove_part(before, "state", at)
    gone = [
        move["label"] for move in before["move"] if move["label"] not in {m["label"] for m in after["move"]}
    ]
    assert (
        set(hanging.lost) == set(gone) == {"Ask the customer", "Customer answered", "Go on without an answer"}
    )
    sources = {move["label"]: move["from"] for move in after["move"]}
    shorter = [m["label"] for m in before["move"] if sources.get(m["label"], m["from"]) != m["from"]]
    assert list(hanging.shortened) == shorter
    assert problems(after) == []


def test_a_step_that_is_reworded_keeps_its_states() -> None:
    steps = ["Arrived", *complaint()["steps"][1:]]
    after = put_head(complaint(), {"steps": steps})
    assert problems(after) == []
    assert {s["step"] for s in after["state"]} == set(steps)


def test_shifting_past_an_end_changes_nothing() -> None:
    assert shift_part(complaint(), "move", 0, -1) == complaint()
    assert shift_part(complaint(), "state", 0, 1)["state"][1] == complaint()["state"][0]


def test_what_changed_is_said_in_words() -> None:
    before, after = complaint(), complaint()
    after["title"] = "Complaint, our way"
    after["state"][0]["public_label"] = "It is with us"
    close = next(move for move in after["move"] if move["name"] == "close")
    close["guards"] = [*close["guards"], {"name": "due_before", "days": 9}]
    close["roles"] = ["manager"]
    close["clocks"] = {"cancel": True}
    after["move"] = [move for move in after["move"] if move["name"] != "mark_duplicate"]
    said = {change.about: (change.how, *change.lines) for change in changes(before, after)}
    assert said["The process"][1] == "The title: “Complaint in two stages” becomes “Complaint, our way”."
    assert said["State “Received”"][1].startswith("What the customer reads")
    assert said["Move “Mark as duplicate”"] == ("removed",)
    assert "Now it is allowed only when the new date is at most 9 days later." in said["Move “Close”"]
    assert "No longer may it be made by supervisors." in said["Move “Close”"]
    assert "Now it ends what still runs, neither kept nor missed." in said["Move “Close”"]
    assert changes(before, complaint()) == []


def test_each_problem_leads_to_the_place_that_is_wrong() -> None:
    broken = complaint()
    broken["state"].append({"name": "limbo", "label": "Limbo", "public_label": "x", "step": "Received"})
    broken["move"][3]["roles"] = ["nobody"]
    broken["start"] = "nowhere"
    places = {place_of(one, broken) for one in problems(broken)}
    assert {(p.part, p.at) for p in places} == {
        ("state", len(broken["state"]) - 1),
        ("move", 3),
        ("process", None),
    }


def test_a_broken_definition_is_drawn_as_far_as_it_can_be() -> None:
    broken = complaint()
    broken["start"] = "nowhere"
    broken["move"][0]["from"] = ["nowhere"]
    broken["move"][1]["to"] = "nowhere"
    broken["state"][2]["step"] = "none"
    broken["state"].append(deepcopy(broken["state"][0]))
    broken["state"][0]["label"] = "<script>alert(1)</script>"
    drawn = picture(broken)
    assert drawn.startswith("<svg")
    assert "<script" not in drawn
    assert picture({"name": "a", "state": []}) == ""


@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 18)))
def test_whatever_is_taken_out_it_is_drawn_and_judged(states: set[int], moves: set[int]) -> None:
    broken = complaint()
    broken["state"] = [state for n, state in enumerate(broken["state"]) if n not in states]
    broken["move"] = [move for n, move in enumerate(broken["move"]) if n not in moves]
    problems(broken)
    assert bool(picture(broken)) == bool(broken["state"])


@pytest.mark.parametrize(
    ("label", "name"), [("Très tard!", "tres_tard"), ("2nd look", "x_2nd_look"), ("投诉", "x"), ("", "x")]
)
def test_a_label_makes_a_name(label: str, name: str) -> None:
    assert name_from(label) == name


def test_shipped_are_those_of_the_folder_and_of_more() -> None:
    assert {one.key for one in shipped()} >= set(preset_names())
