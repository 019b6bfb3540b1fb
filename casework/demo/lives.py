"""How cases go: each life yields the times at which something happens, and does it when it is asked to go on.

Whoever asks stops at the present, so the newest cases are open in whatever state they have come to.
"""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import exp, log
from random import Random

from casework.calendars import add_open_seconds
from casework.cases.models import Channel, DecisionState, Finding, Kind, Remedy
from casework.cases.rules import title_of
from casework.demo.agency import Placed, World
from casework.demo.arrivals import Arrival
from casework.demo.ledger import Ledger, Row
from casework.demo.people import Public
from casework.demo.texts import Teller

DAY = 9 * 3600  # open seconds of a working day
PROMISED_DAYS = {Kind.COMPLAINT: 20, Kind.ENQUIRY: 10, Kind.SUGGESTION: 20, Kind.COMPLIMENT: 10}
FINDINGS = (Finding.UPHELD, Finding.NOT_UPHELD, Finding.NO_FINDING)
REMEDIES = {
    Remedy.APOLOGY: 40, Remedy.SERVICE_PROVIDED: 28, Remedy.EXPLANATION: 14, Remedy.RECORD_CORRECTED: 7,
    Remedy.STAFF_GUIDANCE: 5, Remedy.REFUND: 4, Remedy.DECISION_CHANGED: 2,
}  # fmt: skip
# From this day before the present the planted hot spot is as quick as the rest.
CHANGED_DAYS_AGO = 62
SLOW = 0.9
VITAL = 0.55


