"""A new version of a standard, a first one, and one that is switched off: the preview is what happens."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from casework.audit.models import HistoryEntry
from casework.cases.changes import doing, queries
from casework.cases.models import Case, Clock, ClockState, Kind
from casework.cases.models.changes import ChangeKind, Effect, Turn
from casework.cases.services.clocks import check_clocks, fit_clocks, note_told, reopen_clocks, stop_clocks
from casework.catalogue.models import Standard
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.changes.drafts import apply, at, clock_of, confirm, look, rows, standard, standard_draft
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast, days


def states(case: Case) -> dict[str, list[ClockState]]:
    found: dict[str, list[ClockState]] = {}
    for clock in db.session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.id)):
        found.setdefault(clock.promise, []).append(clock.state)
    return found


def happened(case: Case) -> str:
    wanted = select(HistoryEntry.summary).where(
        HistoryEntry.subject_id == case.id, HistoryEntry.verb == "clocks_changed"
    )
    return "".join(db.session.scalars(wanted))


def test_a_shorter_time_holds_for_clocks_that_run_from_their_start(cast: Cast) -> None:
    case = cast.log()
    before = clock_of(case, "respond").due_at
    draft = standard_draft("respond", limit=15, name="Answer within 15 working days")
    change = look(draft, cast.wen)
    seen = rows(change)
    assert seen == {(case.id, 2): (Effect.EARLIER, before, datetime(2026, 12, 14, 23, 0, tzinfo=UTC))}
    apply(change, cast.wen, reason="The code asks for it.")
    assert rows(change) == seen
    clock = clock_of(case, "respond")
    assert (clock.due_at, clock.standard_id, clock.name) == (
        datetime(2026, 12, 14, 23, 0, tzinfo=UTC),
        draft.id,
        "Answer within 15 working days",
    )
    assert "due Mon 14 Dec 17:00 instead of Mon 21 Dec 17:00." in happened(case)
    assert "15 working days instead of 20 working days" in happened(case)
    assert check_clocks().different == 0


def test_a_change_of_the_case_afterwards_goes_by_the_new_version(cast: Cast) -> None:
    case = cast.log(severity=4)
    apply(look(standard_draft("respond", limit=15, severity_limits={"4": 5}), cast.wen), cast.wen)
    assert clock_of(case, "respond").due_at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    with transaction():
        case.severity = 2
        fit_clocks(case, why="severity is now 2", now=NOW)
    assert clock_of(case, "respond").due_at == datetime(2026, 12, 14, 23, 0, tzinfo=UTC)
    assert states(case)["respond"] == [ClockState.RUNNING]
    assert check_clocks().different == 0


@pytest.mark.parametrize("starts", ["received", "last_update"])
def test_a_duty_that_came_back_goes_on_by_the_new_version(cast: Cast, starts: str) -> None:
    no_standards()
    make_standard("tell", promise="update", limit=5, starts=starts, repeats=True)
    case = cast.log()
    with transaction():
        note_told(case, NOW + days(1), written_at=NOW + days(1), now=NOW + days(1))
    draft = standard_draft("tell", limit=4)
    apply(look(draft, cast.wen), cast.wen)
    assert states(case)["update"] == [ClockState.MET, ClockState.RUNNING]
    clock = case.clocks[-1]
    assert (clock.started_at, clock.standard_id) == (NOW + days(1), draft.id)
    assert clock.due_at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


def test_the_boundary_of_late_when_the_time_gets_shorter(cast: Cast) -> None:
    case = cast.log()
    due = datetime(2026, 12, 14, 23, 0, tzinfo=UTC)
    for now, turn in ((due, {Turn.NONE: 1}), (due + days(1), {Turn.LATE: 1})):
        change = look(
            standard_draft("respond", limit=15, number=now.day), cast.wen, now=now, once=now.isoformat()
        )
        assert queries.totals_of(change, cast.wen).turns == turn
    assert clock_of(case, "respond").due_at == datetime(2026, 12, 21, 23, 0, tzinfo=UTC)


def test_where_it_holds_no_more_nothing_is_owed_and_others_get_one(cast: Cast) -> None:
    complaint, enquiry, another = cast.log(), cast.log(kind=Kind.ENQUIRY), cast.log(kind=Kind.ENQUIRY)
    draft = standard_draft("respond", kind="enquiry", name="Answer an enquiry", limit=7)
    change = look(draft, cast.wen)
    seen = rows(change)
    assert {key: effect for key, (effect, _, _) in seen.items()} == {
        (complaint.id, 2): Effect.ENDS,
        (enquiry.id, 0): Effect.STARTS,
        (another.id, 0): Effect.STARTS,
    }
    apply(change, cast.wen)
    assert rows(change) == seen
    assert states(complaint)["respond"] == [ClockState.CANCELLED]
    assert states(enquiry)["respond"] == [ClockState.RUNNING, ClockState.RUNNING]
    assert clock_of(enquiry, "respond").due_at == seen[enquiry.id, 0][2]
    assert "owed no more" in happened(complaint)
    assert check_clocks().different == 0


def test_a_first_standard_starts_from_the_receipt_however_long_ago(cast: Cast) -> None:
    old, new = cast.log(received_at=NOW - days(30)), cast.log()
    closed = cast.log()
    cast.move(closed, "withdraw", reason="Solved.")
    change = look(standard_draft("call", promise="meet", limit=2), cast.wen)
    found = queries.totals_of(change, cast.wen)
    assert (found.effects, found.turns) == ({Effect.STARTS: 2}, {Turn.LATE: 1, Turn.NONE: 1})
    apply(change, cast.wen)
    assert [clock_of(case, "meet").started_at for case in (old, new)] == [NOW - days(30), NOW]
    assert "meet" not in states(closed)
    assert check_clocks().different == 0


def test_its_first_day_decides_for_which_clocks_it_holds(cast: Cast) -> None:
    before, after = cast.log(received_at=NOW - days(3)), cast.log()
    draft = standard_draft("respond", limit=15, in_force_from=date(2026, 11, 23))
    change = look(draft, cast.wen)
    assert [case_id for case_id, _ in rows(change)] == [after.id]
    apply(change, cast.wen)
    assert clock_of(before, "respond").standard_id != draft.id
    assert clock_of(after, "respond").standard_id == draft.id
    predecessor = db.session.scalars(select(Standard).where(Standard.code == "respond").limit(1)).one()
    assert predecessor.in_force_to == date(2026, 11, 22)


def test_what_is_done_already_is_not_owed_again(cast: Cast) -> None:
    case = cast.log()
    cast.move(case, "acknowledge")
    change = look(standard_draft("acknowledge", limit=1), cast.wen)
    assert rows(change) == {}
    apply(change, cast.wen)
    assert states(case)["acknowledge"] == [ClockState.MET]


def test_a_pause_that_counted_before_counts_by_the_states_of_the_new_version(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="When?")
    cast.move(case, "customer_answers", now=NOW + days(2))
    change = look(standard_draft("respond", pause_in=["investigating"]), cast.wen)
    effect, _, becomes = rows(change)[case.id, 2]
    assert effect is Effect.EARLIER
    apply(change, cast.wen)
    assert clock_of(case, "respond").due_at == becomes
    assert check_clocks().different == 0


def test_while_cases_follow_one_version_no_other_is_put_in_force_and_none_is_switched_off(cast: Cast) -> None:
    case = cast.log()
    first = standard_draft("call-back", limit=2, in_force_from=NOW.date() - days(1))
    follows = look(first, cast.wen)
    confirm(follows, cast.wen)
    off = look(first, cast.wen, kind=ChangeKind.OFF)
    second = look(standard_draft("call-back", limit=3, kind="enquiry", in_force_from=NOW.date()), cast.wen)
    for other in (off, second):
        with pytest.raises(Refused, match="still follow another change"):
            confirm(other, cast.wen)
        db.session.rollback()
    doing.run(follows.id, at(NOW))
    apply(off, cast.wen)
    assert clock_of(case, "update").state is ClockState.CANCELLED


def test_switched_off_its_clocks_are_owed_no_more_and_no_others(cast: Cast) -> None:
    case, met = cast.log(), cast.log()
    cast.move(met, "acknowledge")
    change = look(standard("acknowledge"), cast.wen, kind=ChangeKind.OFF)
    seen = rows(change)
    assert {key: effect for key, (effect, _, _) in seen.items()} == {(case.id, 1): Effect.ENDS}
    apply(change, cast.wen, reason="It is part of the answer now.")
    assert rows(change) == seen
    assert states(case) == {"acknowledge": [ClockState.CANCELLED], "respond": [ClockState.RUNNING]}
    assert states(met)["acknowledge"] == [ClockState.MET]
    assert "acknowledge" not in states(cast.log())
    assert check_clocks().different == 0


def test_what_is_not_in_force_cannot_be_switched_off_nor_put_in_force_twice(cast: Cast) -> None:
    draft = standard_draft("respond", limit=15)
    with pytest.raises(Refused, match="cannot be switched off"):
        look(draft, cast.wen, kind=ChangeKind.OFF)
    first, second = look(draft, cast.wen), look(draft, cast.sol)
    apply(first, cast.wen)
    with pytest.raises(Refused, match="Something changed"):
        confirm(second, cast.sol)
    off = look(draft, cast.wen, kind=ChangeKind.OFF)
    apply(off, cast.wen)
    with pytest.raises(Refused, match="cannot be switched off"):
        look(draft, cast.wen, kind=ChangeKind.OFF, once="again")
    assert db.session.scalar(select(func.count()).where(HistoryEntry.verb == "switched_off")) == 1


def test_what_counts_from_the_reopening_or_the_last_word_goes_on_from_there(cast: Cast) -> None:
    made = standard_draft("weekly", limit=5, starts="received", repeats=True)
    apply(look(made, cast.wen), cast.wen)
    case, later = cast.log(), NOW + days(2)
    with transaction():
        stop_clocks(case, ["respond"], NOW + days(1))
        reopen_clocks(case, later)
        note_told(case, later, written_at=later, now=later)
    for code in ("respond", "weekly"):
        apply(look(standard_draft(code, limit=7), cast.wen, once=code, now=later), cast.wen, now=later)
    live = {c.promise: (c.started_at, c.limit) for c in case.clocks if c.state is ClockState.RUNNING}
    assert (live["respond"][0], live["update"][0]) == (later, later)
    assert [states(case)[one] for one in ("respond", "update")] == [[ClockState.MET, ClockState.RUNNING]] * 2
