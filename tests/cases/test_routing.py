"""Assignment rules: where a new case goes, what the history says, and how the rules are changed."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.accounts import services as accounts
from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.cases.models import AssignmentRule, Case, CasePerson, Kind, Relation, Way
from casework.cases.queries.board import colleagues
from casework.cases.queries.routing import newest_tried, rules_in_order, rules_without_effect
from casework.cases.services import change_access
from casework.cases.services.routing import (
    RuleWords,
    add_rule,
    change_rule,
    move_rule,
    remove_rule,
    route_case,
)
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Invalid
from casework.customers.services import Contact
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast

TODAY = date(2026, 11, 23)


def rule(cast: Cast, **words: Any) -> AssignmentRule:
    with transaction():
        return add_rule(RuleWords(**words), actor=cast.wen, now=NOW)


def load(person: User, capacity: int | None, *skills: str) -> None:
    with transaction():
        accounts.set_load(person, capacity=capacity, skills=list(skills), by=accounts.By(None, NOW))


def said(case: Case) -> list[str]:
    wanted = select(HistoryEntry.summary).where(
        HistoryEntry.subject_type == "case",
        HistoryEntry.subject_id == case.id,
        HistoryEntry.verb == "assigned",
    )
    return list(db.session.scalars(wanted))


def test_without_a_rule_that_fits_the_owner_of_the_service_has_it(cast: Cast) -> None:
    rule(cast, kind="enquiry", team_id=cast.clinics.id)
    case = cast.log()
    assert (case.team, case.handler, said(case)) == (cast.health, None, [])


def test_the_first_rule_that_fits_decides_and_the_history_says_which(cast: Cast) -> None:
    rule(cast, kind="enquiry", team_id=cast.clinics.id)
    rule(cast, severity=4, team_id=cast.clinics.id, way=Way.LEAST_LOADED)
    rule(cast, service_id=cast.inspections.id, way=Way.LEAST_LOADED)
    load(cast.dana, 5)
    cast.give(cast.log(), cast.dana)
    case = cast.log()
    assert (case.handler, case.team) == (cast.toni, cast.health)
    assert said(case) == ["Given to Toni Brandt: rule 3, least loaded"]
    severe = cast.log(severity=4)
    assert (severe.handler, severe.team) == (cast.pat, cast.clinics)
    enquiry = cast.log(kind=Kind.ENQUIRY)
    assert (enquiry.handler, enquiry.team) == (None, cast.clinics)
    assert said(enquiry) == ["Given to the team Clinics: rule 1"]


def test_a_category_means_those_below_it_too(cast: Cast) -> None:
    top = cast.not_inspected.parent_id
    rule(cast, category_id=top, team_id=cast.clinics.id)
    assert cast.log().team == cast.clinics
    assert cast.log(issues=()).team == cast.health


def test_whoever_logs_it_may_choose_otherwise(cast: Cast) -> None:
    rule(cast, team_id=cast.clinics.id, way=Way.LEAST_LOADED)
    assert cast.log(handler_id=cast.dana.id).handler_id == cast.dana.id
    chosen = cast.log(team_id=cast.health.id)
    assert (chosen.team, chosen.handler) == (cast.health, None)


def test_those_away_full_without_the_skill_or_gone_are_never_chosen(cast: Cast) -> None:
    rule(cast, team_id=cast.health.id, way=Way.LEAST_LOADED)
    with transaction():
        accounts.add_absence(
            cast.dana, from_on=TODAY - timedelta(3), to_on=TODAY, reason="", by=accounts.By(None, NOW)
        )
    assert [cast.log().handler for _ in range(2)] == [cast.toni, cast.toni]
    load(cast.toni, 2)
    full = cast.log()
    assert (full.handler, full.team) == (None, cast.health)
    assert said(full) == [
        "Given to the team Environmental health: rule 1; nobody who may have it is here and has room"
    ]
    assert cast.log(now=NOW + timedelta(days=1), received_at=NOW).handler == cast.dana
    with transaction():
        accounts.deactivate_person(cast.dana, by=accounts.By(cast.wen, NOW))
    assert cast.log(now=NOW + timedelta(days=1), received_at=NOW).handler is None


def test_a_skill_that_the_rule_needs(cast: Cast) -> None:
    rule(cast, way=Way.LEAST_LOADED, skill="spanish")
    assert cast.log().handler is None
    load(cast.toni, None, "spanish")
    assert [cast.log().handler for _ in range(2)] == [cast.toni, cast.toni]


def test_supervisors_are_counted_on_only_when_a_number_says_so(cast: Cast) -> None:
    rule(cast, team_id=cast.health.id, way=Way.LEAST_LOADED)
    for person in (cast.dana, cast.toni):
        load(person, 0)
    assert cast.log().handler is None
    load(cast.amara, 1)
    assert cast.log().handler == cast.amara


def test_each_in_turn_and_of_equals_whoever_waits_longest(cast: Cast) -> None:
    rule(cast, way=Way.IN_TURN, team_id=cast.health.id)
    given = [cast.log(now=NOW + timedelta(minutes=n)).handler for n in range(4)]
    assert given == [cast.dana, cast.toni, cast.dana, cast.toni]


def test_the_one_who_knows_the_customer_keeps_them(cast: Cast) -> None:
    rule(cast, way=Way.KNOWS_CUSTOMER, team_id=cast.health.id)
    before = cast.log(handler_id=cast.toni.id)
    cast.log(handler_id=cast.toni.id)
    case = cast.log()
    assert before.customer == case.customer
    assert said(case) == ["Given to Toni Brandt: rule 1, knows the customer"]
    other = cast.log(contact=Contact(name="Lee Forde", phone="555 0199"))
    assert said(other) == ["Given to Dana Marsh: rule 1, least loaded"]


def test_a_case_that_is_hidden_from_somebody_makes_nobody_known(cast: Cast) -> None:
    rule(cast, way=Way.KNOWS_CUSTOMER, team_id=cast.health.id)
    cast.restrict(cast.log(handler_id=cast.toni.id))
    about_dana = cast.log(handler_id=cast.toni.id)
    with transaction():
        change_access(
            about_dana, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW
        )
    (reason,) = said(cast.log(by=cast.toni))
    assert "knows the customer" not in reason


def test_whoever_is_named_in_the_case_is_never_chosen(cast: Cast) -> None:
    case = cast.log()
    for person in (cast.dana,):
        db.session.add(CasePerson(case_id=case.id, user_id=person.id, relation=Relation.NAMED))
    rule(cast, way=Way.LEAST_LOADED)
    with transaction():
        route_case(case, NOW)
    assert case.handler == cast.toni
    assert cast.toni.id in {
        one.user_id
        for one in db.session.scalars(
            select(CasePerson).where(
                CasePerson.case_id == case.id, CasePerson.relation == Relation.HANDLED_STAGE_1
            )
        )
    }, "so that the review goes to somebody else"


def test_every_change_of_the_rules_keeps_how_they_stood(cast: Cast) -> None:
    first = rule(cast, kind="enquiry", team_id=cast.clinics.id)
    second = rule(cast, way=Way.LEAST_LOADED)
    with transaction():
        move_rule(second, -1, actor=cast.wen, now=NOW)
    with transaction():
        change_rule(first, RuleWords(way=Way.IN_TURN), seen=1, actor=cast.wen, now=NOW)
    with pytest.raises(Conflict), transaction():
        change_rule(first, RuleWords(way=Way.NOBODY, team_id=1), seen=1, actor=cast.wen, now=NOW)
    with transaction():
        remove_rule(second, actor=cast.wen, now=NOW)
    left = db.session.scalars(rules_in_order()).all()
    assert [(one.id, one.position) for one in left] == [(first.id, 1)]
    entries = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.subject_type == "assignment_rules").order_by(HistoryEntry.id)
    ).all()
    assert [one.summary for one in entries] == [
        "Rule 1 added",
        "Rule 2 added",
        "Rule 2 moved to 1",
        "Rule 2 changed",
        "Rule 1 removed",
    ]
    assert [len(one.after["rules"]) for one in entries] == [1, 2, 2, 2, 1]


@pytest.mark.parametrize("words", [{}, {"skill": "spanish", "team_id": 1}])
def test_a_rule_that_would_change_nothing_is_refused(cast: Cast, words: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        rule(cast, **words)


def test_rules_that_cannot_take_effect_say_why(cast: Cast) -> None:
    empty = make_person(name="Ash Vale", team=cast.clinics)
    rule(cast, kind="suggestion", way=Way.LEAST_LOADED, team_id=cast.health.id, skill="welsh")
    rule(cast, kind="enquiry", way=Way.LEAST_LOADED, team_id=cast.clinics.id)
    rule(cast, way=Way.LEAST_LOADED)
    rule(cast, kind="complaint", way=Way.IN_TURN)
    for person in (cast.pat, empty):
        load(person, 0)
    people = colleagues(None, today=TODAY, usual=20)
    found = dict(rules_without_effect(list(db.session.scalars(rules_in_order())), people))
    assert set(found) == {1, 2, 4}
    assert "knows welsh" in found[1]
    assert "counted on" in found[2]
    assert "Rule 3 above" in found[4]


def test_rules_are_tried_before_they_count_and_hidden_cases_are_left_out(
    cast: Cast, client: FlaskClient
) -> None:
    cases = [cast.log() for _ in range(3)]
    with transaction():
        change_access(cases[0], restricted=True, named=[], granted=[cast.ines.id], actor=cast.amara, now=NOW)
        change_access(cases[1], restricted=False, named=[cast.wen.id], granted=[], actor=cast.amara, now=NOW)
    assert len(newest_tried(cast.wen)) == 1
    sign_in(client, cast.wen)
    form = {
        "kind": "", "channel": "", "service_id": 0, "category_id": 0, "severity": 0, "skill": "",
        "team_id": cast.clinics.id, "way": "least_loaded", "seen": 0,
    }  # fmt: skip
    page = client.post("/settings/assignment/add", data={**form, "try": "1"}).text
    assert "1 of them would go elsewhere" in page
    assert "Pat Okoro" in page
    assert cases[2].reference not in page, "an administrator reads no cases"
    assert not db.session.scalars(select(AssignmentRule)).all()
    assert client.post("/settings/assignment/add", data=form).status_code == 302
    assert "Pat Okoro" in client.get("/settings/assignment?try=1").text
    assert cast.log().handler == cast.pat


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "x"},
        {"team_id": "999999"},
        {"severity": "9"},
        {"way": "best"},
        {"skill": "s" * 41},
        {"way": ""},
    ],
)
def test_a_rule_outside_what_is_allowed_comes_back_with_a_sentence(
    cast: Cast, client: FlaskClient, changes: dict[str, str]
) -> None:
    sign_in(client, cast.wen)
    form = {"kind": "", "channel": "", "service_id": 0, "category_id": 0, "severity": 0, "way": "in_turn"}
    page = client.post("/settings/assignment/add", data={**form, "team_id": 0, "seen": 0, **changes})
    assert page.status_code == 422
    assert "There is a problem" in page.text


def test_an_administrator_orders_changes_and_removes_rules(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.wen)
    first = rule(cast, kind="enquiry", team_id=cast.clinics.id)
    rule(cast, way=Way.LEAST_LOADED)
    page = client.get("/settings/assignment").text
    assert "Enquiry cases" in page
    client.post(f"/settings/assignment/{first.id}/move", data={"step": "down"})
    assert client.post(f"/settings/assignment/{first.id}/move", data={"step": "x"}).status_code == 400
    db.session.expire_all()
    assert first.position == 2
    assert re.search(r'name="seen" value="1"', client.get(f"/settings/assignment/{first.id}").text)
    client.post(f"/settings/assignment/{first.id}/remove")
    assert client.get(f"/settings/assignment/{first.id}").status_code == 404
    assert client.post("/settings/assignment/capacity", data={"capacity": "0"}).status_code == 422
    assert client.post("/settings/assignment/capacity", data={"capacity": "12"}).status_code == 302
    assert "usually carries 12" in client.get("/settings/assignment").text


def test_what_somebody_carries_and_knows_is_kept_on_their_page(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.wen)
    where = f"/settings/people/{cast.dana.id}"
    client.post(f"{where}/load", data={"capacity": "12", "skills": " Spanish, food  safety ,spanish"})
    db.session.expire_all()
    assert (cast.dana.capacity, cast.dana.skills) == (12, ["food safety", "spanish"])
    assert 'value="food safety, spanish"' in client.get(where).text
    for bad in ({"capacity": "-1"}, {"capacity": "x"}, {"capacity": "1" * 30}):
        assert client.post(f"{where}/load", data=bad).status_code == 400
    assert client.post(f"{where}/load", data={"skills": "<script>" * 9}).status_code == 409
    client.post(f"/settings/teams/{cast.health.id}", data={"name": "Environmental health", "capacity": "7"})
    db.session.expire_all()
    assert {one.user.name: one.capacity for one in colleagues([cast.health.id], today=TODAY, usual=20)} == {
        "Amara Quill": 0,
        "Dana Marsh": 12,
        "Sol Ibarra": 0,
        "Toni Brandt": 7,
    }


def test_settings_lead_to_what_can_be_changed(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.wen)
    page = client.get("/settings").text
    for href in ("/settings/people", "/settings/assignment"):
        assert f'href="{href}"' in page
