"""The access matrix: every address x role x relation to a case, reading the whole answer.

The world is built once, with everything but one case; each role asks for every page, and keeps what was said. Then
the case is added, marked with an unusual word in every field, and each person is brought into each relation to it.

- Whoever may not see it is answered 404 wherever it is named, nothing of it changes, and no page says a mark.
- A page that is not about it says, letter by letter, what it said in the world without it: so no count on it, no
  order and no suggestion tells that there is such a case.
- Whoever may see it is let in.

There is no relation "deleted": a case is never deleted.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from casework.accounts.roles import Role
from casework.cases.queues import VIEWS
from casework.cases.queues.sorts import SORTS
from casework.core import clock
from casework.core.db import db
from casework.measures.definitions import DEFINITIONS
from casework.measures.services import refresh
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast
from tests.security.marked import (
    NAME,
    STORY,
    TAG,
    TITLE,
    Scene,
    add_marked,
    in_relation,
    plain_world,
    said,
    state_of,
)
from tests.security.places import PLACES
from tests.security.test_access_matrix import ROLES, address_of, someone, ways_in

OF_A_CASE = {"reference", "message_id"}
RELATIONS = (
    "own",
    "own team",
    "other team",
    "merged away",
    "closed",
    "let in",
    "broken glass",
    "restricted",
    "expired glass",
    "named in it",
    "let in and named",
)
# Health is about the machine. Signing out ends the asking.
NOT_PAGES = {"static", "web.metrics", "web.healthz", "web.readyz", "accounts.sign_in"}
# What is said once to each session, or differs by the second.
OWN_STATE = {"accounts.account"}
QUESTIONS = (
    *(f"/cases/?view={view}" for view in VIEWS),
    *(f"/cases/export/csv?view={view}" for view in VIEWS if view != "open"),
    *(f"/cases/?view=open&sort={order}" for order in SORTS if order != "closed"),
    "/cases/actions?whose=team",
    f"/cases/?view=open&tag={TAG}",
    "/cases/?view=open&restricted=yes",
    "/cases/export/csv?view=open",
    "/cases/export/xlsx?view=open",
    f"/cases/tags?q={TAG}",
    f"/cases/new/customers?find={NAME}",
    "/cases/new/customers?find={reference}",
    "/cases/new/history?customer_id={customer}",
    f"/cases/new/suggest?words={TITLE}+not+inspected",
    f"/search?q={STORY}",
    f"/search?q={NAME}",
    f"/search?q={TITLE}",
    "/search?q={reference}",
    "/search?q=kitchen",
    f"/search/alike?narrative={STORY}+in+the+kitchen",
    "/search/alike?customer_id={customer}",
    *(f"/performance/{name}" for name in DEFINITIONS),
    "/performance/received?by=category",
    "/performance/received?by=channel",
    "/performance/received/cases",
    "/performance/open_at_end/cases",
    "/performance/overdue_now/cases",
    "/performance/time_to_acknowledge/cases",
    "/performance/received.csv?by=channel",
    "/performance/received/cases?period=2026-10",
    "/improvement/?show=in_hand",
    "/improvement/?show=checked",
)
SENT = (
    ("/cases/assign", {"handler_id": "{person}", "case": "{reference}"}),
    ("/cases/board/give", {"handler_id": "{person}", "case": "{reference}"}),
    ("/cases/bulk", {"act": "tag", "tags": "x", "case": "{reference}"}),
    ("/cases/{other}/link", {"reference": "{reference}", "kind": "same_subject"}),
    ("/cases/{other}/merge", {"reference": "{reference}", "reason": "The same."}),
)


@dataclass
class Tally:
    """How much was asked, and what went wrong."""

    asked: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, right: bool, *words: object) -> None:
        self.asked += 1
        if not right:
            self.wrong.append(" ".join(str(word) for word in words))


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Whatever happens inside is as if it had not been."""
    db.session.commit()
    connection: Any = db._app_engines[app][None]
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.expire_all()
        point.rollback()


def pages_of(app: Flask, scene: Scene) -> list[str]:
    """The address of every page that is about no single case, and questions to those that take some."""
    rules = [
        rule
        for rule, method in ways_in(app)
        if method == "GET"
        and not OF_A_CASE & set(rule.arguments)
        and "token" not in rule.arguments
        and rule.endpoint not in NOT_PAGES | OWN_STATE
    ]
    return [*(address_of(app, rule, scene.parts) for rule in rules), *QUESTIONS]