class Lives:
    """Makes lives of cases, one after the other, from one generator."""

    def __init__(self, rng: Random, world: World, public: Public, now: datetime) -> None:
        self.rng, self.world, self.public, self.now = rng, world, public, now
        self.teller = Teller(rng)
        self.changed_on = (now - timedelta(days=CHANGED_DAYS_AGO)).astimezone(world.zone).date()

    def live(self, arrival: Arrival) -> Ledger:
        """The whole life of a case, up to the present."""
        ledger = self._begin(arrival)
        for at in self._life(ledger, arrival.placed):
            if at > self.now:
                break
            ledger.at = max(at, ledger.at)
        ledger.settle(self.now)
        return ledger

    def _begin(self, arrival: Arrival) -> Ledger:
        rng, placed, at = self.rng, arrival.placed, arrival.received_at
        customer = self.public.somebody(at)
        self.teller.begin()
        summaries = [self.teller.say(placed.topic.summaries)]
        topics = [placed]
        if placed.topic.kind == Kind.COMPLAINT and rng.random() < 0.24:
            second = self._second(placed)
            topics.append(second)
            summaries.append(self.teller.say(second.topic.summaries))
        story = self.teller.story(placed.topic, spanish=customer.contact.language == "es")
        if len(topics) > 1:
            story = f"{story}\n\nAnd another thing: {self.teller.say(topics[1].topic.told)}"
        ledger = Ledger(self.world, self._case(arrival, summaries, story), customer, self._logged(arrival))
        ledger.case["created_at"] = ledger.case["state_since"] = ledger.at
        ledger.issues = [_issue(n, s, t) for n, (s, t) in enumerate(zip(summaries, topics, strict=True), 1)]
        return ledger

    def _second(self, first: Placed) -> Placed:
        others = [
            p for p in self.world.placed if p.topic.kind == Kind.COMPLAINT and p.team_id == first.team_id
        ]
        others = [p for p in others if p is not first] or [first]
        return self.rng.choice(others)

    def _case(self, arrival: Arrival, summaries: list[str], story: str) -> Row:
        rng, topic, kind = self.rng, arrival.placed.topic, Kind(arrival.placed.topic.kind)
        version_id, process = self.world.processes[kind]
        staff = self.world.frontline[arrival.placed.team_id]
        return {
            "external_reference": None,
            "kind": kind,
            "channel": arrival.channel,
            "title": title_of(summaries, story),
            "narrative": story,
            "desired_outcome": self.teller.say(topic.wants)
            if kind is Kind.COMPLAINT and rng.random() < 0.7
            else "",
            "location": self.teller.say(["{street}, Lakeford"]) if rng.random() < 0.4 else "",
            "severity": rng.choices((1, 2, 3, 4), topic.severity)[0],
            "stage": 1,
            "service_id": arrival.placed.service_id,
            "category_id": arrival.placed.category_id,
            "team_id": arrival.placed.team_id,
            "handler_id": None,
            "logged_by_id": None if arrival.channel is Channel.WEB else rng.choice(staff),
            "process_version_id": version_id,
            "state": process.start,
            "is_open": True,
            "received_at": arrival.received_at,
            "acknowledged_at": None,
            "responded_at": None,
            "closed_at": None,
            "escalated_at": None,
            "date_only": [],
            "decision_state": DecisionState.NONE,
            "decision_impossible": "",
            "finding": "",
            "first_contact": False,
            "reopened": 0,
            "extensions": 0,
            "is_restricted": False,
            # Random so that no two links are alike; the link itself is signed with the installation's own key.
            "link_nonce": secrets.token_urlsafe(9),
        }

    def _logged(self, arrival: Arrival) -> datetime:
        """When it was written down: at once for the web and for calls, later for the rest."""
        at, rng = arrival.received_at, self.rng
        if arrival.channel is Channel.WEB:
            return at
        if arrival.channel in (Channel.PHONE, Channel.IN_PERSON):
            return min(at + timedelta(seconds=rng.randint(60, 500)), self.now)
        return min(add_open_seconds(self.world.calendar, at, rng.randint(900, 6 * 3600)), self.now)

    def _open(self, at: datetime, seconds: float) -> datetime:
        return add_open_seconds(self.world.calendar, at, max(int(seconds), 60))

    def _spread(self, median: float, sigma: float) -> float:
        return exp(self.rng.gauss(log(median), sigma))

    def _pace(self, placed: Placed, received_at: datetime) -> float:
        topic, on = placed.topic, self._on(received_at)
        if (self._on(self.now) - on).days <= topic.busy_days:
            return topic.busy_pace
        return 0.5 if topic.pace > SLOW and on >= self.changed_on else topic.pace

    def _answer_at(self, placed: Placed, received_at: datetime) -> datetime:
        """When a complaint is answered if nothing comes in between."""
        pace = self._spread(self._pace(placed, received_at), 0.5)
        return self._open(received_at, pace * PROMISED_DAYS[Kind.COMPLAINT] * DAY)

    def _on(self, at: datetime) -> date:
        return at.astimezone(self.world.zone).date()

    def _life(self, ledger: Ledger, placed: Placed) -> Iterator[datetime]:
        ledger.open(ledger.case["logged_by_id"])
        if ledger.case["kind"] is Kind.COMPLAINT:
            yield from self._complaint(ledger, placed)
        else:
            yield from self._short(ledger, placed)

    def _short(self, ledger: Ledger, placed: Placed) -> Iterator[datetime]:
        """An enquiry, a suggestion or a compliment."""
        rng, kind, topic = self.rng, ledger.case["kind"], placed.topic
        handler = rng.choice(self.world.frontline[placed.team_id])
        answer_at = self._open(ledger.at, self._spread(0.28, 0.7) * PROMISED_DAYS[kind] * DAY)
        if kind is Kind.SUGGESTION or (kind is Kind.ENQUIRY and rng.random() < 0.4):
            yield min(self._open(ledger.at, self._spread(0.35, 0.7) * 3 * DAY), answer_at)
            ledger.assign(handler, handler)
            ledger.move("acknowledge", handler, self._acknowledgement(handler))
        yield answer_at
        words = self.teller.answer(topic, "")
        unreachable = "pass_on" if kind is Kind.COMPLIMENT else "record_no_answer"
        if not ledger.can_be_told:
            ledger.move(unreachable, handler, **({} if kind is Kind.COMPLIMENT else _impossible(ledger)))
        elif kind is Kind.SUGGESTION:
            ledger.move(
                "respond", handler, words, outcome=rng.choice(("adopted", "considered", "not_adopted"))
            )
        else:
            ledger.move("respond", handler, words)
        yield self._open(ledger.at, self._spread(1.0, 0.5) * DAY)
        ledger.move("close", handler)

    def _complaint(self, ledger: Ledger, placed: Placed) -> Iterator[datetime]:
        rng, case = self.rng, ledger.case
        handler = case["logged_by_id"] or rng.choice(self.world.frontline[placed.team_id])
        if (
            ledger.can_be_told
            and case["channel"] in (Channel.PHONE, Channel.IN_PERSON)
            and self._is_easy(ledger)
        ):
            yield from self._at_once(ledger, placed, handler)
            return
        answer_at = self._open(
            case["received_at"], self._spread(self._pace(placed, case["received_at"]), 0.5) * 20 * DAY
        )
        acknowledge_at = min(self._open(ledger.at, self._spread(0.33, 0.75) * 3 * DAY), answer_at)
        yield self._open(ledger.at, (acknowledge_at - ledger.at).total_seconds() * 0.05)
        ledger.assign(handler, self.world.supervisors[placed.team_id])
        yield acknowledge_at
        ledger.move("acknowledge", handler, self._acknowledgement(handler))
        if rng.random() < 0.045:
            yield from self._early_end(ledger, handler)
            return
        yield self._open(ledger.at, 0.2 * DAY)
        given = {
            "severity": str(case["severity"]),
            "service": str(case["service_id"]),
            "team": str(case["team_id"]),
        }
        ledger.move("assess", handler, **given)
        yield self._open(ledger.at, 0.1 * DAY)
        ledger.move("investigate", handler)
        yield from self._investigation(ledger, placed, handler, answer_at)
        yield self._open(ledger.at, self._spread(2.0, 0.6) * DAY)
        ledger.move("close", handler)
        yield from self._afterwards(ledger, placed, handler)

    def _is_easy(self, ledger: Ledger) -> bool:
        case = ledger.case
        return case["severity"] <= 2 and len(ledger.issues) == 1 and self.rng.random() < 0.24

    def _at_once(self, ledger: Ledger, placed: Placed, handler: int) -> Iterator[datetime]:
        """Put right while the customer is there."""
        yield ledger.at + timedelta(minutes=self.rng.randint(3, 20))
        ledger.assign(handler, handler)
        self._decide_all(ledger, placed, handler)
        words = self.teller.answer(placed.topic, ledger.issues[0]["finding"])
        ledger.move("resolve_first_contact", handler, words)
        yield self._open(ledger.at, self.rng.randint(1, 9) * 3600)
        ledger.move("close", handler)

    def _early_end(self, ledger: Ledger, handler: int) -> Iterator[datetime]:
        yield self._open(ledger.at, self._spread(2.0, 0.5) * DAY)
        if self.rng.random() < 0.6 or not ledger.can_be_told:
            ledger.move("withdraw", handler, reason=self.teller.ours("withdrawals"))
            return
        words = self.teller.ours("referral_words")
        ledger.move(
            "refer", handler, words, body=self.teller.ours("referrals"), reason="Another body decides this."
        )

    def _investigation(
        self, ledger: Ledger, placed: Placed, handler: int, answer_at: datetime
    ) -> Iterator[datetime]:
        """From the start of looking into it to the answer, perhaps with a question, more time or a proposal."""
        rng, teller = self.rng, self.teller
        if rng.random() < 0.35:
            yield self._open(ledger.at, 0.5 * DAY)
            ledger.write_note(teller.ours("notes"), handler)
        if ledger.can_be_told and rng.random() < 0.2:
            yield self._open(ledger.at, rng.uniform(0.3, 1.5) * DAY)
            ledger.move("ask_customer", handler, teller.ours("questions"))
            asked_at = ledger.at
            yield ledger.at + timedelta(hours=self._spread(40, 0.7))
            ledger.hear(teller.ours("replies"))
            ledger.move("customer_answers", None)
            answer_at += ledger.at - asked_at
        if ledger.can_be_told and (answer_at - ledger.due_of_answer()).days >= 4 and rng.random() < 0.22:
            yield self._open(ledger.at, 1.5 * DAY)
            self._extend(ledger, handler, rng.choice((14, 21, 28)))
        yield max(answer_at - timedelta(hours=3), ledger.at)
        self._decide_all(ledger, placed, handler)
        if ledger.can_be_told and rng.random() < 0.1:
            ledger.move("propose_remedy", handler, teller.ours("proposals", did=teller.say(placed.topic.did)))
            yield ledger.at + timedelta(hours=self._spread(30, 0.6))
            ledger.hear(teller.ours("accepts"))
            ledger.move("accept_remedy", None)
            answer_at = self._open(ledger.at, 0.3 * DAY)
        yield max(answer_at, ledger.at)
        self._answer(ledger, placed, handler)

    def _extend(self, ledger: Ledger, handler: int, days: int) -> None:
        # 24:00 belongs to the day that ends, so a second is taken off before the date is read.
        new_on = self._on(ledger.due_of_answer() - timedelta(seconds=1)) + timedelta(days=days)
        reason, words = self.teller.ours("extension_reasons"), self.teller.ours("extensions")
        ledger.move("extend", handler, words, days=str(days), reason=reason, new_date=new_on.isoformat())

    def _decide_all(self, ledger: Ledger, placed: Placed, handler: int) -> None:
        rng = self.rng
        for issue in ledger.issues:
            finding = rng.choices(FINDINGS, (64, 28, 8))[0]
            if finding is Finding.UPHELD and placed.cause_ids:
                cause = self._cause(placed)
            else:
                cause = self.world.cleared_cause_id
            remedies = rng.choices(list(REMEDIES), list(REMEDIES.values()))[0]
            remedy = remedies if finding is Finding.UPHELD else Remedy.EXPLANATION
            ledger.decide(issue["number"], finding, cause, remedy, handler)

    def _cause(self, placed: Placed) -> int:
        """A few causes are behind most of what goes wrong."""
        if self.rng.random() < VITAL:
            return placed.cause_ids[0]
        return self.rng.choices(placed.cause_ids, placed.cause_weights)[0]

    def _answer(self, ledger: Ledger, placed: Placed, actor: int) -> None:
        if not ledger.can_be_told:
            ledger.move("record_no_answer", actor, **_impossible(ledger))
            return
        words = self.teller.answer(placed.topic, ledger.issues[0]["finding"])
        for issue in ledger.issues[1:]:
            text = self.teller.answer(self._topic_of(issue).topic, issue["finding"])
            words = f"{words}\n\n{self.teller.ours('second', text=text)}"
        if ledger.case["stage"] == 2:
            words = self.teller.ours("reviews", text=words)
        ledger.move("respond", actor, words)

    def _topic_of(self, issue: Row) -> Placed:
        return next(p for p in self.world.placed if p.category_id == issue["category_id"])

    def _afterwards(self, ledger: Ledger, placed: Placed, handler: int) -> Iterator[datetime]:
        """Most stay closed; some are reviewed by somebody else, a few are opened again."""
        chance, case = self.rng.random(), ledger.case
        yield self._open(ledger.at, self._spread(5, 0.5) * DAY)
        if chance < 0.045 and ledger.can_be_told:
            reviewer = self.world.reviewer(placed.team_id)
            ledger.move("escalate", handler, reason=self.teller.ours("escalations"))
            yield self._open(ledger.at, 0.5 * DAY)
            ledger.assign(reviewer, self.world.manager_id)
            ledger.move("acknowledge", reviewer, self._acknowledgement(reviewer))
            given = {name: str(case[f"{name}_id"]) for name in ("service", "team")}
            ledger.move("assess", reviewer, severity=str(case["severity"]), **given)
            ledger.move("investigate", reviewer)
            handler = reviewer
        elif chance < 0.075:
            ledger.move("reopen", handler, reason=self.teller.ours("reopenings"))
        else:
            return
        yield self._open(ledger.at, self._spread(0.5, 0.5) * 20 * DAY)
        if case["stage"] == 2 and self.rng.random() < 0.3:
            upheld = Finding.UPHELD
            cause = placed.cause_ids[0]
            ledger.decide(1, upheld, cause, Remedy.DECISION_CHANGED, handler)
        self._answer(ledger, placed, handler)
        yield self._open(ledger.at, 2 * DAY)
        ledger.move("close", handler)

    def _acknowledgement(self, handler: int) -> str:
        return self.teller.ours("acknowledgements", handler=_short_name(self.world.names[handler]))


def _issue(number: int, summary: str, placed: Placed) -> Row:
    return {
        "number": number,
        "summary": summary,
        "service_id": placed.service_id,
        "category_id": placed.category_id,
        "finding": None,
        "cause_id": None,
        "remedy": None,
        "decided_by_id": None,
        "decided_at": None,
    }


def _impossible(ledger: Ledger) -> Row:
    contact = ledger.customer.contact
    if contact.do_not_contact:
        return {"impossible": "asked_not_to_be_contacted"}
    return {"impossible": "no_contact_details" if contact.name else "anonymous"}


def _short_name(name: str) -> str:
    first, last = name.split()
    return f"{first[0]}. {last}"
