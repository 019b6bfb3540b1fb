"""Bringing a case as far as a test needs it, and looking at what was said about it."""

from sqlalchemy import select

from casework.cases.models import Case, Finding
from casework.cases.services import Decision, decide_issue
from casework.communications.models import Communication, Delivery, Direction
from casework.communications.outbox import finish
from casework.core.db import db, transaction
from tests.cast import NOW, Cast


def answer_it(cast: Cast, case: Case, finding: Finding = Finding.UPHELD) -> Case:
    with transaction():
        decision = Decision(finding=finding, cause_id=cast.not_rebooked.id, remedy=None, remedy_note="")
        decide_issue(case, 1, decision, actor=cast.dana, now=NOW)
    cast.move(case, "respond", message="We did not come. We are sorry.")
    return case


def deliver(case: Case) -> None:
    """Everything that waits goes out."""
    with transaction():
        for message in said_about(case):
            if message.delivery in (Delivery.QUEUED, Delivery.BY_HAND):
                finish(message, Delivery.SENT, NOW)


def said_about(case: Case) -> list[Communication]:
    return list(
        db.session.scalars(
            select(Communication).where(Communication.case_id == case.id).order_by(Communication.id)
        )
    )


def heard(case: Case) -> list[str]:
    return [said.body for said in said_about(case) if said.direction is Direction.IN]


def state_of(case: Case) -> str:
    db.session.refresh(case)
    return case.state
