"""The pages to read, and what every page of the portal has."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.core.db import transaction
from tests.cast import NOW, Cast
from tests.portal.walks import COMPLAINT, answer, faults_of, look, send, words_on

PAGES = (
    "/tell-us",
    "/tell-us/kind",
    "/tell-us/help",
    "/how-we-handle-complaints",
    "/privacy",
    "/accessibility",
    "/track",
    "/track/sent",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_cheap(
    client: FlaskClient, cast: Cast, path: str, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    with count_queries() as queries:
        page = look(client, path)
    assert faults_of(page) == []
    assert "Lakeford Public Health" in page
    assert len(queries) <= 12, queries.statements


def test_every_question_is_whole_and_cheap(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[Any]]
) -> None:
    for step, given in COMPLAINT.items():
        with count_queries() as queries:
            page = look(client, f"/tell-us/{step}")
        assert faults_of(page) == [], step
        assert len(queries) <= 12, queries.statements
        answer(client, step, given)
    for path in ("/tell-us/check", "/tell-us/saved"):
        with count_queries() as queries:
            assert faults_of(look(client, path)) == []
        assert len(queries) <= 12, queries.statements
    with count_queries() as queries:
        assert send(client).status_code == 302
    assert len(queries) <= 40, queries.statements


def test_the_start_page_leads_everywhere(client: FlaskClient, cast: Cast) -> None:
    page = look(client, "/tell-us")
    for href in ("/tell-us/kind", "/track", "/tell-us/help", "/privacy", "/accessibility"):
        assert f'href="{href}"' in page
    assert "555 0100" in page


def test_what_is_promised_about_complaints_is_what_holds(client: FlaskClient, cast: Cast) -> None:
    words = words_on(look(client, "/how-we-handle-complaints"))
    assert "Answer within 20 working days" in words
    assert "Pass on and thank" not in words


def test_old_answers_are_swept_by_a_command(client: FlaskClient, cast: Cast, app: Flask) -> None:
    answer(client, "kind", {"kind": "complaint"}, at=NOW.replace(year=2020))
    with transaction():
        result = app.test_cli_runner().invoke(args=["portal", "sweep"])
    assert result.output == "1 forgotten.\n"


def test_nothing_on_these_pages_needs_a_script_or_a_style_of_its_own(client: FlaskClient, cast: Cast) -> None:
    for path in PAGES:
        page = look(client, path)
        assert " style=" not in page
        assert "<script>" not in page
        assert page.count("<script ") == 1
