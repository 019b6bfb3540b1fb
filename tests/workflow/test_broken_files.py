"""Each broken file is refused by one sentence that names the place and says what to do."""

from pathlib import Path

import pytest

from casework.workflow import ProcessError, load_process

FOLDER = Path(__file__).parent / "broken"

SENTENCES = {
    "clashing-moves": "Two moves called 'finish' clash: one leads to 'done', the other to 'open'.",
    "duplicate-key": "The moves 'finish' and 'stop' clash: both have the key 'f' in the state 'open'.",
    "extend-without-reason-and-date": (
        "Move 'extend' extends the clocks, but its form has no field 'reason' and no field of the kind 'date' "
        "for the new date. Add what is missing."
    ),
    "form-without-the-field": (
        "Move 'finish' can never be made: the guard 'reason_given' reads the field 'reason', "
        "which its form does not have."
    ),
    "guard-parameter-missing": "Move 'finish': the guard 'extension_left' needs the parameter 'max'.",
    "guard-parameter-wrong": (
        "Move 'finish': the guard 'stage_is' has a wrong parameter: 'stage' must be a whole number from 1 to 9."
    ),
    "no-way-to-an-end": "State 'waiting' cannot reach an end. Add a move that leads on from it.",
    "pause-without-resume": (
        "Paused clocks stay paused for ever in 'open' and 'waiting': no move that can follow has resume = true. "
        "Add it to the move that leads on."
    ),
    "unknown-clock-effect": (
        "Move 'finish' has the unknown clock effect 'answer'. "
        "Known are: acknowledge, meet, respond, review, update."
    ),
    "unknown-guard": "Move 'finish' names the unknown guard 'reason_givn'. Did you mean 'reason_given'?",
    "unknown-path": (
        "Move 'finish' can never be made: no move leads to the path 'expedited'. Known are: ordinary."
    ),
    "unknown-role": (
        "Move 'stop' names the unknown role 'boss'. "
        "Known are: frontline, supervisor, manager, administrator, customer, system."
    ),
    "unreachable-state": "State 'waiting' cannot be reached from the start 'open'.",
}


def test_every_broken_file_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(SENTENCES)


@pytest.mark.parametrize("name", SENTENCES)
def test_a_broken_file_is_refused_by_its_one_sentence(name: str) -> None:
    with pytest.raises(ProcessError) as refusal:
        load_process(FOLDER / f"{name}.toml")
    assert refusal.value.problems == [SENTENCES[name]]
