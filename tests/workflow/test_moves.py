"""Moves of the default process: what is offered, what is refused and why, what follows."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from casework.core.errors import Refused
from casework.workflow import (
    Decision,
    Guard,
    Move,
    MoveRefused,
    Offer,
    Situation,
    State,
    decide,
    load_preset,
    offers,
)
from casework.workflow.situation import Limit
from tests.workflow.builders import ANN, BEN, CARA, DECIDED, OPEN_ISSUE, case

COMPLAINT = load_preset("complaint")
YESTERDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
ANSWERED = {"state": "responded", "decision_state": "sent", "responded_at": YESTERDAY}


def offered(situation: Situation) -> dict[str, Offer]:
    """What the default process offers, by the name of the move."""
    return {offer.move.name: offer for offer in offers(COMPLAINT, situation)}


def refused(situation: Situation, name: str) -> list[str]:
    """The reasons for which the default process refuses the move."""
    with pytest.raises(MoveRefused) as refusal:
        decide(COMPLAINT, situation, name)
    return refusal.value.reasons


WALK: list[tuple[str, dict[str, Any], str]] = [
    ("acknowledge", {}, "acknowledged"),
    ("assess", {"severity": 3, "service": 7, "team": 8}, "assessed"),
    ("investigate", {"handler": BEN}, "investigating"),
    ("ask_customer", {"message": "Which day was it?"}, "awaiting_customer"),
    ("customer_answers", {"answer": "The ninth."}, "investigating"),
    ("propose_remedy", {"message": "An inspector comes on Friday."}, "remedy_proposed"),
    ("accept_remedy", {}, "remedy_agreed"),
    ("respond", {"message": "You were right to complain."}, "responded"),
]


def test_a_complaint_walks_the_main_line_and_closes_when_its_answer_has_gone() -> None:
    situation = case(state="received", severity=None, service_id=None, team_id=None, handler_id=None)
    for name, given, target in WALK:
        decision = decide(COMPLAINT, replace(situation, given=given), name)
        assert decision.to_state == target
        situation = replace(situation, state=target, handler_id=given.get("handler", situation.handler_id))
    assert refused(replace(situation, decision_state="queued"), "close") == [
        "The answer is waiting to be sent. The case can be closed when it has gone."
    ]
    closing = decide(COMPLAINT, replace(situation, decision_state="sent"), "close")
    assert (closing.to_state, closing.effects.closes) == ("closed", True)


def test_a_refused_move_stays_on_the_page_with_its_reason() -> None:
    offer = offered(case(issues=(DECIDED, OPEN_ISSUE)))["respond"]
    assert offer.allowed is False
    assert offer.reasons == ("Issue 2 needs a finding and a cause.",)


def test_what_the_form_asks_for_is_no_reason_before_it_is_typed() -> None:
    offer = offered(case(state="acknowledged", severity=None, service_id=None, team_id=None))["assess"]
    assert offer.allowed is True
    assert refused(case(state="acknowledged", severity=None, service_id=None), "assess") == [
        "The severity is not set yet. Choose 1 (low) to 4 (severe).",
        "The service is not set yet. Choose what the case is about.",
    ]


def test_offers_are_those_of_the_role_in_the_order_of_the_process() -> None:
    situation = case(state="awaiting_customer", actor_role="customer", actor_id=None)
    assert [offer.move.name for offer in offers(COMPLAINT, situation)] == ["customer_answers", "withdraw"]
    assert offers(COMPLAINT, case(actor_role="administrator")) == []


def test_the_first_main_offer_of_each_state_is_the_next_step() -> None:
    first = {}
    for state in ("received", "acknowledged", "assessed", "investigating", "remedy_agreed", "responded"):
        mains = [offer.move.name for offer in offers(COMPLAINT, case(state=state)) if offer.move.main]
        first[state] = mains[0]
    assert first == {
        "received": "acknowledge",
        "acknowledged": "assess",
        "assessed": "investigate",
        "investigating": "propose_remedy",
        "remedy_agreed": "respond",
        "responded": "close",
    }


@pytest.mark.parametrize(
    ("situation", "name", "sentence"),
    [
        (
            case(state="received"),
            "close",
            "“Close” cannot be done while the case is “Received”. Reload the page.",
        ),
        (case(), "fly", "There is no move called “fly” in the process “Complaint in two stages”."),
        (
            case(state="lost"),
            "close",
            "The process “Complaint in two stages” does not know the state of this case. Ask an administrator.",
        ),
        (
            case(state="withdrawn", actor_role="frontline"),
            "take_up_again",
            "“Take up again” can only be done by a supervisor or a manager. Ask one of them.",
        ),
    ],
)
def test_a_move_that_does_not_exist_here_is_refused(situation: Situation, name: str, sentence: str) -> None:
    assert refused(situation, name) == [sentence]


@pytest.mark.parametrize(
    ("name", "given", "sentences"),
    [
        (
            "extend",
            {"reason": "A second visit.", "new_date": "soon", "message": "Sorry."},
            [
                "“New date” must be a date that exists, such as 2026-11-30.",
                "The new date is missing. Give the date by which the customer will have an answer.",
            ],
        ),
        ("extend", {}, ["Fill in “Reason”.", "Fill in “New date”.", "Fill in “Words to the customer”."]),
        ("withdraw", {"reason": " "}, ["Fill in “Reason”."]),
        (
            "extend",
            {"reason": "A second visit.", "new_date": "2027-03-01", "message": "Sorry."},
            ["The new date may lie 31 days after 25 November 2026 at most: 26 December 2026."],
        ),
    ],
)
def test_what_is_typed_is_read_and_judged_once(
    name: str, given: dict[str, Any], sentences: list[str]
) -> None:
    assert refused(case(given=given), name) == sentences


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("assess", {"severity": "9"}, "“Severity” must be 1 (low) to 4 (severe)."),
        ("assess", {"team": "the best"}, "“Team” must be a team from the list."),
        ("assess", {"handler": "Ben"}, "“Handler” must be a member of staff from the list."),
        (
            "resolve_first_contact",
            {"remedy": "a cake"},
            "“Remedy given” must be one of the choices in the list.",
        ),
    ],
)
def test_a_value_that_is_none_of_the_choices_is_refused(
    name: str, given: dict[str, Any], sentence: str
) -> None:
    assert sentence in refused(case(state="acknowledged", given=given), name)


def test_an_extension_moves_the_date_once_and_leaves_the_state() -> None:
    given = {"reason": "A second visit.", "new_date": "2026-12-11", "message": "It takes longer."}
    decision = decide(COMPLAINT, case(given=given), "extend")
    assert (decision.to_state, decision.effects.clocks.extend, decision.effects.says) == (
        "investigating",
        True,
        "extension",
    )
    assert refused(case(given=given, extensions_used=1), "extend") == [
        "The time to answer can be extended once, and that is used up. Answer by the present date."
    ]


def test_asking_the_customer_pauses_the_clocks_and_an_answer_lets_them_run() -> None:
    asking = decide(COMPLAINT, case(given={"message": "Which day?"}), "ask_customer")
    answer = decide(COMPLAINT, case(state="awaiting_customer"), "customer_answers")
    assert (asking.effects.clocks.pause, asking.effects.says) == (True, "question")
    assert answer.effects.clocks.resume is True


def test_a_customer_who_cannot_be_reached_is_not_answered_but_that_is_recorded() -> None:
    situation = case(customer_reachable=False, decision_state="drafted")
    assert not offered(situation)["respond"].allowed
    recorded = decide(COMPLAINT, replace(situation, given={"impossible": "anonymous"}), "record_no_answer")
    assert recorded.to_state == "responded"
    assert not offered(case())["record_no_answer"].allowed


def test_front_line_staff_resolve_at_first_contact_within_their_limits() -> None:
    given = {"message": "I booked the visit while we spoke.", "remedy": "refund", "amount": "25"}
    at_once = case(state="received", actor_role="frontline", given=given)
    limits = {
        "frontline": {"refund": Limit(2, Decimal(50), "$50.00")},
        "supervisor": {"refund": Limit(4)},
    }
    at_once = replace(at_once, limits=lambda: limits)
    assert decide(COMPLAINT, at_once, "resolve_first_contact").to_state == "responded"
    too_much = replace(at_once, given={**given, "amount": "50.01"})
    assert refused(too_much, "resolve_first_contact") == [
        "Front-line staff may offer a refund of up to $50.00 on the spot. Offer less, or ask a supervisor, who may."
    ]
    severe = case(state="received", severity=3, limits=lambda: limits)
    assert not offered(replace(severe, actor_role="frontline"))["resolve_first_contact"].allowed
    assert offered(replace(severe, actor_role="supervisor"))["resolve_first_contact"].allowed


def escalate(**changes: Any) -> Decision:
    """Escalation of an answered complaint."""
    given = {"reason": "The visit did not take place.", **changes.pop("given", {})}
    return decide(COMPLAINT, case(**{**ANSWERED, **changes}, given=given), "escalate")


def test_escalation_enters_stage_2_with_clocks_and_an_answer_of_its_own() -> None:
    effects = escalate(stage1_handlers=frozenset({ANN, BEN})).effects
    assert (effects.stage, effects.enters_stage, effects.owes_answer) == (2, True, True)
    assert set(effects.clocks.start) == {"acknowledge", "respond", "review"}


def test_a_customer_escalates_a_closed_complaint_within_the_window() -> None:
    closed = {"state": "closed", "closed_at": YESTERDAY, "actor_role": "customer", "actor_id": None}
    effects = escalate(**closed).effects
    assert effects.reopens is True
    long_ago = datetime(2026, 9, 1, 12, tzinfo=UTC)
    with pytest.raises(MoveRefused, match=r"60 days .* ended on 31 October 2026"):
        escalate(**{**closed, "closed_at": long_ago, "responded_at": long_ago})


def test_stage_2_is_not_escalated_again() -> None:
    with pytest.raises(MoveRefused, match="only be done at stage 1"):
        escalate(stage=2, stage1_handlers=frozenset({CARA}))


@pytest.mark.parametrize("reviewer", [BEN, CARA])
def test_escalation_refuses_a_reviewer_who_handled_stage_1(reviewer: int) -> None:
    with pytest.raises(MoveRefused, match="Choose a reviewer who did not"):
        escalate(handler_id=BEN, stage1_handlers=frozenset({CARA}), given={"handler": reviewer})


@pytest.mark.parametrize("state", ["escalated", "acknowledged", "assessed", "investigating"])
def test_at_stage_2_nobody_who_handled_stage_1_makes_a_move(state: str) -> None:
    review = case(state=state, stage=2, handler_id=CARA, stage1_handlers=frozenset({ANN}))
    assert not any(offer.allowed for offer in offers(COMPLAINT, review))
    assert any(offer.allowed for offer in offers(COMPLAINT, replace(review, actor_id=CARA)))


def test_at_stage_2_a_handler_of_stage_1_is_replaced_by_the_move_that_chooses_another() -> None:
    review = case(state="assessed", stage=2, stage1_handlers=frozenset({BEN}))
    assert refused(review, "investigate") == [
        "The handler also handled stage 1 of this case. Choose a reviewer who did not."
    ]
    assert offered(review)["investigate"].allowed
    assert (
        decide(COMPLAINT, replace(review, given={"handler": CARA}), "investigate").to_state == "investigating"
    )


def test_reopening_owes_the_customer_a_new_answer() -> None:
    reopening = case(**ANSWERED, given={"reason": "A letter was overlooked."})
    effects = decide(COMPLAINT, reopening, "reopen").effects
    assert (effects.owes_answer, effects.enters_stage, effects.stage) == (True, False, 1)


def test_staff_named_in_the_case_do_nothing_in_it_and_are_not_given_it() -> None:
    named = case(named_staff=frozenset({ANN, CARA}))
    assert not any(offer.allowed for offer in offers(COMPLAINT, named))
    choosing = case(state="assessed", named_staff=frozenset({CARA}), given={"handler": str(CARA)})
    assert refused(choosing, "investigate") == [
        "The person chosen cannot be given this case. Choose somebody else."
    ]


@pytest.mark.parametrize("name", ["withdraw", "refer", "mark_duplicate"])
def test_an_end_without_a_decision_needs_a_reason_and_cancels_the_clocks(name: str) -> None:
    move = COMPLAINT.move(name, "investigating")
    assert move is not None
    given = {field.name: "As agreed." for field in move.fields}
    undecided = case(issues=(OPEN_ISSUE,), given=given)
    effects = decide(COMPLAINT, undecided, name).effects
    assert (effects.closes, effects.clocks.cancel) == (True, True)
    assert refused(replace(undecided, given=given | {"reason": ""}), name) == ["Fill in “Reason”."]


def test_a_refusal_is_a_refusal_to_everybody_who_catches_those() -> None:
    with pytest.raises(Refused, match="needs a finding"):
        decide(COMPLAINT, case(issues=(OPEN_ISSUE,), decision_state="drafted"), "respond")


@pytest.mark.parametrize(("severity", "fits"), [("0", False), ("1", True), ("4", True), ("5", False)])
def test_a_severity_is_one_of_four(severity: str, fits: bool) -> None:
    assessing = case(state="acknowledged", given={"severity": severity})
    if fits:
        assert decide(COMPLAINT, assessing, "assess").to_state == "assessed"
    else:
        assert refused(assessing, "assess") == [
            "“Severity” must be 1 (low) to 4 (severe).",
            *(["The severity is not set yet. Choose 1 (low) to 4 (severe)."] if severity == "5" else []),
        ]


@pytest.mark.parametrize(
    ("params", "days"), [({}, 30), ({"window": "reopen"}, 30), ({"window": "escalate"}, 60), ({"days": 5}, 5)]
)
def test_a_window_has_the_days_of_its_guard_or_else_of_the_process(params: dict[str, Any], days: int) -> None:
    moves = tuple(
        replace(move, guards=(Guard("within_window", params),), fields=()) for move in COMPLAINT.moves
    )
    process = replace(COMPLAINT, moves=moves)
    long_ago = case(state="responded", responded_at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    with pytest.raises(MoveRefused, match=f"^The {days} days "):
        decide(process, long_ago, "reopen")


def test_the_handlers_of_the_present_stage_are_kept_beside_the_one_who_has_it_now() -> None:
    handled = {1: frozenset({CARA}), 2: frozenset({ANN})}
    for reviewer in (BEN, CARA):
        with pytest.raises(MoveRefused, match="The handler also handled stage 1"):
            escalate(handler_id=BEN, handled=handled, given={"handler": reviewer})


def test_all_that_is_missing_is_told_at_once_in_order() -> None:
    bare = case(
        state="acknowledged", severity=None, service_id=None, team_id=None, issues=(), given={"handler": "x"}
    )
    assert refused(bare, "assess") == [
        "“Handler” must be a member of staff from the list.",
        "The case has no issue yet. Add what the customer raised.",
        "The severity is not set yet. Choose 1 (low) to 4 (severe).",
        "The service is not set yet. Choose what the case is about.",
        "No team is responsible for the case yet. Choose a team.",
    ]


@pytest.mark.parametrize(
    ("state", "name", "closes", "reopens", "owes"),
    [
        ("investigating", "ask_customer", False, False, False),
        ("investigating", "withdraw", True, False, False),
        ("closed", "reopen", False, True, True),
        ("responded", "reopen", False, False, True),
        ("closed", "escalate", False, True, True),
        ("responded", "close", True, False, False),
    ],
)
def test_a_move_closes_reopens_or_owes_an_answer_only_where_it_does(
    state: str, name: str, closes: bool, reopens: bool, owes: bool
) -> None:
    given = {"reason": "So it is.", "message": "Which day?"}
    situation = case(**{**ANSWERED, "state": state}, given=given)
    effects = decide(COMPLAINT, situation, name).effects
    assert (effects.closes, effects.reopens, effects.owes_answer) == (closes, reopens, owes)


def test_a_move_between_two_closed_states_neither_closes_nor_reopens() -> None:
    closed = State("archived", "Archived", "We put it away", 6, is_end=True, is_closed=True)
    archive = Move("archive", "Archive", ("closed",), "archived", ("supervisor",))
    process = replace(COMPLAINT, states=(*COMPLAINT.states, closed), moves=(*COMPLAINT.moves, archive))
    effects = decide(process, case(**{**ANSWERED, "state": "closed"}), "archive").effects
    assert (effects.closes, effects.reopens) == (False, False)
