"""The pages of the lists: what they ask, how little, and what they refuse."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager

from flask.testing import FlaskClient

from casework.cases.queues import COLUMNS, VIEWS
from casework.cases.services.tags import tag_case
from casework.core.db import transaction
from tests.accounts.people import sign_in
from tests.cast import NOW, Cast, days
from tests.conftest import Queries

Counting = Callable[[], AbstractContextManager[Queries]]
SCRIPT = "<script>alert(1)</script>"
REFUSED = [
    "view=nothing", "view=open&sort=title", "sort=--due", "view=closed&sort=due", "view=open&sort=closed",
    "cols=reference,password", "cols=<script>", "severity=9", "severity__gt=1", "severity>=1", "team=1%20or%201=1",
    "team=-1", "handler=me", "service=٣", "category=1e9", "kind=rumour", "channel=fax", "stage=3",
    "restricted=perhaps", "tag=" + "x" * 41, "tag=%00", "received_from=2026-13-01", "received_to=20261123",
    "due_from=9999-01-01", "due_to=0001-01-01", "after=x", "after=" + "A" * 5000, "or=1", "handler[]=1",
    "team=" + "9" * 300,
]  # fmt: skip


def test_what_is_not_allowed_is_answered_with_a_sentence(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    cast.log()
    for query in REFUSED:
        answer = client.get(f"/cases/?{query}")
        assert answer.status_code == 400, query
        assert "<h1" in answer.text
        assert "Traceback" not in answer.text


def test_every_list_in_every_order_and_every_column_answers(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.amara)
    cast.investigated()
    columns = ",".join(COLUMNS)
    orders = (
        "due",
        "-due",
        "acknowledge",
        "respond",
        "-respond",
        "review",
        "update",
        "severity",
        "-severity",
    )
    for view in VIEWS.values():
        answer = client.get(f"/cases/?view={view.name}&sort=-received&cols={columns}")
        assert answer.status_code == 200, view.name
    for order in orders:
        assert client.get(f"/cases/?view=open&sort={order}&cols={columns}").status_code == 200, order


def test_a_page_asks_at_most_eight_times_however_long_it_is(
    cast: Cast, client: FlaskClient, count_queries: Counting
) -> None:
    sign_in(client, cast.amara)
    asked = []
    columns = "reference,title,team,service,due,tags,channel"
    address = f"/cases/?view=open&severity=2&team={cast.health.id}&kind=complaint&cols={columns}"
    for cases in (1, 30):
        for number in range(cases):
            cast.give(cast.log(received_at=NOW - days(number)), cast.dana)
        with count_queries() as queries:
            answer = client.get(address)
        asked.append(len(queries))
        assert len(queries) <= 8, "\n".join(queries.statements)
    assert asked[0] == asked[1]
    assert len(gzip.compress(answer.data)) < 50_000


def test_script_in_a_tag_is_only_text(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.dana)
    case = cast.log()
    with transaction():
        tag_case(case, [SCRIPT], actor=cast.dana, now=NOW)
    for address in ("/cases/?view=open&cols=tags", f"/cases/?view=open&tag={SCRIPT}", f"/cases/{case.reference}",
                    "/cases/tags", "/cases/filter?view=open"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200
        assert "&lt;script&gt;alert" in answer.text
        assert SCRIPT not in answer.text
