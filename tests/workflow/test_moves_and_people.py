"""Whom a move may choose, whatever the field is called."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from casework.workflow import (
    Field,
    Move,
    MoveRefused,
    Process,
    decide,
    load_preset,
)
from tests.workflow.builders import BEN, CARA, case

COMPLAINT = load_preset("complaint")
YESTERDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
ANSWERED = {"state": "responded", "decision_state": "sent", "responded_at": YESTERDAY}


def _handed_over(kind: str) -> Process:
    """One move by which a case is handed on: its form has the field "next", but none for the handler."""
    field = Field("next", "Next", kind)
    hand_over = Move("hand_over", "Hand over", ("investigating",), "", ("supervisor",), fields=(field,))
    return replace(COMPLAINT, moves=(hand_over,))


NOT_THIS_ONE = ["The person chosen cannot be given this case. Choose somebody else."]


@pytest.mark.parametrize(
    ("kind", "given", "reasons"),
    [
        ("user", {"next": CARA}, NOT_THIS_ONE),
        ("user", {"next": BEN}, []),
        # Whoever is made handler is looked at although no field of the form is called so.
        ("user", {"handler": CARA}, NOT_THIS_ONE),
        # A number that is no person may be that of a person.
        ("text", {"next": CARA}, []),
    ],
)
def test_nobody_named_in_the_case_is_chosen_in_any_field_for_a_person(
    kind: str, given: dict[str, Any], reasons: list[str]
) -> None:
    process, choosing = _handed_over(kind), case(named_staff=frozenset({CARA}), given=given)
    if reasons:
        with pytest.raises(MoveRefused) as refusal:
            decide(process, choosing, "hand_over")
        assert refusal.value.reasons == reasons
    else:
        assert decide(process, choosing, "hand_over").move == process.moves[0]


@pytest.mark.parametrize(
    ("kind", "given", "fits"), [("user", "next", False), ("user", "handler", False), ("text", "next", True)]
)
def test_nobody_of_an_earlier_stage_is_chosen_in_any_field_for_a_person(
    kind: str, given: str, fits: bool
) -> None:
    review = case(stage=2, handled={1: frozenset({CARA})}, given={given: CARA})
    if fits:
        assert decide(_handed_over(kind), review, "hand_over").to_state == "investigating"
        return
    with pytest.raises(MoveRefused, match="The handler also handled stage 1"):
        decide(_handed_over(kind), review, "hand_over")
