"""Any interleaving of moves, pauses, extensions, merges, changes, sweeps and time: what is kept is what happened.

A machine makes up a history on the real database, step by step, and looks at everything after each step.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from casework.cases.models import Case, Clock, ClockState
from casework.cases.models.clocks import What
from casework.cases.services import clocks
from casework.cases.services.clocks.ending import is_pausing
from casework.cases.services.merging import merge_cases, undo_merge
from casework.cases.services.moves import go_on_after_reply, make_move
from casework.catalogue.models import WorkingCalendar
from casework.communications.models import Communication, Delivery
from casework.communications.outbox import finish
from casework.core.db import db, transaction
from casework.core.errors import Refused
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast

EXAMPLES, STEPS = 12, 24
# What fails is not made smaller: on a database that takes minutes, and the steps are printed anyway.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
WHICH = st.integers(0, 1)
MOVES = (
    "acknowledge",
    "assess",
    "investigate",
    "ask_customer",
    "customer_answers",
    "go_on_without",
    "propose_remedy",
    "accept_remedy",
    "refuse_remedy",
    "respond",
    "update_customer",
    "extend",
    "withdraw",
    "escalate",
    "reopen",
    "take_up_again",
    "close",
)
LIVE = (ClockState.RUNNING, ClockState.PAUSED)
ROUND_THE_CLOCK = {
    "time_zone": "Europe/London",
    "hours": {day: [["00:00", "24:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
}


def prepare(cast: Cast) -> int:
    """Standards of every sort; the id of a calendar that a clock can be moved to."""
    no_standards()
    make_standard("hear", promise="acknowledge", limit=3, restarts_on=["department"])
    make_standard("answer", may_pause=True, extension_times=2, severity_limits={"4": 4}, stage=1)
    make_standard("rolls", limit=9, unit="calendar_day", roll=True, may_pause=True, stage=1)
    make_standard("hours", limit=30, unit="working_hour", may_pause=True, severity=3)
    make_standard("early", limit=2, is_early=True, stage=1)
    make_standard("tell", promise="update", limit=4, starts="last_update", repeats=True, may_pause=True)
    make_standard("after", promise="review", limit=1, unit="month", starts="acknowledged")
    make_standard(
        "second", limit=6, stage=2, starts="escalated", may_pause=True, pause_in=["awaiting_customer"]
    )
    with transaction():
        other = WorkingCalendar(name="Round the clock", definition=ROUND_THE_CLOCK)
        db.session.add(other)
    return other.id


class Clocks(RuleBasedStateMachine):
    """Two cases that somebody works on while time passes."""

    def __init__(self, cast: Cast, calendar_id: int) -> None:
        super().__init__()
        self.cast, self.calendar_id, self.now = cast, calendar_id, NOW
        self.cases: list[Case] = []

    @initialize(ago=st.integers(0, 20), severities=st.tuples(st.integers(1, 4), st.integers(1, 4)))
    def two_cases(self, ago: int, severities: tuple[int, int]) -> None:
        # Those of histories before this one are left alone.
        over = update(Clock).values(next_step_at=None)
        db.session.execute(over.execution_options(synchronize_session=False))
        received = self.now - timedelta(days=ago)
        self.cases = [self.cast.log(received_at=received, severity=one) for one in severities]

    def act(self, doing: Callable[[], object]) -> None:
        """Do something; what is refused leaves everything as it was."""
        try:
            with transaction():
                doing()
        except Refused:
            db.session.expire_all()

    @rule(hours=st.sampled_from([1, 5, 24, 70, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def sweep(self) -> None:
        clocks.sweep_clocks(self.now)
        db.session.expire_all()
        for case in self.cases:
            assert all(one.next_step_at is None or one.next_step_at > self.now for one in case.clocks)

    @rule(which=WHICH, name=st.sampled_from(MOVES), ahead=st.integers(1, 40), severity=st.integers(1, 4))
    def move(self, which: int, name: str, ahead: int, severity: int) -> None:
        given = {
            "message": "Words.",
            "reason": "A reason.",
            "answer": "Yes.",
            "severity": str(severity),
            "service": str(self.cast.inspections.id),
            "team": str(self.cast.health.id),
            "new_date": (self.now + timedelta(days=ahead)).date().isoformat(),
        }
        case = self.cases[which]
        self.act(lambda: make_move(case, name, given, actor=self.cast.sol, now=self.now))

    @rule(which=WHICH)
    def customer_replies(self, which: int) -> None:
        self.act(lambda: go_on_after_reply(self.cases[which], now=self.now))

    @rule(which=WHICH, state=st.sampled_from(["", "awaiting_customer", "elsewhere"]))
    def pause(self, which: int, state: str) -> None:
        if self.cases[which].is_open:
            self.act(lambda: clocks.pause_clocks(self.cases[which], self.now, "waiting", state=state))

    @rule(which=WHICH)
    def go_on(self, which: int) -> None:
        self.act(lambda: clocks.resume_clocks(self.cases[which], self.now))

    @rule(which=WHICH, ahead=st.integers(-3, 60))
    def extend(self, which: int, ahead: int) -> None:
        until = (self.now + timedelta(days=ahead)).date()
        case = self.cases[which]
        self.act(lambda: clocks.extend_clocks(case, until=until, reason="Ill.", at=self.now))

    @rule(which=WHICH, promise=st.sampled_from(["acknowledge", "respond", "update", "review"]))
    def done(self, which: int, promise: str) -> None:
        self.act(lambda: clocks.stop_clocks(self.cases[which], [promise], self.now))

    @rule(which=WHICH, earlier=st.integers(0, 3))
    def told(self, which: int, earlier: int) -> None:
        written_at = self.now - timedelta(hours=earlier)
        case = self.cases[which]
        self.act(lambda: clocks.note_told(case, self.now, written_at=written_at, now=self.now))

    @rule(which=WHICH, becomes=st.sampled_from([Delivery.FAILED, Delivery.SENT]))
    def outbox(self, which: int, becomes: Delivery) -> None:
        """The newest message that is not out yet comes back or arrives; one that came back may arrive after all."""
        waits = (Delivery.QUEUED, Delivery.FAILED)
        wanted = select(Communication).where(
            Communication.case_id == self.cases[which].id, Communication.delivery.in_(waits)
        )
        message = db.session.scalars(wanted.order_by(Communication.id.desc()).limit(1)).first()
        if message is not None:
            self.act(lambda: finish(message, becomes, self.now, "No such mailbox."))

    @rule(which=WHICH, severity=st.integers(1, 4), moved=st.sampled_from(["", "", "department"]))
    def change(self, which: int, severity: int, moved: str) -> None:
        case = self.cases[which]

        def doing() -> None:
            case.severity = severity
            clocks.fit_clocks(case, why="It changed", now=self.now, moved=moved)

        self.act(doing)

    @rule(which=WHICH, limit=st.integers(1, 30), other=st.booleans(), number=st.integers(1, 12))
    def standard_or_calendar_changes(self, which: int, limit: int, other: bool, number: int) -> None:
        case = self.cases[which]
        live = [one for one in case.clocks if one.state in LIVE and one.number <= number]
        data: dict[str, Any] = {"calendar": [self.calendar_id, 1]} if other else {"limit": limit}

        def doing() -> None:
            clocks.note(case, What.CHANGED, self.now, clocks=live[-1:], reason="A holiday", **data)
            clocks.keep_standing(case)

        if live:
            self.act(doing)

    @rule(which=WHICH)
    def merge(self, which: int) -> None:
        case, into = self.cases[which], self.cases[1 - which]
        self.act(lambda: merge_cases(case, into.reference, "The same.", actor=self.cast.sol, now=self.now))

    @precondition(lambda self: any(case.duplicate_of_id for case in self.cases))
    @rule()
    def undo(self) -> None:
        case = next(case for case in self.cases if case.duplicate_of_id)
        self.act(lambda: undo_merge(case, actor=self.cast.sol, now=self.now))

    @invariant()
    def what_is_kept_is_what_happened(self) -> None:
        db.session.expire_all()
        for case in self.cases:
            assert list(clocks.stored_differences(case)) == []
            once = Counter(event.once for event in case.clock_events if event.once)
            assert set(once.values()) <= {1}
            # Whoever lets the time go on must find that it stands still.
            still = any(clock.state is ClockState.PAUSED for clock in case.clocks)
            assert is_pausing(case) or not still
            for clock in case.clocks:
                self.look_at(case, clock)

    def look_at(self, case: Case, clock: Clock) -> None:
        """One clock by itself: what can never be."""
        standing = clocks.standing_of(case)[clock.number]
        assert (clock.state is ClockState.MET) == (clock.met_at is not None)
        assert case.is_open or clock.state not in LIVE
        assert clock.next_step_at is None or clock.state is ClockState.RUNNING
        assert clock.met_at is None or clock.met_at >= clock.started_at
        assert clock.due_at > clock.started_at
        last = clock.started_at
        for pause in standing.pauses:
            assert pause.from_at >= last
            last = pause.to_at or pause.from_at
            assert last >= pause.from_at
        assert all(pause.to_at is not None for pause in standing.pauses[:-1])
        clocks.explain_clock(case, clock, now=self.now)


def test_what_is_kept_of_the_clocks_is_what_happened_to_them(cast: Cast) -> None:
    calendar_id = prepare(cast)
    machine: Any = partial(Clocks, cast, calendar_id)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
