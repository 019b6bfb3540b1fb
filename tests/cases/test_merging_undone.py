"""What happened while two cases were handled as one stays when that is undone: what was answered and written."""

from datetime import datetime

import pytest
from sqlalchemy import select

from casework.cases.models import ClockState
from casework.cases.services.clocks import check_clocks, reopen_clocks, stop_clocks
from casework.communications.models import Communication, Delivery, Purpose
from casework.communications.outbox import finish
from casework.communications.services import hear_from_customer
from casework.core.db import db, transaction
from casework.customers.services import Contact
from tests.cases.standards import the_clock
from tests.cases.test_merging import OTHER, answer, merge, pauses_of, undo
from tests.cast import NOW, Cast, days

ANSWERED = NOW + days(2)


@pytest.mark.parametrize("channel", ["email", "web"])
def test_what_the_customer_answered_while_it_was_merged_lets_it_go_on_from_then(
    cast: Cast, channel: str
) -> None:
    case, other = cast.investigated(contact=OTHER), cast.log()
    cast.move(case, "ask_customer", message="When?")
    merge(case, other, by=cast.dana, now=NOW + days(1))
    for after in (2, 3):
        with transaction():
            hear_from_customer(case, "On Monday.", channel=channel, now=NOW + days(after))
    undo(case, by=cast.dana, now=NOW + days(7))
    assert (case.state, case.is_paused) == ("investigating", False)
    assert pauses_of(case) == [(NOW, NOW + days(2))]
    assert check_clocks().different == 0


@pytest.mark.parametrize("again", [False, True], ids=["first answer", "reopened"])
@pytest.mark.parametrize("what", ["arrived", "arrives afterwards", "came back", "could not be told"])
def test_what_was_answered_together_stays_answered_when_it_is_undone(
    cast: Cast, what: str, again: bool
) -> None:
    contact = Contact() if what == "could not be told" else OTHER
    case, other = cast.investigated(contact=contact), cast.investigated()
    if again:
        with transaction():
            stop_clocks(case, ["respond"], NOW)
            case.responded_at = NOW
            reopen_clocks(case, NOW)
    merge(case, other, by=cast.dana)
    answer(cast, other)
    wanted = select(Communication).where(
        Communication.case_id == case.id, Communication.purpose == Purpose.DECISION
    )
    own = db.session.scalars(wanted).one_or_none()

    def becomes(delivery: Delivery, at: datetime) -> None:
        assert own is not None
        with transaction():
            finish(own, delivery, at, "No such mailbox." if delivery is Delivery.FAILED else "")

    if what in ("arrived", "came back"):
        becomes(Delivery.SENT if what == "arrived" else Delivery.FAILED, ANSWERED)
    undo(case, by=cast.dana, now=NOW + days(3))
    clock = the_clock(case, "respond")
    if what in ("arrived", "could not be told"):
        assert (clock.state, clock.met_at) == (ClockState.MET, ANSWERED)
    else:
        assert clock.state is ClockState.RUNNING
        becomes(Delivery.SENT, NOW + days(4))
        assert (clock.state, clock.met_at) == (ClockState.MET, NOW + days(4))
    assert check_clocks().different == 0
