"""A late holiday: the preview is what happens, to clocks that run and to no others, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from casework.audit.models import HistoryEntry
from casework.cases.changes import applying, doing, queries, services
from casework.cases.clockwork import What
from casework.cases.models import Case, ClockEvent
from casework.cases.models.changes import (
    ChangeKind,
    ChangeState,
    ClockChange,
    ClockChangeRow,
    Effect,
    Turn,
)
from casework.cases.queries.clocks import clocks_by_calendar
from casework.cases.services.access import change_access
from casework.cases.services.clocks import check_clocks, explain_clocks
from casework.cases.services.merging import merge_cases, undo_merge
from casework.catalogue.queries import the_agency
from casework.catalogue.working_calendars.services import add_calendar
from casework.core.db import db, transaction
from casework.core.errors import NotFound, Refused
from casework.measures.models import StaleFact
from tests.cases.changes.drafts import (
    THANKSGIVING,
    apply,
    at,
    calendar_draft,
    clock_of,
    confirm,
    look,
    rows,
    standard_draft,
)
from tests.cast import NOW, Cast, days

# Thursday 26 November, five o'clock in Chicago, and the day after.
THURSDAY = datetime(2026, 11, 26, 23, 0, tzinfo=UTC)
FRIDAY = THURSDAY + days(1)


def dates(case: Case) -> dict[int, datetime]:
    return {clock.number: clock.due_at for clock in case.clocks}


def last_entry(case: Case) -> HistoryEntry | None:
    wanted = select(HistoryEntry).where(
        HistoryEntry.subject_type == "case", HistoryEntry.subject_id == case.id
    )
    return db.session.scalars(wanted.order_by(HistoryEntry.id.desc()).limit(1)).first()


def test_the_preview_changes_nothing_and_is_what_happens(cast: Cast) -> None:
    cases = [cast.log(), cast.log(received_at=NOW - days(20)), cast.investigated()]
    before = {case.id: dates(case) for case in cases}
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    seen = rows(change)
    db.session.expire_all()
    assert {case.id: dates(case) for case in cases} == before
    assert the_agency().calendar.number == 1
    apply(change, cast.wen)
    assert seen == rows(change)
    for (case_id, number), (_, was, becomes) in seen.items():
        assert before[case_id][number] == was
        assert dates(db.session.get_one(Case, case_id))[number] == becomes
    assert change.state is ChangeState.DONE
    assert the_agency().calendar.number == 2
    assert check_clocks().different == 0


def test_the_history_says_what_moved_and_why(cast: Cast) -> None:
    case = cast.log()
    change = look(calendar_draft(holidays={"country": "US"}), cast.wen)
    later = NOW + timedelta(hours=1)
    apply(change, cast.wen, now=later, reason="The council decided it on Monday.")
    entry = last_entry(case)
    assert entry is not None
    assert (
        "Acknowledge within 3 working days: due Fri 27 Nov 17:00 instead of Thu 26 Nov 17:00."
        in entry.summary
    )
    assert "Thanksgiving Day (Thu 26 Nov 2026)" in change.what or "things more" in change.what
    assert entry.summary.endswith("The council decided it on Monday.")
    assert (entry.verb, entry.actor_id, entry.at) == ("clocks_changed", cast.wen.id, later)
    assert db.session.get(StaleFact, case.id) is not None
    event = case.clock_events[-1]
    assert event.data == {"calendar": [the_agency().calendar_id, 2]}
    lines = {
        text for each in explain_clocks(case, now=later) for label, text in each.lines if label == "Changed"
    }
    assert len(lines) == 1
    assert "The council decided it on Monday." in lines.pop()


def test_clocks_that_ended_and_closed_cases_keep_their_dates_and_explanations(cast: Cast) -> None:
    acknowledged, closed = cast.log(), cast.log()
    cast.move(acknowledged, "acknowledge")
    cast.move(closed, "withdraw", reason="Solved.")

    def told() -> list[Any]:
        db.session.expire_all()
        ended = explain_clocks(closed, now=NOW) + [
            each for each in explain_clocks(acknowledged, now=NOW) if each.clock.met_at is not None
        ]
        return [(each.due_at, each.lines, each.skipped, each.sentence) for each in ended]

    def kept() -> Any:
        entries = select(func.count()).where(
            HistoryEntry.subject_id == closed.id, HistoryEntry.subject_type == "case"
        )
        return db.session.scalar(entries), closed.version, closed.updated_at, dates(closed)

    before, rest = told(), kept()
    assert len(before) == 3
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    assert told() == before
    assert kept() == rest
    assert clock_of(acknowledged, "respond").due_at == datetime(2026, 12, 22, 23, 0, tzinfo=UTC)
    assert check_clocks().different == 0


def test_killed_half_way_and_run_again_gives_the_same_once(cast: Cast) -> None:
    cases = [cast.log() for _ in range(5)]
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    confirm(change, cast.wen)
    with transaction():
        assert applying.apply_lot(change, now=NOW, size=2) == 2
    # Here the worker died; another lot was begun and never committed.
    applying.apply_lot(change, now=NOW, size=2)
    db.session.rollback()
    doing.sweep(at(NOW))
    assert events() == 2
    for _ in range(2):
        doing.sweep(at(NOW + 2 * doing.SILENT))
        doing.run(change.id, at(NOW))
    db.session.expire_all()
    assert {clock_of(case).due_at for case in cases} == {FRIDAY}
    assert events() == 5
    entries = select(func.count()).where(HistoryEntry.verb == "clocks_changed")
    assert db.session.scalar(entries) == 5
    assert change.state is ChangeState.DONE


def events() -> int:
    return db.session.scalar(select(func.count()).where(ClockEvent.what == What.CHANGED)) or 0


def test_looking_goes_on_where_it_broke_off(cast: Cast) -> None:
    for _ in range(5):
        cast.log()
    draft = calendar_draft(THANKSGIVING)
    with transaction():
        change, _ = services.look_at(ChangeKind.CALENDAR, draft, actor=cast.wen, now=NOW, once_key="k")
    with transaction():
        assert services.look_at_lot(change, now=NOW, size=2) == 2
    doing.sweep(at(NOW + 2 * doing.SILENT))
    db.session.expire_all()
    assert change.state is ChangeState.READY
    assert len(rows(change)) == 10
    assert queries.totals_of(change, cast.wen).moved == 5


def test_running_clocks_are_counted_by_the_version_that_they_follow(cast: Cast) -> None:
    cast.log()
    agency = the_agency().calendar_id
    assert clocks_by_calendar(cast.wen) == {(agency, 1): 2}
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    assert clocks_by_calendar(cast.wen) == {(agency, 2): 2}
    with transaction():
        nights = add_calendar("Nights", the_agency().calendar.definition, actor_id=cast.wen.id, now=NOW)
    apply(look(standard_draft("respond", calendar_id=nights.id), cast.wen), cast.wen)
    assert clocks_by_calendar(cast.wen) == {(agency, 2): 1, (nights.id, 1): 1}


def test_done_at_the_due_instant_is_in_time(cast: Cast) -> None:
    cast.log()
    for now, turn in (
        (THURSDAY, Turn.NONE),
        (THURSDAY + timedelta(microseconds=1), Turn.TIMELY),
        (FRIDAY, Turn.TIMELY),
        (FRIDAY + timedelta(microseconds=1), Turn.NONE),
    ):
        change = look(calendar_draft(THANKSGIVING), cast.wen, now=now, once=now.isoformat())
        found = select(ClockChangeRow.turn).where(
            ClockChangeRow.change_id == change.id,
            ClockChangeRow.effect == Effect.LATER,
            ClockChangeRow.number == 1,
        )
        assert db.session.scalars(found).all() == [turn], now


def test_a_holiday_taken_back_makes_late(cast: Cast) -> None:
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    case = cast.log()
    calendar = the_agency().calendar
    draft = calendar_draft()
    with transaction():
        draft.definition = {**calendar.definition, "closures": []}
    change = look(draft, cast.wen, now=FRIDAY, once="2")
    found = queries.totals_of(change, cast.wen)
    assert (found.effects, found.turns) == ({Effect.EARLIER: 1}, {Turn.LATE: 1, Turn.NONE: 1})
    apply(change, cast.wen, now=FRIDAY)
    assert clock_of(case).due_at == THURSDAY


def test_a_holiday_within_a_pause_moves_what_is_paused_by_nothing_more(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="When?", now=NOW + days(2))
    cast.move(case, "customer_answers", now=NOW + days(7))
    before = clock_of(case, "respond").due_at
    change = look(calendar_draft(THANKSGIVING), cast.wen, now=NOW + days(7))
    seen = rows(change)[case.id, clock_of(case, "respond").number]
    apply(change, cast.wen, now=NOW + days(7))
    # One working day less was paused, and one more counts: the end stays where it was.
    assert seen == (Effect.SAME, before, before)
    assert clock_of(case, "respond").due_at == before
    assert check_clocks().different == 0


def test_a_paused_clock_is_neither_late_nor_timely(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="When?")
    long_after = NOW + days(60)
    change = look(calendar_draft(THANKSGIVING), cast.wen, now=long_after)
    row = db.session.get_one(ClockChangeRow, (change.id, case.id, clock_of(case, "respond").number))
    assert (row.effect, row.turn) == (Effect.LATER, Turn.NONE)


def test_an_extended_case_moves_with_its_extension(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(
        case, "extend", reason="The inspector is ill.", new_date="2027-01-08", message="It takes longer."
    )
    before = clock_of(case, "respond").due_at
    change = look(calendar_draft("2026-12-24"), cast.wen)
    effect, was, becomes = rows(change)[case.id, clock_of(case, "respond").number]
    apply(change, cast.wen)
    assert was == before
    assert clock_of(case, "respond").due_at == becomes
    assert effect in (Effect.LATER, Effect.SAME)
    assert check_clocks().different == 0


def test_what_changed_since_the_preview_is_found_out_anew_and_counted(cast: Cast) -> None:
    stays, ends, extended = cast.log(), cast.log(), cast.investigated()
    change = look(calendar_draft("2026-12-24"), cast.wen)
    cast.move(ends, "withdraw", reason="Solved.")
    cast.move(
        extended, "extend", reason="The inspector is ill.", new_date="2027-01-08", message="It takes longer."
    )
    came = cast.log(received_at=NOW, severity=3)
    apply(change, cast.wen)
    found = queries.totals_of(change, cast.wen)
    assert (found.left, found.came_later, found.differed) == (2, 2, 1)
    assert clock_of(came).calendar_number == 1
    assert came.clock_events[-1].data["calendar"][1] == 2
    assert [event.what for event in ends.clock_events if event.data] == []
    assert stays.clock_events[-1].data["calendar"][1] == 2
    assert check_clocks().different == 0


def test_a_clock_that_starts_afterwards_counts_by_the_new_version(cast: Cast) -> None:
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    case = cast.log()
    assert clock_of(case).due_at == FRIDAY
    assert case.clock_events == []


def test_a_clock_that_runs_again_after_a_merge_is_undone_follows_the_calendar(cast: Cast) -> None:
    case, into = cast.log(), cast.log()
    with transaction():
        merge_cases(case, into.reference, "The same visit.", actor=cast.amara, now=NOW)
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    assert {case_id for case_id, _ in rows(change)} == {into.id}
    apply(change, cast.wen)
    with transaction():
        undo_merge(case, actor=cast.amara, now=NOW)
    assert clock_of(case).due_at == FRIDAY
    assert check_clocks().different == 0


def test_of_two_administrators_the_second_is_told(cast: Cast) -> None:
    cast.log()
    draft, other = calendar_draft(THANKSGIVING), calendar_draft("2026-11-25")
    first, second, third = (
        look(draft, cast.wen, once="1"),
        look(draft, cast.sol, once="2"),
        look(other, cast.sol),
    )
    apply(first, cast.wen)
    for late in (second, third):
        with pytest.raises(Refused, match="Something changed since"):
            confirm(late, cast.sol)
    with pytest.raises(Refused, match="in force already"):
        confirm(first, cast.sol)
    assert the_agency().calendar.number == 2
    assert events() == 1


def test_a_draft_that_was_edited_after_the_preview_is_looked_at_again(cast: Cast) -> None:
    draft = calendar_draft(THANKSGIVING)
    change = look(draft, cast.wen)
    with transaction():
        draft.definition = {**draft.definition, "closures": ["2026-12-24"]}
    with pytest.raises(Refused, match="Look at it again"):
        confirm(change, cast.wen)


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_is_not_applied_without_a_reason(cast: Cast, reason: str) -> None:
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    with pytest.raises(Refused, match="Say why"):
        confirm(change, cast.wen, reason=reason)
    assert the_agency().calendar.number == 1


def test_what_is_no_draft_is_not_looked_at_and_twice_is_once(cast: Cast) -> None:
    draft = calendar_draft(THANKSGIVING)
    first = look(draft, cast.wen)
    assert look(draft, cast.wen).id == first.id
    apply(first, cast.wen)
    with pytest.raises(Refused, match="in force already"):
        look(draft, cast.wen, once="another")
    with pytest.raises(NotFound):
        queries.get_change(999_999_999_999)


def test_restricted_cases_and_those_one_is_named_in_move_unseen(cast: Cast) -> None:
    plain, shut, named = cast.log(), cast.log(), cast.log()
    cast.restrict(shut)
    with transaction():
        change_access(named, restricted=False, named=[cast.wen.id], granted=[], actor=cast.sol, now=NOW)
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    assert {row.case_id for row in queries.page_of(change, cast.wen, after=(0, 0)).rows} == {plain.id}
    assert {row.case_id for row in queries.all_rows(change, cast.wen)} == {plain.id}
    assert {row.case_id for row in queries.furthest(change, cast.wen)} == {plain.id}
    assert (queries.totals_of(change, cast.wen).moved, queries.totals_of(change, cast.sol).moved) == (1, 2)
    apply(change, cast.wen)
    assert {clock_of(case).due_at for case in (plain, shut, named)} == {FRIDAY}
    assert queries.totals_of(change, cast.wen).done == 2


def test_whoever_saves_a_case_meanwhile_notices(cast: Cast) -> None:
    case = cast.log()
    seen = case.version
    apply(look(calendar_draft(THANKSGIVING), cast.wen), cast.wen)
    assert db.session.get_one(Case, case.id).version > seen


def test_a_lot_in_which_somebody_saves_begins_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.log()
    change = look(calendar_draft(THANKSGIVING), cast.wen)
    confirm(change, cast.wen)
    real, calls = applying.apply_lot, []

    def once_stale(change: ClockChange, *, now: datetime) -> int:
        calls.append(now)
        if len(calls) == 1:
            raise StaleDataError
        return real(change, now=now)

    monkeypatch.setattr(applying, "apply_lot", once_stale)
    doing.run(change.id, at(NOW))
    db.session.expire_all()
    assert clock_of(case).due_at == FRIDAY
