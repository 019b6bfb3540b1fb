"""For tests of the shell: form tokens are checked here, as they are outside of tests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from casework.accounts.access import public


@pytest.fixture
def tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Form tokens are checked during the test."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def view(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], str]:
    """Put another view, open to everybody, where a page with a form is; returns its address.

    The application is made once for all tests and takes no new addresses after its first request.
    """

    def put(act: Callable[[], Any]) -> str:
        monkeypatch.setitem(app.view_functions, "accounts.add_team", public(act))
        return "/settings/teams/add"

    return put
