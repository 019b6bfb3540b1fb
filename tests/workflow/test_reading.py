"""A process file is read key by key: each value arrives, and what cannot be read is told with its place."""

from typing import Any

import pytest

from casework.workflow import ClockEffects, Field, Guard, Move, Process, State, parse_process, problems
from casework.workflow.parse import ProcessError
from casework.workflow.reading import read_process
from casework.workflow.situation import as_amount, as_date, as_int
from tests.workflow.builders import small_process

FULL: dict[str, Any] = {
    "name": "full",
    "kind": "suggestion",
    "title": "Full",
    "note": "Everything.",
    "start": "open",
    "steps": ["Open", "Done"],
    "reopen_window_days": 7,
    "escalate_window_days": 9,
    "state": [
        {
            "name": "open",
            "label": "Open",
            "public_label": "We got it",
            "step": "Open",
            "waits_for_customer": True,
        },
        {
            "name": "done",
            "label": "Done",
            "public_label": "We finished",
            "step": "Done",
            "is_end": True,
            "is_closed": True,
        },
    ],
    "move": [
        {
            "name": "hold",
            "label": "Hold",
            "from": ["open"],
            "to": "same",
            "roles": ["manager", "system"],
            "guards": ["reason_given", {"name": "due_before", "days": 3}],
            "clocks": {"stop": ["meet"], "start": ["update"], "pause": True, "resume": True, "extend": True},
            "says": "update",
            "stage": 2,
            "path": "expedited",
            "key": "h",
            "main": True,
            "field": [
                {"name": "reason", "label": "Reason", "kind": "choice", "choices": [["a", "A"], ["b", "B"]]},
                {
                    "name": "new_date",
                    "label": "New date",
                    "kind": "date",
                    "required": True,
                    "hint": "Soon.",
                },
            ],
        },
        {
            "name": "finish",
            "label": "Finish",
            "from": ["open"],
            "to": "done",
            "roles": ["manager"],
            "clocks": {"cancel": True},
        },
    ],
}

EXPECTED = Process(
    name="full",
    kind="suggestion",
    title="Full",
    note="Everything.",
    start="open",
    steps=("Open", "Done"),
    reopen_window_days=7,
    escalate_window_days=9,
    states=(
        State("open", "Open", "We got it", 0, waits_for_customer=True),
        State("done", "Done", "We finished", 1, is_end=True, is_closed=True),
    ),
    moves=(
        Move(
            "hold",
            "Hold",
            ("open",),
            "same",
            ("manager", "system"),
            fields=(
                Field("reason", "Reason", "choice", choices=(("a", "A"), ("b", "B"))),
                Field("new_date", "New date", "date", required=True, hint="Soon."),
            ),
            guards=(Guard("reason_given"), Guard("due_before", {"days": 3})),
            clocks=ClockEffects(stop=("meet",), start=("update",), pause=True, resume=True, extend=True),
            says="update",
            stage=2,
            path="expedited",
            key="h",
            main=True,
        ),
        Move("finish", "Finish", ("open",), "done", ("manager",), clocks=ClockEffects(cancel=True)),
    ),
)


def test_every_key_of_a_file_arrives_and_is_written_again() -> None:
    assert parse_process(FULL) == EXPECTED
    assert EXPECTED.to_data() == FULL


def test_what_is_left_out_takes_its_default() -> None:
    process = parse_process(small_process())
    assert (process.note, process.reopen_window_days, process.escalate_window_days) == ("", 30, 60)
    assert process.moves[0] == Move("finish", "Finish", ("open",), "done", ("frontline",))
    field, problem = read_process({"move": [{"field": [{"name": "a", "label": "A"}]}]})
    assert field.moves[0].fields == (Field("a", "A"),)
    assert problem


def test_a_move_without_a_target_is_stored_with_all_that_a_move_must_have() -> None:
    bare = Move("", "", (), "", ())
    assert bare.to_data() == {"name": "", "label": "", "from": [], "to": "", "roles": []}


def _of_move(**changes: Any) -> dict[str, Any]:
    data = small_process()
    data["move"][0].update(changes)
    return data


def _of_state(**changes: Any) -> dict[str, Any]:
    data = small_process()
    data["state"][0].update(changes)
    return data


def _field(*fields: Any) -> dict[str, Any]:
    return _of_move(field=list(fields))


