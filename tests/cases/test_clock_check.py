"""`clocks check` proves that what is kept of the clocks is what happened to them, and mends what is not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from casework.cases.models import Case, Clock, ClockState
from casework.cases.services.clocks import check_clocks, checking, stored_differences
from casework.core.db import db
from tests.cast import NOW, Cast, days


def behind_its_back(model: Any, row_id: int, **values: Any) -> None:
    """Change a row as somebody would who goes to the database by themselves."""
    changed = update(model).where(model.id == row_id).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))
    db.session.commit()
    db.session.expire_all()


def test_what_was_done_by_the_rules_is_as_it_is_kept(cast: Cast) -> None:
    case = cast.investigated()
    cast.move(case, "ask_customer", message="Which kitchen?", now=NOW + days(1))
    cast.log()
    found = check_clocks()
    assert (found.cases, found.different, found.sentences) == (2, 0, [])
    assert found.clocks == 4


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"due_at": NOW + days(99)}, "due_at is"),
        ({"state": ClockState.CANCELLED}, "state is"),
        ({"met_at": NOW}, "met_at is"),
        ({"next_step_at": NOW + days(99)}, "next_step_at is"),
        ({"next_step_at": None}, "next_step_at is None"),
    ],
)
def test_a_clock_that_was_changed_behind_its_back_is_found_and_mended(
    cast: Cast, values: dict[str, Any], said: str
) -> None:
    case = cast.log()
    reference = case.reference
    behind_its_back(Clock, case.clocks[0].id, **values)
    found = check_clocks()
    assert found.different == 1
    assert any(said in sentence for sentence in found.sentences)
    assert found.sentences[0].startswith(reference)
    assert check_clocks(mend=True).different == 1
    assert check_clocks().different == 0


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"next_due_at": NOW + days(99)}, "next_due_at is"),
        ({"is_paused": True}, "is_paused is True"),
        ({"respond_due_at": None}, "respond_due_at is None"),
    ],
)
def test_a_case_that_was_changed_behind_its_back_is_found_and_mended(
    cast: Cast, values: dict[str, Any], said: str
) -> None:
    case_id = cast.log().id
    behind_its_back(Case, case_id, **values)
    found = check_clocks()
    assert (found.different, len(found.sentences)) == (1, 1)
    assert said in found.sentences[0]
    check_clocks(mend=True)
    assert not list(stored_differences(db.session.get_one(Case, case_id)))


def test_only_what_differs_is_mended_and_all_lots_are_looked_at(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "LOT", 2)
    cases = [cast.log() for _ in range(5)]
    right = {case.id: case.clocks[0].due_at for case in cases}
    wrong = cases[3].clocks[0].id
    behind_its_back(Clock, wrong, due_at=NOW - timedelta(days=3))
    found = check_clocks(mend=True)
    assert (found.cases, found.different) == (5, 1)
    for case_id, due_at in right.items():
        assert db.session.get_one(Case, case_id).clocks[0].due_at == due_at


def test_the_command_ends_with_one_until_it_has_mended(app: Flask, cast: Cast) -> None:
    case = cast.log()
    behind_its_back(Clock, case.clocks[0].id, due_at=NOW + days(99))
    run = app.test_cli_runner().invoke
    told = run(args=["clocks", "check"])
    assert told.exit_code == 1
    assert "1 cases differ." in told.output
    mended = run(args=["clocks", "check", "--mend", "--json"])
    assert mended.exit_code == 0
    assert json.loads(mended.output)["different"] == 1
    after = run(args=["clocks", "check"])
    assert (after.exit_code, "all as they are kept" in after.output) == (0, True)
