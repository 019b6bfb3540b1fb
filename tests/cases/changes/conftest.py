"""The agency's calendar as it was before anybody thought of holidays."""

import pytest
from sqlalchemy import select

from casework.catalogue.models import CalendarVersion
from casework.catalogue.queries import the_agency
from casework.core.db import db, transaction
from tests.cast import Cast


@pytest.fixture(autouse=True)
def no_holidays(cast: Cast) -> None:
    """Version 1 knows none yet."""
    calendar = the_agency().calendar
    definition = {key: value for key, value in calendar.definition.items() if key != "holidays"}
    with transaction():
        calendar.definition = definition
        version = db.session.scalars(
            select(CalendarVersion).where(CalendarVersion.calendar_id == calendar.id)
        )
        version.one().definition = definition
