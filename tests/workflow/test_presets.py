"""The processes that are shipped."""

import json

import pytest

from casework.workflow import Process, load_preset, parse_process, preset_names, problems

PRESETS = ("complaint", "compliment", "enquiry", "suggestion")


def test_one_process_is_shipped_for_each_kind() -> None:
    assert sorted(load_preset(name).kind for name in preset_names()) == sorted(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_shipped_process_has_no_problem(name: str) -> None:
    assert problems(load_preset(name)) == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_process_stored_as_json_comes_back_the_same(name: str) -> None:
    process = load_preset(name)
    stored = json.loads(json.dumps(process.to_data()))
    assert problems(stored) == []
    assert parse_process(stored) == process


def test_the_steps_of_a_complaint_are_those_of_the_progress_bar() -> None:
    assert load_preset("complaint").steps == (
        "Received",
        "Acknowledged",
        "Assessed",
        "Investigating",
        "Remedy proposed",
        "Responded",
        "Closed",
    )


MAIN_LINE = [
    ("received", "acknowledge", "acknowledged"),
    ("acknowledged", "assess", "assessed"),
    ("assessed", "investigate", "investigating"),
    ("investigating", "ask_customer", "awaiting_customer"),
    ("awaiting_customer", "customer_answers", "investigating"),
    ("investigating", "propose_remedy", "remedy_proposed"),
    ("remedy_proposed", "accept_remedy", "remedy_agreed"),
    ("remedy_proposed", "refuse_remedy", "investigating"),
    ("remedy_proposed", "suggest_remedy", "investigating"),
    ("remedy_proposed", "respond", "responded"),
    ("remedy_agreed", "respond", "responded"),
    ("responded", "close", "closed"),
    ("responded", "escalate", "escalated"),
    ("closed", "escalate", "escalated"),
    ("escalated", "acknowledge", "acknowledged"),
    ("received", "resolve_first_contact", "responded"),
    ("closed", "reopen", "investigating"),
    ("investigating", "refer", "referred"),
    ("investigating", "withdraw", "withdrawn"),
    ("investigating", "mark_duplicate", "duplicate"),
]


@pytest.mark.parametrize(("state", "name", "target"), MAIN_LINE)
def test_the_default_process_for_complaints_has_the_move(state: str, name: str, target: str) -> None:
    move = load_preset("complaint").move(name, state)
    assert move is not None
    assert move.target(state) == target


@pytest.mark.parametrize("name", PRESETS)
def test_every_open_state_has_a_main_move_for_somebody(name: str) -> None:
    process = load_preset(name)
    without = [s.name for s in process.states if not s.is_closed and not _main_moves(process, s.name)]
    assert without == []


def _main_moves(process: Process, state: str) -> list[str]:
    return [move.name for move in process.moves_from(state) if move.main]


@pytest.mark.parametrize("name", PRESETS)
def test_a_clock_that_is_paused_runs_again_by_every_move_that_leaves_the_waiting_state(name: str) -> None:
    process = load_preset(name)
    paused = {move.to_state for move in process.moves if move.clocks.pause}
    leaving = [move for state in paused for move in process.moves_from(state) if not move.stays]
    assert [move.name for move in leaving if not move.clocks.resume] == []


def test_administrators_move_no_case() -> None:
    assert not any("administrator" in move.roles for name in PRESETS for move in load_preset(name).moves)
