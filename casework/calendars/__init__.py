"""Working time, pure: calendars, open time between instants, due dates, and why they are what they are.

A calendar is read from data (`parse_calendar`, `load_calendar`). Everything else is a function of a calendar
and instants given as arguments; nothing here reads the clock or a database.
"""

from casework.calendars.arrays import (
    add_open_seconds_many,
    due_working_days_many,
    elapsed_open_seconds_many,
)
from casework.calendars.batch import batch_due, batch_elapsed, due_data
from casework.calendars.errors import CalendarError
from casework.calendars.explain import Explanation, Line, Skipped
from casework.calendars.limits import Due, due
from casework.calendars.local_time import (
    calendar_days_between,
    end_of_day,
    is_gap,
    local_instant,
    parse_instant,
)
from casework.calendars.model import Calendar, DayKind, DayPlan, Shift
from casework.calendars.month import Month, MonthDay, month_of
from casework.calendars.open_time import (
    add_open_seconds,
    elapsed_open_seconds,
    is_working_day,
    nth_working_day,
    working_days_between,
)
from casework.calendars.parse import PRESETS, load_calendar, parse_calendar
from casework.calendars.points import local_day_of, working_day_before, working_day_close
from casework.calendars.terms import Extension, Pause, Unit, parse_unit
from casework.calendars.words import Relative, day_text, in_words, moment_text, span_text

__all__ = [
    "PRESETS",
    "Calendar",
    "CalendarError",
    "DayKind",
    "DayPlan",
    "Due",
    "Explanation",
    "Extension",
    "Line",
    "Month",
    "MonthDay",
    "Pause",
    "Relative",
    "Shift",
    "Skipped",
    "Unit",
    "add_open_seconds",
    "add_open_seconds_many",
    "batch_due",
    "batch_elapsed",
    "calendar_days_between",
    "day_text",
    "due",
    "due_data",
    "due_working_days_many",
    "elapsed_open_seconds",
    "elapsed_open_seconds_many",
    "end_of_day",
    "in_words",
    "is_gap",
    "is_working_day",
    "load_calendar",
    "local_day_of",
    "local_instant",
    "moment_text",
    "month_of",
    "nth_working_day",
    "parse_calendar",
    "parse_instant",
    "parse_unit",
    "span_text",
    "working_day_before",
    "working_day_close",
    "working_days_between",
]
