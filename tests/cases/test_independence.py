"""Nobody reviews what they handled or releases what they wrote, and whoever is named in a case meets none of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.cases.models import Approval, ApprovalRule, Case, Finding, Relation
from casework.cases.queries import may_see, people_of
from casework.cases.queries.approvals import open_approval
from casework.cases.services import (
    Decision,
    assign_case,
    change_access,
    decide_issue,
    make_move,
)
from casework.cases.services.approval_rules import BY_PROCESS, why_checked
from casework.cases.services.releasing import release_answer
from casework.cases.services.transferring import change_kind, transfer_case
from casework.catalogue.models import ProcessVersion
from casework.catalogue.queries import process_of
from casework.catalogue.services import add_process_version
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.workflow.parse import PRESETS
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast, days


def use_process(name: str) -> None:
    """Let new complaints follow this process."""
    with transaction():
        db.session.execute(
            update(ProcessVersion).where(ProcessVersion.kind == "complaint").values(is_current=False)
        )
        add_process_version(PRESETS / "more" / f"{name}.toml", now=NOW).is_current = True


def decide(cast: Cast, case: Case, by: User) -> None:
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id, reason="Looked at again.")
        decide_issue(case, 1, decision, actor=by, now=NOW)


def at_the_review(cast: Cast) -> Case:
    """Dana handled level 1, Toni level 2; the customer asked for a review, and Ines has it."""
    use_process("complaint-three-levels")
    case = cast.log()
    cast.give(case, cast.dana)
    cast.move(case, "acknowledge")
    cast.move(case, "take_up")
    decide(cast, case, cast.dana)
    cast.move(case, "respond", message="This is our answer.")
    cast.told(case)
    cast.move(case, "escalate", by=cast.amara, now=NOW + days(1), reason="Not content.")
    cast.give(case, cast.toni, now=NOW + days(1))
    cast.move(case, "acknowledge", by=cast.toni, now=NOW + days(1))
    cast.move(case, "investigate", by=cast.toni, now=NOW + days(1))
    decide(cast, case, cast.toni)
    cast.move(case, "respond", by=cast.toni, now=NOW + days(2), message="We looked again.")
    cast.told(case)
    cast.move(case, "ask_review", by=cast.amara, now=NOW + days(3), reason="Still not.")
    return case


def test_three_levels_have_three_people(cast: Cast) -> None:
    case = at_the_review(cast)
    people = people_of(case.id)
    assert (case.stage, case.handler) == (3, None)
    handled = sorted(people[Relation.HANDLED_STAGE_1]), sorted(people[Relation.HANDLED_STAGE_2])
    assert handled == ([cast.dana.id], [cast.toni.id])
    for person, stage in ((cast.dana, 1), (cast.toni, 2)):
        with pytest.raises(Refused, match=f"handled this case at stage {stage}"):
            cast.give(case, person)
        with pytest.raises(Refused, match=f"You handled stage {stage}"):
            cast.move(case, "acknowledge", by=person)
    cast.give(case, cast.ines)
    cast.move(case, "acknowledge", by=cast.ines)
    with pytest.raises(Refused, match="handled stage 2"):
        cast.move(case, "review", by=cast.ines, handler=str(cast.toni.id))
    cast.move(case, "review", by=cast.ines)
    assert case.state == "reviewing"


def test_what_its_process_calls_for_two_to_see_waits_whatever_the_agency_says(cast: Cast) -> None:
    case = at_the_review(cast)
    with transaction():
        db.session.query(ApprovalRule).delete()
    cast.give(case, cast.ines)
    cast.move(case, "acknowledge", by=cast.ines)
    cast.move(case, "review", by=cast.ines)
    decide(cast, case, cast.ines)
    cast.move(case, "answer_review", by=cast.ines, message="It stands.")
    waiting = open_approval(case.id)
    assert waiting is not None
    assert (case.state, case.awaiting_approval, waiting.why) == ("reviewing", True, [BY_PROCESS])
    for person, words in (
        (cast.ines, "You wrote this answer yourself"),
        (cast.dana, "Your role does not release"),
    ):
        with pytest.raises(Refused, match=words), transaction():
            release_answer(case, actor=person, now=NOW, seen=waiting.mark)
    with transaction():
        release_answer(case, actor=cast.sol, now=NOW, seen=waiting.mark)
    assert (case.state, case.awaiting_approval) == ("responded", False)


def test_a_supervisor_who_handled_an_earlier_level_does_not_release_its_review(cast: Cast) -> None:
    case = at_the_review(cast)
    with transaction():
        case.stage = 2
    cast.give(case, cast.amara, by=cast.sol)
    with transaction():
        case.stage, case.handler = 3, None
    cast.give(case, cast.ines)
    cast.move(case, "acknowledge", by=cast.ines)
    cast.move(case, "review", by=cast.ines)
    decide(cast, case, cast.ines)
    cast.move(case, "answer_review", by=cast.ines, message="It stands.")
    waiting = open_approval(case.id)
    assert waiting is not None
    with pytest.raises(Refused, match="You handled stage 2"), transaction():
        release_answer(case, actor=cast.amara, now=NOW, seen=waiting.mark)


def test_what_is_no_answer_can_ask_for_four_eyes_too(cast: Cast, client: FlaskClient) -> None:
    """A process of the agency's own, in which nobody passes a case on alone: kept, shown, made when released."""
    case = cast.investigated()
    with transaction():
        version = case.process_version
        definition = version.definition
        moves = [
            {**move, "guards": [*move.get("guards", []), "four_eyes"]} if move["name"] == "refer" else move
            for move in definition["move"]
        ]
        version.definition = {**definition, "move": moves}
    move = process_of(case.process_version).move("refer", case.state)
    assert move is not None
    assert why_checked(case, move, {}, cast.dana) == [BY_PROCESS]
    cast.move(case, "refer", body="The ombudsman", reason="Not ours.", message="They have it now.")
    assert (case.is_open, case.awaiting_approval) == (True, True)
    sign_in(client, cast.amara)
    page = client.get(f"/cases/{case.reference}/approval")
    assert page.status_code == 200
    assert BY_PROCESS in page.text
    assert "They have it now." in page.text
    waiting = db.session.scalars(select(Approval).where(Approval.case_id == case.id)).one()
    with transaction():
        release_answer(case, actor=cast.amara, now=NOW, seen=waiting.mark)
    assert case.state == "referred"


