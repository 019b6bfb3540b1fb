"""Telling somebody of something.

What is to be told is gathered while a transaction is open and written just before it is kept, in the order of the
people's ids. So a thousand events are one row and one counter for each person, two transactions that tell the same
people cannot lock each other out, and what is rolled back was never told.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.accounts.models import User
from casework.cases.events import ClockPassed
from casework.cases.models import Case
from casework.core.db import db, table_of
from casework.notices.models import Notice
from casework.notices.queries import choices_of, seen_by
from casework.notices.rules import ByMail, What

GATHERED = "notices to tell"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Somebody is to be told of something. With `subject_id` and `subject_due_at` it is told once for ever."""

    user_id: int
    what: What
    case_id: int
    at: datetime
    by_id: int | None = None
    count: int = 1
    subject_id: int | None = None
    subject_due_at: datetime | None = None

    @property
    def key(self) -> tuple[int, str, int, int]:
        return self.user_id, self.what.value, self.case_id, self.subject_id or 0


def tell(
    user_ids: Collection[int | None], what: What, case_id: int, *, by_id: int | None, at: datetime
) -> None:
    """Tell these people, when the open transaction is kept, of something that happened in a case.

    - Nobody is told of what they did themselves, nor of a case that they may not see.
    - The same thing again, while it is unread, raises its count.
    - Who chose not to be told is not told.
    """
    gather(
        Telling(user_id=user_id, what=what, case_id=case_id, at=at, by_id=by_id)
        for user_id in user_ids
        if user_id is not None and user_id != by_id
    )


def remind(user_ids: Collection[int], what: What, passed: ClockPassed) -> None:
    """Tell these people, when the open transaction is kept, of a point that a clock passed; once for each point."""
    gather(
        Telling(
            user_id=user_id,
            what=what,
            case_id=passed.case_id,
            at=passed.at,
            subject_id=passed.clock_id,
            subject_due_at=passed.passed_at,
        )
        for user_id in user_ids
    )


def gather(tellings: Iterable[Telling]) -> None:
    """Put off telling until just before the open transaction is kept."""
    waiting: dict[tuple[int, str, int, int], Telling] = db.session.info.setdefault(GATHERED, {})
    for one in tellings:
        before = waiting.get(one.key)
        waiting[one.key] = replace(one, count=before.count + 1) if before else one


@event.listens_for(db.session, "before_commit")
def _write_gathered(session: Any) -> None:
    if session.in_nested_transaction():
        return
    waiting: dict[Any, Telling] = db.session.info.pop(GATHERED, {})
    if waiting:
        write([waiting[key] for key in sorted(waiting)])


@event.listens_for(db.session, "after_soft_rollback")
def _forget_gathered(session: Any, ended: Any) -> None:
    if not ended.nested:
        session.info.pop(GATHERED, None)


def write(tellings: Collection[Telling]) -> int:
    """Write notices, and count them with their people; returns how many are new. Ordered by person."""
    people = _people({one.user_id for one in tellings})
    chosen = choices_of(sorted(people))
    seen = {
        user_id: _seen(user, {one.case_id for one in tellings if one.user_id == user_id})
        for user_id, user in people.items()
    }
    new, written = Counter[int](), 0
    for one in sorted(tellings, key=lambda one: one.key):
        if one.case_id not in seen.get(one.user_id, ()):
            continue
        in_app, mail = chosen[one.user_id][one.what]
        if (in_app or mail is not ByMail.OFF) and _write(one, in_app=in_app, mail=mail):
            written += 1
            new[one.user_id] += in_app
    for user_id in sorted(user_id for user_id, n in new.items() if n):
        counted = update(User).where(User.id == user_id).values(unread=User.unread + new[user_id])
        db.session.execute(counted.execution_options(synchronize_session=False))
    return written


def _people(user_ids: Collection[int]) -> dict[int, User]:
    wanted = select(User).where(User.id.in_(user_ids), User.is_active)
    return {user.id: user for user in db.session.scalars(wanted)}


def _seen(user: User, case_ids: set[int]) -> set[int]:
    return set(db.session.scalars(seen_by(user).where(Case.id.in_(case_ids))))


def _write(one: Telling, *, in_app: bool, mail: ByMail) -> bool:
    """Write one notice; whether it is a new row."""
    maker: Any = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    once = one.subject_id is not None
    made = maker(table_of(Notice)).values(
        user_id=one.user_id,
        what=one.what,
        case_id=one.case_id,
        by_id=one.by_id,
        at=one.at,
        count=one.count,
        in_app=in_app,
        mail=mail,
        open_key=None if once else f"{one.what.value}:{one.case_id}",
        subject_id=one.subject_id,
        subject_due_at=one.subject_due_at,
    )
    if once:
        made = made.on_conflict_do_nothing(
            index_elements=["user_id", "what", "subject_id", "subject_due_at"]
        ).returning(Notice.id)
        return db.session.scalar(made) is not None
    made = made.on_conflict_do_update(
        index_elements=["user_id", "open_key"],
        # How it is mailed stays as it is: what was mailed unread is not mailed again for one more of the same.
        set_={"count": Notice.count + one.count, "at": one.at, "by_id": one.by_id},
    ).returning(Notice.count)
    return bool(db.session.scalar(made) == one.count)
