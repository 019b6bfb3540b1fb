"""The demo agency, loaded once for all tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from casework.core.db import db
from casework.demo.loading import load_generated
from tests.cast import NOW
from tests.conftest import make_settings
from tests.databases import Databases

CASES = 600


def loaded_app(url: str, folder: Path, *, cases: int, seed: int = 1) -> Flask:
    """An application whose database holds the demo."""
    from app import create_app

    app = create_app(make_settings(url, folder))
    with app.app_context():
        load_generated(cases=cases, seed=seed, now=NOW)
        db.session.remove()
    return app


@pytest.fixture(scope="module")
def demo_agency(
    databases: Databases, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The agency that `demo load` makes when nothing is said, as it is at the time of the tests."""
    folder = tmp_path_factory.mktemp("demo")
    app = loaded_app(databases.fresh(f"demo_{worker_id}"), folder, cases=CASES)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(f"demo_{worker_id}")
