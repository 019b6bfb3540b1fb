"""Cases for measuring: made as rows, because here it matters how long they took and not how they got there."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from casework.cases.models import Case, Channel, Clock, ClockState, Kind
from casework.catalogue.queries import current_process
from casework.core.db import db, transaction
from casework.measures.services import mark_stale
from tests.cast import NOW, Cast

CHICAGO = ZoneInfo("America/Chicago")
_numbers = count(1)
Made = Callable[..., Case]


def local(text: str) -> datetime:
    """An instant on Chicago's clocks: local("2026-03-02 09:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


@pytest.fixture
def make_case(cast: Cast) -> Made:
    """`make_case("2026-03-02 09:00", answered="2026-03-04 09:00")`: a case, marked as changed."""

    def make(
        received: str,
        *,
        answered: str = "",
        due: str = "",
        acknowledged: str = "",
        is_open: bool | None = None,
        **more: Any,
    ) -> Case:
        number = next(_numbers)
        done = local(answered) if answered else None
        given: dict[str, Any] = {
            "reference": f"T-{number:05}",
            "kind": Kind.COMPLAINT,
            "channel": Channel.PHONE,
            "title": f"Case {number}",
            "team_id": cast.health.id,
            "service_id": cast.inspections.id,
            "process_version": current_process("complaint"),
            "state": "closed" if done else "received",
            "state_since": NOW,
            "is_open": done is None if is_open is None else is_open,
            "received_at": local(received),
            "acknowledged_at": local(acknowledged) if acknowledged else None,
            "responded_at": done,
            "closed_at": done,
            "date_only": [],
            "link_nonce": "x",
            "created_at": NOW,
            "updated_at": NOW,
        }
        with transaction():
            case = Case(**{**given, **more})
            db.session.add(case)
            db.session.flush()
            if due:
                add_clock(case, due)
            mark_stale(case.id, NOW)
        return case

    return make


def add_clock(case: Case, due: str, **more: Any) -> Clock:
    """A promise to respond on a case."""
    given: dict[str, Any] = {
        "promise": "respond",
        "name": "Answered",
        "started_at": case.received_at,
        "due_at": local(due),
        "state": ClockState.MET if case.responded_at else ClockState.RUNNING,
        "limit": None,
    }
    there = db.session.scalar(select(func.max(Clock.number)).where(Clock.case_id == case.id))
    clock = Clock(case_id=case.id, number=1 + (there or 0), **{**given, **more})
    db.session.add(clock)
    db.session.flush()
    return clock
