"""What changes in a case changes its clocks: from the start, or anew where the standard says so, and nothing is won."""

from dataclasses import replace
from typing import Any

import pytest

from casework.cases.models import Case, Channel, ClockState, Kind
from casework.cases.services.clocks import (
    about_case,
    explain_clocks,
    extend_clocks,
    fit_clocks,
    foresee,
    note_not_told,
    plan_fitting,
    reopen_clocks,
    start_clocks,
    stop_clocks,
    stored_differences,
    sweep_clocks,
)
from casework.cases.services.issues import IssueEdit, edit_issue
from casework.core.db import transaction
from casework.core.errors import Refused
from tests.cases.standards import make_standard, no_standards, the_clock
from tests.cases.test_clock_rules import answered
from tests.cast import NOW, Cast, days

LATER = NOW + days(2)
RUNNING, MET, CANCELLED = ClockState.RUNNING, ClockState.MET, ClockState.CANCELLED


def fit(case: Case, *, why: str = "it changed", now: Any = LATER, moved: str = "", **changes: Any) -> None:
    """Change the case, and let its clocks follow."""
    with transaction():
        for name, value in changes.items():
            setattr(case, name, value)
        fit_clocks(case, why=why, now=now, moved=moved)
    assert not list(stored_differences(case))


def clocks_of(case: Case) -> list[tuple[str, ClockState, Any]]:
    return [
        (clock.standard.code if clock.standard else "", clock.state, clock.started_at)
        for clock in case.clocks
    ]


@pytest.fixture(autouse=True)
def _none(cast: Cast) -> None:
    no_standards()


def test_another_severity_has_its_own_limit_from_the_start_of_the_clock(cast: Cast) -> None:
    make_standard("ten", limit=10, unit="calendar_day", severity_limits={"4": 3})
    case = cast.log()
    clock = case.clocks[0]
    before = clock.due_at
    fit(case, severity=4, why="the severity changed")
    assert clocks_of(case) == [("ten", RUNNING, NOW)]
    assert before - clock.due_at == days(7)
    assert [event.reason for event in case.clock_events] == ["the severity changed"]
    fit(case, severity=2)
    assert clock.due_at == before
    fit(case, severity=3)
    assert len(case.clock_events) == 2, "a severity with the same limit changes nothing"


def test_a_limit_that_another_severity_shortens_may_be_late_at_once(cast: Cast) -> None:
    make_standard("ten", limit=10, unit="calendar_day", severity_limits={"4": 1})
    case = cast.log()
    fit(case, severity=4, now=NOW + days(5))
    assert case.next_due_at < NOW + days(5)


def test_a_standard_of_one_severity_alone_goes_and_the_other_counts_from_the_receipt(cast: Cast) -> None:
    make_standard("low", severity=2, limit=20)
    make_standard("severe", severity=4, limit=3)
    case = cast.log()
    assert clocks_of(case) == [("low", RUNNING, NOW)]
    fit(case, severity=4)
    assert clocks_of(case) == [("low", CANCELLED, NOW), ("severe", RUNNING, NOW)]
    fit(case, severity=2, now=LATER + days(1))
    assert clocks_of(case)[2] == ("low", RUNNING, NOW), "nothing is won by changing it twice"


@pytest.mark.parametrize("what", ["service", "category", "channel", "path", "kind"])
def test_a_standard_holds_for_what_the_case_is_now(cast: Cast, what: str) -> None:
    no_call_back = cast.no_call_back.id
    heres: dict[str, dict[str, Any]] = {
        "service": {"service_id": cast.inspections.id},
        "category": {"category_id": cast.not_inspected.id},
        "channel": {"channel": "phone"},
        "path": {"path": "regular"},
        "kind": {"kind": "complaint"},
    }
    theres: dict[str, dict[str, Any]] = {
        "service": {"service": None, "service_id": None},
        "category": {"category": None, "category_id": no_call_back},
        "channel": {"channel": Channel.LETTER},
        "path": {"path": "expedited"},
        "kind": {"kind": Kind.ENQUIRY},
    }
    here, there = heres[what], theres[what]
    make_standard("here", limit=5, **here)
    make_standard("always", limit=20)
    case = cast.log()
    with transaction():
        case.category_id = cast.not_inspected.id
        fit_clocks(case, why="", now=NOW)
    assert {code for code, *_ in clocks_of(case)} == {"here", "always"}
    fit(case, **there)
    states = {code: state for code, state, _ in clocks_of(case)}
    assert states == {"here": CANCELLED, "always": RUNNING}


