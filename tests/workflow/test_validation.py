"""A process is refused with sentences that name the place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.core.errors import Invalid
from casework.workflow import ProcessError, load_preset, load_process, parse_process, problems
from tests.workflow.builders import small_process

Data = dict[str, Any]


def _add_state(name: str, **extra: Any) -> Callable[[Data], None]:
    state = {"name": name, "label": name, "public_label": name, "step": "Open", **extra}
    return lambda data: data["state"].append(state)


def _add_move(name: str, source: str, target: str, **extra: Any) -> Callable[[Data], None]:
    move = {"name": name, "label": name, "from": [source], "to": target, "roles": ["frontline"], **extra}
    return lambda data: data["move"].append(move)


def _change(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data.update(changes)


def _change_move(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data["move"][0].update(changes)


def _change_state(number: int, **changes: Any) -> Callable[[Data], None]:
    return lambda data: data["state"][number].update(changes)


def _both(*changes: Callable[[Data], None]) -> Callable[[Data], None]:
    def make(data: Data) -> None:
        for change in changes:
            change(data)

    return make


FIELD = {"name": "reason", "label": "Reason"}
DATE = {"name": "new_date", "label": "New date", "kind": "date"}

BROKEN = [
    (
        _both(_add_state("limbo"), _add_move("leave", "limbo", "done")),
        "State 'limbo' cannot be reached from the start 'open'.",
    ),
    (
        _both(_add_state("trap"), _add_move("fall", "open", "trap")),
        "State 'trap' cannot reach an end. Add a move that leads on from it.",
    ),
    (
        _change_move(roles=["frontlime"]),
        "Move 'finish' names the unknown role 'frontlime'. Did you mean 'frontline'?",
    ),
    (
        _change_move(guards=["has_handle"]),
        "Move 'finish' names the unknown guard 'has_handle'. Did you mean 'has_handler'?",
    ),
    (
        _change_move(guards=[{"name": "extension_left", "maximum": 1}]),
        "Move 'finish': the guard 'extension_left' does not take the parameter 'maximum'; it takes max.",
    ),
    (
        _change_move(guards=["extension_left"]),
        "Move 'finish': the guard 'extension_left' needs the parameter 'max'.",
    ),
    (
        _change_move(guards=[{"name": "within_window", "days": -1}]),
        (
            "Move 'finish': the guard 'within_window' has a wrong parameter: "
            "'days' must be a whole number from 0 to 36500."
        ),
    ),
    (
        _change_move(guards=[{"name": "within_window", "window": "review"}]),
        (
            "Move 'finish': the guard 'within_window' has a wrong parameter: "
            "'window' must be one of reopen, escalate."
        ),
    ),
    (
        _change_move(to="dome"),
        "Move 'finish' leads to the unknown state 'dome'. Did you mean 'done'?",
    ),
    (
        _change_move(**{"from": ["opened"]}),
        "Move 'finish' leaves from the unknown state 'opened'. Did you mean 'open'?",
    ),
    (
        _add_move("finish", "open", "done"),
        "Two moves called 'finish' clash: both leave from 'open'.",
    ),
    (
        _add_move("finish", "done", "open"),
        "Two moves called 'finish' clash: one leads to 'done', the other to 'open'.",
    ),
    (
        _both(_change_move(key="f"), _add_move("stop", "open", "done", key="f")),
        "The moves 'finish' and 'stop' clash: both have the key 'f' in the state 'open'.",
    ),
    (
        _change(start=""),
        "The process has no start. Name the state that a new case begins in as 'start'.",
    ),
    (_change(start="begin"), "The process starts in 'begin', which is not one of its states."),
    (
        _change_state(1, is_end=False),
        "The process has no end. Mark at least one state with is_end = true.",
    ),
    (
        _change_state(1, is_closed=False),
        "State 'done' is an end but leaves the case open. Give it is_closed = true.",
    ),
    (_add_state("open"), "State 'open' is defined more than once."),
    (_change(steps=["Open", "Done", "Open"]), "The step 'Open' is listed more than once."),
    (
        _change_move(field=[{**FIELD, "kind": "longtext"}]),
        "Move 'finish', field 'reason' is of the unknown kind 'longtext'. Did you mean 'long_text'?",
    ),
    (_change_move(field=[FIELD, FIELD]), "Move 'finish' has more than one field 'reason'."),
    (
        _change_move(field=[{**FIELD, "kind": "choice"}]),
        "Move 'finish', field 'reason': choices belong to the kind 'choice', and it needs some.",
    ),
    (
        _change_move(clocks={"stop": ["acknowledged"]}),
        "Move 'finish' has the unknown clock effect 'acknowledged'. Did you mean 'acknowledge'?",
    ),
    (
        _change_move(clocks={"halt": True}),
        "Move 'finish', clocks has the unknown key 'halt'.",
    ),
    (_change_move(says="decisions"), "Move 'finish' says the unknown 'decisions'. Did you mean 'decision'?"),
    (
        _change_move(path="Fast lane"),
        "Move 'finish', path 'Fast lane': a name is made of small letters, digits and underscores.",
    ),
    (
        _change_move(path="ordinary"),
        "Move 'finish' leads to the path 'ordinary', on which a case is from its beginning. Name another one.",
    ),
    (
        _both(
            _change_move(path="expedited"),
            _add_move("haste", "open", "done", guards=[{"name": "path_is", "path": "expedite"}]),
        ),
        "Move 'haste' can never be made: no move leads to the path 'expedite'. Did you mean 'expedited'?",
    ),
    (
        _change_move(guards=[{"name": "path_is", "path": ""}]),
        "Move 'finish': the guard 'path_is' has a wrong parameter: 'path' must be a text.",
    ),
    (
        _change_move(guards=["four_eyes"]),
        (
            "Move 'finish' asks with 'four_eyes' for an answer that somebody checks, but sends none. "
            "Say what it sends with 'says', or leave the guard out."
        ),
    ),
    (
        _change_move(guards=["four_eyes"], says="decision", roles=["frontline", "system"]),
        (
            "Move 'finish' can be made without a member of staff, so 'four_eyes' has no author to ask for. "
            "Take 'customer' and 'system' out of its roles."
        ),
    ),
    (
        _change_move(clocks={"pause": True}),
        (
            "Move 'finish' pauses the clocks and leads to 'done', where the case is closed. "
            "Cancel or stop them instead."
        ),
    ),
    (
        _add_move("extend", "open", "same", clocks={"extend": True}, field=[FIELD]),
        (
            "Move 'extend' extends the clocks, but its form has no field of the kind 'date' for the new date. "
            "Add what is missing."
        ),
    ),
    (
        _add_move("extend", "open", "", clocks={"extend": True}, field=[{**DATE, "name": "to"}]),
        "Move 'extend' extends the clocks, but its form has no field 'reason'. Add what is missing.",
    ),
    (
        # Withdrawing would end the pause, but a case that nobody withdraws waits for ever.
        _both(
            _add_state("waiting"),
            _add_move("ask", "open", "waiting", clocks={"pause": True}),
            _add_move("withdraw", "waiting", "done", clocks={"resume": True, "cancel": True}),
        ),
        (
            "Paused clocks stay paused for ever in 'waiting': no move that can follow has resume = true. "
            "Add it to the move that leads on."
        ),
    ),
    (
        # What stays in its state carries a pause on, and so does a move between open states.
        _both(
            _add_state("waiting"),
            _add_state("later"),
            _add_move("ask", "open", "same", clocks={"pause": True}),
            _add_move("park", "open", "later"),
            _add_move("go_on", "later", "done"),
            _add_move("back", "waiting", "open", clocks={"resume": True}),
            _add_move("wait", "open", "waiting"),
        ),
        (
            "Paused clocks stay paused for ever in 'later': no move that can follow has resume = true. "
            "Add it to the move that leads on."
        ),
    ),
    (
        _change_move(name="Finish"),
        "Move 'Finish': a name is made of small letters, digits and underscores.",
    ),
    (
        _change(name="Small one"),
        "The process 'Small one': a name is made of small letters, digits and underscores.",
    ),
    (
        _change_move(guards=["has_handle", "has_tea"]),
        "Move 'finish' names the unknown guard 'has_tea'. Did you mean 'has_team'?",
    ),
    (
        _change_move(guards=["four_eyes"], says="decision", roles=["frontline", "customer"]),
        (
            "Move 'finish' can be made without a member of staff, so 'four_eyes' has no author to ask for. "
            "Take 'customer' and 'system' out of its roles."
        ),
    ),
    (
        _add_move("finish", "done", "same"),
        "Two moves called 'finish' clash: one leads to 'done', the other to 'no other state'.",
    ),
    (
        _both(_change_move(to="same"), _add_move("finish", "done", "open")),
        "Two moves called 'finish' clash: one leads to 'no other state', the other to 'open'.",
    ),
    (
        _change(kind="x"),
        "The process is of the unknown kind 'x'. Known are: complaint, compliment, suggestion, enquiry.",
    ),
    (
        _change_move(guards=[{"name": "reason_given", "field": "why"}], field=[FIELD]),
        (
            "Move 'finish' can never be made: the guard 'reason_given' reads the field 'why', "
            "which its form does not have."
        ),
    ),
    (_change_move(stage=0), "Move 'finish' leads to stage 0; stages are counted from 1."),
    (
        _change_move(guards=["reason_given"]),
        (
            "Move 'finish' can never be made: the guard 'reason_given' reads the field 'reason', "
            "which its form does not have."
        ),
    ),
    (
        _both(_change(kind="complaint"), _change_state(1, name="withdrawn"), _change_move(to="withdrawn")),
        (
            "Move 'finish' can never be made: a complaint ends in 'withdrawn' only with a reason, "
            "and its form has no field 'reason'."
        ),
    ),
    (
        _change(kind="complain"),
        "The process is of the unknown kind 'complain'. Did you mean 'complaint'?",
    ),
    (
        _change_state(0, name="Open!"),
        "State 'Open!': a name is made of small letters, digits and underscores.",
    ),
    (
        _change_state(0, step="Opened"),
        "State 'open' stands at the step 'Opened', which is not one of the steps of the process.",
    ),
    (_change_state(0, labell="x"), "State 'open' has the unknown key 'labell'; did you mean 'label'?"),
    (_change_state(0, label=""), "State 'open' has no 'label'."),
    (_change_state(1, is_end="yes"), "State 'done' has a 'is_end' that is neither true nor false."),
    (_change_move(roles="frontline"), "Move 'finish' has a 'roles' that is not a list."),
    (_change_move(roles=[]), "Move 'finish' has no 'roles'."),
    (_change(state=["open"]), "State number 1 must be a table."),
    (_change_move(guards=[3]), "Move 'finish' has a guard that is neither a name nor a table with a name."),
    (
        _change(reopen_window_days="30"),
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
    _change_move(roles=["boss"], says="hello")(data)
    assert len(problems(data)) == 2


def test_the_same_name_may_lead_to_the_same_state_from_different_states() -> None:
    data = small_process()
    _both(_add_state("later"), _add_move("wait", "open", "later"), _add_move("finish", "later", "done"))(data)
    assert problems(data) == []


@pytest.mark.parametrize("data", [None, [], "process", 3, {}])
def test_what_is_no_process_at_all_is_refused_without_a_crash(data: Any) -> None:
    assert problems(data)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.toml"
    path.write_text("<html>")
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
        _both(_add_state(name), _add_move(f"leave_{name}", "open", name))(data)
        _add_move(f"end_{name}", name, "done")(data)
    for name, source, target, clocks in moves:
        _add_move(name, source, target, clocks=clocks)(data)
    assert problems(data) == []


def test_two_ways_of_saying_that_a_move_stays_do_not_clash() -> None:
    data = small_process()
    _both(_add_move("hold", "open", "same"), _add_move("hold", "done", ""))(data)
    assert problems(data) == []


def test_a_move_that_stays_leads_to_no_other_state() -> None:
    data = small_process()
    _both(_add_state("trap"), _add_move("fall", "open", "trap"), _add_move("hold", "trap", "same"))(data)
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
        _add_state(name)(data)
    for name, source, target in (("c", "second", "third"), ("b", "first", "second"), ("d", "third", "done")):
        _add_move(name, source, target)(data)
    _add_move("a", "open", "first", clocks=PAUSE)(data)
    assert problems(data) == [
        (
            "Paused clocks stay paused for ever in 'third' and 'second' and 'first': no move that can follow has "
            "resume = true. Add it to the move that leads on."
        )
    ]
    data["move"][-2] |= {"clocks": RESUME}
    assert problems(data) == []
