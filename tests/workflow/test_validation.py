"""A process is refused with sentences that name the place."""

from collections.abc import Callable

import pytest

from casework.workflow import ProcessError, parse_process, problems
from tests.workflow.breaking import Data, add_move, add_state, both, change, change_move, change_state
from tests.workflow.builders import small_process

FIELD = {"name": "reason", "label": "Reason"}
DATE = {"name": "new_date", "label": "New date", "kind": "date"}

BROKEN = [
    (
        both(add_state("limbo"), add_move("leave", "limbo", "done")),
        "State 'limbo' cannot be reached from the start 'open'.",
    ),
    (
        both(add_state("trap"), add_move("fall", "open", "trap")),
        "State 'trap' cannot reach an end. Add a move that leads on from it.",
    ),
    (
        change_move(roles=["frontlime"]),
        "Move 'finish' names the unknown role 'frontlime'. Did you mean 'frontline'?",
    ),
    (
        change_move(guards=["has_handle"]),
        "Move 'finish' names the unknown guard 'has_handle'. Did you mean 'has_handler'?",
    ),
    (
        change_move(guards=[{"name": "extension_left", "maximum": 1}]),
        "Move 'finish': the guard 'extension_left' does not take the parameter 'maximum'; it takes max.",
    ),
    (
        change_move(guards=["extension_left"]),
        "Move 'finish': the guard 'extension_left' needs the parameter 'max'.",
    ),
    (
        change_move(guards=[{"name": "within_window", "days": -1}]),
        (
            "Move 'finish': the guard 'within_window' has a wrong parameter: "
            "'days' must be a whole number from 0 to 36500."
        ),
    ),
    (
        change_move(guards=[{"name": "within_window", "window": "review"}]),
        (
            "Move 'finish': the guard 'within_window' has a wrong parameter: "
            "'window' must be one of reopen, escalate."
        ),
    ),
    (
        change_move(to="dome"),
        "Move 'finish' leads to the unknown state 'dome'. Did you mean 'done'?",
    ),
    (
        change_move(**{"from": ["opened"]}),
        "Move 'finish' leaves from the unknown state 'opened'. Did you mean 'open'?",
    ),
    (
        add_move("finish", "open", "done"),
        "Two moves called 'finish' clash: both leave from 'open'.",
    ),
    (
        add_move("finish", "done", "open"),
        "Two moves called 'finish' clash: one leads to 'done', the other to 'open'.",
    ),
    (
        both(change_move(key="f"), add_move("stop", "open", "done", key="f")),
        "The moves 'finish' and 'stop' clash: both have the key 'f' in the state 'open'.",
    ),
    (
        change(start=""),
        "The process has no start. Name the state that a new case begins in as 'start'.",
    ),
    (change(start="begin"), "The process starts in 'begin', which is not one of its states."),
    (
        change_state(1, is_end=False),
        "The process has no end. Mark at least one state with is_end = true.",
    ),
    (
        change_state(1, is_closed=False),
        "State 'done' is an end but leaves the case open. Give it is_closed = true.",
    ),
    (add_state("open"), "State 'open' is defined more than once."),
    (change(steps=["Open", "Done", "Open"]), "The step 'Open' is listed more than once."),
    (
        change_move(field=[{**FIELD, "kind": "longtext"}]),
        "Move 'finish', field 'reason' is of the unknown kind 'longtext'. Did you mean 'long_text'?",
    ),
    (change_move(field=[FIELD, FIELD]), "Move 'finish' has more than one field 'reason'."),
    (
        change_move(field=[{**FIELD, "kind": "choice"}]),
        "Move 'finish', field 'reason': choices belong to the kind 'choice', and it needs some.",
    ),
    (
        change_move(clocks={"stop": ["acknowledged"]}),
        "Move 'finish' has the unknown clock effect 'acknowledged'. Did you mean 'acknowledge'?",
    ),
    (
        change_move(clocks={"halt": True}),
        "Move 'finish', clocks has the unknown key 'halt'.",
    ),
    (change_move(says="decisions"), "Move 'finish' says the unknown 'decisions'. Did you mean 'decision'?"),
    (
        change_move(path="Fast lane"),
        "Move 'finish', path 'Fast lane': a name is made of small letters, digits and underscores.",
    ),
    (
        change_move(path="ordinary"),
        "Move 'finish' leads to the path 'ordinary', on which a case is from its beginning. Name another one.",
    ),
    (
        both(
            change_move(path="expedited"),
            add_move("haste", "open", "done", guards=[{"name": "path_is", "path": "expedite"}]),
        ),
        "Move 'haste' can never be made: no move leads to the path 'expedite'. Did you mean 'expedited'?",
    ),
    (
        change_move(guards=[{"name": "path_is", "path": ""}]),
        "Move 'finish': the guard 'path_is' has a wrong parameter: 'path' must be a text.",
    ),
    (
        change_move(guards=["four_eyes"]),
        (
            "Move 'finish' asks with 'four_eyes' for an answer that somebody checks, but sends none. "
            "Say what it sends with 'says', or leave the guard out."
        ),
    ),
    (
        change_move(guards=["four_eyes"], says="decision", roles=["frontline", "system"]),
        (
            "Move 'finish' can be made without a member of staff, so 'four_eyes' has no author to ask for. "
            "Take 'customer' and 'system' out of its roles."
        ),
    ),
    (
        change_move(clocks={"pause": True}),
        (
            "Move 'finish' pauses the clocks and leads to 'done', where the case is closed. "
            "Cancel or stop them instead."
        ),
    ),
    (
        add_move("extend", "open", "same", clocks={"extend": True}, field=[FIELD]),
        (
            "Move 'extend' extends the clocks, but its form has no field of the kind 'date' for the new date. "
            "Add what is missing."
        ),
    ),
    (
        add_move("extend", "open", "", clocks={"extend": True}, field=[{**DATE, "name": "to"}]),
        "Move 'extend' extends the clocks, but its form has no field 'reason'. Add what is missing.",
    ),
    (
        # Withdrawing would end the pause, but a case that nobody withdraws waits for ever.
        both(
            add_state("waiting"),
            add_move("ask", "open", "waiting", clocks={"pause": True}),
            add_move("withdraw", "waiting", "done", clocks={"resume": True, "cancel": True}),
        ),
        (
            "Paused clocks stay paused for ever in 'waiting': no move that can follow has resume = true. "
            "Add it to the move that leads on."
        ),
    ),
    (
        # What stays in its state carries a pause on, and so does a move between open states.
        both(
            add_state("waiting"),
            add_state("later"),
            add_move("ask", "open", "same", clocks={"pause": True}),
            add_move("park", "open", "later"),
            add_move("go_on", "later", "done"),
            add_move("back", "waiting", "open", clocks={"resume": True}),
            add_move("wait", "open", "waiting"),
        ),
        (
            "Paused clocks stay paused for ever in 'later': no move that can follow has resume = true. "
            "Add it to the move that leads on."
        ),
    ),
    (
        change_move(name="Finish"),
        "Move 'Finish': a name is made of small letters, digits and underscores.",
    ),
    (
        change(name="Small one"),
        "The process 'Small one': a name is made of small letters, digits and underscores.",
    ),
    (
        change_move(guards=["has_handle", "has_tea"]),
        "Move 'finish' names the unknown guard 'has_tea'. Did you mean 'has_team'?",
    ),
    (
        change_move(guards=["four_eyes"], says="decision", roles=["frontline", "customer"]),
        (
            "Move 'finish' can be made without a member of staff, so 'four_eyes' has no author to ask for. "
            "Take 'customer' and 'system' out of its roles."
        ),
    ),
    (
        add_move("finish", "done", "same"),
        "Two moves called 'finish' clash: one leads to 'done', the other to 'no other state'.",
    ),
    (
        both(change_move(to="same"), add_move("finish", "done", "open")),
        "Two moves called 'finish' clash: one leads to 'no other state', the other to 'open'.",
    ),
    (
        change(kind="x"),
        "The process is of the unknown kind 'x'. Known are: complaint, compliment, suggestion, enquiry.",
    ),
    (
        change_move(guards=[{"name": "reason_given", "field": "why"}], field=[FIELD]),
        (
            "Move 'finish' can never be made: the guard 'reason_given' reads the field 'why', "
            "which its form does not have."
        ),
    ),
    (change_move(stage=0), "Move 'finish' leads to stage 0; stages are counted from 1."),
    (
        change_move(guards=["reason_given"]),
        (
            "Move 'finish' can never be made: the guard 'reason_given' reads the field 'reason', "
            "which its form does not have."
        ),
    ),
    (
        both(change(kind="complaint"), change_state(1, name="withdrawn"), change_move(to="withdrawn")),
        (
            "Move 'finish' can never be made: a complaint ends in 'withdrawn' only with a reason, "
            "and its form has no field 'reason'."
        ),
    ),
    (
        change(kind="complain"),
        "The process is of the unknown kind 'complain'. Did you mean 'complaint'?",
    ),
    (
        change_state(0, name="Open!"),
        "State 'Open!': a name is made of small letters, digits and underscores.",
    ),
    (
        change_state(0, step="Opened"),
        "State 'open' stands at the step 'Opened', which is not one of the steps of the process.",
    ),
    (change_state(0, labell="x"), "State 'open' has the unknown key 'labell'; did you mean 'label'?"),
    (change_state(0, label=""), "State 'open' has no 'label'."),
    (change_state(1, is_end="yes"), "State 'done' has a 'is_end' that is neither true nor false."),
    (change_move(roles="frontline"), "Move 'finish' has a 'roles' that is not a list."),
    (change_move(roles=[]), "Move 'finish' has no 'roles'."),
    (change(state=["open"]), "State number 1 must be a table."),
    (change_move(guards=[3]), "Move 'finish' has a guard that is neither a name nor a table with a name."),
    (
        change(reopen_window_days="30"),
        "The process has a 'reopen_window_days' that is not a whole number from 0 to 36500.",
    ),
]


@pytest.mark.parametrize(("break_it", "sentence"), BROKEN, ids=[sentence for _, sentence in BROKEN])
def test_a_broken_process_is_refused_with_a_sentence(break_it: Callable[[Data], None], sentence: str) -> None:
    data = small_process()
    break_it(data)
    assert sentence in problems(data)
    with pytest.raises(ProcessError) as refusal:
        parse_process(data)
    assert sentence in refusal.value.problems


def test_the_small_process_that_the_others_are_made_from_is_valid() -> None:
    assert problems(small_process()) == []


def test_all_problems_are_told_at_once() -> None:
    data = small_process()
    change_move(roles=["boss"], says="hello")(data)
    assert len(problems(data)) == 2


def test_the_same_name_may_lead_to_the_same_state_from_different_states() -> None:
    data = small_process()
    both(add_state("later"), add_move("wait", "open", "later"), add_move("finish", "later", "done"))(data)
    assert problems(data) == []
