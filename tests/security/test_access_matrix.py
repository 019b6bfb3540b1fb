"""Who is answered what: every address x every role, and every address of a case x every relation to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from casework.accounts.models import SignIn, User
from casework.accounts.roles import Role
from casework.cases.models import Case
from casework.cases.services import change_access
from casework.communications.models import Communication, Delivery
from casework.core.db import db, transaction
from casework.customers.services import Contact
from casework.measures.services import refresh
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast
from tests.improvement.builders import done
from tests.security.places import PLACES

ROLES: tuple[Role | None, ...] = (None, *Role)


def ways_in(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address with every way in which it may be used."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method


def someone(cast: Cast, role: Role) -> User:
    people = {Role.FRONTLINE: cast.dana, Role.SUPERVISOR: cast.amara, Role.MANAGER: cast.sol}
    return people.get(role, cast.wen)


def parts_of_scene(cast: Cast, client: FlaskClient) -> dict[str, Any]:
    """What stands for each part of an address: a case, a message to be settled, an action, people, a team."""
    case = cast.log(contact=Contact(name="Sorina Ionescu", phone="555 0142"))
    cast.move(case, "acknowledge", message="We look into it.")
    message = db.session.scalars(
        select(Communication).where(Communication.delivery == Delivery.BY_HAND)
    ).first()
    assert message is not None
    action = done(cast, [case])
    left = make_person(Role.FRONTLINE, "Lee Forde")
    sign_in(client, left)
    return {
        "reference": case.reference,
        "message_id": message.id,
        "opportunity_id": action.opportunity_id,
        "action_id": action.id,
        "person_id": left.id,
        "team_id": cast.clinics.id,
        "sign_in_id": db.session.scalars(select(SignIn.id).where(SignIn.user_id == left.id)).one(),
        "number": 1,
        "name": "assess",
        "measure": "received",
        "step": "kind",
        "token": "a" * 26,
        "filename": "js/casework.js",
    }


def address_of(app: Flask, rule: Rule, parts: dict[str, Any]) -> str:
    with app.test_request_context("/"):
        return app.url_for(rule.endpoint, **{name: parts[name] for name in rule.arguments})


def test_every_address_has_a_place_in_the_table(app: Flask) -> None:
    there: dict[str, set[str]] = {}
    for rule, method in ways_in(app):
        there.setdefault(rule.endpoint, set()).add(method)
    assert there == {endpoint: place.methods for endpoint, place in PLACES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(
    app: Flask, client: FlaskClient, cast: Cast, role: Role | None
) -> None:
    parts = parts_of_scene(cast, client)
    answered, expected = {}, {}
    browser = app.test_client()
    if role is not None:
        sign_in(browser, someone(cast, role))
    # Signing out comes last, because nothing is asked for after it.
    for rule, method in sorted(ways_in(app), key=lambda way: way[0].endpoint == "accounts.sign_out"):
        if rule.endpoint == "accounts.sign_in" and role is not None:
            # Whoever is signed in already is led on to where they were going.
            continue
        answered[method, rule.endpoint] = browser.open(
            address_of(app, rule, parts), method=method, data={} if method == "POST" else None
        ).status_code
        expected[method, rule.endpoint] = PLACES[rule.endpoint].expected(method, role)
    assert answered == expected


def set_access(case: Case, cast: Cast, *, restricted: bool = False, named: tuple[User, ...] = ()) -> None:
    with transaction():
        change_access(
            case,
            restricted=restricted,
            named=[person.id for person in named],
            granted=[],
            actor=cast.amara,
            now=NOW,
        )


# What the case is to whom, and who may open it.
RELATIONS = {
    "their own or of another team": (False, (), {"dana", "toni", "pat", "amara", "sol"}),
    "restricted by amara": (True, (), {"amara"}),
    "about dana and sol": (False, ("dana", "sol"), {"toni", "pat", "amara"}),
    "restricted, and about sol": (True, ("sol",), {"amara"}),
}


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_address_of_a_case_and_of_its_messages_opens_for_those_alone_who_may_see_it(
    app: Flask, client: FlaskClient, cast: Cast, relation: str
) -> None:
    restricted, named, allowed = RELATIONS[relation]
    parts = parts_of_scene(cast, client)
    case = db.session.scalars(select(Case)).one()
    set_access(case, cast, restricted=restricted, named=tuple(getattr(cast, name) for name in named))
    of_a_case = [
        (rule, method)
        for rule, method in ways_in(app)
        if {"reference", "message_id"} & set(rule.arguments) and "token" not in rule.arguments
    ]
    assert len(of_a_case) > 10
    wrong = []
    for who in ("dana", "toni", "pat", "amara", "sol"):
        person: User = getattr(cast, who)
        browser = app.test_client()
        sign_in(browser, person)
        for rule, method in of_a_case:
            # What sends may change who sees it, so those who may are only asked to look.
            if method == "POST" and who in allowed:
                continue
            status = browser.open(address_of(app, rule, parts), method=method).status_code
            may_come_in = person.role in PLACES[rule.endpoint].audience
            right = 200 if who in allowed else 404
            if status != (right if may_come_in else 403):
                wrong.append((who, method, rule.rule, status))
    assert wrong == []


LISTS = (
    "/today",
    "/messages",
    "/mail",
    "/cases/?view=open",
    "/cases/?view=unassigned",
    "/cases/?view=team",
    "/cases/search?q=ionescu",
    "/cases/new/customers?find=ionescu",
    "/cases/new/history?customer_id={customer}",
    "/performance/received/cases",
    "/performance/open_at_end/cases",
    "/improvement/{opportunity}",
    "/improvement/{opportunity}/cases",
    "/improvement/actions/{action}/tell",
)


@pytest.mark.parametrize("relation", RELATIONS)
def test_no_list_search_or_suggestion_shows_a_case_or_its_customer_to_whoever_may_not_see_it(
    app: Flask, client: FlaskClient, cast: Cast, relation: str
) -> None:
    restricted, named, allowed = RELATIONS[relation]
    parts = parts_of_scene(cast, client)
    case = db.session.scalars(select(Case)).one()
    set_access(case, cast, restricted=restricted, named=tuple(getattr(cast, name) for name in named))
    refresh(NOW)
    places = {
        "opportunity": parts["opportunity_id"],
        "action": parts["action_id"],
        "customer": case.customer_id,
    }
    shown: dict[str, set[str]] = {}
    for who in ("dana", "amara", "sol", "wen"):
        browser = app.test_client()
        sign_in(browser, getattr(cast, who))
        pages = {path: browser.get(path.format(**places)).text for path in LISTS}
        shown[who] = {path for path, page in pages.items() if case.reference in page or "Ionescu" in page}
    for who, paths in shown.items():
        if who in allowed:
            assert len(paths) > 5, (who, paths)
        else:
            # The page of a search repeats the words that were looked for, and not whom they name.
            assert paths == set(), (who, paths)
