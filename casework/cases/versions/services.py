"""Moving the open cases of a version to another, in lots: each case once, whatever is repeated or breaks off."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.engine import CursorResult

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.audit.services import record
from casework.cases.events import CasesChanged
from casework.cases.models import Case, ItemState
from casework.cases.models.versions import Going, VersionMove, VersionMoveItem
from casework.cases.versions.queries import may_move, that_move
from casework.catalogue.models import ProcessVersion
from casework.catalogue.queries import process_of
from casework.core.db import db, table_of
from casework.core.errors import Refused
from casework.core.events import publish
from casework.core.once import stand_in_line

LOT = 200
KEPT = timedelta(days=60)
CHANGED = "It changed after you looked at it, so it stayed as it was. Look at the cases again, then move it."


def keep_job(
    old: ProcessVersion,
    new: ProcessVersion,
    mapping: Mapping[str, str],
    *,
    actor: User,
    now: datetime,
    once_key: str,
) -> tuple[VersionMove, bool]:
    """Keep which cases shall move and how, and whether this is new: the same form again is the same job.

    - The cases are written down now, so that what happens is what the preview showed, later ones not among them.

    Raises Refused when the versions are of different kinds, or no case would move.
    """
    if old.id == new.id or old.kind != new.kind:
        raise Refused("Choose another version of the same kind.")
    key = _key(actor, once_key, old, new, mapping)
    stand_in_line(key)
    before = job_before(old, new, mapping, actor=actor, once_key=once_key)
    if before is not None:
        return before, False
    job = VersionMove(
        key=key,
        actor_id=actor.id,
        from_id=old.id,
        to_id=new.id,
        mapping=dict(mapping),
        created_at=now,
        touched_at=now,
    )
    db.session.add(job)
    db.session.flush()
    _write_down(job, process_of(new).paths, actor)
    words = (
        f"Open cases of version {old.number} are moved to “{new.definition['title']}”, version {new.number}"
    )
    after = {"to": new.id, "mapping": dict(mapping), "job": job.id}
    record("process", old.id, "cases_moved", words, actor_id=actor.id, at=now, after=after)
    return job, True


def job_before(
    old: ProcessVersion, new: ProcessVersion, mapping: Mapping[str, str], *, actor: User, once_key: str
) -> VersionMove | None:
    """The job that this form made when it was posted before."""
    key = _key(actor, once_key, old, new, mapping)
    return db.session.scalars(select(VersionMove).where(VersionMove.key == key)).first()


def move_lot(job: VersionMove, *, actor: User, now: datetime, size: int = LOT) -> int:
    """Move the next cases of a job, and say how many of its items were settled; 0 when none is left.

    - A case moves only if it is as the preview found it, and stands in this version still; any other stays, with
      the reason. Its clocks, its stage and whoever has it are not touched; its history says what happened.
    """
    stand_in_line(f"version move:{job.id}")
    waiting = (
        select(VersionMoveItem.case_id, VersionMoveItem.from_state)
        .where(VersionMoveItem.job_id == job.id, VersionMoveItem.state == ItemState.WAITING)
        .order_by(VersionMoveItem.case_id)
        .limit(size)
    )
    by_state: dict[str, list[int]] = {}
    for case_id, state in db.session.execute(waiting):
        by_state.setdefault(state, []).append(case_id)
    if not by_state:
        return 0
    old, new = (db.session.get_one(ProcessVersion, key) for key in (job.from_id, job.to_id))
    moved: list[int] = []
    for state, ids in by_state.items():
        to = str(job.mapping[state])
        gone = _move(ids, state, to, old, new, actor, now)
        _write_history(job, gone, state, old, new, actor, now)
        moved += gone
    _settle(job, moved, [case_id for ids in by_state.values() for case_id in ids], now)
    publish(CasesChanged(moved, now))
    return sum(len(ids) for ids in by_state.values())


def finish(job: VersionMove, *, now: datetime) -> None:
    """The job is done when nothing waits any more."""
    left = select(VersionMoveItem.case_id).where(
        VersionMoveItem.job_id == job.id, VersionMoveItem.state == ItemState.WAITING
    )
    done = update(VersionMove).where(
        VersionMove.id == job.id, VersionMove.state == Going.RUNNING, ~left.exists()
    )
    _changed(done.values(state=Going.DONE, ended_at=now, touched_at=now))


def left_behind(before: datetime) -> Sequence[int]:
    """Jobs that began and on which nobody has worked since."""
    wanted = select(VersionMove.id).where(VersionMove.state == Going.RUNNING, VersionMove.touched_at < before)
    return db.session.scalars(wanted.order_by(VersionMove.id).limit(20)).all()


def forget_old(now: datetime) -> None:
    """Remove jobs that ended long ago; the history of the cases stays."""
    old = select(VersionMove.id).where(VersionMove.state == Going.DONE, VersionMove.touched_at < now - KEPT)
    ids = db.session.scalars(old.limit(20)).all()
    db.session.execute(delete(VersionMoveItem).where(VersionMoveItem.job_id.in_(ids)))
    db.session.execute(delete(VersionMove).where(VersionMove.id.in_(ids)))


def _key(
    actor: User, once_key: str, old: ProcessVersion, new: ProcessVersion, mapping: Mapping[str, str]
) -> str:
    parts = json.dumps([actor.id, once_key, old.id, new.id, dict(mapping)], sort_keys=True)
    return sha256(parts.encode()).hexdigest()


def _write_down(job: VersionMove, paths: Collection[str], actor: User) -> None:
    found = that_move(job.from_id, sorted(job.mapping), paths, actor)
    waiting: Any = literal(ItemState.WAITING.value)
    rows = found.with_only_columns(literal(job.id), Case.id, Case.state, waiting, literal(""))
    names = ["job_id", "case_id", "from_state", "state", "sentence"]
    db.session.execute(insert(table_of(VersionMoveItem)).from_select(names, rows))
    first = select(VersionMoveItem.case_id).where(VersionMoveItem.job_id == job.id).limit(1)
    if db.session.scalar(first) is None:
        raise Refused("No case would move. Choose a state of the new version for at least one state.")


def _move(
    ids: Sequence[int],
    state: str,
    to: str,
    old: ProcessVersion,
    new: ProcessVersion,
    actor: User,
    now: datetime,
) -> list[int]:
    """Move the cases that are as they were; the ids of those that did. One that is being saved meanwhile notices."""
    values: dict[str, Any] = {"process_version_id": new.id, "version": Case.version + 1, "updated_at": now}
    if to != state:
        # It stands where it stood, under another name: since when is as it was.
        values["state"] = to
    as_found = may_move(old.id, process_of(new).paths, actor)
    wanted = update(Case).where(Case.id.in_(ids), Case.state == state, *as_found)
    done = wanted.values(values).returning(Case.id).execution_options(synchronize_session=False)
    return sorted(db.session.scalars(done))


def _write_history(
    job: VersionMove,
    ids: Sequence[int],
    state: str,
    old: ProcessVersion,
    new: ProcessVersion,
    actor: User,
    now: datetime,
) -> None:
    """An entry for each case. It keeps which states are called otherwise now, for whoever reads the older ones."""
    if not ids:
        return
    to = str(job.mapping[state])
    found = process_of(new).state(to)
    renamed = {name: other for name, other in job.mapping.items() if name != other}
    label = (found.label if found else to).lower()
    entry = {
        "subject_type": "case",
        "verb": "version_changed",
        "summary": f"Moved to version {new.number} of the process: state {label}",
        "actor_id": actor.id,
        "at": now,
        "before": {"state": state, "process_version_id": old.id},
        "after": {"state": to, "process_version_id": new.id, "renamed": renamed},
    }
    db.session.execute(insert(table_of(HistoryEntry)), [{**entry, "subject_id": case_id} for case_id in ids])


def _settle(job: VersionMove, moved: Sequence[int], asked: Sequence[int], now: datetime) -> None:
    waits = (VersionMoveItem.job_id == job.id, VersionMoveItem.state == ItemState.WAITING)
    _changed(
        update(VersionMoveItem).where(*waits, VersionMoveItem.case_id.in_(moved)).values(state=ItemState.DONE)
    )
    left = update(VersionMoveItem).where(*waits, VersionMoveItem.case_id.in_(asked))
    _changed(left.values(state=ItemState.REFUSED, sentence=CHANGED))
    _changed(update(VersionMove).where(VersionMove.id == job.id).values(touched_at=now))


def _changed(statement: Any) -> int:
    done: CursorResult[Any] = db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return done.rowcount
