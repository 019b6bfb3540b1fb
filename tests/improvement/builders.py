"""Opportunities, actions and customers for tests, made in one line each."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from casework.cases.events import CaseChanged
from casework.cases.models import Case, Channel
from casework.cases.services import NewIssue
from casework.catalogue.models import Category
from casework.core.db import db, transaction
from casework.core.events import publish
from casework.customers.services import Contact
from casework.improvement import services
from casework.improvement.models import ImprovementAction, Opportunity, OpportunityCase, State
from casework.improvement.queries import to_tell_ids
from casework.improvement.rules import mark_of_people
from casework.improvement.services import NewAction
from tests.cast import NOW, Cast, days

WORDS = "Every cancelled visit now goes back on the list the same day."
_keys = count(1)


def customer(number: int) -> Contact:
    """A customer of their own, with an e-mail address."""
    return Contact(name=f"Customer {number}", email=f"customer{number}@home.example")


def make_opportunity(cast: Cast, cases: Sequence[Case] = (), **changes: Any) -> Opportunity:
    """A late hot spot as found, with these cases as its evidence."""
    number = next(_keys)
    given: dict[str, Any] = {
        "finder": "late_hot_spot",
        "key": f"service=1|category={number}|team=1",
        "title": f"Cancelled visits are answered late, number {number}",
        "subject": {
            "service": cast.inspections.id,
            "category": cast.not_inspected.id,
            "team": cast.health.id,
        },
        "arithmetic": [
            {"label": "Late in this group", "how": "visit cancelled", "value": "41 of 96 = 42.7 %"},
            {"label": "Rank", "how": "5 a month × mean severity 2.1", "value": "10.5"},
        ],
        "period": "6 months to 23 November 2026",
        "customers_per_month": 5.0,
        "mean_severity": 2.1,
        "rank": 10.5,
        "strength": 4.0,
        "evidence_n": len(cases),
        "service_id": cast.inspections.id,
        "found_at": NOW,
        "updated_at": NOW,
    }
    with transaction():
        made = Opportunity(**{**given, **changes})
        db.session.add(made)
        db.session.flush()
        db.session.add_all(OpportunityCase(opportunity_id=made.id, case_id=case.id) for case in cases)
    return made


def acted_on(cast: Cast, cases: Sequence[Case] = (), **changes: Any) -> ImprovementAction:
    """An action that is agreed but not done yet, of an accepted opportunity with these cases."""
    opportunity = make_opportunity(cast, cases, **changes)
    with transaction():
        services.accept(opportunity, owner_id=cast.amara.id, actor=cast.sol, now=NOW)
        new = NewAction(what="Put it back on the list", owner_id=cast.dana.id, due_on=date(2026, 12, 1))
        return services.add_action(opportunity, new, actor=cast.sol, now=NOW)


def done(cast: Cast, cases: Sequence[Case] = (), *, change_on: date = date(2026, 9, 7)) -> ImprovementAction:
    """An action that is done, with everybody listed who is to be told."""
    action = acted_on(cast, cases)
    with transaction():
        services.finish_action(action, change_on=change_on, actor=cast.sol, now=NOW)
    return action


def approve(cast: Cast, action: ImprovementAction, words: str = WORDS) -> None:
    """The manager approves the words for the list as it is."""
    with transaction():
        seen = mark_of_people(to_tell_ids(action.id))
        services.approve_words(action, words, seen=seen, actor=cast.sol, now=NOW)


def published(cast: Cast, cases: Sequence[Case], **changes: Any) -> ImprovementAction:
    """An action that is done and stands on the public page."""
    action = done(cast, cases)
    words = services.PublicWords(
        title="Visits are booked again", said="Nobody booked a new one.", did="They go back on the list."
    )
    with transaction():
        services.publish(action, words, actor=cast.sol, now=NOW)
        for name, value in changes.items():
            setattr(action, name, value)
    return action


def log_many(cast: Cast, n: int, *, category: Category, ago: float, late: bool, start: int = 0) -> list[Case]:
    """`n` complaints received `ago` days before NOW, each by a customer of their own, answered or left to be late."""
    received = NOW - days(ago)
    cases = [
        cast.log(
            received_at=received,
            now=received,
            channel=Channel.EMAIL,
            contact=customer(start + number),
            issues=(NewIssue(summary="It did not happen", category_id=category.id),),
        )
        for number in range(n)
    ]
    if not late:
        answer(cases, received + timedelta(hours=1))
    return cases


def answer(cases: Sequence[Case], at: datetime) -> None:
    """These cases were answered at that instant."""
    with transaction():
        for case in cases:
            case.responded_at = at
            publish(CaseChanged(case.id, NOW))


def state_of(opportunity: Opportunity) -> State:
    """Its state as the database has it."""
    db.session.refresh(opportunity)
    return opportunity.state
