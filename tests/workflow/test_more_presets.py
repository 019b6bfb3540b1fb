"""The processes for further codes do what is peculiar to their code."""

from dataclasses import replace
from typing import Any

import pytest

from casework.workflow import MoveRefused, Process, Situation, decide, load_preset
from tests.workflow.builders import ANN, BEN, CARA, case

LEVELS = load_preset("complaint-three-levels")
GRIEVANCE = load_preset("complaint-medical-grievance")
SUMMARY = load_preset("complaint-summary-resolution")
MEETING = load_preset("complaint-public-meeting")

Step = tuple[str, dict[str, Any], str]


def walk(process: Process, situation: Situation, steps: list[Step]) -> Situation:
    """The case after these moves, each with what is typed in its form and the state it leads to."""
    for name, given, target in steps:
        decision = decide(process, replace(situation, given=given), name)
        assert decision.to_state == target, name
        effects = decision.effects
        handled = dict(situation.handled)
        if effects.enters_stage and situation.handler_id is not None:
            handled[situation.stage] = frozenset({situation.handler_id})
        situation = replace(
            situation,
            state=target,
            stage=effects.stage,
            path=effects.path,
            handled=handled,
            handler_id=given.get("handler", None if effects.enters_stage else situation.handler_id),
            decision_state="sent" if effects.says == "decision" else situation.decision_state,
            responded_at=situation.now if effects.says == "decision" else situation.responded_at,
            extensions_used=situation.extensions_used + effects.clocks.extend,
        )
    return situation


def reasons(process: Process, situation: Situation, name: str, **given: object) -> list[str]:
    """Why the move is refused with this typed in its form."""
    with pytest.raises(MoveRefused) as refusal:
        decide(process, replace(situation, given=given), name)
    return refusal.value.reasons


NEW = case(state="received", handler_id=None)
ANSWER = {"message": "You were right to complain."}
WHY = {"reason": "That did not put it right."}


def test_a_complaint_climbs_three_levels_each_with_people_of_its_own() -> None:
    first = walk(
        LEVELS,
        NEW,
        [
            ("acknowledge", {}, "acknowledged"),
            ("take_up", {"handler": BEN}, "at_contact"),
            ("respond", ANSWER, "responded"),
        ],
    )
    second = walk(
        LEVELS,
        first,
        [
            ("escalate", WHY, "formal"),
            ("acknowledge", {}, "acknowledged"),
            ("investigate", {"handler": CARA}, "investigating"),
            ("ask_customer", {"message": "Which day was it?"}, "awaiting_customer"),
            ("customer_answers", {}, "investigating"),
            ("respond", ANSWER, "responded"),
        ],
    )
    assert reasons(LEVELS, second, "escalate", **WHY) == [
        "This can only be done at stage 1; the case is at stage 2."
    ]
    third = walk(LEVELS, second, [("ask_review", WHY, "review_asked"), ("acknowledge", {}, "acknowledged")])
    for level, person in ((1, BEN), (2, CARA)):
        assert reasons(LEVELS, third, "review", handler=person) == [
            f"The handler also handled stage {level} of this case. Choose a reviewer who did not."
        ]
    reviewing = walk(LEVELS, third, [("review", {"handler": 4}, "reviewing")])
    assert reasons(LEVELS, replace(reviewing, checked_by_id=ANN), "answer_review", **ANSWER) == [
        "Whoever wrote this answer cannot release it too. Ask a colleague to check it."
    ]
    checked = replace(reviewing, checked_by_id=9)
    assert walk(LEVELS, checked, [("answer_review", ANSWER, "responded"), ("close", {}, "closed")]).stage == 3


def test_a_complaint_that_cannot_be_put_right_where_it_happened_becomes_formal_before_an_answer() -> None:
    at_contact = replace(NEW, state="at_contact", handler_id=BEN)
    effects = decide(LEVELS, replace(at_contact, given=WHY), "make_formal").effects
    assert (effects.stage, effects.enters_stage) == (2, True)
    assert set(effects.clocks.start) == {"acknowledge", "respond", "update"}
    assert reasons(LEVELS, at_contact, "make_formal", handler=BEN, **WHY) == [
        "The handler also handled stage 1 of this case. Choose a reviewer who did not."
    ]


@pytest.mark.parametrize(("name", "stage"), [("take_up", 1), ("investigate", 2), ("review", 3)])
def test_each_level_leads_on_to_its_own_work(name: str, stage: int) -> None:
    for at in (1, 2, 3):
        acknowledged = case(state="acknowledged", stage=at)
        if at == stage:
            decide(LEVELS, acknowledged, name)
        else:
            assert reasons(LEVELS, acknowledged, name) == [
                f"This can only be done at stage {stage}; the case is at stage {at}."
            ]


