"""How old open cases are, and which of them are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from casework.catalogue.queries import the_agency
from casework.core.db import db
from casework.core.errors import Invalid
from casework.measures.models import CaseFact
from casework.measures.queries.figures import Group, narrowed
from casework.measures.queries.levels import is_overdue
from casework.measures.queries.sight import WHOLE, Sight

FAR_LATE = timedelta(days=20)


@dataclass(frozen=True)
class Band:
    """Open cases of an age in days (`low` to `high`, or more), or those late by now."""

    key: str
    label: str
    low: int = 0
    high: int | None = None
    late: str = ""


# Cases past their date stand apart: an old case may be in time, and a young one late.
BANDS = (
    Band("0-5", "0 to 5 days", 0, 5),
    Band("6-10", "6 to 10 days", 6, 10),
    Band("11-20", "11 to 20 days", 11, 20),
    Band("21", "over 20 days, not late", 21),
    Band("late", "late", late="late"),
    Band("far-late", "late by over 20 days", late="far"),
)


def open_ages(now: datetime, narrow: Sequence[Group] = (), sight: Sight = WHOLE) -> list[tuple[Band, int]]:
    """How many open cases are in each band, for whoever reads."""
    lateness = case((is_overdue(now - FAR_LATE), "far"), (is_overdue(now), "late"), else_="").label(
        "lateness"
    )
    rows = db.session.execute(
        select(CaseFact.received_on, lateness, func.count())
        .where(CaseFact.is_open, *narrowed(narrow), *sight.where())
        .group_by(CaseFact.received_on, "lateness")
    )
    today = _today(now)
    counts = dict.fromkeys((band.key for band in BANDS), 0)
    for received_on, late, n in rows:
        counts[_band(received_on, late, today).key] += n
    return [(band, counts[band.key]) for band in BANDS]


def age_condition(key: str, now: datetime) -> ColumnElement[bool]:
    """The condition under which a case is in a band. Raises Invalid for a band that there is not."""
    band = next((band for band in BANDS if band.key == key), None)
    if band is None:
        raise Invalid(f"There is no age {key!r}. Choose one of {', '.join(band.key for band in BANDS)}.")
    if band.late == "far":
        return is_overdue(now - FAR_LATE)
    if band.late:
        return and_(is_overdue(now), not_(is_overdue(now - FAR_LATE)))
    today = _today(now)
    young = CaseFact.received_on <= today - timedelta(days=band.low) if band.low else CaseFact.is_open
    old = (
        CaseFact.received_on >= today - timedelta(days=band.high)
        if band.high is not None
        else CaseFact.is_open
    )
    # `is_overdue` is unknown, not false, where there is no date due.
    in_time = case((is_overdue(now), 0), else_=1) == 1
    return and_(CaseFact.is_open, in_time, young, old)


def _band(received_on: date, late: str, today: date) -> Band:
    age = max((today - received_on).days, 0)
    for band in BANDS:
        if band.late == late and (late or (band.low <= age and (band.high is None or age <= band.high))):
            return band
    raise AssertionError("The bands cover every age.")


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(the_agency().time_zone)).date()
