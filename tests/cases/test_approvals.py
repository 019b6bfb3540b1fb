"""Answers that are checked before they go out: which wait, who releases them, and what makes them stale."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.audit.queries import history_of
from casework.cases.events import ApprovalAsked, ApprovalDecided
from casework.cases.models import Approval, Case, ClockState, Finding, Remedy
from casework.cases.queries.approvals import (
    answer_back,
    approvals_back_with,
    approvals_waiting_for,
    open_approval,
)
from casework.cases.services import Decision, change_access, decide_issue, make_move
from casework.cases.services.approval_rules import NewRule, add_rule, remove_rule, set_checked
from casework.cases.services.releasing import (
    release_answer,
    return_answer,
    why_not_check,
    withdraw_answer,
)
from casework.communications.models import Communication, Purpose
from casework.core import events
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import make_person
from tests.cast import NOW, Cast, days

WORDS = "We found that the visit was cancelled and not booked again."


def decide(cast: Cast, case: Case, *, by: User | None = None, **changes: Any) -> None:
    with transaction():
        decision = Decision(
            **{
                "finding": Finding.UPHELD,
                "cause_id": cast.not_rebooked.id,
                "remedy": Remedy.APOLOGY,
                **changes,
            }
        )
        decide_issue(case, 1, decision, actor=by or cast.dana, now=NOW)


def ready(cast: Cast, *, severity: int = 3, **changes: Any) -> Case:
    """A severe complaint that Dana has decided and may answer."""
    case = cast.investigated(**changes)
    with transaction():
        case.severity = severity
    decide(cast, case)
    return case


def asked(cast: Cast, **changes: Any) -> Case:
    """One whose answer waits."""
    case = ready(cast, **changes)
    cast.move(case, "respond", message=WORDS)
    return case


def release(case: Case, by: User, *, seen: str = "") -> None:
    with transaction():
        release_answer(case, actor=by, now=NOW + days(1), seen=seen)


def decisions(case: Case) -> list[Communication]:
    wanted = select(Communication).where(
        Communication.case_id == case.id, Communication.purpose == Purpose.DECISION
    )
    return list(db.session.scalars(wanted))


def verbs(case: Case) -> list[str]:
    return [entry.verb for entry in db.session.scalars(history_of("case", case.id))]


@pytest.fixture
def heard() -> Any:
    """What was announced about approvals."""
    found: list[object] = []
    for kind in (ApprovalAsked, ApprovalDecided):
        events.follow(kind, found.append)
    yield found
    for kind in (ApprovalAsked, ApprovalDecided):
        events._followers[kind].remove(found.append)


def test_a_severe_answer_waits_and_nothing_is_sent_until_somebody_else_releases_it(
    cast: Cast, heard: list[object]
) -> None:
    case = asked(cast)
    assert (case.state, case.awaiting_approval, case.responded_at) == ("investigating", True, None)
    assert decisions(case) == []
    assert {c.state for c in case.clocks if c.promise == "respond"} == {ClockState.RUNNING}
    waiting = open_approval(case.id)
    assert waiting is not None
    assert waiting.why == ["Severity high or above"]
    release(case, cast.amara)
    (message,) = decisions(case)
    assert message.author_id == cast.dana.id
    assert WORDS in message.body
    assert (case.state, case.awaiting_approval, case.responded_at) == ("responded", False, NOW + days(1))
    moved = next(e for e in db.session.scalars(history_of("case", case.id)) if e.verb == "moved")
    assert (moved.actor_id, moved.after["approved_by_id"]) == (cast.dana.id, cast.amara.id)
    assert [type(event) for event in heard] == [ApprovalAsked, ApprovalDecided]


# The rule, what the answer is like, whether it waits.
RULES: dict[str, tuple[NewRule, dict[str, Any], bool]] = {
    "below the severity": (NewRule(min_severity=3), {}, False),
    "at the severity": (NewRule(min_severity=2), {}, True),
    "of another kind": (NewRule(kind="enquiry"), {}, False),
    "of the kind": (NewRule(kind="complaint"), {}, True),
    "both must hold": (NewRule(kind="complaint", min_severity=4), {}, False),
    "not marked": (NewRule(checked_staff=True), {}, False),
    "marked": (NewRule(checked_staff=True), {"checked": True}, True),
    "too little money": (NewRule(amount_above=100), {"amount": 10_000}, False),
    "much money": (NewRule(amount_above=100), {"amount": 10_001}, True),
    "the service": (NewRule(service_id=-1), {}, True),
}


@pytest.mark.parametrize("name", RULES)
def test_which_answers_are_checked(cast: Cast, name: str) -> None:
    rule, changes, waits = RULES[name]
    only(rule if rule.service_id is None else NewRule(service_id=cast.inspections.id), cast)
    with transaction():
        set_checked(cast.dana, bool(changes.get("checked")), actor=cast.wen, now=NOW)
    case = ready(cast, severity=2)
    with transaction():
        case.issues[0].remedy_amount = changes.get("amount")
    cast.move(case, "respond", message=WORDS)
    assert case.awaiting_approval is waits


def only(rule: NewRule, cast: Cast) -> None:
    with transaction():
        for (key,) in db.session.execute(text("SELECT id FROM approval_rules")).all():
            remove_rule(key, actor=cast.wen, now=NOW)
        add_rule(rule, actor=cast.wen, now=NOW)


def test_a_proposal_and_a_first_contact_are_checked_and_a_question_is_not(cast: Cast) -> None:
    only(NewRule(kind="complaint"), cast)
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    assert not case.awaiting_approval
    cast.move(case, "customer_answers")
    cast.move(case, "propose_remedy", message="We come on Friday.")
    assert (case.awaiting_approval, case.state) == (True, "investigating")
    spoken = cast.log()
    decide(cast, spoken)
    cast.move(spoken, "resolve_first_contact", message="We booked it.")
    assert (spoken.awaiting_approval, spoken.state) == (True, "received")


def test_nothing_impossible_waits(cast: Cast) -> None:
    case = cast.investigated()
    with transaction():
        case.severity = 4
    with pytest.raises(Refused, match="Issue 1 needs a finding"):
        cast.move(case, "respond", message=WORDS)
    assert not case.awaiting_approval


def test_one_answer_waits_at_a_time_and_nobody_sends_one_past_it(cast: Cast) -> None:
    only(NewRule(checked_staff=True), cast)
    with transaction():
        set_checked(cast.dana, True, actor=cast.wen, now=NOW)
    case = ready(cast)
    for _ in range(2):  # The same form, sent twice.
        cast.move(case, "respond", message=WORDS)
    assert len(db.session.scalars(select(Approval)).all()) == 1
    for by in (cast.dana, cast.amara):
        with pytest.raises(Refused, match="Dana Marsh wrote waits to be checked"):
            cast.move(case, "respond", by=by, message="Other words.")


# Who, whether the case is at stage 2, and what stands in the way.
EYES: dict[str, tuple[str, dict[str, Any], str]] = {
    "another supervisor": ("amara", {}, ""),
    "a manager": ("sol", {}, ""),
    "no permission": ("toni", {}, "A supervisor has to look"),
    "the author, though a supervisor": ("amara", {"by": "amara"}, "You wrote this answer yourself"),
    "settings only": ("wen", {}, "no case with that reference"),
    "named in the case": ("amara", {"named": ["amara"]}, "no case with that reference"),
    "restricted to others": ("amara", {"restricted_by": "sol"}, "no case with that reference"),
    "restricted, and shown": ("sol", {"restricted_by": "sol"}, ""),
    "handled stage 1 of a review": ("amara", {"stage": 2, "handled": "amara"}, "handled stage 1"),
    "somebody else in a review": ("sol", {"stage": 2, "handled": "amara"}, ""),
}


@pytest.mark.parametrize("name", EYES)
def test_four_eyes(cast: Cast, name: str) -> None:
    who, changes, expected = EYES[name]
    person: User = getattr(cast, who)
    by: User = getattr(cast, changes.get("by", "dana"))
    case = ready(cast)
    if "handled" in changes:
        cast.give(case, getattr(cast, changes["handled"]))
        cast.give(case, cast.toni)
    if "stage" in changes:
        with transaction():
            case.stage, by = changes["stage"], make_person(Role.FRONTLINE, "Rae Lind", team=cast.health)
            case.handler_id = by.id
    cast.move(case, "respond", by=by, message=WORDS)
    if "named" in changes or "restricted_by" in changes:
        named = [getattr(cast, n).id for n in changes.get("named", [])]
        restricted = "restricted_by" in changes
        with transaction():
            change_access(
                case,
                restricted=restricted,
                named=named,
                granted=[by.id, cast.ines.id] if restricted else [],
                actor=cast.sol,
                now=NOW,
            )
    waiting = open_approval(case.id)
    assert waiting is not None
    reasons = why_not_check(waiting, case, person)
    listed = [each.id for each in db.session.scalars(approvals_waiting_for(person))]
    if expected:
        assert expected in " ".join(reasons)
        assert listed == []
        for act in (
            lambda: release_answer(case, actor=person, now=NOW, seen=""),
            lambda: return_answer(case, "No.", actor=person, now=NOW, seen=""),
        ):
            with pytest.raises(Refused, match=expected), transaction():
                act()
        db.session.expire_all()
        assert decisions(case) == []
    else:
        assert (reasons, listed) == ([], [waiting.id])
        release(case, person)
        assert len(decisions(case)) == 1


def test_the_database_itself_keeps_no_release_by_whoever_wrote_the_answer(cast: Cast) -> None:
    case = asked(cast)
    statement = "UPDATE approvals SET state = 'released', decided_by_id = :who WHERE case_id = :case"
    for who in (cast.dana.id, None):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(statement), {"who": who, "case": case.id})


def test_what_is_returned_is_in_the_form_of_its_author_again(cast: Cast) -> None:
    case = asked(cast)
    with pytest.raises(Refused, match="Say what should be changed"), transaction():
        return_answer(case, "  ", actor=cast.amara, now=NOW, seen="")
    with transaction():
        return_answer(case, "Say by when we come.", actor=cast.amara, now=NOW, seen="")
    assert not case.awaiting_approval
    back = answer_back(case, "respond", cast.dana)
    assert back is not None
    assert (back.given, back.comment) == ({"message": WORDS}, "Say by when we come.")
    assert answer_back(case, "respond", cast.toni) is None
    assert [each.case_id for each in db.session.scalars(approvals_back_with(cast.dana))] == [case.id]
    cast.move(case, "respond", message=WORDS + " We come on Friday.")
    assert list(db.session.scalars(approvals_back_with(cast.dana))) == []
    assert answer_back(case, "respond", cast.dana) is None
    release(case, cast.amara)
    assert "Friday" in decisions(case)[0].body


def test_only_its_author_takes_an_answer_back(cast: Cast) -> None:
    case = asked(cast)
    with pytest.raises(Refused, match="Return it with a comment"), transaction():
        withdraw_answer(case, actor=cast.amara, now=NOW)
    with transaction():
        withdraw_answer(case, actor=cast.dana, now=NOW)
    assert not case.awaiting_approval
    with pytest.raises(Refused, match="No answer waits"):
        release(case, cast.amara)


def test_what_was_looked_at_is_what_goes_out(cast: Cast) -> None:
    case = asked(cast)
    first = open_approval(case.id)
    assert first is not None
    mark = first.mark
    with transaction():
        withdraw_answer(case, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="Quite other words.", now=NOW + days(0.1))
    with pytest.raises(Refused, match="Another answer waits here now"):
        release(case, cast.amara, seen=mark)


def test_the_rules_are_checked_again_at_release(cast: Cast) -> None:
    case = asked(cast)
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    with pytest.raises(Refused):
        release(case, cast.amara)
    db.session.expire_all()
    assert case.awaiting_approval
    assert decisions(case) == []


def test_no_customer_and_no_system_sends_what_has_to_be_checked(cast: Cast) -> None:
    from casework.cases.services.approvals import ask_for_approval
    from casework.catalogue.queries import process_of

    case = ready(cast)
    move = process_of(case.process_version).move("respond", case.state)
    assert move is not None
    with pytest.raises(Refused, match="a member of staff must send it"):
        ask_for_approval(case, move, {"message": WORDS}, why=["x"], actor=None, now=NOW)
    with pytest.raises(Refused), transaction():
        make_move(case, "respond", {"message": WORDS}, actor=None, role="customer", now=NOW)


@pytest.mark.parametrize("by", ["dana", "amara", "sol"])
def test_only_an_administrator_changes_which_answers_are_checked(cast: Cast, by: str) -> None:
    actor: User = getattr(cast, by)
    for act in (
        lambda: add_rule(NewRule(kind="enquiry"), actor=actor, now=NOW),
        lambda: remove_rule(1, actor=actor, now=NOW),
        lambda: set_checked(cast.toni, True, actor=actor, now=NOW),
    ):
        with pytest.raises(Refused, match="administrator"):
            act()


def test_a_rule_says_something_and_says_it_once(cast: Cast) -> None:
    for rule, words in ((NewRule(), "at least one thing"), (NewRule(min_severity=3), "already")):
        with pytest.raises(Refused, match=words):
            add_rule(rule, actor=cast.wen, now=NOW)
