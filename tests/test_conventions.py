"""Conventions of the house that a tool can check, so that no review has to."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from casework.accounts.access import PUBLIC, access_of
from casework.accounts.roles import Permission

ROOT = Path(__file__).parent.parent
OURS = ("app.py", "casework", "workers", "tools", "samples", "tests", "templates", "static", "docs")
TEXT = (".py", ".html", ".txt", ".css", ".js", ".toml", ".md")
MOST_LINES = 400

# Templates whose name is put together when they are used: the folder of the message, the part of it.
NAMED_WHEN_USED = re.compile(r"^mail/([a-z_]+/(subject\.txt|body\.txt|body\.html)|_frame\.txt)$")


def our_files() -> list[Path]:
    places = [ROOT / name for name in OURS if (ROOT / name).exists()]
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*"))]
    return [file for file in files if file.suffix in TEXT and "vendor" not in file.parts and file.is_file()]


def templates() -> dict[str, str]:
    folder = ROOT / "templates"
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not isinstance(access_of(view), Permission) and access_of(view) != PUBLIC
    ]
    assert silent == []


def test_every_template_parses(app: Flask) -> None:
    for name, source in templates().items():
        app.jinja_env.parse(source, name)


def test_every_template_is_used(app: Flask) -> None:
    python = "\n".join(file.read_text(encoding="utf-8") for file in our_files() if file.suffix == ".py")
    named_in_templates = {name for source in templates().values() for name in names_in(app, source)}
    unused = [
        name
        for name in templates()
        if name not in named_in_templates and f'"{name}"' not in python and not NAMED_WHEN_USED.match(name)
    ]
    assert unused == []


def names_in(app: Flask, source: str) -> set[str]:
    """The templates that a template extends, includes or imports; names chosen by a condition count too."""
    tree = app.jinja_env.parse(source)
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    found: list[nodes.Expr] = [getattr(part, "template") for part in tree.find_all(kinds)]  # noqa: B009
    constants = [part for part in found if isinstance(part, nodes.Const)]
    constants += [constant for part in found for constant in part.find_all(nodes.Const)]
    # Mails are read from their own folder, so they name each other from there.
    return {f"{folder}{constant.value}" for constant in constants for folder in ("", "mail/")}


def test_every_form_that_posts_carries_a_token() -> None:
    bare = []
    for name, source in templates().items():
        for form in re.findall(r"<form\b[^>]*method=[\"']?post.*?</form>", source, flags=re.S | re.I):
            if not re.search(r"csrf|hidden_tag", form):
                bare.append((name, form[:80]))
    assert bare == []


def test_no_template_has_inline_styles_or_scripts() -> None:
    inline = [
        (name, found)
        for name, source in templates().items()
        if name.endswith(".html") and not name.startswith("mail/")
        for found in re.findall(r"<style\b|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']", source)
    ]
    assert inline == []


@pytest.mark.parametrize("limit", [MOST_LINES])
def test_no_file_is_too_long(limit: int) -> None:
    lengths = {
        file.relative_to(ROOT).as_posix(): len(file.read_text("utf-8").splitlines()) for file in our_files()
    }
    assert {name: length for name, length in lengths.items() if length > limit} == {}


def test_files_are_named_for_what_they_hold() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [str(file) for file in our_files() if file.name in vague] == []
