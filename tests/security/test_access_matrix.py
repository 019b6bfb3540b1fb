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
from casework.communications.models import Communication, Delivery
from casework.core.db import db
from casework.customers.services import Contact
from tests.accounts.people import make_person, sign_in
from tests.cast import Cast
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
    promise = cast.promise(case)
    left = make_person(Role.FRONTLINE, "Lee Forde")
    sign_in(client, left)
    return {
        "reference": case.reference,
        "message_id": message.id,
        "opportunity_id": action.opportunity_id,
        "action_id": action.id,
        "promise_id": promise.id,
        "person_id": left.id,
        "team_id": cast.clinics.id,
        "sign_in_id": db.session.scalars(select(SignIn.id).where(SignIn.user_id == left.id)).one(),
        "file_id": cast.attach(case).id,
        "request_id": cast.printed(case).id,
        "guidance_id": cast.advise().id,
        # The calendar that is in force, a standard, and a change that there is not.
        "version_id": 1,
        "standard_id": 1,
        "change_id": 999_999,
        "notice_id": 999_999,
        "draft_id": 999_999,
        "number": 1,
        "name": "assess",
        "code_id": "fca-disp",
        "calendar_id": 1,
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
