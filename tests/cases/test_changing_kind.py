"""Another kind: the process of that kind, the history as it was, and each standard says whether it starts anew."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from casework.audit.queries import history_of
from casework.cases.models import Case, ClockState, Finding, Kind
from casework.cases.queries.seen import transfer_mark
from casework.cases.services import Decision, change_access, decide_issue
from casework.cases.services.clocks import Fate, stored_differences
from casework.cases.services.merging import merge_cases
from casework.cases.services.transferring import change_kind, foresee_kind
from casework.catalogue.models import Standard
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from tests.cast import NOW, Cast, days

WHY = "She asks how it works."


def become(case: Case, kind: Kind, cast: Cast, *, now: datetime = NOW, reason: str = WHY) -> None:
    with transaction():
        change_kind(case, kind, reason, actor=cast.amara, now=now)


def live(case: Case) -> dict[str, tuple[datetime, datetime]]:
    """What is owed by the name of its promise: counted from when, and due when."""
    return {c.promise: (c.started_at, c.due_at) for c in case.clocks if c.state is ClockState.RUNNING}


def five(day: date) -> datetime:
    """The close of an office day in Lakeford's winter."""
    return datetime(day.year, day.month, day.day, 23, 0, tzinfo=UTC)


def restart(code: str, on: str) -> None:
    with transaction():
        standard = db.session.scalars(select(Standard).where(Standard.code == code)).one()
        standard.restarts_on = [on]


def test_it_gets_the_process_of_its_kind_and_what_was_owed_counts_from_the_receipt(cast: Cast) -> None:
    case = cast.investigated()
    # Twenty working days from Monday the 23rd, without Thanksgiving.
    assert live(case) == {"respond": (NOW, five(date(2026, 12, 22)))}
    become(case, Kind.ENQUIRY, cast, now=NOW + days(2))
    assert (case.kind, case.process_version.name, case.state) == (Kind.ENQUIRY, "enquiry", "acknowledged")
    # Ten working days, and they are those since it was received: nothing is won by the change.
    assert live(case) == {"respond": (NOW, five(date(2026, 12, 8)))}
    assert case.acknowledged_at == NOW, "nobody is acknowledged twice"
    assert list(stored_differences(case)) == []


def test_a_standard_may_say_that_another_kind_starts_it_anew(cast: Cast) -> None:
    restart("respond-other", "kind")
    case, later = cast.investigated(), NOW + days(2)
    become(case, Kind.ENQUIRY, cast, now=later)
    # Ten working days from Wednesday the 25th: 27, 30, 1 to 4, 7 to 10 December.
    assert live(case) == {"respond": (later, five(date(2026, 12, 10)))}


def test_a_standard_of_every_kind_goes_on_unless_it_says_otherwise(cast: Cast) -> None:
    case, later = cast.log(), NOW + days(1)
    become(case, Kind.SUGGESTION, cast, now=later)
    assert (case.state, live(case)["acknowledge"]) == ("received", (NOW, five(date(2026, 11, 27))))
    restart("acknowledge", "kind")
    become(case, Kind.ENQUIRY, cast, now=later)
    assert live(case)["acknowledge"] == (later, five(date(2026, 11, 30)))


def test_history_keeps_what_it_was_and_why(cast: Cast) -> None:
    case = cast.investigated()
    before = len(list(db.session.scalars(history_of("case", case.id))))
    become(case, Kind.ENQUIRY, cast)
    newest, *rest = db.session.scalars(history_of("case", case.id))
    assert len(rest) == before, "nothing that was there is gone"
    assert newest.summary == "Complaint became an enquiry: now acknowledged"
    assert newest.before == {"kind": "complaint", "state": "investigating"}
    assert newest.after["reason"] == WHY


