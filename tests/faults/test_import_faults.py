"""Files that are not what they should be, and files that come twice, through the real command."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework.accounts.models import User
from casework.accounts.roles import Role
from casework.audit.models import HistoryEntry
from casework.cases.models import Case
from casework.core.db import db
from tests.cast import NOW, Cast

MAPPING = """
[source]
time_zone = "America/Chicago"

[columns]
external_reference = "number"
received_at = "opened"
closed_at = "closed"
narrative = "words"

[constants]
kind = "complaint"
"""
HEADER = "number,opened,closed,words"
ROWS = ("A-1,2026-03-02 09:00,,No answer", "A-2,2026-03-03 10:00,2026-03-05 16:00,Wrong bill")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "map.toml").write_text(MAPPING)
    return tmp_path


def run(app: Flask, place: Path, text: str, *, code: int = 0, also: tuple[str, ...] = ()) -> Any:
    """Import this text; the JSON it answers, or the sentence when it is refused."""
    (place / "cases.csv").write_text(text)
    words = ["cases", "import", str(place / "cases.csv"), "--mapping", str(place / "map.toml"), "--json"]
    result = app.test_cli_runner().invoke(args=[*words, *also])
    assert result.exit_code == code, result.output
    db.session.expire_all()
    return json.loads(result.stdout) if code == 0 else result.stderr


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def counts(answer: dict[str, Any]) -> tuple[int, int, int, int, int]:
    read, created, updated = answer["read"], answer["created"], answer["updated"]
    return read, created, updated, answer["unchanged"], answer["rejected"]


def imported() -> dict[str | None, Case]:
    return {case.external_reference: case for case in db.session.scalars(select(Case))}


def test_a_mapping_that_names_a_missing_column_is_refused_and_the_column_named(
    app: Flask, cast: Cast, place: Path
) -> None:
    (place / "map.toml").write_text(MAPPING.replace('"opened"', '"opend"'))
    sentence = run(app, place, table(*ROWS), code=1)
    assert '"opend"' in sentence
    assert '"opened"' in sentence, "what may have been meant is named too"
    assert imported() == {}


def test_a_web_page_named_csv_is_refused_as_what_it_is(app: Flask, cast: Cast, place: Path) -> None:
    sentence = run(app, place, "<!DOCTYPE html><html><body>Sign in</body></html>", code=1)
    assert "cases.csv" in sentence
    assert "web page" in sentence
    assert imported() == {}


def test_a_row_without_a_date_is_rejected_with_its_line_and_the_others_are_taken(
    app: Flask, cast: Cast, place: Path
) -> None:
    answer = run(app, place, table(ROWS[0], "A-9,,,When?", ROWS[1]))
    assert counts(answer) == (3, 2, 0, 0, 1)
    header, row = Path(answer["rejected_file"]).read_text().splitlines()
    assert header == f"line,why,{HEADER}"
    assert row.startswith("3,")
    assert "does not say when it was received" in row
    assert set(imported()) == {"A-1", "A-2"}


def test_the_same_import_again_changes_nothing(app: Flask, cast: Cast, place: Path) -> None:
    run(app, place, table(*ROWS))
    before = {key: (case.version, case.reference) for key, case in imported().items()}
    entries = len(db.session.scalars(select(HistoryEntry)).all())
    assert counts(run(app, place, table(*reversed(ROWS)))) == (2, 0, 0, 2, 0)
    assert {key: (case.version, case.reference) for key, case in imported().items()} == before
    assert len(db.session.scalars(select(HistoryEntry)).all()) == entries


def test_the_same_reference_twice_in_a_file_never_makes_two_cases(
    app: Flask, cast: Cast, place: Path
) -> None:
    answer = run(app, place, table(*ROWS, "A-1,2026-03-02 09:00,,Other words"))
    assert counts(answer) == (3, 2, 0, 0, 1)
    assert "A-1" in Path(answer["rejected_file"]).read_text()
    assert imported()["A-1"].narrative == "No answer"
    assert len(imported()) == 2


def test_a_changed_row_changes_its_case_and_says_so_in_its_history(
    app: Flask, cast: Cast, place: Path
) -> None:
    run(app, place, table(*ROWS))
    answer = run(app, place, table(ROWS[0].replace(",,", ",2026-03-04 12:00,"), ROWS[1]))
    assert counts(answer) == (2, 0, 1, 1, 0)
    case = imported()["A-1"]
    assert (case.is_open, case.closed_at is not None) == (False, True)
    verbs = db.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_id == case.id))
    assert list(verbs).count("imported") == 2


def test_a_dry_run_counts_and_changes_nothing(app: Flask, cast: Cast, place: Path) -> None:
    answer = run(app, place, table(*ROWS, "A-9,,,When?"), also=("--dry-run",))
    assert counts(answer) == (3, 2, 0, 0, 1)
    assert answer["rejected_file"] is None
    assert imported() == {}


def test_a_case_that_was_moved_here_keeps_how_far_it_has_come(app: Flask, cast: Cast, place: Path) -> None:
    run(app, place, table(*ROWS))
    dana = db.session.scalars(select(User).where(User.role == Role.FRONTLINE).order_by(User.id)).first()
    cast.move(imported()["A-1"], "acknowledge", by=dana, now=NOW)
    run(app, place, table("A-1,2026-03-02 09:00,2026-03-04 12:00,Corrected words", ROWS[1]))
    case = imported()["A-1"]
    assert (case.state, case.is_open, case.closed_at) == ("acknowledged", True, None)
    assert case.narrative == "Corrected words"
