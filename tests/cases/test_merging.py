"""Merging and undoing it: nothing is lost, the clocks come back, and nobody sees what they may not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.models import (
    NO_DUE,
    Case,
    CaseLink,
    Clock,
    ClockState,
    DecisionState,
    Finding,
    Issue,
    Relation,
)
from casework.cases.queries import may_see, people_of
from casework.cases.queries.approvals import open_approval
from casework.cases.services import Decision, change_access, decide_issue
from casework.cases.services.clocks import standing_of
from casework.cases.services.merging import merge_cases, undo_merge
from casework.cases.timeline import timeline_of
from casework.communications.models import Communication, Purpose
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.customers.services import Contact
from tests.cast import NOW, Cast, days

REASON = "The same visit, told twice."
OTHER = Contact(name="Sam Low", email="sam@customer.example")


def merge(case: Case, into: Case, *, by: User, now: Any = NOW) -> Case:
    with transaction():
        return merge_cases(case, into.reference, REASON, actor=by, now=now)


def undo(case: Case, *, by: User, now: Any = NOW) -> None:
    with transaction():
        undo_merge(case, actor=by, now=now)


def access(cast: Cast, case: Case, **changes: Any) -> None:
    given: dict[str, Any] = {"restricted": False, "named": [], "granted": [], "actor": cast.amara, **changes}
    if given["restricted"]:
        given["granted"] = [*given["granted"], cast.ines.id]
    with transaction():
        change_access(case, now=NOW, **given)


def everything() -> dict[str, set[int]]:
    """The ids of all that must never be lost."""
    return {
        model.__tablename__: set(db.session.scalars(select(model.id)))
        for model in (Communication, Issue, Clock, HistoryEntry)
    }


def place(case: Case) -> dict[str, object]:
    """Where a case stands, as queues and standards see it."""
    db.session.refresh(case)
    return {
        "state": (case.state, case.state_since, case.is_open, case.closed_at, case.duplicate_of_id),
        "due": (case.next_due_at, case.respond_due_at, case.is_paused, case.link_count),
        "clocks": [(c.id, c.state, c.started_at, c.due_at) for c in case.clocks],
        "pauses": pauses_of(case),
        "people": people_of(case.id),
    }


def pauses_of(case: Case) -> list[tuple[datetime, datetime | None]]:
    """The times in which the answer stood still."""
    standing = standing_of(case)
    answer = next(clock for clock in case.clocks if clock.promise == "respond")
    return [(pause.from_at, pause.to_at) for pause in standing[answer.number].pauses]


# How far the case had come that is merged, and whether its process has a move of its own for it.
FAR: dict[str, tuple[list[tuple[str, dict[str, Any]]], bool]] = {
    "received": ([], True),
    "acknowledged": ([("acknowledge", {})], True),
    "waiting for its customer": (
        [("acknowledge", {}), ("assess", {}), ("investigate", {}), ("ask_customer", {"message": "When?"})],
        True,
    ),
    "with a remedy proposed": (
        [("acknowledge", {}), ("assess", {}), ("investigate", {}), ("propose_remedy", {"message": "So?"})],
        False,
    ),
}


@pytest.mark.parametrize("far", FAR)
def test_merging_loses_nothing_and_undoing_it_brings_everything_back(cast: Cast, far: str) -> None:
    moves, has_move = FAR[far]
    case, other = cast.log(contact=OTHER), cast.log()
    cast.give(case, cast.dana)
    for name, given in moves:
        extra = {"severity": "2", "service": str(cast.inspections.id), "team": str(cast.health.id)}
        cast.move(case, name, **(extra if name == "assess" else given))
    with transaction():
        hear_from_customer(case, "And the cellar.", channel="phone", now=NOW)
        write_note(case, "Seen the cellar.", author=cast.dana, now=NOW)
    before, there = place(case), everything()
    if far == "waiting for its customer":
        assert not before["due"][2]  # type: ignore[index] # They wrote, so it goes on.
    merge(case, other, by=cast.dana, now=NOW + days(1))
    assert (case.is_open, case.duplicate_of_id, case.next_due_at) == (False, other.id, NO_DUE)
    assert (case.state == "duplicate") is has_move
    assert {c.state for c in case.clocks} <= {ClockState.CANCELLED, ClockState.MET}
    assert all(ids <= everything()[name] for name, ids in there.items())
    undo(case, by=cast.dana, now=NOW + days(3))
    assert place(case) == before
    assert all(ids <= everything()[name] for name, ids in there.items())
    assert {c.case_id for c in db.session.scalars(select(Communication))} == {case.id}
    assert list(db.session.scalars(select(CaseLink))) == []


def test_a_pause_that_was_open_goes_on_from_where_it_began(cast: Cast) -> None:
    case, other = cast.investigated(contact=OTHER), cast.log()
    cast.move(case, "ask_customer", message="When?")
    before = place(case)
    merge(case, other, by=cast.dana, now=NOW + days(1))
    undo(case, by=cast.dana, now=NOW + days(1))
    assert place(case)["clocks"] == before["clocks"]
    assert pauses_of(case) == [(NOW, None)]
    undone_due = case.respond_due_at
    cast.move(case, "customer_answers", now=NOW + days(7))
    assert undone_due is not None
    assert case.respond_due_at is not None
    assert case.respond_due_at > undone_due


def test_what_was_said_in_the_merged_case_stands_in_the_timeline_of_the_other(cast: Cast) -> None:
    first, second, third = cast.log(contact=OTHER), cast.log(), cast.log()
    with transaction():
        hear_from_customer(first, "And the cellar.", channel="phone", now=NOW)
    merge(first, second, by=cast.dana)
    merge(second, third, by=cast.dana)
    shown = [entry for entry in timeline_of(third) if entry.body == "And the cellar."]
    assert [(entry.of_case, entry.what.endswith(f"({first.reference})")) for entry in shown] == [
        (first.reference, True)
    ]
    keys = [entry.key for entry in timeline_of(third)]
    assert len(keys) == len(set(keys))
    assert not [entry for entry in timeline_of(first) if entry.of_case]


@pytest.mark.parametrize("how", ["restricted", "named"])
def test_what_was_hidden_since_is_read_on_its_own_page_alone(cast: Cast, how: str) -> None:
    case, other = cast.log(contact=OTHER), cast.log()
    with transaction():
        hear_from_customer(case, "It was Toni.", channel="phone", now=NOW)
    merge(case, other, by=cast.amara)
    access(cast, case, **({"restricted": True} if how == "restricted" else {"named": [cast.toni.id]}))
    assert "It was Toni." not in [entry.body for entry in timeline_of(other)]
    assert "It was Toni." in [entry.body for entry in timeline_of(case)]


def test_whoever_is_named_in_the_merged_case_no_longer_sees_the_other_until_it_is_undone(cast: Cast) -> None:
    case, other = cast.log(contact=OTHER), cast.log()
    access(cast, case, named=[cast.toni.id, cast.pat.id])
    access(cast, other, named=[cast.pat.id])
    cast.give(other, cast.toni)
    merge(case, other, by=cast.amara)
    assert (may_see(cast.toni, other.id), other.handler_id) == (False, None)
    undo(case, by=cast.amara)
    assert (may_see(cast.toni, other.id), other.handler_id) == (True, cast.toni.id)
    assert people_of(other.id)[Relation.NAMED] == {cast.pat.id}


def test_whoever_is_named_by_two_merged_cases_stays_named_until_both_are_undone(cast: Cast) -> None:
    one, two, other = cast.log(contact=OTHER), cast.log(), cast.log()
    for case in (one, two):
        access(cast, case, named=[cast.toni.id])
        merge(case, other, by=cast.amara)
    undo(one, by=cast.amara)
    assert not may_see(cast.toni, other.id)
    undo(two, by=cast.amara)
    assert may_see(cast.toni, other.id)


def test_whoever_was_named_there_since_stays_named(cast: Cast) -> None:
    case, other = cast.log(contact=OTHER), cast.log()
    access(cast, case, named=[cast.toni.id])
    merge(case, other, by=cast.amara)
    access(cast, other, named=[cast.toni.id, cast.pat.id])
    undo(case, by=cast.amara)
    assert people_of(other.id)[Relation.NAMED] == {cast.toni.id, cast.pat.id}


def answer(cast: Cast, case: Case) -> None:
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="We are sorry.", now=NOW + days(2))


def test_the_customers_of_both_are_told_the_decision_each_by_their_own_message(cast: Cast) -> None:
    case, other, hidden = cast.log(contact=OTHER), cast.investigated(), cast.log(contact=Contact())
    merge(case, other, by=cast.dana)
    merge(hidden, other, by=cast.dana)
    answer(cast, other)
    wanted = select(Communication).where(Communication.purpose == Purpose.DECISION).order_by(Communication.id)
    told = [(m.case_id, m.to_address) for m in db.session.scalars(wanted)]
    assert told == [(other.id, "sorina@customer.example"), (case.id, "sam@customer.example")]
    assert (case.decision_state, case.responded_at) == (DecisionState.QUEUED, NOW + days(2))
    assert hidden.decision_state is DecisionState.IMPOSSIBLE
    assert other.reference not in db.session.scalars(wanted).all()[1].text


def test_an_answer_that_waits_is_looked_at_again_when_a_case_is_merged_in_or_its_customer_writes(
    cast: Cast,
) -> None:
    case, other, late = cast.log(contact=OTHER), cast.investigated(), cast.log()
    merge(case, other, by=cast.dana)
    with transaction():
        other.severity = 4
    answer(cast, other)
    waiting = open_approval(other.id)
    assert waiting is not None
    with transaction():
        hear_from_customer(case, "It happened again.", channel="phone", now=NOW)
    merge(late, other, by=cast.dana)
    waiting = open_approval(other.id)
    assert waiting is not None
    assert waiting.state == "stale"
    assert len(waiting.changes) == 2


def itself(cast: Cast, case: Case, _other: Case) -> None:
    merge(case, case, by=cast.dana)


def crosswise(cast: Cast, case: Case, other: Case) -> None:
    merge(other, case, by=cast.dana)
    merge(case, other, by=cast.dana)


def twice(cast: Cast, case: Case, other: Case) -> None:
    merge(case, other, by=cast.dana)
    merge(case, other, by=cast.dana)


def into_a_closed_one(cast: Cast, case: Case, other: Case) -> None:
    cast.move(other, "withdraw", reason="x")
    merge(case, other, by=cast.dana)


def a_closed_one(cast: Cast, case: Case, other: Case) -> None:
    cast.move(case, "withdraw", reason="x")
    merge(case, other, by=cast.dana)


def restricted_into_open(cast: Cast, case: Case, other: Case) -> None:
    access(cast, case, restricted=True)
    merge(case, other, by=cast.amara)


def restricted_into_one_that_others_see(cast: Cast, case: Case, other: Case) -> None:
    access(cast, case, restricted=True)
    access(cast, other, restricted=True, granted=[cast.dana.id])
    merge(case, other, by=cast.amara)


def by_settings(cast: Cast, case: Case, other: Case) -> None:
    merge(case, other, by=cast.wen)


def a_merged_one_moves(cast: Cast, case: Case, other: Case) -> None:
    merge(case, other, by=cast.dana)
    cast.move(case, "take_up_again", reason="x", by=cast.amara)


REFUSED: dict[Callable[[Cast, Case, Case], None], str] = {
    itself: "not merged into itself",
    crosswise: "already",
    twice: "already",
    into_a_closed_one: "answered already",
    a_closed_one: "answered by itself",
    restricted_into_open: "more people would see it",
    restricted_into_one_that_others_see: "may not see this case",
    by_settings: "does not handle cases",
    a_merged_one_moves: "handled together",
}


@pytest.mark.parametrize("act", REFUSED)
def test_what_may_not_be_merged(cast: Cast, act: Callable[[Cast, Case, Case], None]) -> None:
    words = REFUSED[act]
    case, other = cast.log(contact=OTHER), cast.log()
    with pytest.raises(Refused, match=words):
        act(cast, case, other)


def test_a_case_one_may_not_see_is_merged_into_like_one_that_is_not_there(cast: Cast) -> None:
    case, other = cast.log(contact=OTHER), cast.log()
    access(cast, other, restricted=True)
    sentences = set()
    for reference in (other.reference, "26-99999", "%", "\x00", "x" * 300):
        with pytest.raises(NotFound) as refused, transaction():
            merge_cases(case, reference, REASON, actor=cast.dana, now=NOW)
        sentences.add(refused.value.message)
    assert len(sentences) == 1


def test_only_who_sees_both_undoes_a_merge(cast: Cast) -> None:
    case, other = cast.log(contact=OTHER), cast.log()
    merge(case, other, by=cast.amara)
    access(cast, other, restricted=True)
    with pytest.raises(Refused, match="see both"):
        undo(case, by=cast.dana)


def test_a_merge_into_a_merged_case_goes_to_the_one_at_the_end(cast: Cast) -> None:
    one, two, three = cast.log(contact=OTHER), cast.log(), cast.log()
    merge(two, three, by=cast.dana)
    assert merge(one, two, by=cast.dana) == three
    with pytest.raises(Refused, match="already"):
        merge(three, one, by=cast.dana)


def test_the_customer_of_a_merged_case_writing_makes_no_move(cast: Cast) -> None:
    case, other = cast.investigated(contact=OTHER), cast.log()
    cast.move(case, "propose_remedy", message="We come on Friday.")
    merge(case, other, by=cast.dana)
    with transaction():
        hear_from_customer(case, "Yes.", channel="web", now=NOW)
    assert case.state == "remedy_proposed"


def test_merged_and_undone_twice_while_it_waits_the_time_can_still_go_on(cast: Cast) -> None:
    into = cast.log(contact=OTHER)
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which kitchen?", now=NOW + days(1))
    for n in (2, 4):
        merge(case, into, by=cast.dana, now=NOW + days(n))
        undo(case, by=cast.dana, now=NOW + days(n + 1))
    assert ClockState.PAUSED in {clock.state for clock in case.clocks}
    cast.move(case, "customer_answers", answer="The big one.", now=NOW + days(6))
    assert ClockState.PAUSED not in {clock.state for clock in case.clocks}
