"""`flask users` on the command line."""

import re
from typing import Any

import pytest
from flask import Flask

from casework.accounts import queries, services
from casework.accounts.roles import Role
from tests.accounts.people import make_person, make_team


@pytest.fixture
def run(app: Flask, db_session: Any) -> Any:
    """Run a command as the shell would; returns what click saw."""
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["users", "add", *words])


def test_a_person_is_added_and_the_password_printed_once(run: Any) -> None:
    make_team("Food safety")
    result = run("kit@lakeford.example", "--name", "Kit Ray", "--role", "Front-line", "--team", "food safety")
    assert result.exit_code == 0, result.output
    password = re.findall(r"Password, shown this once: (\S+)", result.stdout)
    kit = queries.person_with_email("kit@lakeford.example")
    assert kit is not None
    assert (kit.role, kit.team and kit.team.name) == (Role.FRONTLINE, "Food safety")
    assert services.is_password(password[0], kit.password_hash)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["kit@b.gov", "--name", "Kit", "--role", "emperor"], "There is no role 'emperor'"),
        (["kit", "--name", "Kit", "--role", "manager"], "Write the e-mail address in full"),
        (["dana.marsh@lakeford.example", "--name", "Kit", "--role", "manager"], "is there already"),
        (
            ["kit@b.gov", "--name", "Kit", "--role", "manager", "--team", "Nowhere"],
            "The teams are Food safety.",
        ),
        (["kit@b.gov", "--name", " ", "--role", "manager"], "Write the person's name."),
    ],
)
def test_what_cannot_be_done_is_a_sentence_on_stderr(run: Any, words: list[str], sentence: str) -> None:
    make_person()
    make_team("Food safety")
    result = run(*words)
    assert result.exit_code != 0
    assert sentence in result.stderr
    assert result.stdout == ""
    assert queries.person_with_email("kit@b.gov") is None
