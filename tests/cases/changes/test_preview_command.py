"""`clocks preview`: what another calendar would move, and nothing is changed."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.cases.models.changes import ClockChange
from casework.core.db import db
from tests.cases.changes.drafts import clock_of
from tests.cast import Cast

CLOSED = """time_zone = "America/Chicago"
closures = ["2026-11-26"]
[hours]
monday = [["08:00", "17:00"]]
tuesday = [["08:00", "17:00"]]
wednesday = [["08:00", "17:00"]]
thursday = [["08:00", "17:00"]]
friday = [["08:00", "17:00"]]
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "cal.toml"
    path.write_text(CLOSED, encoding="utf-8")
    return str(path)


def test_it_says_what_would_move_and_changes_nothing(cast: Cast, app: Flask, file: str) -> None:
    reference, case_id = (case := cast.log()).reference, case.id
    before = clock_of(case).due_at
    run = app.test_cli_runner().invoke
    answer = run(args=["clocks", "preview", "--calendar", "minnesota-office", "--with", file])
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert lines[0] == "Thu 26 Nov 2026 was added to the closed days."
    assert lines[1].startswith(
        "1 of 1 open cases would move: 2 clocks later, 0 earlier; 0 would become late, 0 timely."
    )
    said = "Acknowledge within 3 working days: Thu 26 Nov 2026 17:00 -> Fri 27 Nov 2026 17:00"
    assert f"{reference}, {said}" in lines
    answer = run(args=["clocks", "preview", "--calendar", "minnesota-office", "--with", file, "--json"])
    document = json.loads(answer.output)
    assert (document["moved"], document["effects"], document["imported"]) == (1, {"later": 2}, 0)
    assert document["furthest"][0]["after"].endswith("-06:00")
    kept = select(func.count()).select_from(ClockChange)
    assert db.session.scalar(kept) == 0
    assert db.session.scalar(select(type(case).next_due_at).where(type(case).id == case_id)) == before


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("nobody", "", "There is no calendar called “nobody”"),
        ("minnesota-office", "/none.toml", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(
    cast: Cast, app: Flask, file: str, name: str, given: str, said: str
) -> None:
    answer = app.test_cli_runner().invoke(
        args=["clocks", "preview", "--calendar", name, "--with", given or file]
    )
    assert answer.exit_code == 1
    assert said in answer.output