@pytest.mark.long
def test_what_somebody_may_not_know_of_is_nowhere(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began = clock.now()
    # What pages say of "now" is the same at the beginning and at the end.
    monkeypatch.setattr(clock, "now", lambda: began)
    scene, tally = plain_world(cast), Tally()
    refresh(NOW)
    browsers = {role: app.test_client() for role in ROLES}
    for one in Role:
        sign_in(browsers[one], someone(cast, one))
    pages = pages_of(app, scene)
    known = {"reference": "26-00002", "customer": "3"}
    asked = [path.format(**known) for path in pages]
    without = {(role, path): said(ask(browsers[role], path), path) for role in ROLES for path in asked}
    add_marked(scene)
    refresh(NOW)
    assert scene.reference == known["reference"], "the questions before were about another case"
    of_a_case = [(rule, method) for rule, method in ways_in(app) if is_of_a_case(rule)]
    for relation in RELATIONS:
        for role in ROLES:
            viewer = someone(cast, role) if role else cast.dana
            where = (relation, role or "signed out")
            with undone(app):
                let_in = in_relation(scene, relation, viewer)
                sees = let_in and PLACES["cases.case"].audience >= {role}
                walk(app, scene, browsers[role], of_a_case, role=role, sees=sees, tally=tally, where=where)
                # Whose role opens no case may still see figures, in which an ordinary case counts.
                if not let_in:
                    for path in asked:
                        heard = said(ask(browsers[role], path), path)
                        marks = [mark for mark in scene.marks if mark in heard]
                        tally.note(not marks, *where, path, "says", *marks)
                        same = heard == without[role, path]
                        tally.note(same, *where, path, "differs:", difference(without[role, path], heard))
                if not sees and role is not None:
                    send(scene, browsers[role], tally, where)
    n = len(list(ways_in(app)))
    with capsys.disabled():
        sys.stdout.write(
            f"\naccess matrix: {n} ways in x {len(ROLES)} roles x {len(RELATIONS)} relations: "
            f"{tally.asked:,} answers read, {len(tally.wrong)} leaks\n"
        )
    assert tally.wrong == [], "\n".join(tally.wrong[:20])


def is_of_a_case(rule: Rule) -> bool:
    return bool(OF_A_CASE & set(rule.arguments)) and "token" not in rule.arguments


def ask(browser: FlaskClient, path: str, method: str = "GET", data: Any = None) -> Any:
    return browser.open(path, method=method, data=data, buffered=True)


def walk(
    app: Flask,
    scene: Scene,
    browser: FlaskClient,
    ways: list[tuple[Rule, str]],
    *,
    role: Role | None,
    sees: bool,
    tally: Tally,
    where: tuple[object, ...],
) -> None:
    """Every address that names the case: who may is let in, others hear that it is not there and change nothing."""
    before = state_of(scene)
    for rule, method in ways:
        # What sends may change who sees it, so those who may are only asked to look.
        if sees and method == "POST":
            continue
        path = address_of(app, rule, scene.parts)
        answer = ask(browser, path, method)
        expected = PLACES[rule.endpoint].expected(method, role)
        inside = role in PLACES[rule.endpoint].audience
        right = answer.status_code == (404 if inside and not sees else expected)
        if inside and sees:
            # Some pages have nothing to show of a case that is closed or merged, and say so.
            right = answer.status_code in (200, 302, 404, 409, 422)
        tally.note(right, *where, method, path, answer.status_code)
        if not sees:
            heard = said(answer, scene.reference and f"={scene.reference}")
            marks = [mark for mark in scene.marks if mark in heard]
            tally.note(not marks, *where, method, path, "says", *marks)
    if not sees:
        tally.note(state_of(scene) == before, *where, "changed something")


def send(scene: Scene, browser: FlaskClient, tally: Tally, where: tuple[object, ...]) -> None:
    """The reference in what is sent to addresses that take several, or that are about another case."""
    before = state_of(scene)
    words = {"reference": scene.reference, "other": scene.other.reference, "person": str(scene.cast.pat.id)}
    for path, data in SENT:
        filled = {key: value.format(**words) for key, value in data.items()}
        answer = ask(browser, path.format(**words), "POST", filled)
        heard = said(answer, f"={scene.reference}")
        tally.note(not any(mark in heard for mark in scene.marks), *where, path, "says a mark")
    tally.note(state_of(scene) == before, *where, "changed by being sent")


def difference(one: str, other: str) -> str:
    """Where two answers begin to differ."""
    at = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), -1)
    return f"{one[max(at - 60, 0) : at + 60]!r} became {other[max(at - 60, 0) : at + 60]!r}"
