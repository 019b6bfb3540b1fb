"""The files of a case: adding, removing, and those that wait for a form to be saved."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import CaseChanged
from casework.cases.models import Case, CaseFile, CasefileRequest, StagedFile
from casework.cases.queries.files import bytes_of_case, file_of, staged_bytes_of
from casework.cases.services.drafts import tokens_in_drafts
from casework.core.db import db
from casework.core.errors import Refused
from casework.core.events import publish
from casework.files.rules import CASE_BYTES, STAGED_BYTES, limit_words
from casework.files.services import Taken, blob_for, remove_unused, take_in

STAGED_FOR = timedelta(days=1)
# How many ids one statement names.
AT_ONCE = 500
WHY_LENGTH = 1000
_GONE = "A file that you had added is no longer there. Add it again."


def attach_uploads(case: Case, uploads: Iterable[Any], *, actor: User, now: datetime) -> list[CaseFile]:
    """Add files as a form brought them (werkzeug's FileStorage) to a case; all of them or none.

    Fields without a file are passed over. Raises Refused with a sentence for each file that is not taken.
    A page that should not lose the good ones for a bad one stages them first, and attaches what was staged.
    """
    taken, refused = take_in(uploads)
    if refused:
        raise Refused(refused)
    return attach_taken(case, taken, actor=actor, now=now)


def attach_taken(case: Case, taken: Sequence[Taken], *, actor: User | None, now: datetime) -> list[CaseFile]:
    """Add files whose bytes are kept already to a case.

    - The same content twice is one file of the case, so that a second press has one effect.
    - A case holds CASE_BYTES at most.

    Raises Refused.
    """
    if not taken:
        return []
    _hold(case, now)
    added = []
    for one in taken:
        blob = blob_for(one.sha256, one.size, now=now)
        file = _add(case, blob.id, one, actor=actor, now=now)
        added += [file] if file is not None else []
    _added(case, added, actor=actor, now=now)
    return added


def attach_staged(case: Case, tokens: Iterable[str], *, actor: User, now: datetime) -> list[CaseFile]:
    """Add the files that this person staged under these tokens to a case.

    - A token that this same case has taken already is passed over: the form was sent twice.
    - A token of somebody else, or one that was swept, is refused.

    Raises Refused.
    """
    wanted = list(dict.fromkeys(token for token in tokens if token))
    if not wanted:
        return []
    staged = {
        one.token: one
        for one in db.session.scalars(
            select(StagedFile).where(StagedFile.user_id == actor.id, StagedFile.token.in_(wanted))
        )
    }
    if any(token not in staged or staged[token].case_id not in (None, case.id) for token in wanted):
        raise Refused(_GONE)
    fresh = [staged[token] for token in wanted if staged[token].case_id is None]
    if not fresh:
        return []
    _hold(case, now)
    added = []
    for one in fresh:
        one.case_id = case.id
        file = _add(case, one.blob_id, one, actor=actor, now=now)
        added += [file] if file is not None else []
    _added(case, added, actor=actor, now=now)
    return added


def stage(taken: Sequence[Taken], *, actor: User, now: datetime) -> list[StagedFile]:
    """Keep files for a form that is not saved yet, for a day. Raises Refused when this person keeps too many."""
    # Two of one person's uploads at once stand in line here, so that neither passes the limit unseen.
    db.session.execute(select(User.id).where(User.id == actor.id).with_for_update())
    if staged_bytes_of(actor.id) + sum(one.size for one in taken) > STAGED_BYTES:
        raise Refused(
            f"More than {limit_words(STAGED_BYTES)} wait in forms of yours that were not saved. Save one, then go on."
        )
    staged = [
        StagedFile(
            token=secrets.token_urlsafe(24),
            user_id=actor.id,
            blob=blob_for(one.sha256, one.size, now=now),
            name=one.name,
            original_name=one.original_name,
            kind=one.kind,
            staged_at=now,
        )
        for one in taken
    ]
    db.session.add_all(staged)
    db.session.flush()
    return staged


def remove_file(case: Case, file_id: int, why: str, *, actor: User, now: datetime) -> CaseFile:
    """Take a file out of sight, with the reason; its content stays as long as the case does.

    Removing twice changes nothing. Raises Refused without a reason, NotFound without the file.
    """
    file = file_of(case, file_id)
    if file.removed_at is not None:
        return file
    why = why.strip()[:WHY_LENGTH]
    if not why:
        raise Refused("Say why the file is removed; it stands in the history of the case.")
    if not _mark(file, now, actor.id, why):
        return file
    _count(case, -1, now)
    _write(case, "file_removed", f"File removed: {file.name}", [file], actor=actor, now=now, reason=why)
    return file


def put_back_file(case: Case, file_id: int, *, actor: User, now: datetime) -> CaseFile:
    """Show a removed file again. Raises NotFound."""
    file = file_of(case, file_id)
    if file.removed_at is None:
        return file
    if not _mark(file, None, None, ""):
        return file
    _count(case, 1, now)
    _write(case, "file_put_back", f"File put back: {file.name}", [file], actor=actor, now=now)
    return file


def sweep_staged(now: datetime) -> int:
    """Forget the files of forms that were not saved within a day, and contents that nobody refers to any more.

    A file that a draft of the same person names lives as long as the draft.
    """
    old = select(StagedFile.id, StagedFile.token, StagedFile.user_id, StagedFile.case_id)
    waiting = db.session.execute(old.where(StagedFile.staged_at < now - STAGED_FOR)).all()
    named = tokens_in_drafts({one.user_id for one in waiting if one.case_id is None})
    ids = [one.id for one in waiting if one.case_id is not None or one.token not in named]
    for first in range(0, len(ids), AT_ONCE):
        db.session.execute(
            delete(StagedFile)
            .where(StagedFile.id.in_(ids[first : first + AT_ONCE]))
            .execution_options(synchronize_session=False)
        )
    remove_unused((CaseFile.blob_id, StagedFile.blob_id, CasefileRequest.blob_id), now)
    return len(ids)


def _add(
    case: Case, blob_id: int, named: Taken | StagedFile, *, actor: User | None, now: datetime
) -> CaseFile | None:
    """The file, or nothing when the case has the same content already."""
    there = select(CaseFile.id).where(
        CaseFile.case_id == case.id, CaseFile.blob_id == blob_id, CaseFile.removed_at.is_(None)
    )
    if db.session.scalar(there.limit(1)) is not None:
        return None
    file = CaseFile(
        case_id=case.id,
        blob_id=blob_id,
        name=named.name,
        original_name=named.original_name,
        kind=named.kind,
        added_by_id=actor.id if actor else None,
        added_at=now,
    )
    db.session.add(file)
    db.session.flush()
    return file


def _mark(file: CaseFile, at: datetime | None, by_id: int | None, why: str) -> bool:
    """Mark a file as removed, or as back; whether it was not so already, so that it is counted once."""
    is_removed = CaseFile.removed_at.is_not(None)
    marked = db.session.execute(
        update(CaseFile)
        .where(CaseFile.id == file.id, is_removed if at is None else ~is_removed)
        .values(removed_at=at, removed_by_id=by_id, removed_why=why)
        .returning(CaseFile.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    db.session.expire(file)
    return marked is not None


def _hold(case: Case, now: datetime) -> None:
    """Take the case's row, so that two who add at once see each other's files."""
    _count(case, 0, now)


def _count(case: Case, by: int, now: datetime) -> None:
    """Count files in the database itself: whoever saves the case meanwhile is not held to have been overtaken."""
    db.session.flush()
    db.session.execute(
        update(Case)
        .where(Case.id == case.id)
        .values(file_count=Case.file_count + by, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(case, ["file_count", "updated_at"])


def _added(case: Case, added: list[CaseFile], *, actor: User | None, now: datetime) -> None:
    if not added:
        return
    if bytes_of_case(case.id) > CASE_BYTES:
        raise Refused(
            f"A case holds {limit_words(CASE_BYTES)} of files, and with this there would be more. "
            "Make the files smaller, or keep them with your agency's large records and write down where."
        )
    _count(case, len(added), now)
    words = ", ".join(file.name for file in added)
    summary = f"File added: {words}" if len(added) == 1 else f"{len(added)} files added: {words}"
    _write(case, "file_added", summary, added, actor=actor, now=now)


def _write(
    case: Case,
    verb: str,
    summary: str,
    files: Sequence[CaseFile],
    *,
    actor: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    after: dict[str, Any] = {"files": [file.id for file in files]}
    if reason:
        after["reason"] = reason
    actor_id = actor.id if actor else None
    record("case", case.id, verb, summary, actor_id=actor_id, at=now, after=after)
    publish(CaseChanged(case.id, now))
