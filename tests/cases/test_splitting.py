"""Splitting and undoing it: everything is in one of the two, and time is not won by it."""

from typing import Any

import pytest
from sqlalchemy import select

from casework.cases.models import Case, CaseLink, Clock, ClockState, Issue, LinkKind
from casework.cases.queries import people_of
from casework.cases.services import NewIssue, add_issue, change_access
from casework.cases.services.clocks import extend_clocks, fit_clocks, note_told, stored_differences
from casework.cases.services.merging import undo_merge
from casework.cases.services.splitting import can_undo_split, split_case, undo_split
from casework.cases.services.transferring import transfer_case
from casework.communications.models import Communication
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cast import NOW, Cast, days

POINTS = ("Kitchen not inspected", "Nobody called back", "Rude at the desk")
LATER = NOW + days(3)


def logged(cast: Cast, **changes: Any) -> tuple[Case, list[int]]:
    """A complaint with three points and three messages, acknowledged the next day."""
    points = tuple(NewIssue(summary=words, category_id=cast.no_call_back.id) for words in POINTS)
    case = cast.log(issues=points, **changes)
    cast.give(case, cast.dana)
    cast.move(case, "acknowledge", now=NOW + days(1))
    with transaction():
        said = [
            hear_from_customer(case, "They were rude.", channel="phone", now=NOW),
            hear_from_customer(case, "And the kitchen.", channel="phone", now=NOW),
            write_note(case, "Asked the desk.", author=cast.dana, now=NOW),
        ]
    return case, [one.id for one in said]


def split(case: Case, numbers: list[int], messages: list[int], cast: Cast, **more: Any) -> Case:
    with transaction():
        chosen = {"messages": messages}
        return split_case(case, numbers, chosen, actor=cast.dana, now=LATER, **more)


def where(model: Any) -> dict[int, int | None]:
    """In which case each row is."""
    rows = db.session.execute(select(model.id, model.case_id)).all()
    return {row.id: row.case_id for row in rows}


def test_everything_is_in_one_of_the_two(cast: Cast) -> None:
    case, said = logged(cast)
    before = where(Communication), where(Issue)
    clocks = {c.id for c in case.clocks}
    new = split(case, [2, 3], [said[0], said[2]], cast)
    messages, issues = where(Communication), where(Issue)
    assert (messages.keys(), issues.keys()) == (before[0].keys(), before[1].keys())
    assert {key for key, at in messages.items() if at == new.id} == {said[0], said[2]}
    assert [(i.number, i.summary) for i in new.issues] == [(1, POINTS[1]), (2, POINTS[2])]
    assert [(i.number, i.summary) for i in case.issues] == [(1, POINTS[0])]
    assert {c.id for c in case.clocks} == clocks
    assert (new.title, new.customer_id, new.handler_id) == (POINTS[1], case.customer_id, case.handler_id)
    assert (case.link_count, new.link_count) == (1, 1)
    assert new.reference != case.reference
    assert new.link_nonce != case.link_nonce


def test_its_clocks_run_since_the_first_one_was_received(cast: Cast) -> None:
    case, _ = logged(cast)
    new = split(case, [2], [], cast)

    def running(one: Case) -> set[tuple[object, ...]]:
        return {(c.promise, c.started_at, c.due_at, c.state, c.met_at) for c in one.clocks}

    assert running(new) == running(case)
    assert (new.received_at, new.acknowledged_at) == (case.received_at, case.acknowledged_at)
    assert (new.next_due_at, new.respond_due_at) == (case.next_due_at, case.respond_due_at)


def test_what_counts_from_the_transfer_counts_in_both(cast: Cast) -> None:
    make_standard("moved", starts="transferred", limit=5)
    case, _ = logged(cast)
    later = NOW + days(1)
    with transaction():
        transfer_case(case, team=cast.clinics, reason="It is theirs.", actor=cast.amara, now=later)
    new = split(case, [2], [], cast)
    assert (the_clock(new, "respond").name, the_clock(new, "respond").started_at) == ("moved standard", later)
    assert new.next_due_at == case.next_due_at


def test_what_is_owed_on_a_path_after_a_transfer_and_from_the_last_word_is_owed_in_both(cast: Cast) -> None:
    no_standards()
    make_standard("usual", path="regular")
    make_standard("fast", limit=1, path="expedited")
    make_standard("handover", promise="review", starts="transferred")
    make_standard("weekly", promise="update", starts="last_update", repeats=True)
    case, _ = logged(cast)
    with transaction():
        note_told(case, NOW + days(1), written_at=NOW + days(1), now=NOW + days(1))
        case.path, case.transferred_at = "expedited", NOW + days(2)
        fit_clocks(case, why="the path changed", now=NOW + days(2))
    new = split(case, [2], [], cast)

    def running(one: Case) -> set[tuple[object, ...]]:
        return {(c.name, c.started_at, c.due_at) for c in one.clocks if c.state is ClockState.RUNNING}

    assert running(new) == running(case)
    assert len(running(new)) == 3
    assert not list(stored_differences(new))


