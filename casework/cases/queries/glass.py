"""Who broke the glass: for the page of a case, and for managers."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from casework.accounts.models import User
from casework.cases.models import Case, GlassBreak
from casework.cases.queries.visible import visible_cases
from casework.core.db import db

SHOWN_ON_CASE = 5
PAGE = 50


@dataclass(frozen=True)
class Tried:
    """One breaking of the glass as a manager reads it; `reference` is empty where nothing was opened."""

    tried: GlassBreak
    reference: str


def broken_in(case_id: int, limit: int = SHOWN_ON_CASE) -> Select[GlassBreak]:
    """Who broke the glass of a case, newest first."""
    wanted = select(GlassBreak).where(GlassBreak.case_id == case_id).options(joinedload(GlassBreak.user))
    return wanted.order_by(GlassBreak.id.desc()).limit(limit)


def glass_broken(user: User, *, before_id: int | None = None) -> tuple[list[Tried], int | None]:
    """Who broke the glass, newest first, and where the next page begins.

    - Of a case, only those who may see it read of it: the list must not tell anybody that there is such a case.
    - Of a try that opened nothing, who and when is read and neither the reference nor the reason: they may be
      those of a case that this person may not know of.
    """
    seen = visible_cases(user).with_only_columns(Case.id).where(Case.id == GlassBreak.case_id)
    wanted = (
        select(GlassBreak, Case.reference)
        .outerjoin(Case, Case.id == GlassBreak.case_id)
        .where(GlassBreak.case_id.is_(None) | seen.correlate(GlassBreak).exists())
        .options(joinedload(GlassBreak.user))
        .order_by(GlassBreak.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        wanted = wanted.where(GlassBreak.id < before_id)
    found = [Tried(tried, reference or "") for tried, reference in db.session.execute(wanted)]
    return found[:PAGE], found[PAGE - 1].tried.id if len(found) > PAGE else None
