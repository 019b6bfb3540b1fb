"""The open cases on which staff work today, made by the services themselves as if it had happened step by step.

Each scene says how many working days ago it came in and how far it has come. Nothing is sent: what would wait in
the outbox has arrived already, and only what a person does by hand is still to be done.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random

from sqlalchemy import func, select

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
from casework.cases.services.links import LinkAs, link_cases
from casework.cases.services.merging import merge_cases
from casework.cases.services.releasing import release_answer, return_answer
from casework.communications import outbox
from casework.communications.models import Communication, Delivery
from casework.communications.services import hear_from_customer, write_note
from casework.core.db import db
from casework.customers.models import Consent, Customer
from casework.customers.services import NewRepresentative
from casework.demo.agency import Placed, World
from casework.demo.extras import END, LATELY, START
from casework.demo.people import Public
from casework.demo.scenes import Scene
from casework.demo.texts import Teller

HOUR = 3600


def open_cases(world: World, scenes: Sequence[Scene], *, seed: int, now: datetime) -> None:
    """Act these scenes, each a case or two. Runs in the open transaction."""
    # Not for secrets: a generator whose seed is said makes the same agency again.
    rng = Random(f"{seed}-present")  # noqa: S311
    public = Public(rng, world.group_ids, serial=1_000_000)
    for scene in scenes:
        Play(rng, world, public, now).act(scene)


def _regular() -> int | None:
    """The customer who can be told something and has written most often; the first of them."""
    wanted = (
        select(Customer.id)
        .join(Case, Case.customer_id == Customer.id)
        .where(
            Customer.phone != "", Customer.email != "", ~Customer.do_not_contact, ~Customer.is_organisation
        )
        .group_by(Customer.id)
        .order_by(func.count().desc(), Customer.id)
        .limit(1)
    )
    return db.session.scalar(wanted)


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
        front = self.world.frontline[placed.team_id]
        self.handler = self.user(front[scene.handler % len(front)])
        self.lead = self.user(self.world.supervisors[placed.team_id])
        self.case = self._open(scene, placed)
        for name in scene.also:
            if name in START:
                START[name](self)
        if scene.far != "received":
            self._look_after(scene, placed)
        for name in scene.also:
            if name in END:
                if name in LATELY and self.case.is_open:
                    self.come_to_yesterday()
                END[name](self)
        self.settle()

    def settle(self) -> None:
        """What waits in the outbox has arrived; letters and calls of the past were made, the newest are to do."""
        db.session.flush()
        wanted = select(Communication).where(
            Communication.case_id == self.case.id,
            Communication.delivery.in_((Delivery.QUEUED, Delivery.BY_HAND)),
        )
        for message in db.session.scalars(wanted).all():
            old = message.written_at < self._yesterday()
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

    def later(self, hours: float) -> datetime:
        self.at = min(add_open_seconds(self.world.calendar, self.at, int(hours * HOUR)), self.now)
        return self.at

    def come_to_yesterday(self) -> None:
        """Go forward to the morning of the last working day, so that there is news."""
        self.at = max(self.at, self._yesterday())

    def _yesterday(self) -> datetime:
        """The morning of the last working day."""
        on = self.now.astimezone(self.world.zone).date() - timedelta(days=1)
        while not is_working_day(self.world.calendar, on):
            on -= timedelta(days=1)
        return datetime.combine(on, time(9, 10), self.world.zone).astimezone(UTC)

    def user(self, user_id: int) -> User:
        return db.session.get_one(User, user_id)

    def person(self, first: str) -> User:
        """Whoever is called so."""
        return self.user(next(key for key, name in self.world.names.items() if name.startswith(f"{first} ")))

    def _open(self, scene: Scene, placed: Placed) -> Case:
        topics = [placed, *([self.placed[scene.again]] if scene.again else [])]
        contact = self.public.contact(scene.way)
        known = _regular() if scene.known else None
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
            customer_id=known,
            contact=contact,
            desired_outcome=self.teller.say(placed.topic.wants),
            adjustments=scene.adjustments,
            representative=self._representative(scene.acts_for) if scene.acts_for else None,
            team_id=placed.team_id,
        )
        logged_at = min(self.at + timedelta(minutes=5 if by_staff else 0), self.now)
        return open_case(new, actor_id=self.handler.id if by_staff else None, now=logged_at)

    def _representative(self, name: str) -> NewRepresentative:
        """A relative of the customer, with their consent."""
        contact = replace(self.public.contact("both"), name=name)
        on = self.at.astimezone(self.world.zone).date()
        return NewRepresentative(contact=contact, relation="daughter", consent=Consent.SAID, consent_on=on)

    def _look_after(self, scene: Scene, placed: Placed) -> None:
        assign_case(self.case, to=self.handler, actor=self.lead, now=self.later(1.5))
        words = self.teller.ours("acknowledgements", handler=self.handler.short_name)
        self._move("acknowledge", 3, message=words)
        if self.case.kind is not Kind.COMPLAINT or scene.far == "acknowledged":
            return
        case = self.case
        self._move("assess", 4, severity=case.severity, service=case.service_id, team=case.team_id)
        if scene.far == "assessed":
            return
        self._move("investigate", 2)
        write_note(case, self.teller.ours("notes"), author=self.handler, now=self.later(6))
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
            "to_check": self._wait_for_approval,
            "returned": self._return,
            "closed": self._close,
            "duplicate": self._merge,
            "related": self._link,
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
        at = self.later(9)
        hear_from_customer(self.case, self.teller.ours("accepts"), channel="email", now=at)
        make_move(self.case, "accept_remedy", {}, actor=self.handler, now=self.later(2))

    def _answer(self, placed: Placed) -> None:
        self._decide(placed)
        self.later(60)
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

    def _wait_for_approval(self, placed: Placed) -> None:
        """A severe one whose answer the supervisor has still to look at."""
        self._decide(placed)
        self.case.severity = max(self.case.severity, 3)
        self.come_to_yesterday()
        words = self.teller.answer(placed.topic, Finding.UPHELD)
        make_move(self.case, "respond", {"message": words}, actor=self.handler, now=self.later(3))

    def _return(self, placed: Placed) -> None:
        self._wait_for_approval(placed)
        comment = "Say in the first sentence that we are sorry, and on which day somebody comes. Then send it again."
        return_answer(self.case, comment, actor=self.lead, now=self.later(3), seen="")

    def _close(self, placed: Placed) -> None:
        self._answer(placed)
        self.settle()
        self._move("close", 9)

    def _merge(self, placed: Placed) -> None:
        reason = "The same visit, told by a neighbour."
        merge_cases(self.case, self._alike(placed), reason, actor=self.lead, now=self.later(2))

    def _link(self, placed: Placed) -> None:
        alike = self._alike(placed)
        link_cases(self.case, alike, LinkAs.SAME_SUBJECT, actor=self.handler, now=self.later(2))

    def _alike(self, placed: Placed) -> str:
        """The first case of this agency about the same that is being looked into."""
        wanted = select(Case.reference).where(
            Case.category_id == placed.category_id, Case.state == "investigating", Case.id != self.case.id
        )
        return db.session.scalars(wanted.order_by(Case.id.desc()).limit(1)).one()

    def _decide(self, placed: Placed) -> None:
        for issue in self.case.issues:
            decision = Decision(finding=Finding.UPHELD, cause_id=placed.cause_ids[0], remedy=Remedy.APOLOGY)
            decide_issue(self.case, issue.number, decision, actor=self.handler, now=self.later(1))

    def _move(self, name: str, hours: float, **given: object) -> None:
        at = self.later(hours)
        make_move(self.case, name, given, actor=self.handler, now=at, reachable=reachable(self.case))
        if self.case.awaiting_approval:
            # What has to be checked before it goes out was looked at by the supervisor.
            release_answer(self.case, actor=self.lead, now=self.later(1), seen="")
