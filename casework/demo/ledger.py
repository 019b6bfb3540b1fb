"""One case of the past written down as rows, by the same rules as the services make it: moves, clocks, messages.

The services work on one case at a time with a session; a hundred thousand cases of the past are written as rows.
What a move does to state and clocks is read from the process itself; its clocks are in demo.clocks.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from casework.cases.models import Channel, DecisionState, Finding, Relation, Remedy
from casework.cases.rules import derived_finding
from casework.cases.services import FIRST_CONTACT
from casework.communications.models import Delivery, Direction, Purpose
from casework.demo.agency import World
from casework.demo.clocks import Clocks
from casework.demo.people import Somebody
from casework.workflow.definition import Move

Row = dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """A case with everything that belongs to it. `at` is the time at which the next thing happens."""

    world: World
    case: Row
    customer: Somebody
    at: datetime
    issues: list[Row] = field(default_factory=list)
    clocks: Clocks = field(init=False)
    history: list[Row] = field(default_factory=list)
    said: list[Row] = field(default_factory=list)
    handled: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.clocks = Clocks(self.world, self.case)

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
        self.clocks.start("received", case["received_at"])
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
        self.clocks.change(move.clocks, self.at, given)
        if "respond" in move.clocks.stop and not move.says and not self.can_be_told:
            self._cannot_tell(actor_id)
        self._enter(move, target.name, closes=target.is_closed and not present.is_closed)
        if present.is_closed and not target.is_closed:
            case.update(is_open=True, closed_at=None)
            case["reopened"] += 0 if enters_stage else 1
        self.clocks.start_with(move.clocks, self.at, enters_stage=enters_stage)
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
        return self.clocks.due_of_answer()

    def settle(self, now: datetime) -> None:
        """Write what lists are sorted by, as it is at the end of what happened."""
        self.case.update(self.clocks.settle(self.case["stage"], now), updated_at=self.at)

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
            self.clocks.cancel(self.at, "the case was closed")


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