def test_what_waits_for_the_customer_goes_on_waiting_where_the_process_can(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    become(case, Kind.ENQUIRY, cast, now=NOW + days(1))
    assert (case.state, case.is_paused) == ("awaiting_customer", True)


def test_where_it_cannot_wait_the_time_goes_on_and_what_was_waited_stays_out_of_it(cast: Cast) -> None:
    with transaction():
        standard = db.session.scalars(select(Standard).where(Standard.code == "respond-suggestion")).one()
        standard.may_pause = True
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which day?")
    become(case, Kind.SUGGESTION, cast, now=NOW + days(1))
    assert (case.state, case.is_paused) == ("acknowledged", False)
    # From Monday nine to Tuesday nine are nine open hours, a whole day: 22 December becomes the 23rd.
    assert live(case) == {"respond": (NOW, five(date(2026, 12, 23)))}


def test_a_path_that_the_other_process_does_not_know_is_left(cast: Cast) -> None:
    case = cast.log()
    with transaction():
        case.path = "expedited"
    become(case, Kind.ENQUIRY, cast)
    assert case.path == ""


def refused(case: Case, cast: Cast, kind: Kind = Kind.ENQUIRY, reason: str = WHY) -> str:
    with pytest.raises(Refused) as refusal, transaction():
        change_kind(case, kind, reason, actor=cast.amara, now=NOW)
    return " ".join(refusal.value.reasons)


def answered(cast: Cast) -> Case:
    case = cast.investigated()
    with transaction():
        decision = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id)
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="You were right.")
    return case


def test_it_is_refused_with_a_sentence_for_each_reason(cast: Cast) -> None:
    assert "complaint already" in refused(cast.log(), cast, Kind.COMPLAINT)
    assert "Say why" in refused(cast.log(), cast, reason="  ")
    assert "answer is out already" in refused(answered(cast), cast)
    closed = cast.log()
    cast.move(closed, "withdraw", reason="Changed her mind.")
    assert "is closed" in refused(closed, cast)
    merged, other = cast.log(), cast.log()
    with transaction():
        merge_cases(merged, other.reference, "The same kitchen.", actor=cast.amara, now=NOW)
    assert "Undo the merge first" in refused(merged, cast)


def test_while_an_answer_waits_to_be_checked_nothing_changes_its_kind(cast: Cast) -> None:
    with transaction():
        cast.dana.answers_checked = True
    case = answered(cast)
    assert case.awaiting_approval
    assert "waits to be checked" in refused(case, cast)


def test_a_review_changes_its_kind_no_more(cast: Cast) -> None:
    case = answered(cast)
    cast.move(case, "escalate", by=cast.amara, reason="Not content.")
    assert "stage 2" in refused(case, cast)


def test_who_may_change_a_kind(cast: Cast) -> None:
    """Who assigns, who has it, and anybody while nobody has it; nobody who is named in it."""
    mine, free = cast.log(), cast.log()
    cast.give(mine, cast.dana)
    with transaction():
        change_kind(free, Kind.ENQUIRY, WHY, actor=cast.toni, now=NOW)
        change_kind(mine, Kind.ENQUIRY, WHY, actor=cast.dana, now=NOW)
    with pytest.raises(Refused, match="Somebody else has this case"), transaction():
        change_kind(mine, Kind.SUGGESTION, WHY, actor=cast.toni, now=NOW)
    with pytest.raises(Refused, match="does not handle cases"), transaction():
        change_kind(mine, Kind.SUGGESTION, WHY, actor=cast.wen, now=NOW)
    with transaction():
        change_access(mine, restricted=False, named=[cast.sol.id], granted=[], actor=cast.amara, now=NOW)
    with pytest.raises(Refused, match="You are named"), transaction():
        change_kind(mine, Kind.SUGGESTION, WHY, actor=cast.sol, now=NOW)


def test_of_two_at_once_the_second_is_told(cast: Cast) -> None:
    case = cast.log()
    seen = f"{transfer_mark(case)}.0"
    become(case, Kind.SUGGESTION, cast)
    with pytest.raises(Conflict), transaction():
        change_kind(case, Kind.ENQUIRY, WHY, actor=cast.sol, now=NOW, seen=seen)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.SUGGESTION, Kind.COMPLIMENT])
def test_what_is_shown_before_is_what_happens(cast: Cast, kind: Kind, restarts: bool, paused: bool) -> None:
    if restarts:
        with transaction():
            db.session.execute(update(Standard).values(restarts_on=["kind"]))
    case, now = cast.investigated() if paused else cast.log(), NOW + days(2)
    if paused:
        cast.move(case, "ask_customer", message="Which day?")
    shown = foresee_kind(case, kind, now=now)
    assert not db.session.new, "looking keeps nothing"
    become(case, kind, cast, now=now)
    db.session.expire_all()
    after = {(each.name, each.after) for each in shown if each.fate is not Fate.ENDS}
    assert after == {(c.name, c.due_at) for c in case.clocks if c.state in ("running", "paused")}
    ended = {each.name for each in shown if each.fate is Fate.ENDS}
    assert "Answer within 20 working days" in ended
