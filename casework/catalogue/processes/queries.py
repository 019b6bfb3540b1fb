"""Reading versions of processes and drafts of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload

from casework.accounts.models import User
from casework.catalogue.models import ProcessVersion
from casework.catalogue.processes.models import ProcessDraft
from casework.core.db import db
from casework.core.errors import NotFound

MOST_ID = 2**31 - 1
NO_LONGER = "This draft is no longer there: somebody published or discarded it. Go back to Processes."


def versions_listed() -> Sequence[Any]:
    """All versions without their definitions, out of which the database reads the title; the newest of a name first."""
    wanted = (
        select(
            *(ProcessVersion.id, ProcessVersion.name, ProcessVersion.kind, ProcessVersion.number),
            *(ProcessVersion.is_current, ProcessVersion.loaded_at, ProcessVersion.note),
            ProcessVersion.definition["title"].as_string().label("title"),
            User.name.label("by"),
        )
        .outerjoin(User, User.id == ProcessVersion.published_by_id)
        .order_by(ProcessVersion.kind, ProcessVersion.name, ProcessVersion.number.desc())
    )
    return db.session.execute(wanted).all()


def get_version(number: int) -> ProcessVersion:
    """One version. Raises NotFound."""
    found = db.session.get(ProcessVersion, min(number, MOST_ID))
    if found is None:
        raise NotFound("There is no such version of a process. Go back to Processes.")
    return found


def newest_version(name: str) -> ProcessVersion | None:
    """The version of a name with the highest number."""
    wanted = select(ProcessVersion).where(ProcessVersion.name == name)
    return db.session.scalars(wanted.order_by(ProcessVersion.number.desc()).limit(1)).first()


def drafts() -> Sequence[ProcessDraft]:
    """All drafts, the one edited last first."""
    wanted = _with_people().order_by(ProcessDraft.edited_at.desc(), ProcessDraft.id)
    return db.session.scalars(wanted).all()


def get_draft(number: int) -> ProcessDraft:
    """One draft, with who works on it. Raises NotFound."""
    found = db.session.scalars(_with_people().where(ProcessDraft.id == min(number, MOST_ID))).first()
    if found is None:
        raise NotFound(NO_LONGER)
    return found


def draft_of(name: str) -> ProcessDraft | None:
    """The draft of a process, if somebody edits it."""
    return db.session.scalars(_with_people().where(ProcessDraft.name == name)).first()


def _with_people() -> Select[ProcessDraft]:
    return select(ProcessDraft).options(
        joinedload(ProcessDraft.started_by).lazyload(User.team),
        joinedload(ProcessDraft.edited_by).lazyload(User.team),
        joinedload(ProcessDraft.based_on).options(defer(ProcessVersion.definition)),
    )
