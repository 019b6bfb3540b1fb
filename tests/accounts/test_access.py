"""Who may use which page of the accounts."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.accounts.access import PUBLIC, access_of, public, requires
from casework.accounts.roles import Permission, Role
from tests.accounts.people import make_person, sign_in

EVERYBODY = set(Role)
ADMINISTRATORS = {Role.ADMINISTRATOR}

PAGES = {
    "/account": EVERYBODY,
    "/settings/people": ADMINISTRATORS,
    "/settings/people/add": ADMINISTRATORS,
    "/settings/teams/add": ADMINISTRATORS,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_for_its_roles_alone(client: FlaskClient, path: str, role: Role) -> None:
    sign_in(client, make_person(role))
    assert client.get(path).status_code == (200 if role in PAGES[path] else 403)


@pytest.mark.parametrize("path", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.location.startswith("/sign-in?next=")


@pytest.mark.parametrize(
    "path", ["/account/password", "/settings/people/add", "/settings/people/1/deactivate"]
)
def test_nothing_is_done_for_whoever_is_not_signed_in(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 401


def test_the_wrong_role_is_told_in_a_sentence(client: FlaskClient) -> None:
    sign_in(client, make_person(Role.MANAGER))
    page = client.get("/settings/people").text
    assert "Your role (Manager) may not change settings." in page


def test_a_part_of_a_page_is_not_filled_with_the_sign_in_page(client: FlaskClient) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/account?x=1"}
    response = client.get("/account", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in?next=/account?x%3D1"


def test_a_view_says_who_may_use_it(app: Flask) -> None:
    @requires(Permission.TELL_CUSTOMERS)
    def approve() -> str:
        return ""

    @public
    def start() -> str:
        return ""

    def forgotten() -> str:
        return ""

    assert access_of(approve) is Permission.TELL_CUSTOMERS
    assert access_of(start) == PUBLIC
    assert access_of(forgotten) is None
    assert approve.__name__ == "approve"