def test_a_category_that_is_put_right_brings_its_standards(cast: Cast) -> None:
    make_standard("food", category_id=cast.not_inspected.id, limit=20)
    make_standard("call", category_id=cast.no_call_back.id, limit=3)
    case = cast.log()
    right = IssueEdit(summary="Nobody called back", category_id=cast.no_call_back.id)
    with transaction():
        edit_issue(case, 1, right, actor=cast.dana, now=LATER)
    assert clocks_of(case) == [("food", CANCELLED, NOW), ("call", RUNNING, NOW)]
    assert case.clock_events[-1].reason == "the category changed"
    with transaction():
        edit_issue(case, 1, replace(right, summary="Nobody called"), actor=cast.dana, now=LATER)
    assert len(case.clock_events) == 1
    assert not list(stored_differences(case))


def test_a_path_has_its_own_standard_from_the_receipt(cast: Cast) -> None:
    make_standard("usual", limit=20, path="regular")
    make_standard("fast", limit=3, path="expedited")
    case = cast.log()
    fit(case, path="expedited")
    assert clocks_of(case) == [("usual", CANCELLED, NOW), ("fast", RUNNING, NOW)]


def test_another_department_starts_a_standard_anew_only_where_it_says_so(cast: Cast) -> None:
    make_standard("anew", limit=10, restarts_on=["department"])
    make_standard("on", limit=10)
    case = cast.log()
    fit(case, moved="department", team=cast.clinics)
    assert clocks_of(case) == [("anew", CANCELLED, NOW), ("on", RUNNING, NOW), ("anew", RUNNING, LATER)]
    fit(case, moved="agency", now=LATER + days(1))
    assert len(case.clocks) == 3
    sentences = [one.sentence for one in explain_clocks(case, now=LATER)]
    assert sum("25 Nov 2026 09:00, when it was started anew" in one for one in sentences) == 1
    assert sum("23 Nov 2026 09:00, when it was received" in one for one in sentences) == 2


def test_what_is_done_is_not_owed_again(cast: Cast) -> None:
    make_standard("hear", promise="acknowledge", limit=3, severity=2)
    make_standard("hear-fast", promise="acknowledge", limit=1, severity=4)
    make_standard("answer", limit=20, severity=2)
    make_standard("answer-fast", limit=5, severity=4)
    case = cast.log()
    cast.move(case, "acknowledge", now=NOW)
    with transaction():
        stop_clocks(case, ["respond"], NOW + days(1))
    fit(case, severity=4)
    assert clocks_of(case) == [("hear", MET, NOW), ("answer", MET, NOW)]


def test_what_is_owed_again_is_owed_by_the_other_standard_from_when_it_was_taken_up_again(cast: Cast) -> None:
    make_standard("answer", limit=20, severity=2)
    make_standard("answer-fast", limit=5, severity=4)
    make_standard("severe-too", limit=6, severity=4, starts="acknowledged")
    case, again = answered(cast), NOW + days(3)
    cast.move(case, "reopen", now=again, reason="They wrote again.")
    fit(case, severity=4, now=again + days(1))
    assert clocks_of(case) == [
        ("answer", MET, NOW),
        ("answer", CANCELLED, again),
        ("answer-fast", RUNNING, again),
        ("severe-too", RUNNING, again),
    ]
    with transaction():
        stop_clocks(case, ["respond"], again + days(2))
    fit(case, severity=2, now=again + days(3))
    assert len(case.clocks) == 4, "answered a second time it is not owed a third time"


def test_once_the_decision_has_gone_out_no_word_of_how_it_stands_is_owed(cast: Cast) -> None:
    make_standard("tell", promise="update", limit=5, starts="last_update", repeats=True, severity=4)
    make_standard("answer", limit=20)
    case = answered(cast)
    fit(case, severity=4)
    assert clocks_of(case) == [("answer", MET, NOW)]


