"""Everything that a working day has is there at once in the demo agency, and its own rules hold for it."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.accounts.models import Absence, Team, User
from casework.cases.models import (
    ActionState,
    Approval,
    ApprovalRule,
    ApprovalState,
    AssignmentRule,
    Case,
    CaseAction,
    CaseDraft,
    CaseFile,
    CaseLink,
    CasePerson,
    CaseTag,
    Kind,
    LinkKind,
    Relation,
    SavedView,
    Scope,
)
from casework.cases.queries import may_see
from casework.cases.routes.listing import still_good
from casework.cases.suggestions.suggesting import suggest
from casework.catalogue.guidance.models import Guidance, GuidanceRead
from casework.catalogue.models import RemedyLimit
from casework.communications.models import Communication, Delivery, Purpose
from casework.core.db import db
from casework.customers.models import Representative
from casework.demo import papers
from casework.demo.scenes import SCENES, first_scenes
from casework.files.models import Scan
from casework.files.store import the_store
from casework.notices.models import Notice
from casework.notices.rules import What
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("demo_agency")


def count(model: type, *conditions: object) -> int:
    wanted = select(func.count()).select_from(model).where(*conditions)  # type: ignore[arg-type]
    return db.session.scalar(wanted) or 0


def person(first: str) -> User:
    return db.session.scalars(select(User).where(User.name.startswith(f"{first} "))).one()


def test_people_have_capacities_and_skills_and_one_of_them_is_away_today() -> None:
    assert count(Team, Team.capacity.is_(None)) == 0
    assert person("Dana").skills == ["food safety", "spanish"]
    today = NOW.date()
    away = db.session.scalars(select(Absence).where(Absence.from_on <= today, Absence.to_on >= today)).one()
    assert away.user_id == person("Toni").id


def test_what_is_decided_by_rules_and_limits_is_set_up() -> None:
    assert count(AssignmentRule) == 4
    assert count(RemedyLimit) > 10
    assert count(ApprovalRule) == 3
    assert [user.name for user in db.session.scalars(select(User).where(User.answers_checked))] == [
        "Noor Pruitt"
    ]


def test_views_are_kept_for_one_a_team_and_everyone_and_can_be_opened() -> None:
    views = db.session.scalars(select(SavedView)).all()
    assert {view.scope for view in views} == set(Scope)
    for view in views:
        assert still_good(view.parts) == view.parts


def test_one_text_of_guidance_was_changed_and_the_front_line_has_not_read_it_yet() -> None:
    dana = person("Dana").id
    read = select(GuidanceRead.guidance_id).where(GuidanceRead.user_id == dana)
    unread = db.session.scalars(select(Guidance).where(Guidance.is_current, Guidance.id.not_in(read))).all()
    assert [(text.version, text.title) for text in unread] == [
        (2, "A visit was promised and did not take place")
    ]


def test_promises_are_late_to_come_and_outlive_the_closing_of_their_case() -> None:
    open_ones = db.session.scalars(select(CaseAction).where(CaseAction.state == ActionState.OPEN)).all()
    assert any(one.due_on < NOW.date() for one in open_ones)
    assert any(one.due_on > NOW.date() for one in open_ones)
    assert any(not one.case.is_open for one in open_ones)
    kept = db.session.scalars(select(CaseAction).where(CaseAction.state == ActionState.DONE)).all()
    assert kept
    assert all(one.told_id is not None for one in kept)


def test_files_can_be_opened_and_are_what_they_say() -> None:
    files = db.session.scalars(select(CaseFile)).all()
    assert {file.kind for file in files} == {"png", "pdf", "text"}
    for file in files:
        assert file.blob.scan is Scan.CLEAN
        with the_store().open(file.blob.sha256) as content:
            assert len(content.read()) == file.blob.size


def test_cases_are_merged_split_linked_and_tagged() -> None:
    assert count(CaseLink, CaseLink.kind == LinkKind.DUPLICATE) == 1
    assert sum("split" in link.kept for link in db.session.scalars(select(CaseLink))) == 1
    assert count(CaseLink, CaseLink.kind == LinkKind.SAME_SUBJECT) > 1
    assert count(CaseTag) > 3


def test_one_answer_waits_and_one_was_returned() -> None:
    assert count(Approval, Approval.state == ApprovalState.WAITING) == count(Case, Case.awaiting_approval) > 1
    returned = db.session.scalars(select(Approval).where(Approval.state == ApprovalState.RETURNED)).one()
    assert returned.comment
    assert returned.asked_by_id == person("Dana").id


def test_who_is_named_in_the_restricted_case_does_not_see_it() -> None:
    case = db.session.scalars(select(Case).where(Case.is_restricted)).one()
    seen = {first: may_see(person(first), case.id) for first in ("Dana", "Amara", "Sol", "Noor", "Toni")}
    assert seen == {"Dana": True, "Amara": True, "Sol": True, "Noor": False, "Toni": False}


def test_somebody_acts_for_a_customer_with_consent_and_adjustments_are_noted() -> None:
    acting = db.session.scalars(select(Representative)).one()
    case = db.session.scalars(select(Case).where(Case.representative_id == acting.person_id)).one()
    assert "Large print" in case.adjustments
    # What was handed over with a note is this case.
    handover = select(Communication).where(Communication.purpose == Purpose.HANDOVER)
    assert db.session.scalars(handover).one().case_id == case.id


def test_a_draft_a_call_that_nobody_answered_and_a_letter_wait() -> None:
    assert db.session.scalars(select(CaseDraft)).one().user_id == person("Dana").id
    assert count(Communication, Communication.delivery == Delivery.TRIED) == 1
    letters = (Communication.channel == "letter", Communication.delivery == Delivery.BY_HAND)
    assert count(Communication, *letters) >= 1


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("Dana", {What.ASSIGNED, What.MENTIONED, What.CUSTOMER_REPLIED, What.APPROVAL_DECIDED}),
        ("Amara", {What.APPROVAL_ASKED, What.MENTIONED, What.WATCHED_MOVED}),
        ("Sol", {What.MENTIONED, What.WATCHED_MOVED}),
    ],
)
def test_who_signs_in_finds_news(first: str, told: set[What]) -> None:
    user = person(first)
    unread = select(Notice.what).where(Notice.user_id == user.id, Notice.read_at.is_(None))
    assert told <= set(db.session.scalars(unread))
    assert user.unread == count(Notice, Notice.user_id == user.id, Notice.read_at.is_(None), Notice.in_app)
    assert count(CasePerson, CasePerson.relation == Relation.WATCHING) > 2


def test_a_category_is_suggested_at_once(demo_agency: Flask) -> None:
    found = suggest("Visit did not take place", "I was promised an inspection of a kitchen and nobody came.")
    assert found.categories[0].label.endswith("Not inspected")
    assert db.session.scalar(select(func.count()).where(Case.kind == Kind.COMPLAINT))


def test_no_scene_is_begun_that_would_make_more_cases_than_asked_for() -> None:
    for most in range(len(SCENES) + 3):
        scenes = first_scenes(most)
        assert sum(scene.cases for scene in scenes) <= most
    assert first_scenes(len(SCENES) + 1) == SCENES


def test_papers_are_the_same_each_time() -> None:
    assert papers.photograph("a.png", 3).stream.read() == papers.photograph("a.png", 3).stream.read()
