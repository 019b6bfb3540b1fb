"""Asking for a printed case, making the PDF in the background, and forgetting it again."""

import importlib.util
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.casefile.document import document_of, mark_of
from casework.cases.casefile.leaving_out import LeaveOut
from casework.cases.events import CaseChanged
from casework.cases.models import Case, CasefileRequest, Making
from casework.core.db import db, transaction
from casework.core.errors import Conflict, Refused
from casework.core.events import publish
from casework.core.once import made_before, remember
from casework.core.queue import enqueue
from casework.files.services import blob_for, keep_made

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=2)
ASK_AGAIN = timedelta(minutes=2)
NO_PDF = (
    "This installation cannot make PDFs: WeasyPrint is not installed. Print the page from your browser instead, "
    "which can save it as PDF too."
)
FAILED = "The PDF could not be made. Print the page from your browser instead, and tell an administrator."

Writer = Callable[[dict[str, Any], datetime], bytes]


def can_make_pdf() -> bool:
    """Whether the library that makes PDFs is installed; it is loaded by the worker alone."""
    return importlib.util.find_spec("weasyprint") is not None


def check_unchanged(case: Case, leave: LeaveOut, seen: str, *, now: datetime) -> dict[str, Any]:
    """The document, if it is the one that was seen in the preview. Raises Conflict when the case changed since."""
    document = document_of(case, leave, now=now)
    if mark_of(document) != seen:
        raise Conflict(
            "The case changed since you saw this. Look through it again; what is new is in it now."
        )
    return document


def note_made(case: Case, leave: LeaveOut, how: str, *, actor: User, now: datetime) -> None:
    """Write into the history that the case was printed, how, and what was left out."""
    summary = f"Case file made ({how}); left out: {leave.in_words()}"
    after = {"left_out": leave.in_numbers()}
    record("case", case.id, "casefile_made", summary, actor_id=actor.id, at=now, after=after)
    publish(CaseChanged(case.id, now))


def ask_for_casefile(
    case: Case, leave: LeaveOut, seen: str, *, actor: User, now: datetime, once_key: str = ""
) -> CasefileRequest:
    """Ask for the PDF of exactly what was seen; the same `once_key` asks once.

    Raises Conflict when the case changed since the preview, Refused where no PDF can be made.
    """
    before = made_before(once_key)
    if before is not None:
        return db.session.get_one(CasefileRequest, before)
    if not can_make_pdf():
        raise Refused(NO_PDF)
    asked = CasefileRequest(
        case_id=case.id,
        asked_by_id=actor.id,
        asked_at=now,
        state=Making.WAITING,
        document=check_unchanged(case, leave, seen, now=now),
        leave_out=leave.in_numbers(),
        expires_at=now + KEPT_FOR,
    )
    db.session.add(asked)
    db.session.flush()
    remember(once_key, asked.id, now)
    note_made(case, leave, "PDF", actor=actor, now=now)
    enqueue("cases.make_casefile", asked.id)
    return asked


def make_casefile(request_id: int, write: Writer, now: datetime) -> Making | None:
    """Make the PDF of a request that waits for it; doing it again changes nothing. What has become of it."""
    asked = db.session.get(CasefileRequest, request_id)
    if asked is None or asked.state is not Making.WAITING:
        return asked.state if asked else None
    document, asked_at = asked.document, asked.asked_at
    # Making it takes a while; nobody waits for the database meanwhile.
    db.session.rollback()
    try:
        sha256, size = keep_made(write(document, asked_at))
    except Exception:
        # A library that is not whole (its fonts, its drawing) fails in ways of its own: the person is told.
        log.exception("case file not made", request=request_id)
        with transaction():
            _settle(request_id, state=Making.FAILED, trouble=FAILED, done_at=now)
        return Making.FAILED
    with transaction():
        blob = blob_for(sha256, size, now=now, made_here=True)
        _settle(request_id, state=Making.DONE, blob_id=blob.id, done_at=now)
    return Making.DONE


def sweep_casefiles(now: datetime) -> None:
    """Ask again for those that were lost, and forget those that are old: what they say, and their contents."""
    lost = select(CasefileRequest.id).where(
        CasefileRequest.state == Making.WAITING, CasefileRequest.asked_at < now - ASK_AGAIN
    )
    for request_id in db.session.scalars(lost.limit(100)):
        enqueue("cases.make_casefile", request_id)
    db.session.execute(
        update(CasefileRequest)
        .where(CasefileRequest.state != Making.EXPIRED, CasefileRequest.expires_at < now)
        .values(state=Making.EXPIRED, blob_id=None, document={})
        .execution_options(synchronize_session=False)
    )


def _settle(request_id: int, **values: Any) -> None:
    db.session.execute(
        update(CasefileRequest)
        .where(CasefileRequest.id == request_id, CasefileRequest.state == Making.WAITING)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
