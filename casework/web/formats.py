"""Jinja filters: dates, numbers and paragraphs as people read them, times on the agency's clocks.

None becomes an empty string everywhere, so that a template shows nothing rather than "None".
"""

import re
from datetime import date, datetime, tzinfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from casework.core import clock
from casework.web.context import agency_zone


def register(app: Flask) -> None:
    """Give templates the filters of this module."""
    for act in (day, day_short, day_time, number, percent, duration_days, words_of):
        app.add_template_filter(act, act.__name__)


def day(value: date | datetime | None) -> str:
    """23 November 2026"""
    return "" if value is None else _date(local_day(value, agency_zone()), "d MMMM y")


def day_short(value: date | datetime | None) -> str:
    """Thu 26 Nov; with the year when it is not this year: Thu 26 Nov 2025."""
    if value is None:
        return ""
    zone = agency_zone()
    return _short(local_day(value, zone), zone)


def day_time(value: datetime | None) -> str:
    """Thu 26 Nov 17:00; with the year when it is not this year: Thu 26 Nov 2025 17:00."""
    if value is None:
        return ""
    zone = agency_zone()
    local = value.astimezone(zone)
    return f"{_short(local.date(), zone)} {format_time(local, 'HH:mm', locale=_locale())}"


def number(value: float | None, digits: int = 0) -> str:
    """12,345; with `digits` decimals: 12,345.60."""
    if value is None:
        return ""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=_locale()))


def percent(share: float | None, digits: int = 0) -> str:
    """A share from 0 to 1 as 81 %. Not quite all is never rounded up to 100 %, nor something down to 0 %."""
    if share is None:
        return ""
    value, smallest = share * 100, 10.0**-digits
    if value < 100 and round(value, digits) >= 100:
        value = 100 - smallest
    if value > 0 and round(value, digits) <= 0:
        return f"< {number(smallest, digits)} %"
    return f"{number(value, digits)} %"


def duration_days(days: float | None) -> str:
    """A length of time that is counted in days: less than an hour, 5 hours, 1 day, 2.4 days, 23 days."""
    if days is None:
        return ""
    if days < 0:
        return "−" + duration_days(-days)
    hours = round(days * 24)
    if hours < 1:
        return str(_("less than an hour"))
    if hours < 24:
        return str(ngettext("%(num)d hour", "%(num)d hours", hours))
    rounded = round(days, 1) if days < 10 else round(days)
    if rounded == 1:
        return str(_("1 day"))
    whole = rounded == int(rounded)
    return str(_("%(n)s days", n=number(rounded, 0 if whole else 1)))


def words_of(text: str | None) -> Markup:
    """What somebody wrote, as paragraphs: a blank line begins a new one. Nothing in it is taken for HTML."""
    blocks = re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").replace("\r", "\n").strip())
    breaks = Markup("<br>")
    return Markup("").join(
        Markup("<p>{}</p>").format(breaks.join(escape(line.strip()) for line in block.split("\n")))
        for block in blocks
        if block.strip()
    )


def local_day(value: date | datetime, zone: tzinfo) -> date:
    """The date on the clocks of `zone`; a date is one already."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def _short(value: date, zone: tzinfo) -> str:
    this_year = clock.now().astimezone(zone).year
    return _date(value, "EEE d MMM" if value.year == this_year else "EEE d MMM y")


def _date(value: date, pattern: str) -> str:
    return str(format_date(value, pattern, locale=_locale()))


def _locale() -> Locale:
    return get_locale() or Locale("en")
