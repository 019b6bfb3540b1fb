"""Queues: what is in each, in what order, and page after page."""

import pytest

from casework.accounts.models import User
from casework.cases.models import Case, CasePerson, Clock, Relation
from casework.cases.queues import NOBODY, VIEWS, Filters, queue
from casework.cases.services import NewIssue
from casework.cases.services.tags import tag_case
from casework.cases.views import soon_after
from casework.catalogue.services import category_by_path
from casework.core.db import db, transaction
from casework.core.errors import Invalid
from tests.cast import NOW, Cast, days


def names(
    user: User, view: str, filters: Filters | None = None, *, size: int = 50, after: str = ""
) -> list[str]:
    page = queue(
        VIEWS[view], user, filters or Filters(), now=NOW, soon=soon_after(NOW), size=size, after=after
    )
    return [case.title for case in page.cases]


@pytest.fixture
def desk(cast: Cast) -> dict[str, Case]:
    """Four open cases and a withdrawn one."""

    def log(title: str, received: float, **more: object) -> Case:
        return cast.log(received_at=NOW - days(received), narrative=title, issues=(), **more)

    desk = {
        "late": log("late", 30),
        "soon": log("soon", 3),
        "far": log("far", 0),
        "paused": log("paused", 1),
        "gone": log("gone", 2),
    }
    cast.give(desk["far"], cast.dana)
    for name in ("acknowledge",):
        cast.move(desk["paused"], name)
    cast.give(desk["paused"], cast.toni)
    cast.move(
        desk["paused"], "assess", severity="4", service=str(cast.inspections.id), team=str(cast.health.id)
    )
    cast.move(desk["paused"], "investigate")
    cast.move(desk["paused"], "ask_customer", message="When?", question="When?")
    cast.move(desk["gone"], "withdraw", reason="Solved.")
    return desk


def test_each_list_holds_what_it_says(cast: Cast, desk: dict[str, Case]) -> None:
    assert names(cast.dana, "open") == ["late", "soon", "far", "paused"]
    assert names(cast.dana, "mine") == ["far"]
    assert names(cast.pat, "team") == []
    assert names(cast.dana, "unassigned") == ["late", "soon"]
    assert names(cast.dana, "overdue") == ["late"]
    assert names(cast.dana, "due_soon") == ["soon"]
    assert names(cast.dana, "waiting") == ["paused"]
    assert names(cast.dana, "closed") == ["gone"]
    assert names(cast.wen, "open") == []


def test_filters_narrow_a_list(cast: Cast, desk: dict[str, Case]) -> None:
    assert names(cast.dana, "open", Filters(severity=4)) == ["paused"]
    assert names(cast.dana, "open", Filters(team_id=cast.clinics.id)) == []
    assert names(cast.dana, "open", Filters(handler_id=cast.dana.id)) == ["far"]


def test_pages_follow_one_another_without_a_gap(cast: Cast) -> None:
    for number in range(7):
        cast.log(narrative=f"case {number}", issues=(), received_at=NOW)  # all due at the same instant
    seen: list[str] = []
    after = ""
    while True:
        page = queue(VIEWS["open"], cast.dana, Filters(), now=NOW, soon=soon_after(NOW), size=3, after=after)
        seen += [case.title for case in page.cases]
        after = page.next
        if not after:
            break
    assert seen == [f"case {number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["x", "bm8", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwxXQ", "é"])
def test_a_cursor_from_elsewhere_is_refused(cast: Cast, cursor: str) -> None:
    with pytest.raises(Invalid, match="not complete"):
        names(cast.dana, "open", after=cursor)