PAIR = "Move 'finish', field 'a' has a choice that is not a pair of a value and its label."
UNREADABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({**small_process(), "kind": ""}, ["The process has no 'kind'."]),
    ({**small_process(), "title": ""}, ["The process has no 'title'."]),
    (
        {**small_process(), "steps": []},
        [
            "The process has no 'steps'.",
            "State 'open' stands at the step 'Open', which is not one of the steps of the process.",
            "State 'done' stands at the step 'Done', which is not one of the steps of the process.",
        ],
    ),
    (_of_move(stage=36_501), ["Move 'finish' has a 'stage' that is not a whole number from 0 to 36500."]),
    (_of_move(name=""), ["Move number 1 has no 'name'."]),
    (_of_move(name=3), ["Move number 1 has a 'name' that is not a text."]),
    (_of_move(label=""), ["Move 'finish' has no 'label'."]),
    (_of_move(**{"from": []}), ["Move 'finish' has no 'from'."]),
    (_of_move(**{"from": [" "]}), ["Move 'finish' has a 'from' that is not a list of texts."]),
    (_of_state(name=""), ["State number 1 has no 'name'."]),
    (_of_state(step=""), ["State 'open' has no 'step'."]),
    (_of_state(public_label=""), ["State 'open' has no 'public_label'."]),
    (_field({"label": "A"}), ["Move 'finish', field '?' has no 'name'."]),
    (_field({"name": "a"}), ["Move 'finish', field 'a' has no 'label'."]),
    (
        _field("a"),
        [
            "Move 'finish', field '?' must be a table.",
            "Move 'finish', field '?' has no 'name'.",
            "Move 'finish', field '?' has no 'label'.",
        ],
    ),
    (
        _field({"name": "a", "label": "A", "labl": ""}),
        ["Move 'finish', field 'a' has the unknown key 'labl'; did you mean 'label'?"],
    ),
    (_field({"name": "a", "label": "A", "kind": "choice", "choices": [["a"]]}), [PAIR]),
    (_field({"name": "a", "label": "A", "kind": "choice", "choices": [["a", 1]]}), [PAIR]),
    (_field({"name": "a", "label": "A", "kind": "choice", "choices": [["a", ""]]}), [PAIR]),
    (_field({"name": "a", "label": "A", "kind": "choice", "choices": [["a", "b", "c"]]}), [PAIR]),
    (_field({"name": "a", "label": "A", "kind": "choice", "choices": ["ab"]}), [PAIR]),
    (
        _of_move(guards=[{"days": 3}]),
        ["Move 'finish' has a guard that is neither a name nor a table with a name."],
    ),
    (_of_move(clocks=[]), ["Move 'finish', clocks must be a table."]),
    (_of_move(stage=-1), ["Move 'finish' has a 'stage' that is not a whole number from 0 to 36500."]),
    (_of_move(stage=True), ["Move 'finish' has a 'stage' that is not a whole number from 0 to 36500."]),
    (_of_move(key=1), ["Move 'finish' has a 'key' that is not a text."]),
]


@pytest.mark.parametrize(("data", "sentences"), UNREADABLE, ids=[found[0] for _, found in UNREADABLE])
def test_what_cannot_be_read_is_told_with_its_place_and_nothing_else(
    data: dict[str, Any], sentences: list[str]
) -> None:
    assert problems(data) == sentences


def test_what_cannot_be_read_of_a_value_is_left_empty() -> None:
    data = _of_move(guards=[3], field=[{"name": "a", "label": "A", "choices": ["ab"]}])
    move = read_process(data)[0].moves[0]
    assert move.guards == (Guard(""),)
    assert move.fields[0].choices == (("", ""),)


def test_the_refusal_names_the_process_and_tells_everything() -> None:
    with pytest.raises(ProcessError) as refusal:
        parse_process(_of_move(roles=["boss"], says="hello"))
    assert str(refusal.value) == " ".join(["The process 'small' is refused.", *refusal.value.problems])
    assert len(refusal.value.problems) == 2
    unnamed = {key: value for key, value in small_process().items() if key != "name"}
    assert parse_process(unnamed).name == "process"
    assert parse_process(unnamed, name="called").name == "called"


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0", "0"),
        ("0.50", "0.50"),
        (25, "25"),
        (" 7 ", "7"),
        ("-1", None),
        ("Infinity", None),
        ("NaN", None),
        (True, None),
        (None, None),
        ([], None),
        ("a lot", None),
    ],
)
def test_an_amount_is_a_number_of_zero_or_more(value: object, amount: str | None) -> None:
    found = as_amount(value)
    assert (None if found is None else str(found)) == amount


@pytest.mark.parametrize("value", [None, 3, "", "tomorrow", "2026-13-01"])
def test_what_is_no_date_is_none(value: object) -> None:
    assert as_date(value) is None


@pytest.mark.parametrize(
    ("value", "number"), [("7", 7), (7, 7), (True, None), ("²", None), ("-1", None), ("", None)]
)
def test_a_number_is_read_from_a_form_or_from_json(value: object, number: int | None) -> None:
    assert as_int(value) == number


@pytest.mark.parametrize("days", [0, 36_500])
def test_a_window_may_be_shut_or_last_a_hundred_years(days: int) -> None:
    process = parse_process({**small_process(), "reopen_window_days": days, "escalate_window_days": days})
    assert (process.reopen_window_days, process.escalate_window_days) == (days, days)
