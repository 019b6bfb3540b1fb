"""The navigation, and that no staff page is without a way to it."""

import re
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from casework.accounts.access import access_of
from casework.accounts.roles import Permission, Role
from casework.catalogue.services import NewAgency, set_up_agency
from casework.web.navigation import NAVIGATION, REACHED_FROM, links_for
from tests.accounts.people import LONG_AGO, make_person, sign_in


def staff_pages(app: Flask) -> dict[str, str]:
    """Endpoint and address of every page for staff that needs nothing in its address."""
    return {
        rule.endpoint: rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and isinstance(access_of(app.view_functions[rule.endpoint]), Permission)
    }


def test_every_staff_page_is_in_the_navigation_or_reached_from_another(app: Flask) -> None:
    placed = {item.endpoint for item in NAVIGATION} | set(REACHED_FROM)
    assert sorted(set(staff_pages(app)) - placed) == []


def test_a_page_is_not_both_in_the_navigation_and_reached_from_another() -> None:
    assert {item.endpoint for item in NAVIGATION} & set(REACHED_FROM) == set()


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_not_use_is_not_shown(app: Flask, db_session: Any, role: Role) -> None:
    person = make_person(role)
    with app.test_request_context("/account"):
        shown = {link.href for link in links_for(person)}
        for endpoint, path in staff_pages(app).items():
            item = next((item for item in NAVIGATION if item.endpoint == endpoint), None)
            assert (path in shown) == (item is not None and person.may(item.permission)), endpoint


@pytest.mark.parametrize("role", Role)
def test_every_item_that_is_shown_opens(client: FlaskClient, app: Flask, role: Role) -> None:
    set_up_agency(NewAgency(name="Lakeford Public Health"), now=LONG_AGO)
    person = make_person(role)
    sign_in(client, person)
    with app.test_request_context("/"):
        hrefs = [link.href for link in links_for(person)]
    assert {href: client.get(href).status_code for href in hrefs} == dict.fromkeys(hrefs, 200)


@pytest.mark.parametrize(
    ("path", "current"),
    [("/settings/people", ["Settings"]), ("/settings/people/add", ["Settings"]), ("/account", [])],
)
def test_the_place_where_one_is_is_marked(app: Flask, db_session: Any, path: str, current: list[str]) -> None:
    boss = make_person(Role.ADMINISTRATOR)
    with app.test_request_context(path):
        assert [link.label for link in links_for(boss) if link.current] == current


def test_the_first_page_leads_staff_on_and_others_to_their_start(client: FlaskClient, app: Flask) -> None:
    with app.test_request_context():
        start = url_for("portal.start" if "portal.start" in app.view_functions else "accounts.sign_in")
        today = url_for("web.today" if "web.today" in app.view_functions else "accounts.account")
    assert client.get("/").location == start
    sign_in(client, make_person(Role.FRONTLINE))
    assert client.get("/").location == today


def test_whoever_handles_no_cases_begins_with_today_too(client: FlaskClient) -> None:
    sign_in(client, make_person(Role.ADMINISTRATOR))
    assert client.get("/").location == "/today"


def test_files_have_a_hash_in_their_address(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    addresses = re.findall(r'(?:href|src)="(/static/css/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
        assert client.get(address).status_code == 200
