"""Openings of restricted cases: noted by the door, written when the page was made, read by those let in."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select

from casework.accounts.models import User
from casework.audit.models import HistoryEntry
from casework.audit.queries import history_of
from casework.cases.models import Case
from casework.cases.queries.hidden import let_into
from casework.core.db import db

_OPENED = "restricted cases opened"
LOOKED_AT = "looked_at"
SHOWN = 50


def note_opening(case: Case, words: str = "") -> None:
    """Remember, until the page is made, that a restricted case was opened; `words` say what was opened of it."""
    if case.is_restricted:
        opened: dict[int, str] = db.session.info.setdefault(_OPENED, {})
        opened[case.id] = words or opened.get(case.id, "")


def note_exported(case_ids: Iterable[int], words: str) -> None:
    """The same for restricted cases of a list that goes out as a file."""
    for case_id in case_ids:
        db.session.info.setdefault(_OPENED, {})[case_id] = words


def take_openings() -> dict[int, str]:
    """What was opened since the last time this was asked: what was said of each, by the id of the case."""
    opened: dict[int, str] = db.session.info.pop(_OPENED, {})
    return opened


def openings_of(case_id: int) -> Select[HistoryEntry]:
    """Who opened a restricted case, newest first."""
    wanted = history_of("case", case_id).where(HistoryEntry.verb == LOOKED_AT)
    return wanted.limit(SHOWN)


def restricted_among(user: User, wanted: Select[Any]) -> list[int]:
    """The ids of the restricted cases in a list of cases: found from the few that this person was let into."""
    own = list(db.session.scalars(let_into(user)))
    if not own:
        return []
    found = wanted.where(Case.is_restricted, Case.id.in_(own)).with_only_columns(Case.id).order_by(None)
    return list(db.session.scalars(found))
