"""The processes that are shipped."""

import json

import pytest

from casework.workflow import (
    MORE_PRESETS,
    Process,
    load_preset,
    more_preset_names,
    parse_process,
    preset_names,
    problems,
)
from casework.workflow.definition import ENDS_WITHOUT_DECISION, PROMISES

FIRST = ("complaint", "compliment", "enquiry", "suggestion")
MORE = (
    "complaint-medical-grievance",
    "complaint-public-meeting",
    "complaint-summary-resolution",
    "complaint-three-levels",
)
PRESETS = (*FIRST, *MORE)


def test_one_process_is_shipped_for_each_kind() -> None:
    assert sorted(load_preset(name).kind for name in preset_names()) == sorted(FIRST)


def test_those_for_further_codes_lie_apart_and_are_called_after_their_files() -> None:
    assert tuple(more_preset_names()) == MORE
    assert [load_preset(path.stem).name.replace("_", "-") for path in MORE_PRESETS] == list(MORE)
    names = [load_preset(name).name for name in PRESETS]
    assert len(set(names)) == len(names)


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


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_customer_reads_says_who_does_what_and_no_more_than_a_line(name: str) -> None:
    for state in load_preset(name).states:
        assert {"we", "us", "you", "your", "our"} & set(state.public_label.lower().split()), (
            state.public_label
        )
        assert len(state.public_label) <= 75
        assert "_" not in state.public_label


@pytest.mark.parametrize("name", MORE)
def test_every_way_out_of_a_complaint_asks_for_what_always_holds(name: str) -> None:
    process = load_preset(name)
    closed = {state.name for state in process.states if state.is_closed}
    for move in process.moves:
        guards = {guard.name for guard in move.guards}
        if move.to_state in ENDS_WITHOUT_DECISION:
            assert "reason_given" in guards
        elif move.to_state in closed:
            assert {"every_issue_decided", "decision_sent_or_impossible"} <= guards
        if move.says == "decision":
            assert {"every_issue_decided", "decision_drafted", "customer_can_be_reached"} <= guards


# Whatever move an agency's pages and rules look for by its name is there (portal, import, merging, answer on the spot).
@pytest.mark.parametrize("name", MORE)
def test_a_further_process_keeps_the_names_that_other_pages_look_for(name: str) -> None:
    process = load_preset(name)
    assert {"responded", "closed", "duplicate"} <= {state.name for state in process.states}
    assert {"resolve_first_contact", "respond", "close"} - {move.name for move in process.moves} <= (
        {"resolve_first_contact"} if name == "complaint-public-meeting" else set()
    )


@pytest.mark.parametrize("name", PRESETS)
def test_every_promise_that_a_process_starts_it_can_also_keep(name: str) -> None:
    moves = load_preset(name).moves
    started = {promise for move in moves for promise in move.clocks.start}
    kept = {promise for move in moves for promise in move.clocks.stop}
    assert started <= kept <= set(PROMISES)
