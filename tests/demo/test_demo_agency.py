"""The demo agency is believable: it keeps every rule, and what is planted in it can be found."""

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.accounts import services as accounts
from casework.accounts.models import User
from casework.accounts.queries import first_of_each_role
from casework.audit.models import HistoryEntry
from casework.cases.models import Case, CasePerson, DecisionState, Kind, Relation
from casework.cases.rules import derived_finding
from casework.cases.services.clocks import check_clocks
from casework.catalogue.queries import process_of
from casework.communications.models import Communication, Delivery, Direction, Purpose
from casework.core.db import db
from casework.customers.models import Customer
from casework.improvement.models import ImprovementAction, Opportunity, State, Telling, TellingState
from casework.measures.models import CaseFact, MeasureValue
from tests.cast import NOW
from tests.demo.conftest import CASES

pytestmark = pytest.mark.usefixtures("demo_agency")


def all_cases() -> Sequence[Case]:
    return db.session.scalars(select(Case).order_by(Case.id)).all()


def decisions_sent() -> set[int]:
    """The cases whose customers were sent a decision."""
    wanted = select(Communication.case_id).where(
        Communication.purpose == Purpose.DECISION,
        Communication.delivery.in_((Delivery.SENT, Delivery.ON_PAGE)),
    )
    return {key for key in db.session.scalars(wanted) if key is not None}


def test_as_many_cases_as_were_asked_for() -> None:
    assert db.session.scalar(select(func.count()).select_from(Case)) == CASES


def test_an_answered_complaint_has_a_finding_and_a_cause_on_every_issue_and_its_decision_was_told() -> None:
    told = decisions_sent()
    answered = [c for c in all_cases() if c.kind is Kind.COMPLAINT and c.state in ("responded", "closed")]
    assert len(answered) > CASES / 3
    for case in answered:
        assert all(issue.finding and issue.cause_id and issue.decided_at for issue in case.issues)
        assert case.finding == derived_finding(issue.finding for issue in case.issues)
        if case.state == "closed":
            assert case.decision_state in (DecisionState.SENT, DecisionState.IMPOSSIBLE)
        if case.decision_state is DecisionState.SENT:
            assert case.id in told
        if case.decision_state is DecisionState.IMPOSSIBLE:
            assert case.decision_impossible


def test_nobody_who_asked_not_to_be_contacted_was_written_to() -> None:
    wanted = (
        select(func.count())
        .select_from(Communication)
        .join(Customer, Customer.id == Communication.customer_id)
        .where(Customer.do_not_contact, Communication.direction == Direction.OUT)
    )
    assert db.session.scalar(wanted) == 0
    assert db.session.scalar(select(func.count()).where(Customer.do_not_contact)) != 0


def test_no_message_waits_to_be_sent() -> None:
    waiting = (Delivery.QUEUED, Delivery.CLAIMED, Delivery.HANDING_OVER)
    assert db.session.scalar(select(func.count()).where(Communication.delivery.in_(waiting))) == 0


def test_what_is_kept_of_the_clocks_is_what_happened_to_them() -> None:
    found = check_clocks()
    assert found.sentences == []
    assert (found.cases, found.different) == (CASES, 0)
    assert found.clocks > CASES


def test_every_case_went_its_way_by_moves_of_its_process() -> None:
    moves: dict[int, list[HistoryEntry]] = {}
    wanted = select(HistoryEntry).where(HistoryEntry.subject_type == "case", HistoryEntry.verb == "moved")
    for entry in db.session.scalars(wanted.order_by(HistoryEntry.at, HistoryEntry.id)):
        moves.setdefault(entry.subject_id, []).append(entry)
    for case in all_cases():
        process = process_of(case.process_version)
        state = process.start
        for entry in moves.get(case.id, []):
            move = process.move(entry.after["move"], state)
            assert move is not None, f"{case.reference}: {entry.after['move']} from {state}"
            state = move.target(state)
            assert entry.after["state"] == state
        assert case.state == state
        found = process.state(state)
        assert found is not None
        assert case.is_open != found.is_closed


