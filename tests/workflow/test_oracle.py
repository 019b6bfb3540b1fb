"""Our moves agree with those of the `transitions` library, guards left aside: in every preset and in any process."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions import MachineError

from casework.workflow import (
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
    problems,
)
from casework.workflow.definition import ROLES
from tests.workflow.machines import Walker

PRESETS = [load_preset(name) for name in (*preset_names(), *more_preset_names())]
NAMES = ("open", "working", "waiting", "answered", "closed")


def unguarded(process: Process) -> Process:
    """The same states and moves; anybody may make them, and nothing is asked for."""
    return replace(
        process, moves=tuple(replace(move, guards=(), fields=(), roles=ROLES) for move in process.moves)
    )


def standing(state: str) -> Situation:
    """A case in this state that no rule holds back: what always holds is about complaints."""
    return Situation(
        kind="enquiry", state=state, actor_role="supervisor", now=datetime(2026, 11, 23, tzinfo=UTC)
    )


def offered(process: Process, state: str) -> set[str]:
    """The names of the moves that we allow from this state."""
    return {offer.move.name for offer in offers(process, standing(state)) if offer.allowed}


def walk(process: Process, random: Random, *, steps: int) -> None:
    """Take a random way, comparing at each step what may be done, and where it leads."""
    walker, state = Walker(process), process.start
    for _ in range(steps):
        assert offered(process, state) == walker.allowed()
        for name in {move.name for move in process.moves} - walker.allowed():
            with pytest.raises(MoveRefused):
                decide(process, standing(state), name)
            with pytest.raises(MachineError):
                walker.make(name)
        if not walker.allowed():
            return
        name = random.choice(sorted(walker.allowed()))
        state = decide(process, standing(state), name).to_state
        assert walker.make(name) == state


@pytest.mark.parametrize("process", PRESETS, ids=lambda process: process.name)
def test_random_walks_through_a_shipped_process_agree_with_the_oracle(process: Process) -> None:
    for seed in range(20):
        walk(unguarded(process), Random(seed), steps=25)


@pytest.mark.parametrize("process", PRESETS, ids=lambda process: process.name)
def test_the_oracle_reaches_every_state_of_a_shipped_process(process: Process) -> None:
    assert Walker(process).reachable() == {state.name for state in process.states}


moves = st.lists(
    st.builds(
        Move,
        name=st.sampled_from(("one", "two", "three", "four", "five", "six")),
        label=st.just("Move"),
        from_states=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True).map(tuple),
        to_state=st.sampled_from((*NAMES, "same", "")),
        roles=st.just(ROLES),
    ),
    max_size=6,
    unique_by=lambda move: move.name,
).map(tuple)
processes = st.builds(
    Process,
    name=st.just("any"),
    kind=st.just("enquiry"),
    title=st.just("Any"),
    start=st.sampled_from(NAMES),
    steps=st.just(("Only",)),
    states=st.just(
        tuple(State(name, name, name, is_end=name == "closed", is_closed=name == "closed") for name in NAMES)
    ),
    moves=moves,
)


@settings(max_examples=100, deadline=None)
@given(processes, st.randoms(use_true_random=False))
def test_random_walks_through_any_process_agree_with_the_oracle(process: Process, random: Random) -> None:
    walk(process, random, steps=12)


@settings(max_examples=150, deadline=None)
@given(processes)
def test_validation_names_exactly_the_states_that_the_oracle_cannot_reach_or_leave(process: Process) -> None:
    found = problems(process)
    reached = Walker(process).reachable()
    for name in NAMES:
        assert (f"State '{name}' cannot be reached from the start '{process.start}'." in found) == (
            name not in reached
        )
        ends = "closed" in Walker(process, name).reachable()
        sentence = f"State '{name}' cannot reach an end. Add a move that leads on from it."
        assert (sentence in found) != ends