def test_word_is_owed_from_when_the_customer_last_heard(cast: Cast) -> None:
    make_standard("hear", promise="acknowledge", limit=3)
    make_standard("tell", promise="update", limit=5, starts="last_update", repeats=True, severity=4)
    case, heard, reviewed = cast.log(), NOW + days(1), NOW + days(9)
    cast.move(case, "acknowledge", now=heard)
    fit(case, severity=4)
    assert clocks_of(case) == [("hear", MET, NOW), ("tell", RUNNING, heard)]
    fit(case, severity=2)
    with transaction():
        case.stage, case.escalated_at = 2, reviewed
    fit(case, severity=4, now=reviewed + days(1))
    assert clocks_of(case)[2:] == [("tell", RUNNING, reviewed)]


def test_at_a_review_too_what_is_done_is_not_owed_again(cast: Cast) -> None:
    for promise in ("acknowledge", "review"):
        for severity in (2, 4):
            make_standard(f"{promise}-{severity}", promise, starts="escalated", stage=2, severity=severity)
    case = cast.log()
    with transaction():
        case.stage, case.escalated_at = 2, NOW
        fit_clocks(case, why="the review", now=NOW)
        stop_clocks(case, ["acknowledge", "review"], NOW + days(1))
    fit(case, severity=4)
    assert clocks_of(case) == [("acknowledge-2", MET, NOW), ("review-2", MET, NOW)]


def test_an_acknowledgement_that_came_back_is_owed_by_the_other_standard(cast: Cast) -> None:
    make_standard("hear", promise="acknowledge", limit=3, severity=2)
    make_standard("hear-fast", promise="acknowledge", limit=1, severity=4)
    case = cast.log()
    cast.move(case, "acknowledge", now=NOW)
    with transaction():
        note_not_told(case, "acknowledgement", written_at=NOW, why="It came back.", now=LATER)
    fit(case, severity=4)
    assert clocks_of(case) == [("hear", CANCELLED, NOW), ("hear-fast", RUNNING, NOW)]


def test_in_a_closed_case_nothing_starts(cast: Cast) -> None:
    make_standard("low", severity=2)
    make_standard("severe", severity=4)
    case = cast.log()
    cast.move(case, "withdraw", reason="They called it off.")
    fit(case, severity=4)
    assert clocks_of(case) == [("low", CANCELLED, NOW)]


