"""A case enters a path, and each stage is handled by people who handled none before."""

from dataclasses import replace

import pytest

from casework.workflow import MoveRefused, Process, decide, parse_process, problems, svg, text
from casework.workflow.guards import GUARDS
from tests.workflow.builders import ANN, BEN, CARA, case, small_process

DAN = 4


def _levels() -> Process:
    """Three stages that a case climbs by the same move, and a path that it may enter."""
    data = small_process()
    climbs = {"from": ["open"], "to": "same", "roles": ["supervisor"]}
    handler = {"name": "handler", "label": "Handler", "kind": "user"}
    for stage in (2, 3):
        data["move"].append(
            {
                "name": f"climb_{stage}",
                "label": f"Level {stage}",
                "stage": stage,
                "field": [handler],
                **climbs,
            }
        )
    data["move"].append({"name": "hurry", "label": "Hurry", "path": "very_urgent", **climbs})
    data["move"][0]["roles"] = ["supervisor"]
    return parse_process(data)


LEVELS = _levels()


def test_a_path_is_entered_once_and_kept() -> None:
    entering = decide(LEVELS, case(state="open"), "hurry").effects
    assert (entering.path, entering.enters_path) == ("very_urgent", True)
    again = decide(LEVELS, case(state="open", path="very_urgent"), "hurry").effects
    assert (again.path, again.enters_path) == ("very_urgent", False)
    climbing = decide(LEVELS, case(state="open", path="very_urgent"), "climb_2").effects
    assert (climbing.path, climbing.enters_path) == ("very_urgent", False)
    ordinary = decide(LEVELS, case(state="open"), "climb_2").effects
    assert (ordinary.path, ordinary.enters_path) == ("", False)


def test_a_path_is_stored_drawn_and_listed() -> None:
    assert LEVELS.paths == ("very_urgent",)
    assert parse_process(LEVELS.to_data()) == LEVELS
    assert "Hurry: stays in Open, on the very urgent path." in svg(LEVELS)
    assert "(stays), very urgent path" in text(LEVELS)


@pytest.mark.parametrize(
    ("reviewer", "stage"), [(BEN, 2), (CARA, 1), (DAN, None)], ids=["handles stage 2", "handled 1", "neither"]
)
def test_a_third_stage_is_given_to_nobody_who_handled_the_first_two(reviewer: int, stage: int | None) -> None:
    climbing = case(state="open", stage=2, handled={1: frozenset({CARA})}, given={"handler": reviewer})
    if stage is None:
        assert decide(LEVELS, climbing, "climb_3").effects.stage == 3
        return
    with pytest.raises(MoveRefused) as refusal:
        decide(LEVELS, climbing, "climb_3")
    assert refusal.value.reasons == [
        f"The handler also handled stage {stage} of this case. Choose a reviewer who did not."
    ]


def test_whoever_handled_the_second_stage_makes_no_move_of_the_third() -> None:
    handled = {2: frozenset({ANN}), 3: frozenset({BEN})}
    review = case(state="open", stage=3, handler_id=DAN, handled=handled, decision_state="sent")
    with pytest.raises(MoveRefused, match="You handled stage 2 of this case"):
        decide(LEVELS, review, "finish")
    assert decide(LEVELS, replace(review, actor_id=BEN), "finish").to_state == "done"


def test_the_people_of_stage_1_are_known_by_either_name() -> None:
    both = case(
        stage=2, stage1_handlers=frozenset({ANN}), handled={1: frozenset({BEN}), 2: frozenset({CARA})}
    )
    assert both.handlers_of(1) == {ANN, BEN}
    assert both.handlers_of(2) == {CARA}
    assert both.handlers_of(3) == frozenset()
    assert [both.handled_before(3, who) for who in (ANN, BEN, CARA, DAN, None)] == [1, 1, 2, None, None]
    assert both.handled_before(2, CARA) is None


@pytest.mark.parametrize(
    "guard",
    [
        "not_named_in_case",
        "chosen_not_named",
        "actor_is_independent",
        "reviewer_is_independent",
        "every_issue_decided",
        "decision_sent_or_impossible",
        "reason_given",
    ],
)
def test_what_always_holds_can_be_named_by_a_process_too(guard: str) -> None:
    data = small_process()
    field = {"chosen_not_named": "handler"}.get(guard, "reason")
    data["move"][0] |= {"guards": [guard], "field": [{"name": field, "label": "Field"}]}
    assert guard in GUARDS
    assert problems(data) == []
