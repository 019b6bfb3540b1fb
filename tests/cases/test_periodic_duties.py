"""What is owed from time to time: lists of it, and what Today says to do next, read by their index."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from casework.cases.board import read_board
from casework.cases.models import Case
from casework.cases.queues import VIEWS, Filters, queue
from casework.cases.queues.pages import ordered
from casework.cases.queues.sorts import sort_from
from casework.cases.services.clocks import extend_clocks, note_told
from casework.cases.views import soon_after
from casework.core import clock
from casework.core.db import transaction
from tests.accounts.people import sign_in
from tests.cases.standards import make_standard, no_standards
from tests.cases.test_clock_sweep_runs import explained
from tests.cast import NOW, Cast, days


@pytest.fixture(autouse=True)
def _standards(cast: Cast) -> None:
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("tell", promise="update", limit=5, starts="last_update", repeats=True)
    make_standard("answer", limit=10)


def listed(cast: Cast, view: str, now: Any = NOW) -> list[str]:
    page = queue(VIEWS[view], cast.sol, Filters(), now=now, soon=soon_after(now))
    return [case.title for case in page.cases]


def titled(cast: Cast, title: str, **more: Any) -> Case:
    return cast.log(narrative=title, issues=(), **more)


def test_who_waits_to_hear_that_we_have_their_case_the_soonest_first(cast: Cast) -> None:
    titled(cast, "new")
    titled(cast, "older", received_at=NOW - days(1))
    cast.move(titled(cast, "heard"), "acknowledge")
    cast.move(titled(cast, "off"), "withdraw", reason="They called it off.")
    assert listed(cast, "to_acknowledge") == ["older", "new"]


def test_who_is_owed_word_of_how_it_stands(cast: Cast) -> None:
    told = titled(cast, "told", received_at=NOW - days(2))
    titled(cast, "not told", received_at=NOW - days(1))
    assert listed(cast, "to_update") == ["told", "not told"]
    with transaction():
        note_told(told, NOW, written_at=NOW, now=NOW)
    assert listed(cast, "to_update") == ["not told", "told"]


def test_which_extensions_run_out_soon(cast: Cast) -> None:
    extended = titled(cast, "extended")
    titled(cast, "ordinary", received_at=NOW - days(14))
    due = extended.clocks[-1].due_at
    with transaction():
        extend_clocks(extended, until=(due + days(7)).date(), reason="Ill.", at=NOW)
    assert listed(cast, "extended") == []
    ends = next(one for one in extended.clocks if one.promise == "respond").due_at
    assert listed(cast, "extended", ends - days(1)) == ["extended"]
    assert listed(cast, "extended", ends + days(1)) == [], "late cases have a list of their own"


@pytest.mark.parametrize("view", ["to_acknowledge", "to_update", "extended"])
def test_each_of_these_lists_is_a_range_of_the_running_clocks(cast: Cast, view: str) -> None:
    titled(cast, "one")
    chosen = VIEWS[view]
    wanted = ordered(
        chosen,
        cast.sol,
        Filters(),
        now=NOW,
        soon=soon_after(NOW),
        order=sort_from("", chosen.usual_sort),
    ).limit(50)
    assert "ix_clocks_running" in explained(wanted)


def test_today_says_what_to_do_next_and_why(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = NOW + days(3)
    monkeypatch.setattr(clock, "now", lambda: now)
    titled(cast, "first", handler_id=cast.dana.id)
    second = titled(cast, "second", received_at=NOW - days(2), handler_id=cast.dana.id)
    cast.move(second, "acknowledge")
    sign_in(client, cast.dana)
    page = client.get("/today").text
    assert "Received Mon 23 Nov, owes an acknowledgement" in page
    assert "Acknowledge it" in page
    assert "Received Sat 21 Nov, owes an update" in page
    assert "Say how it stands" in page


def test_the_board_counts_for_each_person_what_is_owed(cast: Cast) -> None:
    for case in (titled(cast, "one"), titled(cast, "two")):
        cast.give(case, cast.dana)
    cast.move(titled(cast, "heard"), "acknowledge")
    board = read_board(cast.amara, cast.health, now=NOW, soon=soon_after(NOW))
    dana = next(line.tally for line in board.lines if line.user.id == cast.dana.id)
    assert (dana.to_acknowledge, dana.to_update) == (2, 2)
    assert (board.nobody.to_acknowledge, board.nobody.to_update) == (0, 1)