def test_time_runs_forward_and_nothing_lies_in_the_future() -> None:
    for case in all_cases():
        ends = [case.received_at, case.acknowledged_at, case.responded_at, NOW]
        known = [at for at in ends if at is not None]
        assert known == sorted(known), case.reference
        assert case.closed_at is None or (case.responded_at or case.received_at) <= case.closed_at <= NOW
    for column in (HistoryEntry.at, Communication.written_at, Communication.sent_at, Customer.created_at):
        latest = db.session.scalar(select(func.max(column)))
        assert latest is not None
        assert latest <= NOW


def test_a_review_is_not_done_by_whoever_handled_stage_one() -> None:
    reviewed = [case for case in all_cases() if case.stage == 2]
    assert reviewed
    for case in reviewed:
        wanted = select(CasePerson.user_id).where(
            CasePerson.case_id == case.id, CasePerson.relation == Relation.HANDLED_STAGE_1
        )
        assert case.handler_id not in set(db.session.scalars(wanted))


def test_there_is_something_of_everything() -> None:
    cases = all_cases()
    assert 25 <= sum(case.is_open for case in cases) <= 50
    assert {case.kind for case in cases} == set(Kind)
    states = {case.state for case in cases}
    wanted = {"received", "acknowledged", "assessed", "investigating", "awaiting_customer", "remedy_proposed"}
    assert wanted | {"escalated", "responded", "closed", "withdrawn", "referred"} <= states
    assert any(case.extensions for case in cases)
    assert any(case.reopened for case in cases)
    assert any(case.is_open and case.next_due_at < NOW for case in cases)
    assert any(case.is_open and case.handler_id is None for case in cases)
    assert any(len(case.issues) > 1 for case in cases)
    assert any(case.customer and case.customer.is_anonymous for case in cases)
    assert len({case.team_id for case in cases if case.is_open}) == 4


def test_the_planted_hot_spot_and_rising_issue_are_found() -> None:
    found = {
        (o.finder, o.title.split(" in ")[0].split(" is ")[0]) for o in db.session.scalars(select(Opportunity))
    }
    assert ("late_hot_spot", "Not inspected") in found
    assert ("rising_issue", "Cloudy or smelling water") in found


def test_the_loop_was_gone_round_once_and_customers_were_told() -> None:
    done = db.session.scalars(select(ImprovementAction).where(ImprovementAction.done_at.is_not(None))).one()
    assert done.words_approved_at is not None
    assert done.published_at is not None
    assert done.opportunity.state is State.TELLING
    open_action = db.session.scalars(
        select(ImprovementAction).where(ImprovementAction.done_at.is_(None))
    ).one()
    assert open_action.opportunity_id == done.opportunity_id
    told = db.session.scalars(select(Telling).where(Telling.state == TellingState.TOLD)).all()
    assert len(told) > 5
    for telling in told:
        message = db.session.get_one(Communication, telling.communication_id)
        assert (message.purpose, message.delivery.is_out) == (Purpose.TOLD, True)


def test_figures_are_there() -> None:
    assert db.session.scalar(select(func.count()).select_from(CaseFact)) == CASES
    assert db.session.scalar(select(func.count()).select_from(MeasureValue))


def test_the_first_of_each_role_may_sign_in_with_the_password_of_the_demo() -> None:
    people = first_of_each_role()
    assert {person.email.split("@")[0] for person in people} == {"dana", "amara", "sol", "wen"}
    others = db.session.scalars(select(User).where(User.id.not_in([p.id for p in people]))).all()
    assert len(others) >= 8
    assert accounts.is_password(accounts.DEMO_PASSWORD, people[0].password_hash)
    assert not accounts.is_password(accounts.DEMO_PASSWORD, others[0].password_hash)


def test_every_address_and_number_is_an_invented_one(demo_agency: Flask) -> None:
    for customer in db.session.scalars(select(Customer)):
        assert not customer.email or customer.email.endswith("@customer.example")
        assert not customer.phone or " 555 01" in customer.phone
