"""What the log form sends, and the case that comes of it."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from casework.cases.models import Case
from casework.core.db import db

RECEIVED = "2026-11-23T08:30"
STORY = "Nobody came to inspect the kitchen, and nobody called."


def fields(**changes: str) -> dict[str, str]:
    """A complaint by phone; the fields of a row are written issues_0_summary and so on."""
    given = {
        "kind": "complaint",
        "channel": "phone",
        "narrative": STORY,
        "received": RECEIVED,
        "once": "one",
        **changes,
    }
    return {re.sub(r"^issues_(\d+)_", r"issues-\1-", name): value for name, value in given.items()}


def log(client: FlaskClient, **changes: str) -> Any:
    """Send the form."""
    return client.post("/cases/new", data=fields(**changes))


def the_case() -> Case:
    """The only case there is, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(Case)).one()


def no_case() -> bool:
    """Whether nothing was saved."""
    return db.session.scalars(select(Case)).all() == []


def said(page: str) -> str:
    """What stands in the summary of errors, as words."""
    found = re.search(r'<div class="err-sum".*?</div>', page, re.DOTALL)
    assert found, "no summary of errors on the page"
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", found[0]).split()))