def test_the_lists_of_the_working_day(cast: Cast) -> None:
    """What a case says of itself puts it into a list; closed ones keep what was promised and who watches."""
    cases = {
        name: cast.log(narrative=name, issues=(), received_at=NOW) for name in ("plain", "marked", "done")
    }
    marked, done = cases["marked"], cases["done"]
    cast.move(done, "withdraw", reason="Solved.")
    with transaction():
        marked.awaiting_approval, marked.reopened, marked.stage, marked.open_actions = True, 1, 2, 1
        done.awaiting_approval, done.reopened, done.stage, done.open_actions = True, 1, 2, 2
        db.session.add_all(
            CasePerson(case_id=case.id, user_id=cast.dana.id, relation=Relation.WATCHING)
            for case in (marked, done)
        )
    for view in ("approval", "reopened", "escalated"):
        assert names(cast.dana, view) == ["marked"], view
    for view in ("promises", "watching"):
        assert names(cast.dana, view) == ["marked", "done"], view
    assert names(cast.toni, "watching") == []


def test_filters_of_tree_tag_and_days(cast: Cast) -> None:
    with transaction():
        parent = category_by_path(["Food safety"])
    one = cast.log(narrative="one", issues=(NewIssue(summary="one", category_id=cast.not_inspected.id),))
    cast.log(
        narrative="two",
        issues=(NewIssue(summary="two", category_id=cast.no_call_back.id),),
        received_at=NOW - days(9),
    )
    with transaction():
        tag_case(one, ["eastgate"], actor=cast.dana, now=NOW)
    day = NOW.date()
    for filters, expected in (
        (Filters(category_id=parent.id), ["one"]),
        (Filters(tag="eastgate"), ["one"]),
        (Filters(received_from=day), ["one"]),
        (Filters(received_to=day - days(1)), ["two"]),
        (Filters(received_to=day), ["two", "one"]),
        (Filters(handler_id=NOBODY, channel="phone", stage=1, restricted=False), ["two", "one"]),
        (Filters(restricted=True), []),
        (Filters(service_id=2**31 - 1), []),
    ):
        assert names(cast.dana, "open", filters) == expected, filters


@pytest.mark.parametrize(
    "sort", ["-due", "acknowledge", "respond", "-respond", "severity", "-severity", "-received"]
)
def test_every_order_is_whole_page_after_page(cast: Cast, sort: str) -> None:
    for number in range(7):
        cast.log(
            narrative=f"{number}", issues=(), received_at=NOW - days(number % 3), severity=1 + number % 4
        )
    whole = queue(VIEWS["open"], cast.dana, Filters(), now=NOW, soon=soon_after(NOW), sort=sort).cases
    seen: list[Case] = []
    after = ""
    while not seen or after:
        page = queue(
            VIEWS["open"], cast.dana, Filters(), now=NOW, soon=soon_after(NOW), sort=sort, size=2, after=after
        )
        seen += page.cases
        after = page.next
    assert seen == whole
    assert len(seen) == 7


def test_a_case_with_two_clocks_of_one_kind_stands_where_the_sooner_is(cast: Cast) -> None:
    one, two = (
        cast.log(narrative="one", issues=()),
        cast.log(narrative="two", issues=(), received_at=NOW - days(1)),
    )
    clock = next(clock for clock in one.clocks if clock.promise == "respond")
    with transaction():
        for number, due in ((11, clock.due_at - days(9)), (12, clock.due_at + days(9))):
            db.session.add(
                Clock(
                    case_id=one.id, number=number, promise="respond", name="more", started_at=NOW, due_at=due
                )
            )
    found = queue(VIEWS["open"], cast.dana, Filters(), now=NOW, soon=soon_after(NOW), sort="respond").cases
    assert found == [one, two]


def test_a_cursor_of_another_order_is_refused(cast: Cast) -> None:
    for number in range(3):
        cast.log(received_at=NOW - days(number))
    page = queue(VIEWS["open"], cast.dana, Filters(), now=NOW, soon=soon_after(NOW), size=1)
    with pytest.raises(Invalid, match="sorted anew"):
        queue(
            VIEWS["open"],
            cast.dana,
            Filters(),
            now=NOW,
            soon=soon_after(NOW),
            sort="received",
            after=page.next,
        )
