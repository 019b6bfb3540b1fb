"""Moving a case: state, clocks, and the rules that always hold."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.audit.queries import history_of
from casework.cases.models import NO_DUE, Case, ClockState, DecisionState, Finding, Remedy
from casework.cases.services import Decision, add_issue, change_access, decide_issue
from casework.cases.services.intake import NewIssue
from casework.communications import outbox
from casework.communications.models import Communication, Delivery
from casework.communications.services import hear_from_customer
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.mailer import FolderMailer
from casework.customers.services import Contact
from tests.cast import NOW, Cast, days

UPHELD = {"finding": Finding.UPHELD, "remedy": Remedy.APOLOGY}


def decide(cast: Cast, case: Case, number: int = 1) -> None:
    with transaction():
        decision = Decision(cause_id=cast.not_rebooked.id, **UPHELD)  # type: ignore[arg-type]
        decide_issue(case, number, decision, actor=cast.dana, now=NOW)


def deliver(folder: object) -> None:
    ids = db.session.scalars(select(Communication.id).where(Communication.delivery == Delivery.QUEUED)).all()
    for key in ids:
        outbox.send_message(key, mailer=FolderMailer(folder), sender=("a@b.example", "Lakeford"), now=NOW)  # type: ignore[arg-type]


def clock(case: Case, promise: str) -> str:
    return next(str(each.state) for each in case.clocks if each.promise == promise)


def test_acknowledging_stops_that_clock_and_tells_the_customer(cast: Cast) -> None:
    case = cast.log()
    cast.move(case, "acknowledge", now=NOW + days(1))
    assert case.acknowledged_at == NOW + days(1)
    assert clock(case, "acknowledge") == "met"
    said = db.session.scalars(select(Communication).where(Communication.case_id == case.id)).one()
    assert (said.purpose, said.delivery) == ("acknowledgement", Delivery.QUEUED)


def test_waiting_for_the_customer_moves_the_answer_by_the_open_time_paused(cast: Cast) -> None:
    case = cast.investigated()
    before = case.respond_due_at
    cast.move(case, "ask_customer", message="Which day was it?", question="Which day was it?")
    assert (case.is_paused, case.next_due_at) == (True, NO_DUE)
    with transaction():
        hear_from_customer(case, "The ninth.", channel="email", now=NOW + days(1))
    assert (case.state, case.is_paused) == ("investigating", False)
    assert before is not None
    assert case.respond_due_at is not None
    # Monday nine o'clock to Tuesday nine o'clock is nine open hours; so the end moves by nine open hours.
    assert case.respond_due_at > before


def test_a_complaint_is_closed_only_when_decided_and_the_decision_was_sent(
    cast: Cast, tmp_path: object
) -> None:
    case = cast.investigated()
    with pytest.raises(Refused, match="Issue 1"):
        cast.move(case, "respond", message="You were right.", answer="You were right.")
    decide(cast, case)
    cast.move(case, "respond", message="You were right.", answer="You were right.")
    assert str(case.decision_state) == "queued"
    with pytest.raises(Refused):
        cast.move(case, "close")
    deliver(tmp_path)
    db.session.refresh(case)
    assert str(case.decision_state) == "sent"
    cast.move(case, "close")
    assert (case.is_open, case.closed_at, case.finding) == (False, NOW, "upheld")


def test_a_customer_who_cannot_be_told_is_recorded_as_such_and_the_case_can_be_closed(cast: Cast) -> None:
    case = cast.investigated(contact=Contact())
    decide(cast, case)
    from casework.cases.reach import reachable
    from casework.cases.services import make_move

    with transaction():
        make_move(
            case,
            "record_no_answer",
            {"impossible": "anonymous"},
            actor=cast.dana,
            now=NOW,
            reachable=reachable(case),
        )
    assert case.decision_state is DecisionState.IMPOSSIBLE
    assert case.decision_impossible == "gave no name and no way to be reached"
    cast.move(case, "close")
    assert not case.is_open


def test_what_is_resolved_on_the_phone_was_heard_and_needs_no_letter(cast: Cast) -> None:
    case = cast.log(contact=Contact(name="Sam Low", phone="555 0177"))
    decide(cast, case)
    words = "We booked it while you waited."
    cast.move(case, "resolve_first_contact", message=words, answer=words)
    assert (case.state, case.first_contact, case.decision_state) == ("responded", True, DecisionState.SENT)


def test_stage_two_starts_its_own_clocks_and_is_not_reviewed_by_who_handled_stage_one(
    cast: Cast, tmp_path: object
) -> None:
    case = cast.investigated()
    decide(cast, case)
    cast.move(case, "respond", message="No.", answer="No.")
    deliver(tmp_path)
    db.session.refresh(case)
    cast.move(case, "escalate", by=cast.amara, now=NOW + days(2), reason="Not content.")
    assert (case.stage, case.handler_id, case.decision_state) == (2, None, DecisionState.NONE)
    assert [each.promise for each in case.clocks if each.stage == 2 and each.state is ClockState.RUNNING]
    with pytest.raises(Refused, match="stage 1"):
        cast.give(case, cast.dana)
    cast.give(case, cast.toni)
    assert case.handler == cast.toni


def test_an_extension_is_given_once_with_a_reason_and_a_later_date(cast: Cast) -> None:
    case = cast.investigated()
    before = case.respond_due_at
    assert before is not None
    cast.move(
        case,
        "extend",
        reason="The laboratory needs longer.",
        new_date="2026-12-30",
        message="We need longer.",
    )
    assert case.respond_due_at is not None
    assert case.respond_due_at > before
    assert case.extensions == 1
    with pytest.raises(Refused):
        cast.move(case, "extend", reason="Still longer.", new_date="2026-12-30", message="We need longer.")


def test_withdrawing_cancels_what_was_owed(cast: Cast) -> None:
    case = cast.log()
    cast.move(case, "withdraw", reason="They found the letter.")
    assert not case.is_open
    assert {each.state for each in case.clocks} == {ClockState.CANCELLED}
    assert case.next_due_at == NO_DUE


def test_the_finding_of_the_case_follows_from_its_issues(cast: Cast) -> None:
    case = cast.investigated()
    with transaction():
        add_issue(case, NewIssue(summary="Two calls not returned"), actor=cast.dana, now=NOW)
    decide(cast, case)
    assert case.finding == ""
    with transaction():
        clear = Decision(finding=Finding.NOT_UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 2, clear, actor=cast.dana, now=NOW)
    assert case.finding == "partly_upheld"


def test_a_finding_needs_a_cause(cast: Cast) -> None:
    case = cast.investigated()
    with pytest.raises(Refused, match="why it happened"), transaction():
        decide_issue(case, 1, Decision(finding=Finding.UPHELD), actor=cast.dana, now=NOW)


def test_every_move_leaves_history_that_nobody_can_change(cast: Cast) -> None:
    case = cast.log()
    cast.move(case, "acknowledge")
    verbs = [entry.verb for entry in db.session.scalars(history_of("case", case.id))]
    assert verbs == ["moved", "opened"]
    for statement in ("UPDATE history SET summary = 'other'", "DELETE FROM history"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))


def test_staff_named_in_a_case_lose_it_at_once(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana)
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    assert case.handler_id is None
    with pytest.raises(Refused, match="cannot be given"):
        cast.give(case, cast.dana)
    with pytest.raises(Refused):
        cast.move(case, "acknowledge", by=cast.dana)


def test_a_decision_that_somebody_else_saved_meanwhile_is_not_written_over(cast: Cast) -> None:
    case = cast.investigated()
    decide(cast, case)
    late = Decision(finding=Finding.NOT_UPHELD, cause_id=cast.not_rebooked.id, seen="")
    with pytest.raises(Conflict, match="Somebody else decided"), transaction():
        decide_issue(case, 1, late, actor=cast.toni, now=NOW)
    db.session.refresh(case.issues[0])
    assert case.issues[0].finding is Finding.UPHELD
