"""A case in the middle of its life, and a small process, to be changed by each test in the one thing it is about."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from casework.workflow import IssueView, Situation

ANN, BEN, CARA = 1, 2, 3

DECIDED = IssueView(1, "Kitchen not inspected", has_finding=True, has_cause=True)
OPEN_ISSUE = IssueView(2, "Calls not returned", has_finding=False, has_cause=False)

_MIDDLE = Situation(
    kind="complaint",
    state="investigating",
    actor_role="supervisor",
    actor_id=ANN,
    handler_id=BEN,
    now=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
    received_at=datetime(2026, 10, 22, 15, 12, tzinfo=UTC),
    calendar_due_at=datetime(2026, 11, 25, 20, 25, tzinfo=UTC),
    severity=2,
    service_id=7,
    team_id=8,
    issues=(DECIDED,),
)


def case(**changes: Any) -> Situation:
    """An ordinary complaint under investigation by Ben, seen by the supervisor Ann, with these changes."""
    return replace(_MIDDLE, **changes)


_SMALL: dict[str, Any] = {
    "name": "small",
    "kind": "enquiry",
    "title": "Small",
    "start": "open",
    "steps": ["Open", "Done"],
    "state": [
        {"name": "open", "label": "Open", "public_label": "We got it", "step": "Open"},
        {
            "name": "done",
            "label": "Done",
            "public_label": "We finished",
            "step": "Done",
            "is_end": True,
            "is_closed": True,
        },
    ],
    "move": [
        {"name": "finish", "label": "Finish", "from": ["open"], "to": "done", "roles": ["frontline"]},
    ],
}


def small_process() -> dict[str, Any]:
    """The data of the smallest process that is valid, free to be broken."""
    return deepcopy(_SMALL)
