"""The open cases on which staff work today, made by the services themselves as if it had happened step by step.

Each scene says how many working days ago it came in and how far it has come. Nothing is sent: what would wait in
the outbox has arrived already, and only what a person does by hand is still to be done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from casework.accounts.models import User
from casework.calendars import add_open_seconds, is_working_day
from casework.cases.models import Case, Channel, Finding, Kind, Remedy
from casework.cases.reach import reachable
from casework.cases.services import (
    Decision,
    NewCase,
    NewIssue,
    assign_case,
    decide_issue,
    make_move,
    open_case,
)
from casework.communications import outbox
from casework.communications.models import Communication, Delivery
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db
from casework.demo.agency import Placed, World
from casework.demo.people import Public
from casework.demo.texts import Teller

HOUR = 3600


@dataclass(frozen=True)
class Scene:
    """An open case: what about, by which channel, so many working days ago, how far, and how to reach them."""

    topic: str
    channel: Channel
    days: int
    far: str
    way: str = "email"
    again: str = ""


SCENES = (
    Scene("not_inspected", Channel.PHONE, 20, "investigating", "phone", "no_call_back"),
    Scene("not_inspected", Channel.WEB, 0, "received"),
    Scene("illness", Channel.PHONE, 18, "awaiting", "phone"),
    Scene("certificate_late", Channel.WEB, 23, "investigating"),
    Scene("water_cloudy", Channel.EMAIL, 19, "investigating", "email", "water_late"),
    Scene("clinic_wait", Channel.WEB, 2, "received"),
    Scene("home_visit", Channel.LETTER, 12, "proposed", "letter"),
    Scene("no_call_back", Channel.PHONE, 5, "received", "phone"),
    Scene("dirty_kitchen", Channel.WEB, 9, "assessed", "anonymous"),
    Scene("certificate_late", Channel.LETTER, 15, "answered", "letter"),
    Scene("not_inspected", Channel.WEB, 13, "agreed"),
    Scene("wrong_name", Channel.IN_PERSON, 1, "acknowledged", "phone"),
    Scene("ask_clinic", Channel.WEB, 1, "received"),
    Scene("ask_certificate", Channel.EMAIL, 9, "acknowledged"),
    Scene("suggest_online", Channel.WEB, 6, "acknowledged"),
    Scene("praise_nurse", Channel.WEB, 1, "received"),
    Scene("not_inspected", Channel.EMAIL, 30, "escalated", "both"),
    Scene("manner", Channel.IN_PERSON, 8, "investigating", "phone"),
    Scene("course_cancelled", Channel.WEB, 3, "acknowledged", "asked_not_to"),
    Scene("no_interpreter", Channel.PHONE, 17, "extended", "both"),
)


def open_cases(world: World, *, how_many: int, seed: int, now: datetime) -> None:
    """Open the first so many scenes. Runs in the open transaction."""
    # Not for secrets: a generator whose seed is said makes the same agency again.
    rng = Random(f"{seed}-present")  # noqa: S311
    public = Public(rng, world.group_ids, serial=1_000_000)
    for scene in SCENES[:how_many]:
        Play(rng, world, public, now).act(scene)


class Play:
    """Acts one scene. `at` goes forward in open time and never passes the present."""

    def __init__(self, rng: Random, world: World, public: Public, now: datetime) -> None:
        self.rng, self.world, self.public, self.now = rng, world, public, now
        self.teller = Teller(rng)
        self.placed = {each.topic.name: each for each in world.placed}

    def act(self, scene: Scene) -> None:
        """Open the case and bring it as far as the scene says."""
        placed = self.placed[scene.topic]
        self.teller.begin()
        self.at = self._received(scene.days)
        self.handler = self._user(self.world.frontline[placed.team_id][0])
        self.lead = self._user(self.world.supervisors[placed.team_id])
        self.case = self._open(scene, placed)
        if scene.far != "received":
            self._look_after(scene, placed)
        self.settle()

    def settle(self) -> None:
        """What waits in the outbox has arrived; letters and calls of the past were made, the newest are to do."""
        db.session.flush()
        wanted = select(Communication).where(
            Communication.case_id == self.case.id,
            Communication.delivery.in_((Delivery.QUEUED, Delivery.BY_HAND)),
        )
        for message in db.session.scalars(wanted).all():
            old = self.now - message.written_at > timedelta(days=2)
            if message.delivery is Delivery.QUEUED or old:
                outbox.finish(
                    message, Delivery.SENT, min(message.written_at + timedelta(minutes=1), self.now)
                )

    def _received(self, days: int) -> datetime:
        """So many working days ago, in the morning; today, an hour ago."""
        if days == 0:
            return self.now - timedelta(minutes=50)
        on = self.now.astimezone(self.world.zone).date()
        while days:
            on -= timedelta(days=1)
            days -= is_working_day(self.world.calendar, on)
        minute = self.rng.randrange(60)
        return datetime.combine(on, time(8 + self.rng.randrange(3), minute), self.world.zone).astimezone(UTC)

    def _later(self, hours: float) -> datetime:
        self.at = min(add_open_seconds(self.world.calendar, self.at, int(hours * HOUR)), self.now)
        return self.at

    def _user(self, user_id: int) -> User:
        return db.session.get_one(User, user_id)

    def _open(self, scene: Scene, placed: Placed) -> Case:
        topics = [placed, *([self.placed[scene.again]] if scene.again else [])]
        contact = self.public.contact(scene.way)
        by_staff = scene.channel is not Channel.WEB
        new = NewCase(
            kind=Kind(placed.topic.kind),
            channel=scene.channel,
            received_at=self.at,
            narrative=self.teller.story(placed.topic, spanish=contact.language == "es"),
            issues=tuple(
                NewIssue(
                    summary=self.teller.say(each.topic.summaries),
                    service_id=each.service_id,
                    category_id=each.category_id,
                )
                for each in topics
            ),
            severity=self.rng.choices((1, 2, 3, 4), placed.topic.severity)[0],
            service_id=placed.service_id,
            contact=contact,
            desired_outcome=self.teller.say(placed.topic.wants),
            team_id=placed.team_id,
        )
        logged_at = min(self.at + timedelta(minutes=5 if by_staff else 0), self.now)
        return open_case(new, actor_id=self.handler.id if by_staff else None, now=logged_at)

    def _look_after(self, scene: Scene, placed: Placed) -> None:
        assign_case(self.case, to=self.handler, actor=self.lead, now=self._later(1.5))
        words = self.teller.ours("acknowledgements", handler=self.handler.short_name)
        self._move("acknowledge", 3, message=words)
        if self.case.kind is not Kind.COMPLAINT or scene.far == "acknowledged":
            return
        case = self.case
        self._move("assess", 4, severity=case.severity, service=case.service_id, team=case.team_id)
        if scene.far == "assessed":
            return
        self._move("investigate", 2)
        write_note(case, self.teller.ours("notes"), author=self.handler, now=self._later(6))
        go_on = self._ways().get(scene.far)
        if go_on is not None:
            go_on(placed)

    def _ways(self) -> dict[str, Callable[[Placed], None]]:
        return {
            "awaiting": self._ask,
            "proposed": self._propose,
            "agreed": self._agree,
            "answered": self._answer,
            "extended": self._extend,
            "escalated": self._escalate,
        }

    def _ask(self, _placed: Placed) -> None:
        self._move("ask_customer", 20, message=self.teller.ours("questions"))

    def _propose(self, placed: Placed) -> None:
        self._decide(placed)
        self._move(
            "propose_remedy", 5, message=self.teller.ours("proposals", did=self.teller.say(placed.topic.did))
        )

    def _agree(self, placed: Placed) -> None:
        self._propose(placed)
        at = self._later(9)
        hear_from_customer(self.case, self.teller.ours("accepts"), channel="email", now=at)
        make_move(self.case, "accept_remedy", {}, actor=self.handler, now=self._later(2))

    def _answer(self, placed: Placed) -> None:
        self._decide(placed)
        self._later(60)
        self._move("respond", 9, message=self.teller.answer(placed.topic, Finding.UPHELD))

    def _extend(self, _placed: Placed) -> None:
        due_at = self.case.respond_due_at
        assert due_at is not None  # A complaint at stage 1 always has a clock for the answer.
        new_on = (due_at - timedelta(seconds=1)).astimezone(self.world.zone).date() + timedelta(days=21)
        reason, words = self.teller.ours("extension_reasons"), self.teller.ours("extensions")
        self._move("extend", 50, reason=reason, new_date=new_on.isoformat(), message=words)

    def _escalate(self, placed: Placed) -> None:
        self._decide(placed)
        self._move("respond", 70, message=self.teller.answer(placed.topic, Finding.NOT_UPHELD))
        self.settle()
        self._move("close", 9)
        self._move("escalate", 60, reason=self.teller.ours("escalations"))

    def _decide(self, placed: Placed) -> None:
        for issue in self.case.issues:
            decision = Decision(finding=Finding.UPHELD, cause_id=placed.cause_ids[0], remedy=Remedy.APOLOGY)
            decide_issue(self.case, issue.number, decision, actor=self.handler, now=self._later(1))

    def _move(self, name: str, hours: float, **given: object) -> None:
        at = self._later(hours)
        make_move(self.case, name, given, actor=self.handler, now=at, reachable=reachable(self.case))
