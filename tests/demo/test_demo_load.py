"""Loading the demo: whole or not at all, the same for the same seed, never over other data."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.cases.models import Case
from casework.core.db import Base, db, transaction
from casework.core.errors import Refused
from casework.core.once import OnceKey
from casework.demo import loading
from casework.demo.commands import demo
from tests.cast import NOW, make_cast
from tests.databases import Databases
from tests.demo.conftest import loaded_app

# Made anew by every installation, or by chance: passwords, what keeps private links from being guessed, and in how many
# steps a row was written.
NOT_COMPARED = {"password_hash", "link_nonce", "message_id", "definition", "text", "version"}
BOSTON_COLUMNS = (
    "case_enquiry_id", "open_dt", "target_dt", "closed_dt", "case_status", "closure_reason",
    "subject", "type", "department", "source", "location",
)  # fmt: skip
BOSTON_ROWS = """
101,2011-07-01 08:00:00,2011-07-05 08:00:00,2011-07-02 09:00:00,Closed,Done,Streets,Pothole,PWDx,Self Service,1 Main St
102,2011-07-03 10:00:00,,,Open,,Streets,Pothole,PWDx,Constituent Call,2 Main St
"""


def digest_of_tables() -> str:
    """A digest of everything in the database that is said to be the same for the same seed."""
    found = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in NOT_COMPARED]
        for row in db.session.execute(select(*columns).order_by(*table.primary_key.columns)):
            found.update(re.sub(r"/your-case/\S+", "", repr(tuple(row))).encode())
    return found.hexdigest()


def digest_when_loaded(databases: Databases, folder: Path, *, seed: int) -> str:
    app = loaded_app(databases.fresh("demo_seed"), folder, cases=60, seed=seed)
    with app.app_context():
        found = digest_of_tables()
        db.session.remove()
        db.engine.dispose()
    databases.drop("demo_seed")
    return found


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(
    databases: Databases, tmp_path: Path
) -> None:
    first = digest_when_loaded(databases, tmp_path / "a", seed=5)
    assert digest_when_loaded(databases, tmp_path / "b", seed=5) == first
    assert digest_when_loaded(databases, tmp_path / "c", seed=6) != first


@pytest.mark.parametrize("cases", [0, 1, 30])
def test_a_few_cases_or_none_are_enough(app: Flask, db_session: object, cases: int) -> None:
    loading.load_generated(cases=cases, seed=1, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(Case)) == cases


def test_loading_twice_is_refused(app: Flask, db_session: object) -> None:
    loading.load_generated(cases=0, seed=1, now=NOW)
    with pytest.raises(Refused, match="cases in this database already"):
        loading.load_generated(cases=10, seed=1, now=NOW)


def test_it_is_not_mixed_with_cases_that_are_there(app: Flask, db_session: object) -> None:
    make_cast().log()
    with pytest.raises(Refused, match="empty folder"):
        loading.load_generated(cases=10, seed=1, now=NOW)
    assert loading.is_there()


def test_after_an_interruption_it_asks_for_an_empty_folder(
    app: Flask, db_session: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "open_cases", interrupted)
    with pytest.raises(KeyboardInterrupt):
        loading.load_generated(cases=10, seed=1, now=NOW)
    monkeypatch.undo()
    with pytest.raises(Refused, match="empty CASEWORK_DATA"):
        loading.load_generated(cases=10, seed=1, now=NOW)


def test_it_is_refused_in_production(app: Flask, db_session: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(app.extensions["settings"], environment="production")
    monkeypatch.setitem(app.extensions, "settings", settings)
    with pytest.raises(Refused, match="in production"):
        loading.load_generated(cases=10, seed=1, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(OnceKey)) == 0


def test_the_command_prints_who_may_sign_in_and_keeps_it_for_the_starter(
    app: Flask, db_session: object
) -> None:
    result = app.test_cli_runner().invoke(demo, ["load", "--cases", "0"])
    assert result.exit_code == 0, result.output
    assert "dana@lakeford.example" in result.output
    kept = app.extensions["settings"].data_dir / loading.SIGN_INS
    assert kept.read_text(encoding="utf-8").strip() in result.output


def test_if_empty_leaves_alone_what_is_there(app: Flask, db_session: object) -> None:
    make_cast().log()
    result = app.test_cli_runner().invoke(demo, ["load", "--if-empty"])
    assert (result.exit_code, "left as they are" in result.output) == (0, True)
    refused = app.test_cli_runner().invoke(demo, ["load"])
    assert refused.exit_code == 1


def test_boston_is_imported_and_goes_on_after_an_interruption(
    app: Flask, db_session: object, tmp_path: Path
) -> None:
    file = tmp_path / "boston.csv"
    file.write_text(",".join(BOSTON_COLUMNS) + BOSTON_ROWS, encoding="utf-8")
    with transaction():
        db.session.add(OnceKey(key="demo-boston-begun", made_id=0, used_at=NOW))
    result = app.test_cli_runner().invoke(demo, ["boston", str(file)])
    assert result.exit_code == 0, result.output
    assert "2 cases" in result.output
    assert "dana@lakeford.example" in result.output


def test_boston_asks_for_the_file_when_none_is_named(app: Flask, db_session: object) -> None:
    result = app.test_cli_runner(env={}).invoke(demo, ["boston"])
    assert result.exit_code == 1
    assert "Name the file" in result.output
