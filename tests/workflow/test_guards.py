"""The truth table of the guards: for each a case that passes and cases that are refused with their sentence."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from casework.workflow import IssueView
from casework.workflow.guards import GUARDS, check
from tests.workflow.builders import ANN, BEN, CARA, DECIDED, OPEN_ISSUE, case

NO_CAUSE = IssueView(3, "Rude on the phone", has_finding=True, has_cause=False)
JUST_OPEN = IssueView(4, "Letter lost", has_finding=False, has_cause=False)
ANSWERED = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")

Row = tuple[str, dict[str, Any], dict[str, Any], str]

PASSES: list[Row] = [
    ("every_issue_decided", {"issues": (DECIDED,)}, {}, ""),
    ("has_issue", {"issues": (OPEN_ISSUE,)}, {}, ""),
    ("decision_sent_or_impossible", {"decision_state": "sent"}, {}, ""),
    ("decision_sent_or_impossible", {"decision_state": "impossible"}, {}, ""),
    ("decision_drafted", {"decision_state": "drafted"}, {}, ""),
    ("decision_drafted", {"given": {"message": "You were right."}}, {}, ""),
    ("decision_drafted", {"decision_state": "queued"}, {}, ""),
    ("decision_drafted", {"decision_state": "sent"}, {}, ""),
    ("severity_set", {"severity": 1}, {}, ""),
    ("severity_set", {"severity": 4}, {}, ""),
    ("new_date_later", {"given": {"by": "2026-11-26"}}, {"field": "by"}, ""),
    ("due_before", {"given": {"by": "2026-12-05"}}, {"days": 10, "field": "by"}, ""),
    ("due_before", {"given": {"new_date": "2026-11-25"}}, {"days": 1}, ""),
    ("due_before", {"given": {"new_date": "later"}}, {"days": 1}, ""),
    (
        "empowered",
        {"actor_role": "frontline", "given": {"severity": 2}, "severity": 4},
        {"max_severity": 2},
        "",
    ),
    ("customer_can_be_reached", {"customer_reachable": True}, {}, ""),
    ("customer_cannot_be_reached", {"customer_reachable": False}, {}, ""),
    ("has_handler", {"handler_id": BEN}, {}, ""),
    ("has_handler", {"handler_id": None, "given": {"handler": "3"}}, {}, ""),
    ("has_team", {"team_id": None, "given": {"team": 4}}, {}, ""),
    ("service_set", {"service_id": 7}, {}, ""),
    ("severity_set", {"severity": None, "given": {"severity": "4"}}, {}, ""),
    ("reviewer_is_independent", {"stage": 2, "stage1_handlers": frozenset({CARA})}, {}, ""),
    ("reviewer_is_independent", {"stage": 1, "stage1_handlers": frozenset({ANN, BEN})}, {}, ""),
    (
        "reviewer_is_independent",
        {"stage": 2, "handler_id": BEN, "stage1_handlers": frozenset({BEN}), "given": {"handler": CARA}},
        {},
        "",
    ),
    (
        "reviewer_is_independent",
        {"stage": 2, "actor_role": "customer", "actor_id": None, "stage1_handlers": frozenset({BEN})},
        {},
        "",
    ),
    ("actor_is_independent", {"stage": 2, "stage1_handlers": frozenset({BEN})}, {}, ""),
    ("not_named_in_case", {"named_staff": frozenset({BEN})}, {}, ""),
    ("not_named_in_case", {"named_staff": frozenset({BEN}), "actor_id": None}, {}, ""),
    ("reviewer_is_independent", {"stage": 2, "handled": {2: frozenset({ANN, BEN})}}, {}, ""),
    ("chosen_not_named", {"named_staff": frozenset({CARA}), "given": {"handler": BEN}}, {}, ""),
    ("chosen_not_named", {"named_staff": frozenset({CARA}), "given": {}}, {}, ""),
    ("chosen_not_named", {"named_staff": frozenset({CARA}), "given": {"handler": CARA}}, {"field": "by"}, ""),
    ("four_eyes", {"checked_by_id": None}, {}, ""),
    ("four_eyes", {"checked_by_id": BEN}, {}, ""),
    ("four_eyes", {"checked_by_id": ANN, "drafted_by_id": BEN}, {}, ""),
    ("four_eyes", {"checked_by_id": None, "actor_id": None}, {}, ""),
    ("path_is", {"path": "expedited"}, {"path": "expedited"}, ""),
    ("path_is", {"path": ""}, {"path": "ordinary"}, ""),
    ("early_path_open", {"early_open": True}, {}, ""),
    ("stage_is", {"stage": 1}, {"stage": 1}, ""),
    ("empowered", {"actor_role": "frontline", "severity": 2}, {"max_severity": 2}, ""),
    ("empowered", {"actor_role": "supervisor", "severity": 4}, {"max_severity": 2}, ""),
    ("empowered", {"actor_role": "frontline", "given": {"amount": "50.00"}}, {"max_amount": 50}, ""),
    ("empowered", {"actor_role": "frontline", "given": {"amount": " "}}, {"max_amount": 50}, ""),
    ("extension_left", {"extensions_used": 0}, {"max": 1}, ""),
    ("reason_given", {"given": {"reason": "Two more visits are needed."}}, {}, ""),
    ("reason_given", {"given": {"why": "So."}}, {"field": "why"}, ""),
    ("new_date_later", {"given": {"new_date": "2026-11-26"}}, {}, ""),
    ("new_date_later", {"given": {"new_date": date(2026, 11, 24)}, "calendar_due_at": None}, {}, ""),
    ("due_before", {"given": {"new_date": "2026-12-05"}}, {"days": 10}, ""),
]

REFUSED: list[Row] = [
    (
        "every_issue_decided",
        {"issues": (DECIDED, OPEN_ISSUE)},
        {},
        "Issue 2 needs a finding and a cause.",
    ),
    (
        "every_issue_decided",
        {"issues": (JUST_OPEN, NO_CAUSE, OPEN_ISSUE, DECIDED)},
        {},
        "Issues 2 and 4 need a finding and a cause; issue 3 needs a cause.",
    ),
    (
        "every_issue_decided",
        {"issues": tuple(IssueView(number, "Point", False, True) for number in (3, 1, 2))},
        {},
        "Issues 1, 2 and 3 need a finding.",
    ),
    (
        "empowered",
        {"actor_role": "frontline", "severity": 1, "given": {"severity": "3"}},
        {"max_severity": 2},
        (
            "A case of severity 3 cannot be resolved on the spot by front-line staff (up to severity 2). "
            "Acknowledge it, or ask a supervisor."
        ),
    ),
    (
        "new_date_later",
        {"given": {"by": "2026-11-25", "new_date": "2026-12-25"}},
        {"field": "by"},
        "The new date must be later than the present one, 25 November 2026.",
    ),
    (
        "due_before",
        {"given": {"by": "2026-12-06", "new_date": "2026-11-26"}},
        {"days": 10, "field": "by"},
        "The new date may lie 10 days after 25 November 2026 at most: 5 December 2026.",
    ),
    (
        "every_issue_decided",
        {"issues": ()},
        {},
        "The case has no issue yet. Add what the customer raised, then decide it.",
    ),
    ("has_issue", {"issues": ()}, {}, "The case has no issue yet. Add what the customer raised."),
    (
        "decision_sent_or_impossible",
        {"decision_state": "none"},
        {},
        "No answer has been sent. Send one, or record why none can be sent.",
    ),
    (
        "decision_sent_or_impossible",
        {"decision_state": "drafted"},
        {},
        "The answer is written but not sent. Send it first.",
    ),
    (
        "decision_sent_or_impossible",
        {"decision_state": "queued"},
        {},
        "The answer is waiting to be sent. The case can be closed when it has gone.",
    ),
    (
        "decision_drafted",
        {"given": {"message": "   "}},
        {},
        "The answer is not written yet. Write what you decided and why.",
    ),
    (
        "customer_can_be_reached",
        {"customer_reachable": False},
        {},
        "The customer cannot be reached. Add an address or a number, or record that no answer can be sent.",
    ),
    (
        "customer_cannot_be_reached",
        {"customer_reachable": True},
        {},
        (
            "The customer can be reached, so the answer must be sent. If they asked not to be contacted, "
            "note that on the customer first."
        ),
    ),
    ("has_handler", {"handler_id": None}, {}, "Nobody handles the case yet. Choose a handler."),
    ("has_team", {"team_id": None}, {}, "No team is responsible for the case yet. Choose a team."),
    ("service_set", {"service_id": None}, {}, "The service is not set yet. Choose what the case is about."),
    ("severity_set", {"severity": None}, {}, "The severity is not set yet. Choose 1 (low) to 4 (severe)."),
    (
        "severity_set",
        {"given": {"severity": 5}},
        {},
        "The severity is not set yet. Choose 1 (low) to 4 (severe).",
    ),
    (
        "reviewer_is_independent",
        {"stage": 2, "stage1_handlers": frozenset({ANN})},
        {},
        "You handled stage 1 of this case, so somebody else must review it. Ask a supervisor to assign it.",
    ),
    (
        "reviewer_is_independent",
        {"stage": 2, "stage1_handlers": frozenset({BEN})},
        {},
        "The handler also handled stage 1 of this case. Choose a reviewer who did not.",
    ),
    (
        "actor_is_independent",
        {"stage": 3, "stage1_handlers": frozenset({ANN})},
        {},
        "You handled stage 1 of this case, so somebody else must review it. Ask a supervisor to assign it.",
    ),
    (
        "not_named_in_case",
        {"named_staff": frozenset({ANN})},
        {},
        "You are named in this case, so somebody else must handle it.",
    ),
    (
        "actor_is_independent",
        {"stage": 3, "handled": {2: frozenset({ANN}), 3: frozenset({ANN})}},
        {},
        "You handled stage 2 of this case, so somebody else must review it. Ask a supervisor to assign it.",
    ),
    (
        "reviewer_is_independent",
        {"stage": 3, "handled": {1: frozenset({CARA}), 2: frozenset({BEN})}},
        {},
        "The handler also handled stage 2 of this case. Choose a reviewer who did not.",
    ),
    (
        "reviewer_is_independent",
        {"stage": 3, "handled": {1: frozenset({CARA})}, "stage1_handlers": frozenset({BEN})},
        {},
        "The handler also handled stage 1 of this case. Choose a reviewer who did not.",
    ),
    (
        "chosen_not_named",
        {"named_staff": frozenset({CARA}), "given": {"by": str(CARA)}},
        {"field": "by"},
        "The person chosen cannot be given this case. Choose somebody else.",
    ),
    (
        "chosen_not_named",
        {"named_staff": frozenset({CARA}), "given": {"handler": CARA}},
        {},
        "The person chosen cannot be given this case. Choose somebody else.",
    ),
    (
        "four_eyes",
        {"checked_by_id": ANN},
        {},
        "Whoever wrote this answer cannot release it too. Ask a colleague to check it.",
    ),
    (
        "four_eyes",
        {"checked_by_id": BEN, "drafted_by_id": BEN},
        {},
        "Whoever wrote this answer cannot release it too. Ask a colleague to check it.",
    ),
    (
        "path_is",
        {"path": ""},
        {"path": "very_urgent"},
        "This can only be done on the very urgent path; the case is on the ordinary one.",
    ),
    (
        "path_is",
        {"path": "very_urgent"},
        {"path": "ordinary"},
        "This can only be done on the ordinary path; the case is on the very urgent one.",
    ),
    (
        "early_path_open",
        {"early_open": False},
        {},
        "The time in which it could be resolved early is over. Look into it and send a full answer.",
    ),
    ("stage_is", {"stage": 2}, {"stage": 1}, "This can only be done at stage 1; the case is at stage 2."),
    (
        "empowered",
        {"actor_role": "frontline", "severity": 3},
        {"max_severity": 2},
        (
            "A case of severity 3 cannot be resolved on the spot by front-line staff (up to severity 2). "
            "Acknowledge it, or ask a supervisor."
        ),
    ),
    (
        "empowered",
        {"actor_role": "frontline", "given": {"amount": Decimal("50.01")}},
        {"max_amount": 50},
        "Front-line staff may offer up to 50 on the spot. Offer less, or ask a supervisor.",
    ),
    (
        "empowered",
        {"actor_role": "frontline", "given": {"amount": "a lot"}},
        {"max_amount": 50},
        "The amount must be a number such as 25 or 25.50. Correct it, or leave it empty.",
    ),
    (
        "extension_left",
        {"extensions_used": 1},
        {"max": 1},
        "The time to answer can be extended once, and that is used up. Answer by the present date.",
    ),
    (
        "extension_left",
        {"extensions_used": 2},
        {"max": 2},
        "The time to answer can be extended 2 times, and that is used up. Answer by the present date.",
    ),
    ("extension_left", {}, {"max": 0}, "The time to answer cannot be extended. Answer by the present date."),
    ("reason_given", {"given": {"reason": " \n"}}, {}, "A reason is missing. Say why in a sentence."),
    (
        "new_date_later",
        {"given": {"new_date": "2026-11-25"}},
        {},
        "The new date must be later than the present one, 25 November 2026.",
    ),
    (
        "new_date_later",
        {"given": {"new_date": "2026-11-23"}, "calendar_due_at": None},
        {},
        "The new date must lie in the future.",
    ),
    (
        "new_date_later",
        {"given": {"new_date": "2026-02-30"}},
        {},
        "The new date is missing. Give the date by which the customer will have an answer.",
    ),
    (
        "due_before",
        {"given": {"new_date": "2026-12-06"}},
        {"days": 10},
        "The new date may lie 10 days after 25 November 2026 at most: 5 December 2026.",
    ),
]


@pytest.mark.parametrize(("name", "changes", "params", "sentence"), PASSES)
def test_a_guard_lets_pass(name: str, changes: dict[str, Any], params: dict[str, Any], sentence: str) -> None:
    assert check(name, case(**changes), params) is None


@pytest.mark.parametrize(("name", "changes", "params", "sentence"), REFUSED)
def test_a_guard_says_what_is_missing(
    name: str, changes: dict[str, Any], params: dict[str, Any], sentence: str
) -> None:
    assert check(name, case(**changes), params) == sentence


def test_every_guard_has_a_row_in_both_tables() -> None:
    tested = {row[0] for row in PASSES} & {row[0] for row in REFUSED}
    assert tested | {"within_window"} == set(GUARDS)
