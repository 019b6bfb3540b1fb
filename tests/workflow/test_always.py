"""What always holds, whatever the process says: shown on processes whose moves carry no guard at all."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.workflow import (
    Field,
    IssueView,
    Move,
    MoveRefused,
    Process,
    Situation,
    State,
    decide,
    load_preset,
    more_preset_names,
    offers,
    preset_names,
)
from casework.workflow.definition import ENDS_WITHOUT_DECISION, ROLES
from casework.workflow.situation import DECISION_STATES

NAMES = ("received", "working", "responded", "closed", "finished", "withdrawn", "referred", "duplicate")
ALWAYS_CLOSED = {"closed", "finished", *ENDS_WITHOUT_DECISION}
PEOPLE = st.integers(1, 4)
GIVEN_VALUES = st.one_of(st.sampled_from(["", " ", "because", "2026-12-24"]), st.integers(0, 5), st.none())
PRESETS = [load_preset(name) for name in (*preset_names(), *more_preset_names())]

states = st.builds(
    lambda closed: tuple(
        State(name, name, name, is_end=name in closed, is_closed=name in closed) for name in NAMES
    ),
    st.sets(st.sampled_from(NAMES)).map(lambda names: names | ALWAYS_CLOSED),
)
fields = st.lists(
    st.builds(
        Field,
        name=st.sampled_from(["reason", "handler", "message", "new_date"]),
        label=st.just("Field"),
        kind=st.sampled_from(["text", "long_text", "message", "user"]),
    ),
    max_size=2,
    unique_by=lambda field: field.name,
).map(tuple)
moves = st.lists(
    st.builds(
        Move,
        name=st.sampled_from(["one", "two", "three"]),
        label=st.just("Move"),
        from_states=st.just(NAMES),
        to_state=st.sampled_from((*NAMES, "same", "")),
        roles=st.just(ROLES),
        fields=fields,
        stage=st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda move: move.name,
).map(tuple)
processes = st.builds(
    Process,
    name=st.just("bare"),
    kind=st.just("complaint"),
    title=st.just("Bare"),
    start=st.just("received"),
    steps=st.just(("Only",)),
    states=states,
    moves=moves,
)
issues = st.lists(
    st.builds(IssueView, st.integers(1, 9), st.just("Point"), st.booleans(), st.booleans()), max_size=3
).map(tuple)


def situations(kinds: tuple[str, ...], state_names: tuple[str, ...]) -> st.SearchStrategy[Situation]:
    """Any case of these kinds in any of these states, seen by anybody, with anything typed."""
    instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
    return st.builds(
        Situation,
        kind=st.sampled_from(kinds),
        state=st.sampled_from(state_names),
        actor_role=st.sampled_from(ROLES),
        now=instants,
        actor_id=st.none() | PEOPLE,
        stage=st.integers(1, 3),
        severity=st.none() | st.integers(1, 4),
        service_id=st.none() | st.just(1),
        team_id=st.none() | st.just(1),
        handler_id=st.none() | PEOPLE,
        responded_at=st.none() | instants,
        closed_at=st.none() | instants,
        calendar_due_at=st.none() | instants,
        issues=issues,
        decision_state=st.sampled_from(DECISION_STATES),
        customer_reachable=st.booleans(),
        stage1_handlers=st.frozensets(PEOPLE, max_size=2),
        handled=st.dictionaries(st.integers(1, 3), st.frozensets(PEOPLE, max_size=2), max_size=2),
        named_staff=st.frozensets(PEOPLE, max_size=1),
        extensions_used=st.integers(0, 2),
        given=st.dictionaries(
            st.sampled_from(["reason", "handler", "message", "new_date", "severity", "amount", "body"]),
            GIVEN_VALUES,
            max_size=4,
        ),
    )


def _decided_and_answered(situation: Situation) -> bool:
    decided = bool(situation.issues) and all(one.has_finding and one.has_cause for one in situation.issues)
    return decided and situation.decision_state in ("sent", "impossible")


@settings(max_examples=200, deadline=None)
@given(processes, situations(("complaint",), NAMES))
def test_a_complaint_is_closed_only_decided_and_answered_or_with_a_reason(
    process: Process, situation: Situation
) -> None:
    for move in process.moves:
        try:
            decision = decide(process, situation, move.name)
        except MoveRefused:
            continue
        target = process.state(decision.to_state)
        assert target is not None
        if move.stays or not target.is_closed:
            continue
        if target.name in ENDS_WITHOUT_DECISION:
            assert situation.typed("reason")
        else:
            assert _decided_and_answered(situation)


@settings(max_examples=150, deadline=None)
@given(processes, situations(("complaint", "enquiry"), NAMES))
def test_who_is_named_or_handled_an_earlier_stage_makes_no_move_of_a_review(
    process: Process, situation: Situation
) -> None:
    for move in process.moves:
        try:
            effects = decide(process, situation, move.name).effects
        except MoveRefused:
            continue
        assert situation.actor_id not in situation.named_staff
        earlier = set(situation.stage1_handlers) if situation.stage >= 2 else set()
        earlier |= {
            who for stage, people in situation.handled.items() if stage < situation.stage for who in people
        }
        assert situation.actor_id not in earlier
        if situation.actor_role != "customer":
            assert situation.handler_after not in earlier
        assert effects.stage >= situation.stage


PRESET_STATES = tuple(sorted({state.name for process in PRESETS for state in process.states}))
KINDS = ("complaint", "compliment", "suggestion", "enquiry")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PRESETS), situations(KINDS, PRESET_STATES))
def test_once_something_is_typed_an_offer_is_allowed_exactly_when_the_move_is(
    process: Process, situation: Situation
) -> None:
    if not situation.given:
        situation = replace(situation, given={"message": "We looked into it."})
    for offer in offers(process, situation):
        try:
            decide(process, situation, offer.move.name)
            reasons: list[str] = []
        except MoveRefused as refusal:
            reasons = refusal.reasons
        assert (offer.allowed, list(offer.reasons)) == (not reasons, reasons)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PRESETS), situations(KINDS, PRESET_STATES))
def test_what_is_refused_before_anything_is_typed_no_typing_allows_alone(
    process: Process, situation: Situation
) -> None:
    empty = replace(situation, given={})
    for offer in offers(process, empty):
        of_the_form = {field.name for field in offer.move.fields}
        typed = {name: value for name, value in situation.given.items() if name in of_the_form}
        if offer.allowed:
            continue
        try:
            decide(process, replace(situation, given=typed), offer.move.name)
        except MoveRefused:
            continue
        raise AssertionError(f"{offer.move.name} was refused although the form could have allowed it")


def test_a_case_without_any_guard_is_still_refused_for_each_thing_that_lacks() -> None:
    bare = Process(
        "bare",
        "complaint",
        "Bare",
        "open",
        ("Only",),
        (State("open", "Open", "Open"), State("closed", "Closed", "Closed", is_end=True, is_closed=True)),
        (Move("close", "Close", ("open",), "closed", ("manager",)),),
    )
    for finding, cause, state in product((True, False), (True, False), DECISION_STATES):
        situation = Situation(
            kind="complaint",
            state="open",
            actor_role="manager",
            now=datetime(2026, 11, 23, tzinfo=UTC),
            issues=(IssueView(1, "Point", finding, cause),),
            decision_state=state,
        )
        may_close = finding and cause and state in ("sent", "impossible")
        assert [offer.allowed for offer in offers(bare, situation)] == [may_close]
        # A case of another kind in the same process is not held back.
        assert decide(bare, replace(situation, kind="enquiry"), "close").to_state == "closed"
