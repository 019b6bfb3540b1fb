"""Saved views: whose they are, what they keep, and that they share no access."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.accounts.models import User
from casework.cases.models import SavedView, Scope
from casework.cases.services import change_access
from casework.cases.services.saved_views import chosen_by, save_view
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast

SCRIPT = "<script>alert(1)</script>"


def keep(name: str, by: User, scope: Scope = Scope.PERSONAL, **parts: str) -> SavedView:
    with transaction():
        return save_view(name=name, scope=scope, parts=parts, actor=by, now=NOW)


def names(user: User) -> list[str]:
    return [view.name for view in chosen_by(user).views]


def test_each_finds_their_own_their_team_s_and_everyone_s(cast: Cast) -> None:
    keep("Dana's", cast.dana)
    keep("Health", cast.amara, Scope.TEAM)
    keep("All of us", cast.amara, Scope.EVERYONE)
    assert names(cast.dana) == ["All of us", "Dana's", "Health"]
    assert names(cast.toni) == ["All of us", "Health"]
    assert names(cast.pat) == ["All of us"]


@pytest.mark.parametrize("scope", [Scope.TEAM, Scope.EVERYONE])
def test_sharing_is_for_those_who_assign(cast: Cast, scope: Scope) -> None:
    with pytest.raises(Refused, match="Ask a supervisor"):
        keep("Mine", cast.dana, scope)


def test_a_view_keeps_filters_order_and_columns(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    address = "/cases/views?view=open&severity=4&sort=severity&cols=reference,title,due"
    data = {"name": "Severe", "scope": "personal", "first": "y", "once": "k"}
    for _ in range(2):
        answer = client.post(address, data=data)
        assert answer.status_code == 302
    assert names(cast.amara) == ["Severe"], "a second press makes no second view"
    first = client.get("/cases/")
    assert first.status_code == 302
    for part in ("severity=4", "sort=severity", "cols=reference,title,due"):
        assert part in first.location.replace("%2C", ",")
    assert "Severe" in client.get(first.location).text


def test_what_is_no_longer_there_is_shown_as_gone(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    view = keep(
        "Old", cast.dana, view="open", service="99999", sort="by rumour", cols="title,shoe", stage="7"
    )
    page = client.get(f"/cases/?saved={view.id}", follow_redirects=True)
    assert page.status_code == 200
    assert "gone" in page.text
    assert "Nothing passes these filters" in page.text


def test_a_shared_view_shares_no_case(cast: Cast, client: FlaskClient) -> None:
    view = keep("All", cast.amara, Scope.EVERYONE, view="open")
    case = cast.log(narrative="Hidden from Dana", issues=())
    with transaction():
        change_access(case, restricted=False, named=[cast.dana.id], granted=[], actor=cast.amara, now=NOW)
    sign_in(client, cast.dana)
    assert "Hidden from Dana" not in client.get(f"/cases/?saved={view.id}", follow_redirects=True).text


def test_a_deleted_view_comes_back(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    view = keep("Mine", cast.dana, view="open")
    page = client.post(f"/cases/views/{view.id}/delete", follow_redirects=True)
    assert f"/cases/views/{view.id}/restore" in page.text
    assert names(cast.dana) == []
    client.post(f"/cases/views/{view.id}/restore")
    assert names(cast.dana) == ["Mine"]


def test_somebody_else_s_view_is_neither_found_nor_changed(cast: Cast, client: FlaskClient) -> None:
    own, shared = keep("Toni's", cast.toni), keep("Ours", cast.amara, Scope.TEAM)
    sign_in(client, cast.dana)
    assert client.get(f"/cases/?saved={own.id}").status_code == 404
    assert client.post(f"/cases/views/{own.id}/delete").status_code == 404
    assert client.post(f"/cases/views/{shared.id}/delete").status_code == 409
    assert client.get(f"/cases/views/{'9' * 40}").status_code == 404


def test_script_in_a_name_is_only_text_and_a_name_has_an_end(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    client.post("/cases/views?view=open", data={"name": SCRIPT, "scope": "personal", "once": "k"})
    page = client.get(f"/cases/?saved={chosen_by(cast.dana).views[0].id}", follow_redirects=True)
    assert "&lt;script&gt;alert" in page.text
    assert SCRIPT not in page.text
    for name in ("", "  ", "x" * 61, "x" * 300):
        answer = client.post("/cases/views?view=open", data={"name": name, "scope": "personal", "once": "l"})
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
    answer = client.post("/cases/views?view=open", data={"name": "N", "scope": "everyone", "once": "m"})
    assert answer.status_code == 422
    assert db.session.scalars(select(SavedView.name)).all() == [SCRIPT]


def test_columns_are_kept_for_the_person(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    cast.log()
    client.post("/cases/columns", data={"column": ["service", "due"], "back": "/cases/?view=open"})
    assert chosen_by(cast.dana).columns == ("reference", "title", "service", "due")
    page = client.get("/cases/?view=open").text
    assert "Restaurant inspections" in page
    assert "c-sev" not in page
    assert client.post("/cases/columns", data={"column": "password"}).status_code == 400
    client.post("/cases/columns", data={"usual": "1"})
    assert "c-sev" in client.get("/cases/?view=open").text
