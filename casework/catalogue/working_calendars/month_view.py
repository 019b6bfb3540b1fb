"""The month of a calendar that a page shows, with the way to the months beside it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from casework.calendars import Calendar, Month, month_of
from casework.calendars.local_time import FIRST_YEAR, LAST_YEAR
from casework.core.errors import Invalid


@dataclass(frozen=True)
class Beside:
    """A month to go to: "2026-12" in the address, and its name."""

    key: str
    name: str


@dataclass(frozen=True)
class MonthView:
    """A month with its name, the months before and after (None where calendars end), and today."""

    month: Month
    name: str
    before: Beside | None
    after: Beside | None
    today: date

    @property
    def hours(self) -> str:
        """The open time in hours, such as 168 or 168.5."""
        return f"{self.month.open_seconds / 3600:.2f}".rstrip("0").rstrip(".")


def month_view(calendar: Calendar, asked: str, now: datetime) -> MonthView:
    """The month asked for ("2026-12"), or the one of today in the calendar's zone. Raises Invalid."""
    today = now.astimezone(ZoneInfo(str(calendar.time_zone))).date()
    first = _first_day(asked) if asked else today.replace(day=1)
    return MonthView(
        month=month_of(calendar, first.year, first.month),
        name=_name(first),
        before=_beside(first, -1),
        after=_beside(first, 1),
        today=today,
    )


def _first_day(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(_("That is no month. Write it like 2026-12.")) from None


def _beside(first: date, step: int) -> Beside | None:
    # The last day of the month before, or some day early in the month after.
    on = (first - timedelta(days=1) if step < 0 else first + timedelta(days=31)).replace(day=1)
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        return None
    return Beside(f"{on:%Y-%m}", _name(on))


def _name(on: date) -> str:
    return str(format_date(on, "LLLL y", locale=get_locale() or "en"))
