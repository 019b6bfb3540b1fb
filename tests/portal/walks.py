"""Walking the customer's pages as a browser without script does."""

import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.links import link_token
from casework.cases.models import Case
from casework.core.db import db
from tests.cast import NOW
from tests.web.forms import hidden_on

SECRET = "a key for tests alone"
LATER = NOW + timedelta(minutes=5)

COMPLAINT = {
    "kind": {"kind": "complaint"},
    "story": {"story": "Nobody came to inspect the kitchen.\r\n\r\nI waited all day."},
    "service": {"service": "0"},
    "wish": {"wish": "Please send an inspector."},
    "reach": {"reach": "email", "email": "sorina@customer.example"},
    "name": {"name": "Sorina Ionescu"},
}


def answer(client: FlaskClient, step: str, given: dict[str, str], *, at: datetime = NOW) -> Any:
    """Open the page of a question, fill it in and press Continue."""
    with time_machine.travel(at, tick=False):
        page = client.get(f"/tell-us/{step}")
        hidden = hidden_on(page.text) if page.status_code == 200 else {}
        return client.post(f"/tell-us/{step}", data={**hidden, **given})


def fill_in(client: FlaskClient, answers: dict[str, dict[str, str]] | None = None, **changes: Any) -> None:
    """Answer every question, each page leading to the next."""
    for step, given in {**(answers or COMPLAINT), **changes}.items():
        response = answer(client, step, given)
        assert response.status_code == 302, response.text


def send(client: FlaskClient, *, at: datetime = LATER, **more: str) -> Any:
    """Look at the answers once more and press Send."""
    with time_machine.travel(at, tick=False):
        hidden = hidden_on(client.get("/tell-us/check").text)
        return client.post("/tell-us/check", data={**hidden, "website": "", **more})


def look(client: FlaskClient, path: str, *, at: datetime = NOW) -> str:
    """A page that must be there, as text."""
    with time_machine.travel(at, tick=False):
        response = client.get(path)
    assert response.status_code == 200, response.text
    return str(response.text)


def press(client: FlaskClient, path: str, given: dict[str, str], *, to: str = "", at: datetime = NOW) -> Any:
    """Fill in the form on a page and send it."""
    with time_machine.travel(at, tick=False):
        return client.post(to or path, data={**hidden_on(client.get(path).text), **given})


def page_of(case: Case, more: str = "") -> str:
    """The private address of a case."""
    return f"/your-case/{case.reference}/{link_token(case, SECRET)}{more}"


def all_cases() -> list[Case]:
    db.session.expire_all()
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def words_on(page: str) -> str:
    """What a page says, without its tags."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


class Elements(HTMLParser):
    """The tags of a page, with what they carry."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def faults_of(page: str) -> list[str]:
    """What every page must have and this one has not."""
    elements = Elements(page)
    ids = [attrs["id"] for _, attrs in elements.tags if "id" in attrs]
    labelled = {attrs.get("for") for attrs in elements.named("label")}
    fields = [a for a in elements.named("input", "textarea", "select") if a.get("type") != "hidden"]
    described = " ".join(attrs.get("aria-describedby", "") for _, attrs in elements.tags).split()
    faults = [f"the id {one} twice" for one in sorted({one for one in ids if ids.count(one) > 1})]
    faults += [f"no label for {a.get('name')}" for a in fields if a.get("id") not in labelled]
    faults += [f"described by {one}, which is not there" for one in described if one not in ids]
    faults += [] if len(elements.named("h1")) == 1 else [f"{len(elements.named('h1'))} h1"]
    links = [a["href"][1:] for a in elements.named("a") if a.get("href", "").startswith("#")]
    return faults + [f"a link to #{one}, which is not there" for one in links if one not in ids]