def test_a_grievance_is_expedited_once_and_then_not_extended() -> None:
    about = {"reason": "refused_to_expedite"}
    expedited = walk(GRIEVANCE, NEW, [("expedite", about, "received")])
    assert expedited.path == "expedited"
    refusal = ["This can only be done on the ordinary path; the case is on the expedited one."]
    assert reasons(GRIEVANCE, expedited, "expedite", **about) == refusal
    notice = {"reason": "A record is missing.", "new_date": "2026-12-09", "message": "It takes longer."}
    assert reasons(GRIEVANCE, expedited, "extend", **notice) == refusal
    walk(GRIEVANCE, replace(expedited, handler_id=BEN), [("respond", ANSWER, "responded")])


def test_an_ordinary_grievance_is_extended_once_by_fourteen_days_with_notice() -> None:
    notice = {"reason": "A record is missing.", "new_date": "2026-12-09", "message": "It takes longer."}
    extended = walk(GRIEVANCE, NEW, [("extend", notice, "received")])
    assert "used up" in reasons(GRIEVANCE, extended, "extend", **notice)[0]
    assert reasons(GRIEVANCE, NEW, "extend", **{**notice, "new_date": "2026-12-10"}) == [
        "The new date may lie 14 days after 25 November 2026 at most: 9 December 2026."
    ]
    assert reasons(GRIEVANCE, NEW, "extend", **{**notice, "message": ""}) == [
        "Fill in “Notice to the member”."
    ]
    assert reasons(GRIEVANCE, replace(NEW, customer_reachable=False), "extend", **notice)


@pytest.mark.parametrize("state", ["received", "acknowledged", "investigating"])
def test_a_short_letter_is_enough_until_the_early_time_is_over(state: str) -> None:
    accepted = {"accepted": "phone", "message": "We take this as resolved."}
    early = case(state=state, early_open=True)
    assert walk(SUMMARY, early, [("resolve_early", accepted, "responded")]).decision_state == "sent"
    assert reasons(SUMMARY, replace(early, early_open=False), "resolve_early", **accepted) == [
        "The time in which it could be resolved early is over. Look into it and send a full answer."
    ]


def test_after_the_early_time_a_final_response_is_sent_or_a_delay_letter() -> None:
    late = walk(
        SUMMARY,
        NEW,
        [("acknowledge", {}, "acknowledged"), ("investigate", {"handler": BEN}, "investigating")],
    )
    letter = {
        "reason": "A record is missing.",
        "new_date": "2027-01-20",
        "message": "You may go to the ombudsman.",
    }
    walk(
        SUMMARY,
        late,
        [("extend", letter, "investigating"), ("respond", ANSWER, "responded"), ("close", {}, "closed")],
    )


def test_a_meeting_is_kept_and_the_answer_follows_it_and_an_appeal_meets_again() -> None:
    arranged = {"meeting_on": "2026-12-01", "place": "Town hall", "message": "We meet on Tuesday."}
    held = {"who_came": "Both of us.", "said": "A ramp would do."}
    form = {"form": "large_print", **ANSWER}
    stops = decide(MEETING, case(state="meeting_arranged", given=held), "hold_meeting").effects.clocks.stop
    assert "meet" in stops
    assert "respond" not in stops
    answered = walk(
        MEETING,
        NEW,
        [
            ("arrange_meeting", {**arranged, "handler": BEN}, "meeting_arranged"),
            ("hold_meeting", held, "met"),
            ("respond", form, "responded"),
        ],
    )
    assert "meet" in decide(MEETING, replace(answered, given=WHY), "escalate").effects.clocks.start
    appeal = walk(MEETING, answered, [("escalate", WHY, "appealed")])
    assert reasons(MEETING, appeal, "arrange_meeting", handler=BEN, **arranged) == [
        "The handler also handled stage 1 of this case. Choose a reviewer who did not."
    ]
    again: list[Step] = [
        ("arrange_meeting", {**arranged, "handler": CARA}, "meeting_arranged"),
        ("hold_meeting", held, "met"),
        ("respond", form, "responded"),
        ("close", {}, "closed"),
    ]
    assert walk(MEETING, appeal, again).stage == 2


def test_an_answer_is_owed_also_to_those_who_want_no_meeting() -> None:
    declined = decide(MEETING, replace(NEW, given=WHY), "go_on_without_meeting")
    assert declined.to_state == "met"
    assert "meet" in declined.effects.clocks.stop
