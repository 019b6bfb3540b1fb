"""The way from a finding to customers who were told, gone once: found, accepted, acted on, told, said in public."""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework.accounts.models import User
from casework.communications import outbox
from casework.communications.models import Communication, Delivery, Purpose
from casework.core.db import db, transaction
from casework.demo.agency import World
from casework.demo.lives import CHANGED_DAYS_AGO
from casework.improvement import services as improvement
from casework.improvement.models import ImprovementAction, Opportunity
from casework.improvement.queries import to_tell_ids
from casework.improvement.rules import mark_of_people

HOT_SPOT = "late_hot_spot"
PLANTED = "not_inspected"
LOOKED_DAYS_AGO = (150, 135, 120, 105, 95, 85, 75)
LEFT_BY_HAND = 3
TELLING = (
    "You told us about a visit that did not take place. A visit that we have to cancel now goes back on the list "
    "the same day, with a new date, and we tell you the date. Thank you: your complaint helped to find this."
)


def improve(world: World, now: datetime) -> None:
    """Let the finders look some months ago and now; what stood out then was acted on two months ago."""
    manager = world.manager_id
    for days in LOOKED_DAYS_AGO:
        looked_at = now - timedelta(days=days)
        improvement.find_opportunities(looked_at)
        key = _planted(world)
        if key is not None:
            _act(world, key, manager, looked_at, now)
            break
    improvement.find_opportunities(now)


def _planted(world: World) -> int | None:
    """The opportunity that was planted to be acted on, once the finders have found it."""
    placed = next(each for each in world.placed if each.topic.name == PLANTED)
    found = db.session.execute(
        select(Opportunity.id, Opportunity.subject).where(Opportunity.finder == HOT_SPOT)
    )
    return next((key for key, subject in found if subject.get("category") == placed.category_id), None)


def _act(world: World, opportunity_id: int, manager: int, looked_at: datetime, now: datetime) -> None:
    done_at = now - timedelta(days=CHANGED_DAYS_AGO)
    with transaction():
        actor = db.session.get_one(User, manager)
        opportunity = db.session.get_one(Opportunity, opportunity_id)
        owner = min(world.supervisors.values())
        reason = "One cause behind most of it, and cheap to put right."
        at = looked_at + timedelta(days=4)
        improvement.accept(opportunity, owner_id=owner, reason=reason, actor=actor, now=at)
        # What is decided on is read anew under a lock, so each step is written before the next.
        db.session.flush()
        first = improvement.add_action(
            opportunity, _first(owner, done_at), actor=actor, now=at + timedelta(days=2)
        )
        db.session.flush()
        changed_on = done_at.astimezone(world.zone).date()
        improvement.finish_action(first, change_on=changed_on, actor=actor, now=done_at)
        second = _second(min(world.frontline[min(world.frontline)]), now)
        db.session.flush()
        improvement.add_action(opportunity, second, actor=actor, now=done_at + timedelta(days=1))
        db.session.flush()
        _tell(first, actor, done_at + timedelta(days=3))
        improvement.publish(first, _public(), actor=actor, now=done_at + timedelta(days=5))


def _first(owner_id: int, done_at: datetime) -> improvement.NewAction:
    return improvement.NewAction(
        what="A cancelled visit goes back on the list the same day",
        owner_id=owner_id,
        due_on=(done_at + timedelta(days=3)).date(),
        expected_measure="Share answered late",
        expected_effect="Late below 15 %",
    )


def _second(owner_id: int, now: datetime) -> improvement.NewAction:
    return improvement.NewAction(
        what="The customer is told the new date by text or phone",
        owner_id=owner_id,
        due_on=(now + timedelta(days=7)).date(),
        expected_measure="Calls about a missed visit",
        expected_effect="Half as many calls about a missed visit",
    )


def _public() -> improvement.PublicWords:
    return improvement.PublicWords(
        title="Cancelled visits get a new date the same day",
        said="When a visit was cancelled, nobody booked a new one.",
        did="Every cancelled visit now goes back on the list the same day, and we tell you the new date.",
    )


def _tell(action: ImprovementAction, actor: User, at: datetime) -> None:
    """Everybody on the list is told; the messages count as arrived, but for a few calls still to be made."""
    seen = mark_of_people(to_tell_ids(action.id))
    improvement.approve_words(action, TELLING, seen=seen, actor=actor, now=at)
    improvement.tell_customers(action.id, at)
    waiting = select(Communication).where(
        Communication.purpose == Purpose.TOLD,
        Communication.delivery.in_((Delivery.QUEUED, Delivery.BY_HAND)),
    )
    left = LEFT_BY_HAND
    for message in db.session.scalars(waiting.order_by(Communication.id.desc())).all():
        if message.delivery is Delivery.BY_HAND and left:
            left -= 1
            continue
        outbox.finish(message, Delivery.SENT, at + timedelta(minutes=10))
        improvement.note_told(message.id, at + timedelta(minutes=10))
    db.session.flush()