def test_whoever_had_it_from_the_beginning_handled_its_first_stage(cast: Cast) -> None:
    case = cast.log(handler_id=cast.toni.id)
    assert people_of(case.id)[Relation.HANDLED_STAGE_1] == {cast.toni.id}


# What each page of a case answers to staff named in it, and what the services below say to them.
PATHS = ("", "/hand-over", "/kind", "/transfer", "/came-from", "/clocks", "/approval", "/moves/acknowledge")


@pytest.mark.parametrize("role", [Role.FRONTLINE, Role.SUPERVISOR, Role.MANAGER])
@pytest.mark.parametrize("named", [True, False])
def test_staff_named_in_a_case_are_kept_out_of_every_way_into_it(
    app: Flask, client: FlaskClient, cast: Cast, role: Role, named: bool
) -> None:
    person = make_person(role, "Nora Named", team=cast.clinics)
    case = cast.investigated()
    with transaction():
        about = [person.id] if named else [cast.pat.id]
        change_access(case, restricted=False, named=about, granted=[], actor=cast.amara, now=NOW)
    assert may_see(person, case.id) is not named
    sign_in(client, person)
    at, expected = f"/cases/{case.reference}", 404 if named else 200
    assert {path: client.get(at + path).status_code for path in PATHS} == dict.fromkeys(PATHS, expected)
    # Watching, and saying that one is here.
    assert client.post(f"{at}/watch").status_code == (404 if named else 302)
    assert client.post(f"{at}/presence").status_code == expected

    def refused(act: object) -> bool:
        try:
            with transaction():
                act()  # type: ignore[operator]
        except Refused as refusal:
            return any(
                words in " ".join(refusal.reasons) for words in ("named in this case", "cannot be given")
            )
        return False

    tries = {
        "given it": lambda: assign_case(case, to=person, actor=cast.amara, now=NOW),
        "moves it": lambda: make_move(case, "ask_customer", {"message": "x"}, actor=person, now=NOW),
        "changes its kind": lambda: change_kind(case, case.kind, "x", actor=person, now=NOW),
        "transfers it": lambda: transfer_case(case, team=cast.clinics, reason="", actor=person, now=NOW),
    }
    assert {name: refused(act) for name, act in tries.items()} == dict.fromkeys(tries, named)
    assert (person.id in people_of(case.id)[Relation.WATCHING]) is not named


def test_whoever_is_named_neither_reviews_nor_approves(cast: Cast) -> None:
    case = at_the_review(cast)
    cast.give(case, cast.ines)
    cast.move(case, "acknowledge", by=cast.ines)
    cast.move(case, "review", by=cast.ines)
    decide(cast, case, cast.ines)
    cast.move(case, "answer_review", by=cast.ines, message="It stands.")
    with transaction():
        change_access(case, restricted=False, named=[cast.sol.id], granted=[], actor=cast.amara, now=NOW)
    waiting = open_approval(case.id)
    assert waiting is not None
    with pytest.raises(Refused, match="no case with that reference"), transaction():
        release_answer(case, actor=cast.sol, now=NOW, seen=waiting.mark)
    with pytest.raises(Refused, match="cannot be given"):
        cast.give(case, cast.sol)
