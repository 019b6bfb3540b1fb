"""Breaking the glass: who may, for how long, what is kept of it, and that the form tells nothing."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.audit.models import HistoryEntry
from casework.cases.models import Case, GlassBreak, Relation
from casework.cases.queries import may_see, people_of
from casework.cases.services import change_access
from casework.cases.services.glass import MOST_A_DAY, break_glass
from casework.core import clock
from casework.core.db import db, transaction
from casework.core.errors import NotAllowed, Refused
from casework.notices.models import Notice
from casework.notices.rules import What
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast

Counting = Callable[[], AbstractContextManager[Any]]
# The database itself looks at the clock, to see whether the day is over.
pytestmark = pytest.mark.real_time
PATH = "/cases/break-glass"
WHY = "The customer is at the desk and in danger."


def tries() -> list[tuple[int, bool]]:
    """Who tried, and whether it opened something."""
    rows = db.session.scalars(select(GlassBreak).order_by(GlassBreak.id))
    return [(row.user_id, row.case_id is not None) for row in rows]


def status(app: Flask, person: User, case: Case) -> int:
    browser = app.test_client()
    sign_in(browser, person)
    return browser.get(f"/cases/{case.reference}").status_code


def test_a_supervisor_sees_a_restricted_case_for_a_day(app: Flask, client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    cast.restrict(case, granted=[cast.dana])
    sign_in(client, cast.sol)
    missing = client.get(f"/cases/{case.reference}")
    assert (missing.status_code, PATH in missing.text) == (404, True)
    answer = client.post(PATH, data={"reference": case.reference, "reason": WHY})
    assert client.get(answer.location).text.count(f"/cases/{case.reference}") == 1
    page = client.get(f"/cases/{case.reference}")
    assert page.status_code == 200
    assert re.search(f"Opened by breaking the glass by Sol Ibarra, [^:]*[0-9:]*: {re.escape(WHY)}", page.text)
    entry = db.session.scalars(select(HistoryEntry).where(HistoryEntry.verb == "glass_broken")).one()
    assert (entry.actor_id, entry.after) == (cast.sol.id, {"reason": WHY})
    with transaction():
        db.session.execute(update(GlassBreak).values(until_at=datetime(2000, 1, 1, tzinfo=UTC)))
    assert client.get(f"/cases/{case.reference}").status_code == 404
    told = select(Notice.user_id).where(Notice.what == What.GLASS_BROKEN).order_by(Notice.user_id)
    assert set(db.session.scalars(told)) == {cast.dana.id, cast.amara.id, cast.ines.id}


def test_it_never_opens_to_staff_named_in_it_and_nothing_tells_so(
    client: FlaskClient, cast: Cast, count_queries: Counting
) -> None:
    about_sol, plain = cast.log(), cast.log()
    cast.restrict(about_sol, named=[cast.sol])
    sign_in(client, cast.sol)
    said, asked = set(), set()
    for reference in (about_sol.reference, plain.reference, "26-99999", "26-88888", "Unheard"):
        with count_queries() as queries:
            answer = client.post(PATH, data={"reference": reference, "reason": WHY})
        page = client.get(answer.location).text
        said.add((answer.status_code, re.sub(r'"[A-Za-z0-9_.+/=-]{16,}"', "", page.replace(reference, "*"))))
        asked.add(tuple(queries.statements))
    assert len(said) == 1
    assert len(asked) == 1, "the same is asked of the database whatever there is"
    assert tries() == [(cast.sol.id, False)] * 5
    assert client.get(f"/cases/{about_sol.reference}").status_code == 404
    assert client.get(f"/cases/{plain.reference}").status_code == 200


def test_who_is_named_later_loses_sight_of_it_although_they_broke_the_glass(app: Flask, cast: Cast) -> None:
    case = cast.log()
    cast.restrict(case)
    with transaction():
        break_glass(case.reference, WHY, actor=cast.sol, now=clock.now())
    cast.restrict(case, named=[cast.sol])
    db.session.expire_all()
    assert people_of(case.id)[Relation.NAMED] == {cast.sol.id}
    assert not may_see(cast.sol, case.id)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"reference": "", "reason": WHY}, "Type the reference of the case."),
        ({"reference": "26-00001", "reason": "too short"}, "in at least 15 characters"),
        ({"reference": "26-00001", "reason": " " * 40}, "in at least 15 characters"),
        ({"reference": "x" * 101, "reason": WHY}, "longer than 100 characters"),
        ({"reference": "26-00001", "reason": "x" * 501}, "longer than 500 characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: FlaskClient, cast: Cast, data: dict[str, str], says: str
) -> None:
    sign_in(client, cast.amara)
    answer = client.post(PATH, data=data)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert not tries()


def test_references_are_not_tried_one_after_the_other(cast: Cast) -> None:
    for number in range(MOST_A_DAY):
        with transaction():
            break_glass(f"26-{number}", WHY, actor=cast.amara, now=NOW)
    with pytest.raises(Refused, match="very often"), transaction():
        break_glass("26-1", WHY, actor=cast.amara, now=NOW)
    with transaction():
        break_glass("26-1", WHY, actor=cast.amara, now=NOW + timedelta(days=2))
    with pytest.raises(NotAllowed), transaction():
        break_glass("26-1", WHY, actor=cast.dana, now=NOW)


def test_managers_read_who_did_it_in_cases_that_they_may_see(client: FlaskClient, cast: Cast) -> None:
    case, about_sol = cast.log(), cast.log()
    cast.restrict(case)
    cast.restrict(about_sol, named=[cast.sol])
    other = people(cast)
    for reference in (case.reference, about_sol.reference, "26-77777"):
        with transaction():
            break_glass(reference, WHY, actor=other, now=clock.now())
    sign_in(client, cast.sol)
    page = client.get(f"{PATH}/who").text
    assert (page.count("Kim Vale"), page.count("Opened nothing"), WHY in page) == (1, 1, False)
    with transaction():
        break_glass(case.reference, WHY, actor=cast.sol, now=clock.now())
    page = client.get(f"{PATH}/who").text
    assert (case.reference in page, about_sol.reference in page, "26-77777" in page) == (True, False, False)
    assert page.count("Kim Vale") == 2
    assert client.get(f"{PATH}/who?before=x").status_code == 400


def people(cast: Cast) -> User:
    return make_person(Role.SUPERVISOR, "Kim Vale", team=cast.clinics)


def test_nobody_restricts_a_case_to_themselves_alone(client: FlaskClient, cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana)
    sign_in(client, cast.amara)
    path = f"/cases/{case.reference}/access"
    for granted in ([], [cast.amara.id], [cast.dana.id], [cast.wen.id]):
        answer = client.post(path, data={"restricted": "yes", "granted": granted})
        assert (answer.status_code, "to themselves alone" in answer.text) == (422, True), granted
    named = {"restricted": "yes", "granted": [cast.sol.id], "named": [cast.sol.id]}
    assert client.post(path, data=named).status_code == 422
    assert client.post(path, data={"restricted": "yes", "granted": [cast.sol.id]}).status_code == 302
    db.session.expire_all()
    assert case.handler_id == cast.dana.id, "whoever has it goes on having it"
    assert people_of(case.id)[Relation.GRANTED] == {cast.amara.id, cast.sol.id, cast.dana.id}


def test_who_is_taken_off_no_longer_has_it(cast: Cast) -> None:
    case = cast.log()
    cast.give(case, cast.dana)
    cast.restrict(case)
    kept = case.handler_id
    cast.restrict(case)
    db.session.expire_all()
    assert (kept, db.session.get_one(Case, case.id).handler_id) == (cast.dana.id, None)
    entry = db.session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert entry is not None
    assert entry.summary == "Restricted: nobody has it now"


def test_whoever_came_in_by_the_glass_changes_nothing_of_who_may_see_it(cast: Cast) -> None:
    case = cast.log()
    cast.restrict(case)
    with transaction():
        break_glass(case.reference, WHY, actor=cast.sol, now=clock.now())
    open_it = {"restricted": False, "named": [], "granted": [], "actor": cast.sol, "now": NOW}
    with pytest.raises(Refused, match="breaking the glass"), transaction():
        change_access(case, **open_it)  # type: ignore[arg-type]
    with transaction():
        cast.amara.is_active = cast.ines.is_active = False
    with transaction():
        change_access(case, **open_it)  # type: ignore[arg-type]
    assert not case.is_restricted


def test_every_page_of_a_restricted_case_is_an_opening_and_lists_are_none(
    client: FlaskClient, cast: Cast
) -> None:
    case = cast.log()
    cast.move(case, "acknowledge", message="We look into it.")
    file = cast.attach(case)
    cast.restrict(case)
    sign_in(client, cast.amara)
    at = f"/cases/{case.reference}"
    for path in ("/cases/?view=open", "/search?q=kitchen", "/today", f"{at}/earlier", f"{at}/files/99999"):
        client.get(path)
    client.post(f"{at}/presence")
    assert opened(case) == []
    for path in (
        "",
        "/access",
        "/casefile",
        "/approval",
        "/link",
        "/merge",
        "/hand-over",
        "/kind",
        "/transfer",
        "/came-from",
    ):
        assert client.get(at + path).status_code == 200
    client.post(f"{at}/casefile", data={"do": "preview"})
    client.get(f"{at}/files/{file.id}", buffered=True)
    client.get("/cases/export/csv?view=open", buffered=True)
    assert opened(case) == [
        "Opened this restricted case",
        "Looked at who may see this restricted case",
        "Opened the case file",
        "Opened the answer that waits to be checked",
        *["Opened a page of this restricted case"] * 6,
        "Opened the case file",
        "Opened the file notes.txt",
        "Exported it in a list, as CSV",
    ]
    page = client.get(f"{at}/access").text
    assert page.count("Opened a page of this restricted case") == 6


def opened(case: Case) -> list[str]:
    wanted = select(HistoryEntry.summary).where(
        HistoryEntry.verb == "looked_at", HistoryEntry.subject_id == case.id
    )
    return list(db.session.scalars(wanted.order_by(HistoryEntry.id)))
