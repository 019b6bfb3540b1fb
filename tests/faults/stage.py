"""An application on a database of its own, whose commits are real, and people who use it at the same moment."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import create_app
from casework.cases.models import Case
from casework.core import clock
from casework.core.db import Model, db, expect_writes, transaction
from casework.core.forms import local_now
from tests.accounts.people import sign_in
from tests.cast import Cast, make_cast
from tests.conftest import ApartClient, make_settings

ZONE = "America/Chicago"
STORY = "Nobody came to inspect the kitchen, and nobody called."
T = TypeVar("T")


@contextmanager
def stage(url: str, data_dir: Path, **settings: Any) -> Iterator[tuple[Flask, Cast]]:
    """The whole application on this database with the cast in it, inside an application context."""
    app = create_app(make_settings(url, data_dir, **settings))
    app.test_client_class = ApartClient
    with app.app_context():
        yield app, make_cast()
        db.session.remove()
        db.engine.dispose()


def staff(app: Flask, email: str) -> FlaskClient:
    """A browser in which this person is signed in."""
    client = app.test_client()
    response = sign_in(client, email)
    assert response.status_code == 302, response.text
    return client


def browsers(app: Flask, email: str, how_many: int) -> list[FlaskClient]:
    """Several windows of one person."""
    first = staff(app, email)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = first.get_cookie(name)
    assert cookie is not None
    clients = [app.test_client() for _ in range(how_many)]
    for client in clients:
        client.set_cookie(name, cookie.value)
    return clients


def log_fields(**changes: str) -> dict[str, str]:
    """What the log form sends for a complaint by phone, received now."""
    received = local_now(clock.now(), ZONE)
    return {
        "kind": "complaint",
        "channel": "phone",
        "name": "Sorina Ionescu",
        "email": "sorina@customer.example",
        "prefers": "",
        "narrative": STORY,
        "severity": "1",
        "service_id": "0",
        "received": received.strftime("%Y-%m-%dT%H:%M"),
        **changes,
    }


def at_once(acts: list[Callable[[], T]]) -> list[T]:
    """Do all of these at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        barrier.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(120) for future in [pool.submit(run, act) for act in acts]]


@contextmanager
def writing() -> Iterator[None]:
    """What a request and a task do at their beginning: say that they will write, so that they wait their turn."""
    db.session.rollback()
    expect_writes()
    try:
        with transaction():
            yield
    finally:
        expect_writes(False)
        db.session.rollback()


def count(model: type[Model]) -> int:
    """How many rows there are now."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_case() -> Case:
    """The only case there is, as it is now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Case)).one()
