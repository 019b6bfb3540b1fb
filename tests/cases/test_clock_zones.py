"""A standard may count by a calendar that lies in another time zone than the agency, which is in Chicago here."""

from datetime import UTC, datetime

import pytest

from casework.calendars.model import WEEKDAYS
from casework.cases.services.clocks import explain_clocks, promises_for, stop_clocks
from casework.catalogue.models import WorkingCalendar
from casework.core.db import db, transaction
from tests.cases.standards import make_standard, no_standards
from tests.cast import NOW, Cast, days

OFFICE = {"time_zone": "America/New_York", "hours": {day: [["09:00", "17:00"]] for day in WEEKDAYS[:5]}}
# Half past midnight on Monday in New York, and still Sunday in Chicago.
EARLY = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)


@pytest.fixture
def new_york(cast: Cast) -> int:
    """The calendar of an office in New York."""
    no_standards()
    with transaction():
        calendar = WorkingCalendar(name="New York", definition=OFFICE)
        db.session.add(calendar)
    return calendar.id


def test_hours_from_the_next_day_begin_with_the_next_day_of_the_calendar(cast: Cast, new_york: int) -> None:
    make_standard("day", limit=24, unit="hour", starts="day_after_received", calendar_id=new_york)
    case = cast.log(received_at=EARLY)
    (clock,) = case.clocks
    assert clock.started_at == datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
    assert clock.due_at == datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    (promise,) = promises_for(kind="complaint", severity=2, service_id=None, received_at=EARLY)
    assert promise.due.at == clock.due_at


def test_what_became_of_a_clock_is_said_by_the_same_wall_clock_as_its_due_date(
    cast: Cast, new_york: int
) -> None:
    make_standard("one", limit=1, unit="working_day", calendar_id=new_york)
    case = cast.log(received_at=EARLY)
    with transaction():
        stop_clocks(case, ["respond"], datetime(2026, 11, 24, 22, 30, tzinfo=UTC))
    (found,) = explain_clocks(case, now=NOW + days(2))
    assert found.sentence.endswith("due by Tue 24 Nov 2026 17:00.")
    assert found.result == "done on Tue 24 Nov 2026 17:30, late"
