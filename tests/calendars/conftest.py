"""What tests of calendars share."""

import pytest

from casework.calendars import array_spans, array_zones, open_time


@pytest.fixture(scope="session", autouse=True)
def _years_are_laid_out_anew() -> None:
    # Mutation testing runs the tests again in a copy of the process; what the unchanged code had laid out
    # would hide what the changed code does.
    for cached in (
        open_time.open_year,
        open_time._whole_years,
        array_spans.open_spans,
        array_zones._changes,
    ):
        cached.cache_clear()
