"""Levels: how many cases were open, or late, at the end of each month."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, literal, literal_column, or_, select

from casework.core.db import db
from casework.measures.cells import NO_GROUP
from casework.measures.models import CaseFact
from casework.measures.rules import months_between, period_of

Level = Literal["open", "overdue"]


@dataclass
class Moves:
    """How many cases began and ended to count in each month; `now` is how many count at present."""

    began: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    now: int = 0

    def by_period(self, kind: str, *, until: str) -> list[tuple[str, int]]:
        """The level at the end of every period from the first month to `until`, whose level is that of now."""
        level, found = 0, {}
        for month in months_between(min(self.began, default=until), until):
            level += self.began[month] - self.ended[month]
            found[period_of(month, kind)] = self.now if month == until else level
        return list(found.items())


def levels_of(
    level: Level, *, group: Any = None, where: Sequence[ColumnElement[bool]] = (), now: datetime
) -> dict[str, Moves]:
    """The moves of each group (one group "" without `group`), counted by the database."""
    if level == "open":
        begin: Any = CaseFact.received_month
        end: Any = CaseFact.closed_month
        at_present: Any = CaseFact.is_open
        counts = or_(CaseFact.is_open, CaseFact.closed_month.is_not(None))
    else:
        begin = CaseFact.respond_due_month
        end = func.coalesce(CaseFact.answered_month, CaseFact.closed_month)
        at_present = is_overdue(now)
        counts = or_(at_present, CaseFact.respond_within.is_(False))
    own: Any = literal("") if group is None else group
    wanted = (
        select(own, begin, end, at_present.label("is_now"), func.count())
        .where(counts, *where)
        # By its name: PostgreSQL takes the same condition with another parameter for another one.
        .group_by(*([] if group is None else [group]), begin, end, literal_column("is_now"))
    )
    found: dict[str, Moves] = defaultdict(Moves)
    for group_id, began, ended, is_now, n in db.session.execute(wanted):
        moves = found[NO_GROUP if group_id is None else str(group_id)]
        moves.began[began] += n
        if is_now:
            moves.now += n
        elif ended is not None:
            moves.ended[ended] += n
    return found


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Whether the answer to an open case was due before `now` and is not given; a paused case is not late."""
    return and_(
        CaseFact.is_open,
        CaseFact.is_paused.is_(False),
        CaseFact.respond_days.is_(None),
        CaseFact.respond_due_at < now,
    )


def was_overdue(last_month: str) -> ColumnElement[bool]:
    """Whether a case that was answered late was waiting for it, past its date, when this month ended."""
    end = func.coalesce(CaseFact.answered_month, CaseFact.closed_month)
    return and_(CaseFact.respond_due_month <= last_month, or_(end.is_(None), end > last_month))
