"""Two administrators who work on the same draft at the same moment."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes import services
from casework.catalogue.processes.editing import put_head
from casework.catalogue.queries import current_process
from casework.core import clock
from casework.core.db import db, transaction
from tests.cast import Cast
from tests.faults.stage import at_once, browsers, stage

SAME = {"Sec-Fetch-Site": "same-origin"}


def a_draft(cast: Cast) -> tuple[int, int]:
    """The id and the version of a draft that says something else than the version in use."""
    with transaction():
        draft, _ = services.start_draft(current_process("enquiry"), actor=cast.wen, now=clock.now())
        changed = put_head(draft.definition, {"title": "Enquiry, shorter"})
        services.save_draft(draft, changed, seen=draft.version, actor=cast.wen, now=clock.now())
    return draft.id, draft.version


@pytest.mark.parametrize("other", ["publish", "discard"])
def test_a_draft_is_published_once_and_the_second_is_told(
    fresh_database: str, tmp_path: Path, other: str
) -> None:
    with stage(fresh_database, tmp_path) as (app, cast):
        number, seen = a_draft(cast)
        clients = browsers(app, cast.wen.email, 3)
        db.session.rollback()
        data = {"seen": str(seen), "note": "Shorter."}
        acts: list[Callable[[], Any]] = [
            partial(client.post, f"/settings/processes/drafts/{number}/{what}", data=data, headers=SAME)
            for client, what in zip(clients, ("publish", other, other), strict=True)
        ]
        assert sorted(answer.status_code for answer in at_once(acts)) == [303, 404, 404]
        db.session.rollback()
        named = select(func.max(ProcessVersion.number)).where(ProcessVersion.name == "enquiry")
        assert db.session.scalar(named) in ({2} if other == "publish" else {1, 2})
