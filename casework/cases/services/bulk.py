"""One change made to many cases: kept as a job first, looked at case by case, then done case by case.

Each case is a row of the job, claimed by the transaction that changes the case: whatever is repeated, after a
second press or a worker that died, happens once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, delete, func, insert, literal, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import joinedload, selectinload

from casework.accounts.models import User
from casework.audit.services import record
from casework.cases.events import UpdateWritten
from casework.cases.models import Act, ApprovalRule, BulkItem, BulkJob, Case, ItemState, JobState
from casework.cases.queries import get_case_for, visible_cases
from casework.cases.queries.approvals import approval_rules
from casework.cases.reach import cannot_be_told
from casework.cases.services.approval_rules import why_checked
from casework.cases.services.assignment import assign_case, check_assign
from casework.cases.services.moves import check_move, make_move
from casework.cases.services.tags import tag_case, untag_case
from casework.catalogue.queries import process_of
from casework.core.db import db, table_of
from casework.core.errors import NotFound, Refused
from casework.core.events import publish
from casework.core.once import stand_in_line

MOST = 500
# More than these are handed to a worker, so that nobody waits before a blank page.
AT_ONCE = 50
LONGEST_REFERENCE = 40
CHECKED_FIRST = "Waits to be checked before it goes out."
KEPT_DRAFT, KEPT_DONE = timedelta(days=1), timedelta(days=60)


@dataclass(frozen=True)
class Line:
    """One case of a job: its title where the person may see it, and why it does not change (empty: it does).

    `note` says what comes of it besides, such as that its answer waits to be checked.
    """

    reference: str
    title: str = ""
    refusal: str = ""
    state: ItemState = ItemState.WAITING
    note: str = ""


def keep_job(
    act: Act,
    references: Sequence[str],
    *,
    given: dict[str, Any],
    back: str,
    is_cut: bool = False,
    actor: User,
    now: datetime,
    once_key: str,
) -> BulkJob:
    """Keep what somebody is about to do; nothing is done yet. The same form again is the same job.

    Raises Refused when nothing was selected, or too much.
    """
    wanted = list(dict.fromkeys(tidy_reference(each) for each in references if tidy_reference(each)))
    if not wanted:
        raise Refused("No case was selected. Select at least one row, or “All in the list”.")
    if len(wanted) > MOST:
        raise Refused(f"At most {MOST} cases can be changed at once. Select fewer.")
    key = sha256("\n".join([str(actor.id), once_key, act, str(given), *wanted]).encode()).hexdigest()
    stand_in_line(key)
    before = db.session.scalars(select(BulkJob).where(BulkJob.key == key)).first()
    if before is not None:
        return before
    job = BulkJob(
        key=key,
        actor_id=actor.id,
        act=act,
        given=given,
        back=back,
        is_cut=is_cut,
        state=JobState.DRAFT,
        created_at=now,
        touched_at=now,
    )
    db.session.add(job)
    db.session.flush()
    rows = [
        {"job_id": job.id, "position": n, "reference": each, "state": ItemState.WAITING, "sentence": ""}
        for n, each in enumerate(wanted)
    ]
    db.session.execute(insert(table_of(BulkItem)), rows)
    return job


def tidy_reference(text: str) -> str:
    """What was sent as a reference, fit to be looked for and to be shown."""
    return text.replace("\x00", "").strip()[:LONGEST_REFERENCE]


def job_for(user: User, job_id: int) -> BulkJob:
    """The one door to a job: only whoever asked for it. Raises NotFound."""
    wanted = select(BulkJob).where(BulkJob.id == min(job_id, 2**31 - 1), BulkJob.actor_id == user.id)
    job = db.session.scalars(wanted).first()
    if job is None:
        raise NotFound("There is no such change of yours any more. Go back to the list and select again.")
    return job


def give(job: BulkJob, given: dict[str, Any], *, now: datetime) -> None:
    """Say what shall be done. Raises Refused once it has begun."""
    if job.state is not JobState.DRAFT:
        raise Refused("This was begun already. Go back to the list and select again.")
    job.given, job.touched_at = given, now


def cases_of(job: BulkJob, user: User) -> dict[str, Case]:
    """The cases of a job that this person may see, by reference, in one go."""
    references = select(BulkItem.reference).where(BulkItem.job_id == job.id)
    wanted: Select[Case] = (
        visible_cases(user)
        .where(Case.reference.in_(references))
        .options(
            joinedload(Case.customer),
            joinedload(Case.handler),
            selectinload(Case.process_version),
            selectinload(Case.issues),
        )
    )
    return {case.reference: case for case in db.session.scalars(wanted)}


def preview(job: BulkJob, user: User, *, now: datetime) -> list[Line]:
    """Every case of the job with what would become of it. One that is hidden looks like one that does not exist."""
    found = cases_of(job, user)
    check, rules = _checks(job, user, now), list(db.session.scalars(approval_rules()))
    lines = []
    for reference in _references(job):
        case = found.get(reference)
        if case is None:
            lines.append(Line(reference, refusal=no_such(reference)))
            continue
        try:
            check(case)
        except Refused as refusal:
            lines.append(Line(reference, case.title, refusal.message))
        else:
            lines.append(Line(reference, case.title, note=_note(job, case, user, rules)))
    return lines


def results(job: BulkJob, user: User) -> list[Line]:
    """Every case of the job with what became of it."""
    seen = visible_cases(user).where(
        Case.reference.in_(select(BulkItem.reference).where(BulkItem.job_id == job.id))
    )
    wanted = seen.with_only_columns(Case.reference, Case.title)
    titles: dict[str, str] = {row.reference: row.title for row in db.session.execute(wanted)}
    items = db.session.scalars(select(BulkItem).where(BulkItem.job_id == job.id).order_by(BulkItem.position))
    lines = []
    for item in items:
        done = item.state is ItemState.DONE
        refusal, note = ("", item.sentence) if done else (item.sentence, "")
        lines.append(Line(item.reference, titles.get(item.reference, ""), refusal, item.state, note))
    return lines


def count_of(job: BulkJob) -> int:
    """How many cases it is about, those that nobody may open included."""
    return db.session.scalar(select(func.count()).where(BulkItem.job_id == job.id)) or 0


def begin(job: BulkJob, *, now: datetime) -> bool:
    """Let the job begin; of two presses one begins it. Returns whether this one did."""
    begun = update(BulkJob).where(BulkJob.id == job.id, BulkJob.state == JobState.DRAFT)
    return _changed(begun.values(state=JobState.RUNNING, touched_at=now)) == 1


def waiting(job_id: int) -> list[int]:
    """The positions that are not done yet."""
    wanted = select(BulkItem.position).where(BulkItem.job_id == job_id, BulkItem.state == ItemState.WAITING)
    return list(db.session.scalars(wanted.order_by(BulkItem.position)))


def refuse_unseen(job: BulkJob, *, actor: User) -> None:
    """End in one go what this person may not open, whether it is hidden or does not exist."""
    asked = select(BulkItem.reference).where(BulkItem.job_id == job.id)
    seen = visible_cases(actor).where(Case.reference.in_(asked)).with_only_columns(Case.reference)
    before, _, behind = no_such("\n").partition("\n")
    _changed(
        update(BulkItem)
        .where(
            BulkItem.job_id == job.id,
            BulkItem.state == ItemState.WAITING,
            BulkItem.reference.not_in(seen),
        )
        .values(state=ItemState.REFUSED, sentence=literal(before) + BulkItem.reference + literal(behind))
    )


def do_one(job: BulkJob, position: int, *, actor: User, now: datetime) -> bool:
    """Change one case of a job, once: the row is claimed in the transaction that changes the case.

    Returns False when somebody else did it meanwhile. Raises Refused, NotFound and Conflict.
    """
    row = (BulkItem.job_id == job.id, BulkItem.position == position)
    if not _changed(
        update(BulkItem).where(*row, BulkItem.state == ItemState.WAITING).values(state=ItemState.DONE)
    ):
        return False
    reference = db.session.scalars(select(BulkItem.reference).where(*row)).one()
    try:
        case = get_case_for(actor, reference)
    except NotFound:
        raise NotFound(no_such(reference)) from None
    waited = case.awaiting_approval
    _do(job, case, actor, now)
    if case.awaiting_approval and not waited:
        _changed(update(BulkItem).where(*row).values(sentence=CHECKED_FIRST))
    return True


def note_refused(job: BulkJob, position: int, sentence: str) -> None:
    """Keep why a case did not change."""
    _changed(
        update(BulkItem)
        .where(BulkItem.job_id == job.id, BulkItem.position == position, BulkItem.state == ItemState.WAITING)
        .values(state=ItemState.REFUSED, sentence=sentence)
    )


def touch(job: BulkJob, *, now: datetime) -> None:
    """Leave a sign that somebody works on it."""
    _changed(update(BulkJob).where(BulkJob.id == job.id).values(touched_at=now))


def finish(job: BulkJob, *, now: datetime) -> None:
    """The job is done when nothing waits any more."""
    left = select(BulkItem.position).where(BulkItem.job_id == job.id, BulkItem.state == ItemState.WAITING)
    done = update(BulkJob).where(BulkJob.id == job.id, BulkJob.state == JobState.RUNNING, ~left.exists())
    _changed(done.values(state=JobState.DONE, ended_at=now, touched_at=now))


def left_behind(before: datetime) -> list[int]:
    """Jobs that began and on which nobody has worked since."""
    wanted = select(BulkJob.id).where(BulkJob.state == JobState.RUNNING, BulkJob.touched_at < before)
    return list(db.session.scalars(wanted.order_by(BulkJob.id).limit(20)))


def forget_old(now: datetime) -> None:
    """Remove jobs that were never begun, and those that ended long ago; the history of the cases stays."""
    old = select(BulkJob.id).where(
        ((BulkJob.state == JobState.DRAFT) & (BulkJob.touched_at < now - KEPT_DRAFT))
        | ((BulkJob.state == JobState.DONE) & (BulkJob.touched_at < now - KEPT_DONE))
    )
    ids = list(db.session.scalars(old.limit(200)))
    db.session.execute(delete(BulkItem).where(BulkItem.job_id.in_(ids)))
    db.session.execute(delete(BulkJob).where(BulkJob.id.in_(ids)))


def no_such(reference: str) -> str:
    """The one sentence for a case that does not exist and for one that this person may not see."""
    return f"There is no case {reference} that you may open."


def _references(job: BulkJob) -> list[str]:
    wanted = select(BulkItem.reference).where(BulkItem.job_id == job.id).order_by(BulkItem.position)
    return list(db.session.scalars(wanted))


def _checks(job: BulkJob, user: User, now: datetime) -> Callable[[Case], object]:
    """What is checked of each case beforehand, by what shall be done."""
    if job.act is Act.ASSIGN:
        to = _handler(job)
        return lambda case: check_assign(case, to=to, actor=user)
    if job.act is Act.MOVE:
        name, fields = _move(job)
        return lambda case: check_move(
            case, name, fields, actor=user, now=now, reachable=not cannot_be_told(case)
        )
    if job.act is Act.MESSAGE:
        return _check_reachable
    tags = list(job.given.get("tags", ()))
    return lambda case: _check_tags(case, tags, put_on=job.act is Act.TAG)


def _note(job: BulkJob, case: Case, user: User, rules: Sequence[ApprovalRule]) -> str:
    """What comes of a case besides the change itself."""
    if job.act is not Act.MOVE:
        return ""
    name, fields = _move(job)
    move = process_of(case.process_version).move(name, case.state)
    waits = move is not None and why_checked(case, move, fields, user, rules)
    return CHECKED_FIRST if waits else ""


def _do(job: BulkJob, case: Case, actor: User, now: datetime) -> None:
    if job.act is Act.ASSIGN:
        assign_case(case, to=_handler(job), actor=actor, now=now)
    elif job.act is Act.MOVE:
        name, fields = _move(job)
        make_move(case, name, fields, actor=actor, now=now, reachable=not cannot_be_told(case))
    elif job.act is Act.MESSAGE:
        _check_reachable(case)
        words = str(job.given["words"])
        record("case", case.id, "written_to", "Wrote an update to the customer", actor_id=actor.id, at=now)
        publish(UpdateWritten(case.id, words, actor.id, f"bulk:{job.id}:{case.id}", now))
    else:
        tags = list(job.given["tags"])
        _check_tags(case, tags, put_on=job.act is Act.TAG)
        (tag_case if job.act is Act.TAG else untag_case)(case, tags, actor=actor, now=now)


def _handler(job: BulkJob) -> User | None:
    number = int(job.given.get("handler_id", 0))
    to = db.session.get(User, number) if number else None
    if number and to is None:
        raise Refused("That person is no longer there. Choose somebody else.")
    return to


def _move(job: BulkJob) -> tuple[str, dict[str, object]]:
    return str(job.given["move"]), dict(job.given.get("fields", {}))


def _check_reachable(case: Case) -> None:
    why = cannot_be_told(case)
    if why:
        raise Refused(f"The customer {why}.")


def _check_tags(case: Case, tags: Sequence[str], *, put_on: bool) -> None:
    if put_on and all(tag in case.tags for tag in tags):
        raise Refused("It has this tag already." if len(tags) == 1 else "It has these tags already.")
    if not put_on and not any(tag in case.tags for tag in tags):
        raise Refused("It does not have this tag." if len(tags) == 1 else "It has none of these tags.")


def _changed(statement: Any) -> int:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount
