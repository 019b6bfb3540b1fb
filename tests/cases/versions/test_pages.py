"""The pages on which open cases are moved to another version: look, confirm, see what happened."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case, VersionMove
from casework.cases.versions import doing, queries, routes
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes import services as processes
from casework.catalogue.processes.editing import put_part
from casework.catalogue.queries import current_process
from casework.core.db import db, transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.portal.walks import faults_of, words_on
from tests.web.forms import hidden_on

AT = "/settings/processes"
EVIL = '<script>alert("x")</script>'


@pytest.fixture
def wen(cast: Cast, client: FlaskClient) -> FlaskClient:
    sign_in(client, cast.wen)
    return client


@pytest.fixture
def new(cast: Cast) -> ProcessVersion:
    """Version 2, in which "received" is called otherwise; its labels are meant to do harm."""
    old = current_process("complaint")
    at = next(n for n, state in enumerate(old.definition["state"]) if state["name"] == "received")
    row = {**old.definition["state"][at], "name": "arrived", "label": EVIL}
    with transaction():
        draft, _ = processes.start_draft(old, actor=cast.wen, now=NOW)
        changed = put_part(draft.definition, "state", row, at)
        processes.save_draft(draft, changed, seen=1, actor=cast.wen, now=NOW)
        return processes.publish_draft(draft, seen=2, note="Renamed.", use=False, actor=cast.wen, now=NOW)


def choose(client: FlaskClient, **given: Any) -> str:
    path = f"{AT}/versions/{current_process('complaint').id}/cases"
    answer = client.get(path, query_string=given)
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    assert "<script>alert" not in answer.text
    return str(answer.text)


def confirm(client: FlaskClient, page: str) -> Any:
    form = page.split('method="post"')[-1].split("</form>")[0]
    return client.post(f"{AT}/versions/{current_process('complaint').id}/cases", data=hidden_on(form))


def test_without_another_version_the_page_says_what_to_do(wen: FlaskClient) -> None:
    assert "There is no other version yet" in choose(wen)


def test_the_mapping_begins_with_the_same_names(cast: Cast, wen: FlaskClient, new: ProcessVersion) -> None:
    cast.move(cast.log(), "acknowledge")
    cast.log()
    page = choose(wen)
    chosen = dict(re.findall(r'name="s_(\w+)">.*?<option value="(\w+)" selected', page))
    assert chosen["acknowledged"] == "acknowledged"
    received = re.search(r'name="s_received">(.*?)</select>', page, re.S)
    assert received is not None
    assert "selected" not in received[1]
    assert "closed" not in received[1], "moving a case never closes it"
    said = words_on(choose(wen, look=1))
    assert "1 case moves , 1 stays as it is" in said
    assert "No state of the new version is chosen for the state it is in." in said


def test_looked_at_confirmed_and_done(cast: Cast, wen: FlaskClient, new: ProcessVersion) -> None:
    cases = [cast.log() for _ in range(3)]
    page = choose(wen, look=1, s_received="arrived")
    said = words_on(page)
    assert "3 cases move , 0 stay as they are" in said
    assert all(case.reference in said for case in cases)
    assert cases[0].title not in said
    assert "Sorina" not in said
    answer = confirm(wen, page)
    assert answer.status_code == 303
    done = wen.get(answer.location)
    assert faults_of(done.text) == []
    assert "3 cases moved" in words_on(done.text)
    assert "<script>alert" not in done.text
    db.session.expire_all()
    assert {case.state for case in cases} == {"arrived"}
    again = confirm(wen, page)
    assert again.location == answer.location
    assert len(db.session.scalars(select(VersionMove)).all()) == 1
    assert "3 cases moved" not in words_on(wen.get(AT).text)


def test_the_version_for_new_cases_says_what_it_left_behind(
    cast: Cast, wen: FlaskClient, new: ProcessVersion
) -> None:
    cast.log()
    old = current_process("complaint")
    assert wen.post(f"{AT}/versions/{new.id}/use").status_code == 303
    page = wen.get(f"{AT}/versions/{new.id}").text
    assert f"1 open case has {old.definition['title']}, version 1." in words_on(page)
    assert f'href="{AT}/versions/{old.id}/cases?to={new.id}"' in page
    assert "open case has" not in words_on(wen.get(f"{AT}/versions/{old.id}").text).replace(
        "1 open case has it", ""
    )


def test_what_changed_since_it_was_looked_at_is_looked_at_again(
    cast: Cast, wen: FlaskClient, new: ProcessVersion
) -> None:
    first = cast.log()
    page = choose(wen, look=1, s_received="arrived")
    cast.log()
    answer = confirm(wen, page)
    assert "look=1" in answer.location
    assert "s_received=arrived" in answer.location
    assert "Something changed since you looked" in wen.get(answer.location).text
    db.session.expire_all()
    assert db.session.get_one(Case, first.id).state == "received"


def test_many_are_handed_to_a_worker_and_the_page_says_how_far(
    cast: Cast, wen: FlaskClient, new: ProcessVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AT_ONCE", 1)
    cast.log()
    cast.log()
    answer = confirm(wen, choose(wen, look=1, s_received="arrived"))
    waiting = wen.get(answer.location).text
    assert "0 of 2 done" in words_on(waiting)
    assert "every 2s" in waiting
    doing.run(db.session.scalars(select(VersionMove.id)).one(), lambda: NOW)
    assert "2 cases moved" in words_on(wen.get(answer.location).text)


def test_a_long_list_goes_on_where_it_ended(
    cast: Cast, wen: FlaskClient, new: ProcessVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.page_of, "__kwdefaults__", {"size": 2})
    cases = [cast.log() for _ in range(3)]
    page = choose(wen, look=1, s_received="arrived")
    following = re.search(r'href="([^"]+after=[^"]+)"[^>]*rel="next"', page)
    assert following is not None
    more = wen.get(following[1].replace("&amp;", "&").partition("#")[0])
    assert cases[2].reference in more.text
    assert cases[0].reference not in more.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"to": "999999"}, 404),
        ({"to": "x"}, 400),
        ({"look": 1, "after": "-1"}, 400),
        ({"s_received": EVIL, "look": 1}, 200),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    wen: FlaskClient, new: ProcessVersion, given: dict[str, Any], status: int
) -> None:
    answer = wen.get(f"{AT}/versions/{current_process('complaint').id}/cases", query_string=given)
    assert answer.status_code == status
    assert "<script>alert" not in answer.text
