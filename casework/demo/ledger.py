"""One case of the past written down as rows, by the same rules as the services make it: moves, clocks, messages.

The services work on one case at a time with a session; a hundred thousand cases of the past are written as rows.
What a move does to state and clocks is read from the process itself, and due dates come from `calendars.due`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from casework.calendars import Calendar, Extension, due
from casework.calendars import Pause as TimePaused
from casework.cases.models import NO_DUE, Channel, ClockState, DecisionState, Finding, Relation, Remedy
from casework.cases.rules import applies, derived_finding
from casework.cases.services import FIRST_CONTACT
from casework.communications.models import Delivery, Direction, Purpose
from casework.demo.agency import World
from casework.demo.people import Somebody
from casework.workflow.definition import Move

Row = dict[str, Any]
LIVE = (ClockState.RUNNING, ClockState.PAUSED)
WHOLE_DAYS = frozenset({"working_day", "calendar_day", "week", "month"})


@dataclass(slots=True)
class Ledger:
    """A case with everything that belongs to it. `at` is the time at which the next thing happens."""

    world: World
    case: Row
    customer: Somebody
    at: datetime
    issues: list[Row] = field(default_factory=list)
    clocks: list[Row] = field(default_factory=list)
    pauses: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    said: list[Row] = field(default_factory=list)
    handled: set[int] = field(default_factory=set)

    @property
    def can_be_told(self) -> bool:
        """Whether the customer can be told anything; see cases.reach."""
        if self.customer.contact.do_not_contact:
            return False
        return bool(self.customer.way) or self.case["channel"] is Channel.WEB

    def note(self, verb: str, summary: str, actor_id: int | None, **values: Row) -> None:
        """Add to the history."""
        self.history.append(
            {
                "subject_type": "case",
                "verb": verb,
                "summary": summary,
                "actor_id": actor_id,
                "at": self.at,
                "before": values.get("before", {}),
                "after": values.get("after", {}),
            }
        )

    def open(self, actor_id: int | None) -> None:
        """It was received: its clocks start, and a receipt goes out for what came by the web."""
        case = self.case
        after = {name: case[name] for name in ("kind", "channel", "severity", "team_id")}
        if (self.at - case["received_at"]).total_seconds() > 3600:
            after["received_at"] = case["received_at"].isoformat()
        self.note(
            "opened",
            f"{case['kind'].label} received by {case['channel'].label.lower()}",
            actor_id,
            after=after,
        )
        self._start("received", case["received_at"])
        if case["channel"] is Channel.WEB:
            self.tell(Purpose.RECEIPT, "Thank you for telling us. We have it.", None)

    def assign(self, to: int, actor_id: int) -> None:
        """Give it to somebody."""
        before = {"handler_id": self.case["handler_id"], "team_id": self.case["team_id"]}
        self.case["handler_id"] = to
        if self.case["stage"] == 1:
            self.handled.add(to)
        summary = f"Given to {self.world.names[to]}"
        self.note("assigned", summary, actor_id, before=before, after={**before, "handler_id": to})

    def decide(
        self, number: int, finding: Finding, cause_id: int, remedy: Remedy | None, actor_id: int
    ) -> None:
        """Set finding, cause and remedy of an issue."""
        issue = self.issues[number - 1]
        before = {name: issue[name] for name in ("finding", "cause_id", "remedy")}
        after = {"finding": finding, "cause_id": cause_id, "remedy": remedy}
        issue.update(after, decided_by_id=actor_id, decided_at=self.at)
        self.case["finding"] = derived_finding(each["finding"] for each in self.issues)
        if self.case["stage"] == 1:
            self.handled.add(actor_id)
        self.note(
            "issue_decided", f"Issue {number}: {finding.label.lower()}", actor_id, before=before, after=after
        )

    def move(self, name: str, actor_id: int | None, words: str = "", **given: str) -> None:
        """Make a move of the process, with all that it does to state, clocks and customer."""
        case = self.case
        process = self.world.processes[case["kind"]][1]
        move = process.move(name, case["state"])
        present = process.state(case["state"])
        target = process.state(move.target(case["state"])) if move else None
        if move is None or present is None or target is None:
            raise ValueError(f"The process has no move {name!r} from {case['state']!r}.")
        enters_stage = move.stage is not None and move.stage > case["stage"]
        if enters_stage:
            case.update(stage=move.stage, escalated_at=self.at, handler_id=None)
        if enters_stage or not {"respond", "review"}.isdisjoint(move.clocks.start):
            case.update(decision_state=DecisionState.NONE, decision_impossible="")
        self._change_clocks(move, given)
        if "respond" in move.clocks.stop and not move.says and not self.can_be_told:
            self._cannot_tell(actor_id)
        self._enter(move, target.name, closes=target.is_closed and not present.is_closed)
        if present.is_closed and not target.is_closed:
            case.update(is_open=True, closed_at=None)
            case["reopened"] += 0 if enters_stage else 1
        self._start_with(move, enters_stage=enters_stage)
        summary = move.label if target is present else f"{move.label}: now {target.label.lower()}"
        after = {"state": target.name, "move": move.name, **given}
        self.note("moved", summary, actor_id, before={"state": present.name}, after=after)
        if move.says:
            self.tell(Purpose(move.says), words, actor_id, spoken=self._is_spoken(move))

    def tell(self, purpose: Purpose, words: str, author_id: int | None, *, spoken: bool = False) -> None:
        """Something said to the customer, which has reached them; nothing when they cannot be told."""
        if not (spoken or self.can_be_told):
            return
        way = self.customer.way
        self._say(
            direction=Direction.OUT,
            purpose=purpose,
            channel=self.case["channel"].value if spoken else way or "web",
            subject=_SUBJECTS.get(purpose, ""),
            body=words,
            to_address=self.customer.contact.email if way == "email" and not spoken else "",
            author_id=author_id,
            delivery=Delivery.SENT if spoken or way else Delivery.ON_PAGE,
            sent_at=self.at,
        )
        if purpose is Purpose.DECISION:
            self.case["decision_state"] = DecisionState.SENT

    def hear(self, words: str) -> None:
        """Something that the customer said."""
        channel = self.customer.way if self.customer.way in ("email", "phone", "letter") else "web"
        self._say(direction=Direction.IN, purpose=Purpose.REPLY, channel=channel, body=words)

    def write_note(self, words: str, author_id: int) -> None:
        """An internal note."""
        self._say(
            direction=Direction.NOTE, purpose=Purpose.NOTE, channel="", body=words,
            author_id=author_id, delivery=Delivery.INTERNAL,
        )  # fmt: skip

    def due_of_answer(self) -> datetime:
        """When the answer is due as it stands now."""
        return min(self._due(c) for c in self.clocks if c["promise"] == "respond" and c["state"] in LIVE)

    def settle(self, now: datetime) -> None:
        """Write the due dates that lists are sorted by, as they are at the end of what happened."""
        case = self.case
        for clock in self.clocks:
            if clock["state"] in LIVE:
                clock["due_at"] = self._due(clock)
        running = [c["due_at"] for c in self.clocks if c["state"] is ClockState.RUNNING]
        answers = [
            c["due_at"] for c in self.clocks if c["promise"] == "respond" and c["stage"] == case["stage"]
        ]
        case.update(
            next_due_at=min(running, default=NO_DUE),
            is_paused=any(c["state"] is ClockState.PAUSED for c in self.clocks),
            respond_due_at=min(answers, default=None),
            updated_at=self.at,
        )

    def _say(self, **values: Any) -> None:
        empty = {"subject": "", "to_address": "", "author_id": None, "sent_at": None}
        row = {**empty, "delivery": Delivery.RECEIVED, "written_at": self.at, **values}
        self.said.append(row)

    def _is_spoken(self, move: Move) -> bool:
        return move.name == FIRST_CONTACT and self.case["channel"] in (Channel.PHONE, Channel.IN_PERSON)

    def _cannot_tell(self, actor_id: int | None) -> None:
        contact = self.customer.contact
        why = "left no way to be reached" if contact.name else "gave no name and no way to be reached"
        why = "asked not to be contacted" if contact.do_not_contact else why
        self.case.update(decision_state=DecisionState.IMPOSSIBLE, decision_impossible=why)
        self.note("decision_impossible", f"The decision cannot be told: the customer {why}", actor_id)

    def _enter(self, move: Move, state: str, *, closes: bool) -> None:
        case, stop = self.case, move.clocks.stop
        if case["state"] != state:
            case.update(state=state, state_since=self.at)
        if "acknowledge" in stop and case["acknowledged_at"] is None:
            case["acknowledged_at"] = self.at
        if "respond" in stop and case["responded_at"] is None:
            case["responded_at"] = self.at
        case["first_contact"] = case["first_contact"] or move.name == FIRST_CONTACT
        if closes:
            case.update(is_open=False, closed_at=self.at)
            self._cancel()

    def _change_clocks(self, move: Move, given: dict[str, str]) -> None:
        effects = move.clocks
        if effects.stop or effects.cancel or effects.resume:
            self._end_pause()
        for clock in self.clocks:
            if clock["state"] in LIVE and clock["promise"] in effects.stop:
                clock.update(due_at=self._due(clock), state=ClockState.MET, met_at=self.at)
        if effects.cancel:
            self._cancel()
        if effects.pause:
            self.pauses.append({"from_at": self.at, "to_at": None, "reason": "waiting for the customer"})
            for clock in self.clocks:
                if clock["state"] is ClockState.RUNNING and clock["may_pause"]:
                    clock.update(due_at=self._due(clock), state=ClockState.PAUSED)
        if effects.extend:
            self._extend(given)

    def _extend(self, given: dict[str, str]) -> None:
        granted = self.at.isoformat()
        kept = {"limit": int(given.pop("days")), "unit": "calendar_day", "reason": given["reason"]}
        for clock in self.clocks:
            if clock["state"] in LIVE and clock["promise"] == "respond":
                clock["extension"] = {**kept, "granted_at": granted}
        self.case["extensions"] += 1

    def _cancel(self) -> None:
        for clock in self.clocks:
            if clock["state"] in LIVE:
                clock.update(due_at=self._due(clock), state=ClockState.CANCELLED)

    def _end_pause(self) -> None:
        for pause in self.pauses:
            pause["to_at"] = pause["to_at"] or self.at
        for clock in self.clocks:
            if clock["state"] is ClockState.PAUSED:
                clock["state"] = ClockState.RUNNING

    def _start_with(self, move: Move, *, enters_stage: bool) -> None:
        if enters_stage:
            self._start("escalated", self.at)
        elif "respond" in move.clocks.start:
            self._start("received", self.at, only="respond")
        if "acknowledge" in move.clocks.stop:
            self._start("acknowledged", self.at)

    def _start(self, event: str, at: datetime, *, only: str = "") -> None:
        case = self.case
        counted = LIVE if only else tuple(ClockState)
        there = {(c["standard_id"], c["stage"]) for c in self.clocks if c["state"] in counted}
        about = {name: case[name] for name in ("kind", "stage", "severity", "service_id")}
        for each in self.world.limits:
            if (each.id, case["stage"]) in there or (only and each.promise != only):
                continue
            if applies(each, event=event, **about):
                self.clocks.append(
                    {
                        "standard_id": each.id,
                        "promise": each.promise,
                        "name": each.name,
                        "stage": case["stage"],
                        "started_at": at,
                        "start_event": event,
                        "limit": each.limit,
                        "unit": each.unit,
                        "roll": each.roll,
                        "may_pause": each.may_pause,
                        "extension": {},
                        "due_at": at,
                        "state": ClockState.RUNNING,
                        "met_at": None,
                    }
                )

    def _due(self, clock: Row) -> datetime:
        """When a clock is due; a pause that still runs has not moved it yet."""
        zone, calendar, start = self.world.zone, self.world.calendar, clock["started_at"]
        paused = [
            TimePaused(max(p["from_at"], start), p["to_at"], p["reason"])
            for p in self.pauses
            if clock["may_pause"] and p["to_at"] is not None and p["from_at"] < self.at and p["to_at"] > start
        ]
        if paused or clock["extension"] or clock["unit"] not in WHOLE_DAYS:
            kept = clock["extension"]
            longer = kept and Extension(
                limit=kept["limit"], unit=kept["unit"], reason=kept["reason"],
                granted_at=datetime.fromisoformat(kept["granted_at"]),
            )  # fmt: skip
            return due(
                calendar, start=start, limit=clock["limit"], unit=clock["unit"], roll=clock["roll"],
                pauses=paused, extension=longer or None, until=self.at,
            ).at  # fmt: skip
        # A limit in whole days ends at the same instant for all that began on the same day.
        return _due_of_day(
            calendar, zone, start.astimezone(zone).date().toordinal(), clock["limit"], clock["unit"]
        )


@lru_cache(maxsize=20_000)
def _due_of_day(calendar: Calendar, zone: ZoneInfo, day: int, limit: int, unit: str) -> datetime:
    noon = datetime.fromordinal(day).replace(hour=12, tzinfo=zone)
    return due(calendar, start=noon, limit=limit, unit=unit).at


_SUBJECTS = {
    Purpose.RECEIPT: "We have what you told us",
    Purpose.ACKNOWLEDGEMENT: "We are looking into it",
    Purpose.QUESTION: "We need your answer",
    Purpose.PROPOSAL: "How we want to put it right",
    Purpose.DECISION: "Our decision",
    Purpose.EXTENSION: "We need more time",
    Purpose.REFERRAL: "Who deals with it now",
}


def relations(ledger: Ledger) -> list[Row]:
    """Whoever handled stage 1, as rows."""
    return [{"user_id": user, "relation": Relation.HANDLED_STAGE_1} for user in sorted(ledger.handled)]
