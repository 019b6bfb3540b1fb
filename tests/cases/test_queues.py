"""Queues: what is in each, in what order, and page after page."""

import pytest

from casework.accounts.models import User
from casework.cases.models import Case
from casework.cases.queues import VIEWS, Filters, queue
from casework.cases.views import soon_after
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
