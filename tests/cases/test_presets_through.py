"""Each shipped process led through by the services under the standards of its code; every due date reckoned by hand.

Received on Monday 23 November 2026 at nine in an office in Minnesota: closed on weekends, on Thanksgiving (the 26th),
Christmas Day, New Year's Day, 18 January and 15 February. The close of a day is 17:00, that is 23:00 UTC; the end of
a day is 06:00 UTC of the next.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from casework.accounts.models import User
from casework.cases.models import Case, ClockState, Finding, Kind
from casework.cases.queries.approvals import open_approval
from casework.cases.services import Decision, decide_issue
from casework.cases.services.clocks import stored_differences
from casework.cases.services.releasing import release_answer
from casework.catalogue.models import ProcessVersion, Standard
from casework.catalogue.services import add_process_version
from casework.catalogue.standards.published import published_code, published_codes
from casework.core.db import db, transaction
from casework.core.errors import Refused
from casework.workflow.parse import PRESETS
from tests.cast import NOW, Cast


def at(year: int, month: int, day: int, hour: int = 15, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def under(code_id: str) -> None:
    """The process of a code and its standards, and nothing else."""
    code = published_code(code_id)
    path = next(PRESETS.rglob(f"{code.process}.toml"))
    with transaction():
        of_kind = ProcessVersion.kind == "complaint"
        db.session.execute(update(ProcessVersion).where(of_kind).values(is_current=False))
        add_process_version(path, now=NOW).is_current = True
        db.session.execute(update(Standard).values(is_active=False))
        db.session.add_all(Standard(**row) for row in code.standards)


def clock(case: Case, code: str) -> tuple[datetime, ClockState]:
    """When the newest clock of a standard is due, and how it stands."""
    found = [c for c in case.clocks if c.standard is not None and c.standard.code == code]
    assert found, f"{code} never started"
    return found[-1].due_at, found[-1].state


def decide(cast: Cast, case: Case, by: User, now: datetime) -> None:
    with transaction():
        why = Decision(finding=Finding.UPHELD, cause_id=cast.not_rebooked.id, reason="Looked at again.")
        decide_issue(case, 1, why, actor=by, now=now)


def refused(cast: Cast, case: Case, move: str, now: datetime, words: str, **given: Any) -> None:
    with pytest.raises(Refused, match=words):
        cast.move(case, move, now=now, **given)


RUNNING, MET, CANCELLED = ClockState.RUNNING, ClockState.MET, ClockState.CANCELLED


def test_two_stages_count_from_the_acknowledgement_and_are_extended_up_to_the_cap(cast: Cast) -> None:
    under("ho-code-2024")
    case = cast.log()
    assert clock(case, "ho-code-2024-s1-ack") == (at(2026, 12, 1, 23), RUNNING)
    cast.move(case, "acknowledge", now=at(2026, 11, 24))
    # Ten working days from Tuesday the 24th: 25, 27, 30, 1 to 4, 7 to 9 December.
    assert clock(case, "ho-code-2024-s1-respond") == (at(2026, 12, 9, 23), RUNNING)
    cast.give(case, cast.dana)
    given: dict[str, Any] = {
        "severity": "2",
        "service": str(cast.inspections.id),
        "team": str(cast.health.id),
    }
    cast.move(case, "assess", now=at(2026, 11, 25), **given)
    cast.move(case, "investigate", now=at(2026, 11, 25))
    cast.move(case, "ask_customer", now=at(2026, 11, 25), message="Which day?")
    assert clock(case, "ho-code-2024-s1-respond") == (at(2026, 12, 9, 23), RUNNING), "no pause by this code"
    cast.move(case, "customer_answers", now=at(2026, 11, 30), answer="Monday.")
    # Ten more: 10, 11, 14 to 18, 21 to 23 December.
    longer: dict[str, Any] = {"reason": "The laboratory.", "message": "It takes longer."}
    refused(
        cast, case, "extend", at(2026, 12, 1), "23 December 2026 at most", new_date="2026-12-24", **longer
    )
    cast.move(case, "extend", now=at(2026, 12, 1), new_date="2026-12-23", **longer)
    # The day that was named counts to its end.
    assert clock(case, "ho-code-2024-s1-respond") == (at(2026, 12, 24, 6), RUNNING)
    decide(cast, case, cast.dana, at(2026, 12, 2))
    cast.move(case, "respond", now=at(2026, 12, 2), message="You were right.")
    cast.told(case, at(2026, 12, 2))
    cast.move(case, "escalate", by=cast.amara, now=at(2026, 12, 7), reason="Not content.")
    # Five working days from Monday the 7th.
    assert clock(case, "ho-code-2024-s2-ack") == (at(2026, 12, 14, 23), RUNNING)
    cast.give(case, cast.ines, now=at(2026, 12, 7))
    cast.move(case, "acknowledge", by=cast.ines, now=at(2026, 12, 8))
    # Twenty from Tuesday the 8th: 9 to 11, 14 to 18, 21 to 24, 28 to 31, 4 to 7 January.
    assert clock(case, "ho-code-2024-s2-respond") == (at(2027, 1, 7, 23), RUNNING)
    assert list(stored_differences(case)) == []


def test_three_levels_with_three_reviewers_repeat_their_updates_and_never_stand_still(cast: Cast) -> None:
    under("hse-ie")
    case = cast.log()
    assert clock(case, "hse-ie-ack") == (at(2026, 12, 1, 23), RUNNING)
    cast.give(case, cast.dana)
    cast.move(case, "acknowledge")
    cast.move(case, "make_formal", by=cast.amara, now=at(2026, 11, 30), reason="It is about harm.")
    # Twenty working days from Monday the 30th: to 4, 11, 18, 24 December, then 28 and 29.
    assert clock(case, "hse-ie-update") == (at(2026, 12, 29, 23), RUNNING)
    cast.give(case, cast.toni, now=at(2026, 11, 30))
    cast.move(case, "acknowledge", by=cast.toni, now=at(2026, 12, 1))
    # Thirty from Tuesday 1 December: 3, then 5, 5, 4 and 4 to New Year's Eve, 5 to 8 January, 4 to the 14th.
    assert clock(case, "hse-ie-respond") == (at(2027, 1, 14, 23), RUNNING)
    cast.move(case, "investigate", by=cast.toni, now=at(2026, 12, 1))
    cast.move(case, "ask_customer", by=cast.toni, now=at(2026, 12, 2), message="Which day?")
    cast.move(case, "customer_answers", by=cast.toni, now=at(2026, 12, 9), answer="Monday.")
    assert clock(case, "hse-ie-respond") == (at(2027, 1, 14, 23), RUNNING)
    cast.move(case, "update_customer", by=cast.toni, now=at(2026, 12, 14), message="We are at it.")
    # And again from Monday 14 December: 4, 4, 4, 5 to 8 January, 11 to 13.
    assert clock(case, "hse-ie-update") == (at(2027, 1, 13, 23), RUNNING)
    decide(cast, case, cast.toni, at(2027, 1, 11))
    cast.move(case, "respond", by=cast.toni, now=at(2027, 1, 11), message="You were right.")
    assert clock(case, "hse-ie-respond")[1] is MET
    cast.told(case, at(2027, 1, 11))
    cast.move(case, "ask_review", by=cast.amara, now=at(2027, 1, 19), reason="Still not.")
    # Twenty from Tuesday 19 January: 3, 5, 5, 5 to 12 February, then the 16th and 17th.
    assert clock(case, "hse-ie-review") == (at(2027, 2, 17, 23), RUNNING)
    review(cast, case, at(2027, 1, 20))
    assert (case.state, clock(case, "hse-ie-review")[1]) == ("responded", MET)
    assert list(stored_differences(case)) == []


def review(cast: Cast, case: Case, now: datetime) -> None:
    """By Ines, who handled neither level before, and released by Sol."""
    for before in (cast.dana, cast.toni):
        with pytest.raises(Refused):
            cast.give(case, before, now=now)
    cast.give(case, cast.ines, now=now)
    cast.move(case, "acknowledge", by=cast.ines, now=now)
    cast.move(case, "review", by=cast.ines, now=now)
    decide(cast, case, cast.ines, now)
    cast.move(case, "answer_review", by=cast.ines, now=now, message="It stands.")
    waiting = open_approval(case.id)
    assert waiting is not None
    assert case.state == "reviewing"
    with transaction():
        release_answer(case, actor=cast.sol, now=now, seen=waiting.mark)


def test_a_grievance_is_expedited_to_24_hours_from_its_receipt(cast: Cast) -> None:
    under("cms-part-d")
    case = cast.log()
    # Thirty days: to the end of 23 December.
    assert clock(case, "cms-part-d-grievance") == (at(2026, 12, 24, 6), RUNNING)
    cast.move(case, "expedite", now=at(2026, 11, 23, 19), reason="refused_to_expedite")
    assert clock(case, "cms-part-d-grievance")[1] is CANCELLED
    assert clock(case, "cms-part-d-expedited") == (at(2026, 11, 24, 15), RUNNING)
    longer: dict[str, Any] = {"reason": "More time.", "new_date": "2026-12-01", "message": "Longer."}
    refused(cast, case, "extend", at(2026, 11, 23, 20), "ordinary path", **longer)
    cast.give(case, cast.dana)
    decide(cast, case, cast.dana, at(2026, 11, 24))
    cast.move(case, "respond", now=at(2026, 11, 24, 15, 1), message="You were right.")
    late = next(c for c in case.clocks if c.state is MET)
    assert late.met_at is not None
    assert late.met_at > late.due_at, "a minute after is late"


def test_an_ordinary_grievance_is_extended_by_fourteen_days_and_no_more(cast: Cast) -> None:
    under("cms-part-d")
    case = cast.log()
    longer: dict[str, Any] = {"reason": "In the member's interest.", "message": "It takes longer."}
    refused(cast, case, "extend", at(2026, 12, 1), "at most", new_date="2027-01-07", **longer)
    cast.move(case, "extend", now=at(2026, 12, 1), new_date="2027-01-06", **longer)
    assert clock(case, "cms-part-d-grievance") == (at(2027, 1, 7, 6), RUNNING)
    refused(cast, case, "extend", at(2026, 12, 2), "once", new_date="2027-01-08", **longer)


def test_what_is_not_resolved_by_the_third_day_is_owed_a_full_answer(cast: Cast) -> None:
    under("fca-disp")
    case, quick = cast.log(), cast.log()
    # Tuesday, Wednesday, Friday; and eight weeks to the end of 18 January.
    assert clock(case, "fca-disp-summary") == (at(2026, 11, 27, 23), RUNNING)
    assert clock(case, "fca-disp-final") == (at(2027, 1, 19, 6), RUNNING)
    for one in (case, quick):
        cast.give(one, cast.dana)
        decide(cast, one, cast.dana, NOW)
    cast.move(quick, "resolve_early", now=at(2026, 11, 27, 23), accepted="phone", message="Settled.")
    assert (quick.state, clock(quick, "fca-disp-summary")[1]) == ("responded", MET)
    refused(
        cast, case, "resolve_early", at(2026, 11, 30), "early is over", accepted="phone", message="Settled."
    )
    cast.move(case, "acknowledge", now=at(2026, 11, 30))
    assert case.respond_due_at == at(2027, 1, 19, 6), "the early date is no promise of an answer"


def test_from_the_meeting_to_the_written_answer_and_again_on_appeal(cast: Cast) -> None:
    under("ada-title-ii")
    case = cast.log()
    assert clock(case, "ada-title-ii-meet") == (at(2026, 12, 9, 6), RUNNING)
    assert not [c for c in case.clocks if c.promise == "respond"], "nothing is owed in writing before it"
    cast.give(case, cast.dana)
    when: dict[str, Any] = {"meeting_on": "2026-12-01", "place": "City hall", "message": "Tuesday at nine."}
    cast.move(case, "arrange_meeting", now=at(2026, 11, 24), **when)
    held: dict[str, Any] = {"who_came": "Both.", "said": "A ramp."}
    cast.move(case, "hold_meeting", now=at(2026, 12, 1), **held)
    assert clock(case, "ada-title-ii-meet")[1] is MET
    # Fifteen days from 1 December.
    assert clock(case, "ada-title-ii-answer") == (at(2026, 12, 17, 6), RUNNING)
    decide(cast, case, cast.dana, at(2026, 12, 2))
    cast.move(case, "respond", now=at(2026, 12, 2), form="large_print", message="We build it.")
    cast.told(case, at(2026, 12, 2))
    cast.move(case, "escalate", by=cast.amara, now=at(2026, 12, 14), reason="Too steep.")
    cast.give(case, cast.ines, now=at(2026, 12, 14))
    cast.move(case, "hold_meeting", by=cast.ines, now=at(2026, 12, 21), **held)
    assert clock(case, "ada-title-ii-appeal") == (at(2027, 1, 6, 6), RUNNING)
    assert list(stored_differences(case)) == []


@pytest.mark.parametrize("code_id", [code.id for code in published_codes()])
def test_every_code_explains_each_clock_of_a_case(app: Flask, cast: Cast, code_id: str) -> None:
    """Start, what was skipped, and how it stands; a day left out is named with its reason."""
    under(code_id)
    case = cast.log()
    if any(move["name"] == "acknowledge" for move in case.process_version.definition["move"]):
        cast.move(case, "acknowledge")
    said = app.test_cli_runner().invoke(args=["clocks", "explain", case.reference]).output
    if not case.clocks:
        assert "No standard promises a date" in said
        return
    assert said.count("  Started: Mon 23 Nov 2026 09:00") == len(case.clocks), said
    assert said.count("  Not counted: ") == said.count("  Result: ") == len(case.clocks)
    assert {c.standard.code for c in case.clocks if c.standard} <= {
        row["code"] for row in published_code(code_id).standards
    }
    if any(c.unit == "working_day" and (c.limit or 0) >= 3 for c in case.clocks):
        assert "Skipped: Thu 26 Nov 2026, Thanksgiving Day" in said


@pytest.mark.parametrize("name", sorted(path.stem for path in PRESETS.rglob("*.toml")))
def test_every_process_explains_what_it_owes_under_our_own_standards(
    app: Flask, cast: Cast, name: str
) -> None:
    path = next(PRESETS.rglob(f"{name}.toml"))
    with transaction():
        version = add_process_version(path, now=NOW)
        of_kind = ProcessVersion.kind == version.kind
        db.session.execute(update(ProcessVersion).where(of_kind).values(is_current=False))
        version.is_current = True
    case = cast.log(kind=Kind(version.kind))
    assert case.process_version.name == version.name
    said = app.test_cli_runner().invoke(args=["clocks", "explain", case.reference]).output
    for words in (
        "Started: Mon 23 Nov 2026 09:00, when it was received",
        "Skipped: Thu 26 Nov 2026, Thanksgiving Day",
        "Due: Fri 27 Nov 2026 17:00",
        "Result: running",
    ):
        assert words in said, said