def test_an_imported_case_gets_no_promise_that_it_never_had(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        case.external_reference = "OLD-1"
    make_standard("severe", severity=4)
    fit(case, severity=4)
    assert case.clocks == []


def test_what_counts_from_an_event_that_has_not_come_does_not_start(cast: Cast) -> None:
    make_standard("after", starts="acknowledged", severity=4, limit=5)
    case = cast.log()
    fit(case, severity=4)
    assert case.clocks == []
    fit(case, severity=2)
    cast.move(case, "acknowledge", now=LATER)
    fit(case, severity=4, now=LATER + days(1))
    assert clocks_of(case) == [("after", RUNNING, LATER)]


def test_a_path_that_lapsed_does_not_come_back(cast: Cast) -> None:
    make_standard("early", limit=2, is_early=True)
    case = cast.log()
    sweep_clocks(the_clock(case, "respond").due_at)
    assert clocks_of(case) == [("early", CANCELLED, NOW)]
    fit(case, severity=4, now=NOW + days(4))
    assert clocks_of(case) == [("early", CANCELLED, NOW)]


def test_what_was_waited_for_the_customer_counts_for_a_standard_that_holds_later(cast: Cast) -> None:
    make_standard("low", severity=2, may_pause=True)
    make_standard("severe", severity=4, limit=5, may_pause=True, unit="calendar_day")
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which kitchen?", now=NOW + days(1))
    fit(case, severity=4, now=NOW + days(2))
    clock = the_clock(case, "respond")
    assert (clock.state, clock.started_at, case.is_paused) == (ClockState.PAUSED, NOW, True)


def test_a_review_keeps_the_standards_of_its_own_stage(cast: Cast) -> None:
    make_standard("first", stage=1, severity=2)
    make_standard("second", stage=2, starts="escalated", limit=20)
    case = cast.log()
    with transaction():
        stop_clocks(case, ["respond"], LATER)
        case.stage, case.escalated_at = 2, LATER
        fit_clocks(case, why="the review", now=LATER)
    assert clocks_of(case) == [("first", MET, NOW), ("second", RUNNING, LATER)]
    fit(case, severity=4, now=LATER + days(1))
    assert clocks_of(case) == [("first", MET, NOW), ("second", RUNNING, LATER)]


def test_whoever_says_what_the_first_issue_is_about_changes_what_is_promised(cast: Cast) -> None:
    make_standard("here", limit=5, category_id=cast.not_inspected.id)
    make_standard("there", limit=3, category_id=cast.no_call_back.id)
    case = cast.log()
    edit = IssueEdit(summary="Nobody called back", category_id=cast.no_call_back.id)
    with transaction():
        edit_issue(case, 1, edit, actor=cast.dana, now=LATER)
    assert clocks_of(case) == [("here", CANCELLED, NOW), ("there", RUNNING, NOW)]
    assert [event.reason for event in case.clock_events] == ["the category changed"]
    assert not list(stored_differences(case))


def test_another_answer_stays_owed_by_the_standard_of_another_severity(cast: Cast) -> None:
    make_standard("low", severity=2, limit=20)
    make_standard("severe", severity=4, limit=3)
    case = cast.log()
    with transaction():
        stop_clocks(case, ["respond"], NOW + days(1))
        reopen_clocks(case, LATER)
    assert clocks_of(case) == [("low", MET, NOW), ("low", RUNNING, LATER)]
    fit(case, severity=4, now=LATER + days(1))
    assert clocks_of(case)[1:] == [("low", CANCELLED, LATER), ("severe", RUNNING, LATER)]
    fit(case, severity=2, now=LATER + days(2))
    assert clocks_of(case)[2:] == [("severe", CANCELLED, LATER), ("low", RUNNING, LATER)]
    with transaction():
        stop_clocks(case, ["respond"], LATER + days(3))
    fit(case, severity=4, now=LATER + days(4))
    assert len(case.clocks) == 4, "what is done is not owed again"


def test_what_is_done_in_a_review_is_not_owed_again(cast: Cast) -> None:
    review: dict[str, Any] = {"starts": "escalated", "stage": 2}
    make_standard("hear", promise="acknowledge", severity=2, **review)
    make_standard("hear-fast", promise="acknowledge", severity=4, **review)
    make_standard("look", promise="review", severity=2, **review)
    make_standard("look-fast", promise="review", severity=4, **review)
    case = cast.log()
    with transaction():
        case.stage, case.escalated_at = 2, LATER
        start_clocks(case, "escalated", LATER, now=LATER)
        stop_clocks(case, ["acknowledge", "review"], LATER)
    fit(case, severity=4, now=LATER + days(1))
    assert clocks_of(case) == [("hear", MET, LATER), ("look", MET, LATER)]


def test_a_severity_put_right_again_gives_back_the_later_date_that_the_customer_was_told(cast: Cast) -> None:
    make_standard("low", severity=2, limit=20, extension_times=1)
    make_standard("severe", severity=4, limit=3)
    case = cast.log()
    with transaction():
        extend_clocks(case, until=(NOW + days(60)).date(), reason="They are ill.", at=NOW)
    told = case.clocks[0].due_at
    fit(case, severity=4)
    about = replace(about_case(case), severity=2)
    with transaction():
        plan = plan_fitting(case, about, now=LATER)
        foreseen = {one.name: one.after for one in foresee(case, plan, now=LATER)}
    fit(case, severity=2, now=LATER)
    assert clocks_of(case)[2:] == [("low", RUNNING, NOW)]
    assert case.clocks[2].due_at == told == foreseen["low standard"]
    assert not list(stored_differences(case))
    with pytest.raises(Refused, match="extended once already"):
        extend_clocks(case, until=(NOW + days(70)).date(), reason="Still ill.", at=LATER)
