"""The pages of one's own account, and of people and teams."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.accounts import queries
from casework.accounts.models import SignIn, User
from casework.accounts.roles import Role
from tests.accounts.people import PASSWORD, email_of, is_signed_in, make_person, make_team, sign_in

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def boss(client: FlaskClient) -> User:
    """An administrator who is signed in."""
    person = make_person(Role.ADMINISTRATOR)
    sign_in(client, person)
    return person


def other_browser(app: Flask, person: User) -> FlaskClient:
    client = app.test_client()
    client.post("/sign-in", data={"email": person.email, "password": PASSWORD}, headers=FIREFOX)
    assert is_signed_in(client)
    return client


def password_on(page: str) -> str:
    found = re.search(r"<code>([a-z2-9]{5}(?:-[a-z2-9]{5}){3})</code>", page)
    assert found, "no password on the page"
    return found[1]


def test_my_account_shows_who_i_am_and_where_i_am_signed_in(client: FlaskClient, app: Flask) -> None:
    dana = make_person(team=make_team())
    sign_in(client, dana)
    other_browser(app, dana)
    page = client.get("/account").text
    for words in (
        dana.name,
        dana.email,
        "Front-line",
        "Environmental health",
        "Firefox on Linux",
        "(this one)",
    ):
        assert words in page
    assert page.count("End this session") == 2


def test_one_session_is_ended_from_another(client: FlaskClient, app: Flask, db_session: Any) -> None:
    dana = make_person()
    sign_in(client, dana)
    other = other_browser(app, dana)
    row = db_session.scalar(select(SignIn).where(SignIn.device == "Firefox on Linux"))
    client.post(f"/account/sessions/{row.id}/end")
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_all_other_sessions_are_ended_and_counted(client: FlaskClient, app: Flask) -> None:
    dana = make_person()
    sign_in(client, dana)
    others = [other_browser(app, dana), other_browser(app, dana)]
    page = client.post("/account/sessions/end-others", follow_redirects=True).text
    assert "2 other sessions ended." in page
    assert [is_signed_in(other) for other in others] == [False, False]


def test_the_session_of_somebody_else_is_not_found(client: FlaskClient, app: Flask, db_session: Any) -> None:
    sol = make_person(Role.MANAGER)
    others = other_browser(app, sol)
    row = db_session.scalar(select(SignIn).where(SignIn.user_id == sol.id))
    sign_in(client, make_person())
    assert client.post(f"/account/sessions/{row.id}/end").status_code == 404
    assert is_signed_in(others)


def test_a_new_password_replaces_the_old_one(client: FlaskClient, app: Flask) -> None:
    dana = make_person()
    sign_in(client, dana)
    other = other_browser(app, dana)
    data = {"current_password": PASSWORD, "new_password": "another horse battery"}
    assert client.post("/account/password", data=data).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert sign_in(other, dana).status_code == 401
    assert sign_in(other, dana, "another horse battery").status_code == 302


def test_a_refused_password_says_why(client: FlaskClient) -> None:
    sign_in(client, make_person())
    data = {"current_password": PASSWORD, "new_password": "password1234"}
    response = client.post("/account/password", data=data)
    assert response.status_code == 409
    assert "tried first" in response.text
    assert "password1234" not in response.text


def test_somebody_new_signs_in_with_the_password_that_is_shown_once(
    client: FlaskClient, app: Flask, boss: User
) -> None:
    team = make_team()
    data = {
        "name": "Kit Ray",
        "email": "kit.ray@lakeford.example",
        "role": "supervisor",
        "team": str(team.id),
    }
    response = client.post("/settings/people/add", data=data)
    password = password_on(response.text)
    assert response.headers["Cache-Control"] == "no-store"
    assert sign_in(app.test_client(), "kit.ray@lakeford.example", password).status_code == 302
    assert password not in client.get("/settings/people").text
    kit = queries.person_with_email("kit.ray@lakeford.example")
    assert kit is not None
    assert (kit.role, kit.team) == (Role.SUPERVISOR, team)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"name": ""}, 400, "Write the person"),
        ({"email": "kit"}, 409, "Write the e-mail address in full"),
        ({"email": email_of("Wen Tran")}, 409, "is there already"),
        ({"role": "emperor"}, 400, "There is a problem"),
        ({"team": "77"}, 400, "There is a problem"),
    ],
)
def test_a_bad_form_adds_nobody_and_keeps_what_was_typed(
    client: FlaskClient, boss: User, changes: dict[str, str], status: int, words: str
) -> None:
    data = {"name": "Kit Ray", "email": "kit@lakeford.example", "role": "frontline", "team": "0", **changes}
    response = client.post("/settings/people/add", data=data)
    assert response.status_code == status
    assert words in response.text
    assert f'value="{data["email"]}"' in response.text
    assert queries.person_with_email("kit@lakeford.example") is None


def test_role_and_team_are_changed(client: FlaskClient, boss: User, db_session: Any) -> None:
    dana, team = make_person(), make_team()
    response = client.post(f"/settings/people/{dana.id}", data={"role": "manager", "team": str(team.id)})
    assert response.location == "/settings/people"
    db_session.refresh(dana)
    assert (dana.role, dana.team_id) == (Role.MANAGER, team.id)


def test_the_last_administrator_is_kept_with_a_sentence(client: FlaskClient, boss: User) -> None:
    response = client.post(f"/settings/people/{boss.id}", data={"role": "manager", "team": "0"})
    assert response.status_code == 409
    assert "Nobody else is an administrator." in response.text


def test_somebody_is_deactivated_and_let_in_again_with_a_new_password(
    client: FlaskClient, app: Flask, boss: User
) -> None:
    dana = make_person()
    theirs = other_browser(app, dana)
    client.post(f"/settings/people/{dana.id}/deactivate")
    assert not is_signed_in(theirs)
    assert "No, deactivated" in client.get("/settings/people").text
    password = password_on(client.post(f"/settings/people/{dana.id}/reactivate").text)
    assert sign_in(theirs, dana).status_code == 401
    assert sign_in(theirs, dana, password).status_code == 302


def test_a_forgotten_password_is_replaced(client: FlaskClient, app: Flask, boss: User) -> None:
    dana = make_person()
    password = password_on(client.post(f"/settings/people/{dana.id}/password").text)
    assert sign_in(app.test_client(), dana, password).status_code == 302


def test_teams_are_added_and_renamed(client: FlaskClient, boss: User) -> None:
    assert "No team yet" in client.get("/settings/people").text
    client.post("/settings/teams/add", data={"name": "Food safety"})
    team = queries.team_named("Food safety")
    assert team is not None
    client.post(f"/settings/teams/{team.id}", data={"name": "Food and water"})
    page = client.get("/settings/people").text
    assert "Food and water" in page
    assert (
        "There is a team called" in client.post("/settings/teams/add", data={"name": "food and WATER"}).text
    )


@pytest.mark.parametrize("path", ["/settings/people/999", "/settings/teams/999"])
def test_what_is_not_there_is_not_found(client: FlaskClient, boss: User, path: str) -> None:
    assert client.get(path).status_code == 404


def test_every_account_page_has_one_heading_that_is_its_title(client: FlaskClient, boss: User) -> None:
    team = make_team()
    paths = ["/account", "/settings/people", "/settings/people/add", f"/settings/people/{boss.id}"]
    for path in [*paths, "/settings/teams/add", f"/settings/teams/{team.id}"]:
        page = client.get(path).text
        headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
        assert len(headings) == 1, path
        assert f"<title>{headings[0]} ·" in page, path


def test_the_list_of_people_costs_the_same_however_many_there_are(
    client: FlaskClient, boss: User, count_queries: Any
) -> None:
    with count_queries() as few:
        client.get("/settings/people")
    team = make_team()
    for n in range(5):
        make_person(Role.FRONTLINE, f"Person {n}", team=team)
    with count_queries() as many:
        client.get("/settings/people")
    assert len(many) == len(few) <= 6
