"""Public holidays of a country or a part of it, from the `holidays` package, expanded one year at a time."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from casework.calendars.errors import CalendarError


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    """Date to name, of every public holiday of a year, days taken in lieu included."""
    found = holidays.country_holidays(country, subdiv=subdivision, years=year)
    return {on: str(name) for on, name in found.items()}


def check_country(country: str, subdivision: str | None) -> None:
    """Raises CalendarError when there is no holiday list for the country, or for that part of it."""
    # Only this country's list is read: asking for all that there are loads some two hundred modules.
    if _has_list(country, subdivision):
        return
    if not _has_list(country, None):
        raise CalendarError(
            f'holidays.country: there is no holiday list for "{country}"; '
            'use the two-letter country code, like "US" or "GB".'
        )
    known = holidays.list_supported_countries(include_aliases=True)
    parts = ", ".join(known[country]) or "none: leave subdivision out"
    raise CalendarError(
        f'holidays.subdivision: {country} has no part called "{subdivision}"; known are {parts}.'
    )


def _has_list(country: str, subdivision: str | None) -> bool:
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        return False
    return True
