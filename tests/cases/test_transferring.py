"""Another department, and a case that came from another agency: who gets it, what starts, and who is told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from casework.accounts.models import Team
from casework.accounts.roles import Role
from casework.audit.queries import history_of
from casework.cases.models import Case, ClockState
from casework.cases.queries.seen import transfer_mark
from casework.cases.services import change_access
from casework.cases.services.clocks import Fate, stored_differences
from casework.cases.services.transferring import (
    came_from_agency,
    foresee_came,
    foresee_transfer,
    transfer_case,
)
from casework.catalogue.models import Standard
from casework.catalogue.services import service_by_name
from casework.communications.models import Communication, Purpose
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.customers.services import Contact
from casework.notices.models import Notice
from tests.accounts.people import make_person, make_team
from tests.cast import NOW, Cast, days

WHY = "It is about a vaccination."


def to_clinics(case: Case, cast: Cast, *, now: datetime = NOW, **more: Any) -> None:
    with transaction():
        transfer_case(case, **{"team": cast.clinics, "reason": WHY, "actor": cast.amara, "now": now, **more})


def standard(code: str, **values: Any) -> Standard:
    given = {"name": code, "promise": "update", "limit": 5, "unit": "working_day", "starts": "transferred"}
    with transaction():
        row = Standard(code=code, **{**given, **values})
        db.session.add(row)
    return row


def live(case: Case) -> dict[str, tuple[datetime, datetime]]:
    return {
        c.standard.code: (c.started_at, c.due_at)
        for c in case.clocks
        if c.state is ClockState.RUNNING and c.standard is not None
    }


def close_of(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 23, 0, tzinfo=UTC)


def test_team_and_service_change_and_nobody_there_has_it_yet(cast: Cast) -> None:
    case, later = cast.investigated(), NOW + days(1)
    clinics = service_by_name("Vaccination")
    to_clinics(case, cast, service=clinics, now=later)
    assert (case.team, case.service, case.handler, case.transferred_at) == (
        cast.clinics,
        clinics,
        None,
        later,
    )
    assert case.state == "investigating"


def test_time_goes_on_but_for_standards_that_start_or_say_that_they_start_anew(cast: Cast) -> None:
    standard("hear-from-us")
    with transaction():
        acknowledge = db.session.scalars(select(Standard).where(Standard.code == "acknowledge")).one()
        acknowledge.restarts_on = ["department"]
    case, later = cast.log(), NOW + days(1)
    to_clinics(case, cast, now=later)
    assert live(case) == {
        # Since Monday; Thanksgiving is left out.
        "respond": (NOW, close_of(12, 22)),
        # Since Tuesday: Wednesday, Friday, Monday; and two more for five.
        "acknowledge": (later, close_of(11, 30)),
        "hear-from-us": (later, close_of(12, 2)),
    }
    assert list(stored_differences(case)) == []


def test_what_counts_from_the_transfer_counts_from_the_newest_one(cast: Cast) -> None:
    standard("hear-from-us")
    case = cast.log()
    to_clinics(case, cast)
    to_clinics(case, cast, team=cast.health, now=NOW + days(1))
    assert live(case)["hear-from-us"] == (NOW + days(1), close_of(12, 2))
    assert [c.state for c in case.clocks if c.standard and c.standard.code == "hear-from-us"] == [
        ClockState.CANCELLED,
        ClockState.RUNNING,
    ]


def test_standards_of_the_other_service_hold_from_the_receipt(cast: Cast) -> None:
    clinics = service_by_name("Vaccination")
    standard(
        "clinic-answer", promise="respond", starts="received", limit=10, service_id=clinics.id, roll=False
    )
    case = cast.log()
    to_clinics(case, cast, service=clinics, now=NOW + days(2))
    assert live(case)["clinic-answer"] == (NOW, close_of(12, 8))


def test_history_the_note_for_whoever_gets_it_and_the_words_to_the_customer(cast: Cast) -> None:
    case = cast.investigated()
    to_clinics(case, cast, note="The nurse was Jo.", words="The clinics look into it now.")
    newest = db.session.scalars(history_of("case", case.id)).first()
    assert newest is not None
    assert newest.summary == "Transferred from Environmental health to Clinics"
    assert newest.before["handler_id"] == cast.dana.id
    assert newest.after["reason"] == WHY
    said = {
        c.purpose: c.body
        for c in db.session.scalars(select(Communication).where(Communication.case_id == case.id))
    }
    assert said[Purpose.HANDOVER] == "The nurse was Jo."
    assert said[Purpose.UPDATE].startswith("The clinics look into it now.")


def refused(case: Case, cast: Cast, **more: Any) -> str:
    with pytest.raises(Refused) as refusal:
        to_clinics(case, cast, **more)
    return " ".join(refusal.value.reasons)


def test_it_is_refused_with_a_sentence_for_each_reason(cast: Cast) -> None:
    assert "with Environmental health already" in refused(cast.log(), cast, team=cast.health)
    assert "Say why" in refused(cast.log(), cast, reason=" ")
    silent = cast.log(contact=Contact(name="Ada Roe"))
    assert "nothing can be said to them" in refused(silent, cast, words="We look into it.")
    closed = cast.log()
    cast.move(closed, "withdraw", reason="Changed her mind.")
    assert "is closed" in refused(closed, cast)
    assert "Somebody else has this case" in refused(cast.investigated(), cast, actor=cast.toni)


def test_somebody_there_can_be_given_it(cast: Cast) -> None:
    """Not to a team of nobody, nor to one in which everybody is named in it; which of the two is not said."""
    assert "Nobody in Parks can be given" in refused(cast.log(), cast, team=make_team("Parks"))
    case = cast.log()
    with transaction():
        change_access(case, restricted=False, named=[cast.pat.id], granted=[], actor=cast.amara, now=NOW)
    assert "Nobody in Clinics can be given" in refused(case, cast)
    make_person(Role.FRONTLINE, "Kim Lund", team=cast.clinics)
    to_clinics(case, cast)
    assert case.team == cast.clinics


def test_a_restricted_case_goes_only_where_somebody_may_see_it(cast: Cast) -> None:
    case = cast.log()
    cast.restrict(case)
    assert "restricted, and nobody in Clinics may see it" in refused(case, cast)
    cast.restrict(case, granted=[cast.pat])
    to_clinics(case, cast)
    assert case.team == cast.clinics


def test_a_review_does_not_go_to_a_team_in_which_everybody_handled_the_stage_before(cast: Cast) -> None:
    lone: Team = make_team("Lone desk")
    lee = make_person(Role.FRONTLINE, "Lee Forde", team=lone)
    case = cast.log()
    cast.give(case, lee)
    with transaction():
        case.stage, case.escalated_at, case.handler, case.team = 2, NOW, None, cast.health
    assert "Nobody in Lone desk can be given" in refused(case, cast, team=lone)


def test_of_two_at_once_the_second_is_told(cast: Cast) -> None:
    case = cast.log()
    seen = f"{transfer_mark(case)}.0"
    to_clinics(case, cast)
    with pytest.raises(Conflict):
        to_clinics(case, cast, team=cast.health, seen=seen)


def test_it_came_from_another_agency_and_standards_that_say_so_start_anew(cast: Cast) -> None:
    with transaction():
        respond = db.session.scalars(select(Standard).where(Standard.code == "respond")).one()
        respond.restarts_on = ["agency"]
    standard("hear-from-us")
    case, later = cast.log(received_at=NOW - days(7)), NOW
    with transaction():
        came_from_agency(case, "Lake  County", date(2026, 11, 2), "Not theirs.", actor=cast.dana, now=later)
    assert live(case) == {
        # Since Monday the 16th: 17, 18, 19.
        "acknowledge": (NOW - days(7), close_of(11, 19)),
        "respond": (NOW, close_of(12, 22)),
        "hear-from-us": (NOW, close_of(12, 1)),
    }
    newest = db.session.scalars(history_of("case", case.id)).first()
    assert newest is not None
    assert newest.summary == "Came from Lake County, which received it on 2 November 2026"


def test_that_it_came_from_elsewhere_is_said_once_and_not_of_a_day_after_we_had_it(cast: Cast) -> None:
    case = cast.log()
    with pytest.raises(Refused, match="had it before we did"), transaction():
        came_from_agency(case, "Lake County", date(2026, 11, 24), "x", actor=cast.dana, now=NOW)
    with transaction():
        came_from_agency(case, "Lake County", date(2026, 11, 23), "x", actor=cast.dana, now=NOW)
    with pytest.raises(Refused, match="written down already"), transaction():
        came_from_agency(case, "Lake County", date(2026, 11, 23), "x", actor=cast.dana, now=NOW)


@pytest.mark.parametrize("restarts", [[], ["department"], ["agency"]])
def test_what_is_shown_before_is_what_happens(cast: Cast, restarts: list[str]) -> None:
    standard("hear-from-us")
    with transaction():
        for row in db.session.scalars(select(Standard)):
            row.restarts_on = restarts
    case, other, now = cast.investigated(), cast.investigated(), NOW + days(2)
    shown = foresee_transfer(case, service=None, now=now), foresee_came(other, now=now)
    to_clinics(case, cast, now=now)
    with transaction():
        came_from_agency(other, "Lake County", date(2026, 11, 2), "x", actor=cast.amara, now=now)
    for each, foreseen in zip((case, other), shown, strict=True):
        expected = {c.name: c.due_at for c in each.clocks if c.state is ClockState.RUNNING}
        assert {one.name: one.after for one in foreseen if one.fate is not Fate.ENDS} == expected


def test_whoever_shares_out_the_work_of_the_new_team_is_told(cast: Cast) -> None:
    lead = make_person(Role.SUPERVISOR, "Lin Ortega", team=cast.clinics)
    case = cast.investigated()
    to_clinics(case, cast)
    told = {
        (one.user_id, str(one.what))
        for one in db.session.scalars(select(Notice))
        if one.what == "transferred"
    }
    assert told == {(lead.id, "transferred")}


def test_nobody_is_told_of_a_case_that_they_may_not_see(cast: Cast) -> None:
    lead = make_person(Role.SUPERVISOR, "Lin Ortega", team=cast.clinics)
    case = cast.investigated()
    with transaction():
        change_access(case, restricted=False, named=[lead.id], granted=[], actor=cast.sol, now=NOW)
    make_person(Role.FRONTLINE, "Kim Ray", team=cast.clinics)
    to_clinics(case, cast)
    assert not list(db.session.scalars(select(Notice).where(Notice.user_id == lead.id)))
