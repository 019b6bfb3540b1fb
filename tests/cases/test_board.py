"""The team board: its numbers, what they open, giving cases from it, and evening it out."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from casework.accounts import services as accounts
from casework.accounts.models import User
from casework.cases.board import read_board, suggested_moves
from casework.cases.models import Case
from casework.cases.queries.board import Tally
from casework.cases.services import change_access
from casework.cases.views import soon_after
from casework.core import clock
from casework.core.db import db, transaction
from tests.accounts.people import make_person, sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def carries(person: User, capacity: int, *skills: str) -> None:
    with transaction():
        accounts.set_load(person, capacity=capacity, skills=sorted(skills), by=accounts.By(None, NOW))


def away(person: User, to_on: date | None = None) -> None:
    with transaction():
        accounts.add_absence(person, from_on=TODAY, to_on=to_on, reason="", by=accounts.By(None, NOW))


def tallies(cast: Cast, who: User | None = None) -> dict[str, Tally]:
    who = who or cast.amara
    board = read_board(who, cast.health, now=NOW, soon=soon_after(NOW))
    found = {line.user.name.split()[0]: line.tally for line in board.lines if line.tally.open}
    return {**found, "nobody": board.nobody}


@pytest.fixture
def desk(cast: Cast) -> dict[str, Case]:
    """Dana has a late case and one far off, Toni one due soon, nobody one, and Pat of the clinics one."""
    made = {
        "late": cast.log(received_at=NOW - days(30)),
        "far": cast.log(received_at=NOW),
        "soon": cast.log(received_at=NOW - days(3)),
        "free": cast.log(received_at=NOW - days(30)),
        "lent": cast.log(received_at=NOW),
    }
    for name, person in (("late", cast.dana), ("far", cast.dana), ("soon", cast.toni), ("lent", cast.pat)):
        cast.give(made[name], person)
    made["lent"].team = cast.health
    db.session.flush()
    return made


def test_each_person_has_their_numbers(cast: Cast, desk: dict[str, Case]) -> None:
    assert tallies(cast) == {
        "Dana": Tally(open=2, late=1, to_acknowledge=2),
        "Toni": Tally(open=1, due_soon=1, to_acknowledge=1),
        "Pat": Tally(open=1, to_acknowledge=1),
        "nobody": Tally(open=1, late=1, to_acknowledge=1),
    }


def test_every_number_opens_exactly_its_cases(cast: Cast, client: FlaskClient, desk: dict[str, Case]) -> None:
    sign_in(client, cast.amara)
    desk["soon"].awaiting_approval = True
    desk["late"].open_actions = 1
    cast.move(desk["far"], "withdraw", reason="Solved.")
    desk["far"].open_actions = 2
    db.session.commit()
    page = client.get(f"/cases/board?team={cast.health.id}").text
    numbers = re.findall(r'<a class="n[^"]*" href="([^"]+)"[^>]*>(\d+)</a>', page)
    assert len(numbers) >= 9
    for href, number in numbers:
        listed = client.get(href.replace("&amp;", "&")).text
        assert len(set(re.findall(r'name="case" value="(26-\d+)"', listed))) == int(number), href


def test_a_case_that_somebody_may_not_see_is_not_counted_for_them(cast: Cast, desk: dict[str, Case]) -> None:
    def hide(name: str, **how: Any) -> None:
        with transaction():
            change_access(
                desk[name],
                **{"restricted": False, "named": [], "granted": [], **how},
                actor=cast.sol,
                now=NOW,
            )

    hide("late", named=[cast.amara.id])
    hide("free", restricted=True, granted=[cast.ines.id])
    assert tallies(cast)["Dana"] == Tally(open=1, to_acknowledge=1)
    assert tallies(cast)["nobody"] == Tally()
    assert tallies(cast, cast.sol)["Dana"] == Tally(open=2, late=1, to_acknowledge=2)


def test_the_board_asks_the_same_however_many_people_and_cases(
    cast: Cast, client: FlaskClient, desk: dict[str, Case], count_queries: Counting
) -> None:
    sign_in(client, cast.amara)
    asked = []
    for more in (0, 5):
        for number in range(more):
            person = make_person(name=f"Extra {number}", team=cast.health)
            cast.give(cast.log(), person)
            away(person)
            cast.log()
        db.session.expire_all()
        with count_queries() as queries:
            assert client.get("/cases/board").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 10, queries.statements


def test_selected_cases_are_given_and_the_step_can_be_taken_back(
    cast: Cast, client: FlaskClient, desk: dict[str, Case]
) -> None:
    sign_in(client, cast.amara)
    free, other = desk["free"], cast.log()
    page = client.post(
        "/cases/board/give",
        data={"team": cast.health.id, "to": cast.toni.id, "case": [free.reference, other.reference]},
        follow_redirects=True,
    ).text
    db.session.expire_all()
    assert (free.handler, other.handler) == (cast.toni, cast.toni)
    assert "2 cases given to Toni Brandt." in page
    [undo] = re.findall(r'action="(/cases/board/undo[^"]+)"', page)
    assert (
        "2 cases are back where they were"
        in client.post(undo.replace("&amp;", "&"), follow_redirects=True).text
    )
    db.session.expire_all()
    assert (free.handler, free.team) == (None, cast.health)


def test_what_somebody_else_has_meanwhile_stays_and_is_named(
    cast: Cast, client: FlaskClient, desk: dict[str, Case]
) -> None:
    sign_in(client, cast.amara)
    with transaction():
        change_access(
            desk["free"], restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW
        )
    references = [desk["late"].reference, desk["free"].reference, "26-99999", "<script>"]
    page = client.post(
        "/cases/board/give", data={"handler_id": cast.toni.id, "case": references}, follow_redirects=True
    ).text
    db.session.expire_all()
    assert desk["late"].handler == cast.dana
    assert desk["free"].handler is None
    assert "Dana Marsh has it meanwhile" in page
    assert "Toni Brandt cannot be given this case" in page
    assert "<script>:" not in page


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/cases/board?team=x", None, 400),
        ("/cases/board?team=99999999999999999999", None, 400),
        ("/cases/board?team=987654", None, 404),
        ("/cases/board/give", {"to": "-1", "case": ["26-00001"]}, 400),
        ("/cases/board/give", {"case": ["26-00001"]}, 409),
        ("/cases/board/balance", {"move": ["26-00001"]}, 400),
        ("/cases/board/balance", {"move": ["26-00001:1:x"]}, 400),
        ("/cases/board/balance", {"move": ["26-00001:1:999999"]}, 302),
        ("/cases/board/undo?moves=a:b:c", {}, 400),
        ("/cases/board/undo?moves=\x00:1:2", {}, 302),
    ],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    cast: Cast, client: FlaskClient, path: str, data: dict[str, Any] | None, status: int
) -> None:
    sign_in(client, cast.amara)
    answer = client.get(path) if data is None else client.post(path, data=data)
    assert answer.status_code == status


def test_suggestions_even_out_the_team_and_nothing_moves_before_it_is_confirmed(
    cast: Cast, client: FlaskClient, desk: dict[str, Case]
) -> None:
    sign_in(client, cast.amara)
    carries(cast.dana, 1)
    carries(cast.toni, 10, "food safety")
    page = client.get("/cases/board/balance").text
    assert "Dana is at 2 of 1; Toni has 1 of 10 and knows food safety." in page
    values = re.findall(r'name="move" value="([^"]+)"', page)
    assert values == [f"{desk['late'].reference}:{cast.dana.id}:{cast.toni.id}"]
    db.session.expire_all()
    assert desk["late"].handler == cast.dana
    client.post("/cases/board/balance", data={"move": values})
    db.session.expire_all()
    assert desk["late"].handler == cast.toni
    again = client.post("/cases/board/balance", data={"move": values}, follow_redirects=True).text
    assert "Toni Brandt has it meanwhile" in again


def test_suggestions_leave_out_whoever_may_not_have_the_case(cast: Cast, desk: dict[str, Case]) -> None:
    carries(cast.dana, 0)
    carries(cast.toni, 10)

    def takers() -> list[tuple[str, str]]:
        board = read_board(cast.amara, cast.health, now=NOW, soon=soon_after(NOW))
        return [(one.case.reference, one.taker.name) for one in suggested_moves(cast.amara, board)]

    assert {reference for reference, _ in takers()} == {desk["late"].reference, desk["far"].reference}
    with transaction():
        change_access(
            desk["late"], restricted=False, named=[cast.toni.id], granted=[], actor=cast.amara, now=NOW
        )
    assert takers() == [(desk["far"].reference, "Toni Brandt")]
    with transaction():
        change_access(
            desk["far"], restricted=True, named=[], granted=[cast.ines.id], actor=cast.amara, now=NOW
        )
    assert takers() == [], "a restricted case goes only to those who may see it"


def test_somebody_away_is_shown_so_and_their_reason_is_not(cast: Cast, client: FlaskClient) -> None:
    with transaction():
        accounts.add_absence(
            cast.toni,
            from_on=TODAY - timedelta(1),
            to_on=date(2026, 11, 27),
            reason="Operation",
            by=accounts.By(cast.toni, NOW),
        )
    sign_in(client, cast.amara)
    page = client.get("/cases/board").text
    assert "Away until Fri 27 Nov" in page
    assert "Operation" not in page
    assert "the selected cases to Toni Brandt" not in page
    assert "Operation" in client.get(f"/people/{cast.toni.id}/away").text


def test_only_those_who_lead_a_team_say_when_its_people_are_away(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    assert client.get(f"/people/{cast.pat.id}/away").status_code == 403
    gone = {"from_on": "2026-11-23", "to_on": "2026-11-20"}
    assert "lies before the first" in client.post(f"/people/{cast.toni.id}/away", data=gone).text
    answer = client.post(
        f"/people/{cast.toni.id}/away", data={"from_on": "2026-11-23", "to_on": "", "reason": "<b>x</b>"}
    )
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert "until further notice" in page
    assert "<b>x</b>" not in page
    assert "noted already" in client.post(f"/people/{cast.toni.id}/away", data={"from_on": "2026-11-23"}).text
    [remove] = re.findall(r'action="(/account/away/\d+/remove)"', page)
    sign_in(other := client.application.test_client(), cast.dana)
    assert other.post(remove).status_code == 403
    assert client.post(remove).status_code == 302
