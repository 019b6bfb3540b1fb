"""What the documents say is there is there: paths, links, commands, settings, fields, measures, one line per folder."""

import re
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from casework.cases.intake_files.vocabulary import FIELDS
from casework.core import config
from casework.improvement.finders import FINDERS
from casework.measures.definitions import DEFINITIONS
from casework.web.doctor import checks

ROOT = Path(__file__).parent.parent
DOCS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
# Made by setting up or running, so a fresh checkout does not have them.
MADE = (".venv", "var", "node_modules", "static/vendor")
MADE_FOLDERS = {"__pycache__", "vendor", "node_modules", "var"}
WRITTEN = {".py", ".md", ".html", ".css", ".toml", ".sh"}
COMMAND = re.compile(r"(?:^|[\s`])(?:\.venv/bin/)?flask ((?:[a-z-]+ ?)+)((?:[^`\n|#]*)?)")


def named(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code_in(text: str) -> list[str]:
    """Everything set as code: between backticks, and lines that are indented by four."""
    return [*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^ {4}(\S.*)$", text, flags=re.M)]


def tops() -> set[str]:
    """The folders at the top of the checkout that hold something written by us, and not somebody's data."""
    folders = [path for path in ROOT.iterdir() if is_folder(path) and not path.name.startswith(".")]
    return {path.name for path in folders if any(f.suffix in WRITTEN for f in path.rglob("*"))} | {".ci"}


def paths_in(text: str) -> Iterator[str]:
    """The paths of this checkout that a document names."""
    for code in re.findall(r"`([^`\n]+)`", text):
        first, slash, _ = code.partition("/")
        if slash and first in tops() and re.fullmatch(r"[\w./-]+", code) and not code.startswith(MADE):
            yield code


@pytest.mark.parametrize("name", named(DOCS))
def test_every_path_that_a_document_names_exists(name: str) -> None:
    assert [path for path in paths_in(read(name)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", named(DOCS))
def test_every_link_of_a_document_leads_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", read(name))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not ((ROOT / name).parent / target).exists()] == []


@pytest.mark.parametrize("name", named(DOCS))
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), flags=re.M))
    used = {target for code in code_in(read(name)) for target in re.findall(r"\bmake ([a-z-]+)", code)}
    assert used <= targets


def test_the_readme_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", read("Makefile"), flags=re.M))
    assert {target for target in targets if f"make {target}" not in read("README.md")} == set()


@pytest.mark.parametrize("name", named(DOCS))
def test_every_flask_command_and_option_that_a_document_names_exists(app: Flask, name: str) -> None:
    wrong = []
    for code in code_in(read(name)):
        for words, rest in COMMAND.findall(code):
            problem = problem_of(app, words.split(), re.findall(r"--[a-z-]+", rest))
            if problem:
                wrong.append(f"{code}: {problem}")
    assert wrong == []


def problem_of(app: Flask, words: list[str], options: list[str]) -> str:
    """Why this is not a command with these options; empty when it is."""
    found = top_command(app, words[0])
    for word in words[1:]:
        if isinstance(found, click.Group):
            found = found.commands.get(word)
    if found is None or isinstance(found, click.Group):
        return f"there is no command {' '.join(words)}"
    known = {option for each in found.params for option in (*each.opts, *each.secondary_opts)}
    return ", ".join(f"no option {option}" for option in options if option not in known | {"--help"})


def top_command(app: Flask, name: str) -> click.Command | None:
    """A command of the application, or one that a package adds to Flask's own."""
    own = app.cli.commands.get(name)
    if own is not None:
        return own
    added: Any = next(
        (each.load() for each in entry_points(group="flask.commands") if each.name == name), None
    )
    return added if isinstance(added, click.Command) else None


def test_the_readme_names_every_command_of_ours(app: Flask) -> None:
    said = read("README.md")
    groups = [name for name in app.cli.commands if name not in ("db", "run", "shell", "routes")]
    assert [name for name in groups if f"flask {name}" not in said] == []


def test_the_architecture_has_one_line_for_each_folder() -> None:
    packages = {f"casework/{path.name}/" for path in (ROOT / "casework").iterdir() if is_folder(path)}
    folders = packages | {f"{name}/" for name in tops()}
    lines = re.findall(r"^\| `([^`]+)` \| \S", read("docs/architecture.md"), flags=re.M)
    assert sorted(lines) == sorted(folders)


def is_folder(path: Path) -> bool:
    return path.is_dir() and path.name not in MADE_FOLDERS


def test_every_setting_is_described() -> None:
    source = Path(config.__file__).read_text(encoding="utf-8")
    settings = set(re.findall(r"(?:environ\.get|read\.\w+)\(\"([A-Z_]+)\"", source))
    assert "CASEWORK_DATA" in settings
    said = read("docs/operations.md")
    assert {name for name in settings if f"| `{name}`" not in said} == set()


def test_every_field_of_an_import_is_described() -> None:
    table = "\n".join(line for line in read("docs/importing.md").splitlines() if line.startswith("|"))
    assert [field for field in FIELDS if f"`{field}`" not in table] == []


def test_every_measure_and_finder_is_described() -> None:
    said = read("docs/measures.md")
    assert [name for name in (*DEFINITIONS, *FINDERS) if f"| `{name}` |" not in said] == []


def test_every_check_of_the_doctor_is_explained(app: Flask) -> None:
    said = read("docs/operations.md")
    assert checks
    names = [check.__name__.removeprefix("check_") for check in checks]
    assert [name for name in names if f"| `{name}` |" not in said] == []


@pytest.mark.parametrize("name", named(DECISIONS))
def test_a_decision_says_why_what_follows_and_what_was_not_chosen_on_one_page(name: str) -> None:
    text = read(name)
    number = Path(name).name[:4]
    assert text.startswith(f"# {number} ")
    assert re.findall(r"^## (.+)$", text, flags=re.M) == ["Context", "Decision", "Consequences", "Not chosen"]
    assert len(text.splitlines()) < 60


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]