def test_a_later_date_that_was_told_is_that_of_both(cast: Cast) -> None:
    case, _ = logged(cast)
    with transaction():
        extend_clocks(case, until=(NOW + days(60)).date(), reason="They are ill.", at=NOW)
    new = split(case, [2], [], cast)
    assert new.respond_due_at == case.respond_due_at
    assert new.extensions == case.extensions == 1
    assert not list(stored_differences(new))


def test_who_may_see_it_goes_with_it(cast: Cast) -> None:
    case, _ = logged(cast)
    with transaction():
        change_access(
            case,
            restricted=True,
            named=[cast.toni.id],
            granted=[cast.dana.id, cast.ines.id],
            actor=cast.amara,
            now=NOW,
        )
    new = split(case, [2], [], cast)
    assert new.is_restricted
    assert people_of(new.id) == people_of(case.id)


def test_undone_everything_is_where_it_was(cast: Cast) -> None:
    case, said = logged(cast)
    before = where(Communication), where(Issue), [(i.id, i.number) for i in case.issues]
    new = split(case, [1, 3], said[:2], cast)
    assert can_undo_split(new)
    assert not can_undo_split(case)
    with transaction():
        first = undo_split(new, actor=cast.dana, now=LATER)
    assert first == case
    assert (where(Communication), where(Issue)) == before[:2]
    assert [(i.id, i.number) for i in case.issues] == before[2]
    assert (new.is_open, new.duplicate_of_id, new.issues) == (False, case.id, [])
    assert {c.state for c in new.clocks if c.promise == "respond"} == {ClockState.CANCELLED}
    assert [link.kind for link in db.session.scalars(select(CaseLink))] == [LinkKind.DUPLICATE]
    for act in (undo_split, undo_merge):
        with pytest.raises(Refused, match="taken back"), transaction():
            act(new, actor=cast.dana, now=LATER)


def test_a_number_taken_since_is_not_given_twice(cast: Cast) -> None:
    case, _ = logged(cast)
    new = split(case, [3], [], cast)
    with transaction():
        add_issue(case, NewIssue(summary="A new point"), actor=cast.dana, now=LATER)
    with transaction():
        undo_split(new, actor=cast.dana, now=LATER)
    assert sorted(i.summary for i in case.issues) == sorted([*POINTS, "A new point"])
    assert len({i.number for i in case.issues}) == 4


@pytest.mark.parametrize("how", ["moved", "written", "first closed"])
def test_what_was_touched_since_is_not_taken_back(cast: Cast, how: str) -> None:
    case, _ = logged(cast)
    new = split(case, [2], [], cast)
    if how == "moved":
        cast.move(new, "acknowledge", now=LATER)
    elif how == "written":
        with transaction():
            write_note(new, "Seen.", author=cast.dana, now=LATER)
    else:
        cast.move(case, "withdraw", reason="x", now=LATER)
    assert not can_undo_split(new)
    with pytest.raises(Refused, match="stays"), transaction():
        undo_split(new, actor=cast.dana, now=LATER)
    assert [i.summary for i in new.issues] == [POINTS[1]]


def test_the_same_form_sent_twice_makes_one_case(cast: Cast) -> None:
    case, _ = logged(cast)
    assert split(case, [2], [], cast, once_key="k") == split(case, [2], [], cast, once_key="k")


REFUSED = {
    "nothing chosen": ([], "at least one issue that gets"),
    "no such issue": ([9, -1], "at least one issue that gets"),
    "everything chosen": ([1, 2, 3], "At least one issue stays"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_split(cast: Cast, name: str) -> None:
    numbers, words = REFUSED[name]
    case, _ = logged(cast)
    with pytest.raises(Refused, match=words):
        split(case, numbers, [], cast)


def test_what_ended_is_not_split(cast: Cast) -> None:
    case, _ = logged(cast)
    cast.move(case, "withdraw", reason="x")
    with pytest.raises(Refused, match="answered already"):
        split(case, [2], [], cast)


def test_messages_of_another_case_stay_there(cast: Cast) -> None:
    case, _ = logged(cast)
    _, others = logged(cast)
    before = where(Communication)
    split(case, [2], [*others, 10**9], cast)
    assert where(Communication) == before
    assert set(where(Clock).values()) >= {case.id}
