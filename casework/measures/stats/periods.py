"""What a period is called."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

Grain = Literal["day", "week", "month", "quarter", "year"]

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def period_name(start: date, grain: Grain) -> str:
    """The whole name of the period that starts on `start`: "November 2026", "week of 16 November 2026"."""
    month = MONTHS[start.month - 1]
    if grain == "year":
        return str(start.year)
    if grain == "quarter":
        return f"{month} to {MONTHS[(start.month + 1) % 12]} {start.year}"
    if grain == "month":
        return f"{month} {start.year}"
    day = f"{start.day} {month} {start.year}"
    return f"week of {day}" if grain == "week" else day


def since_names(starts: Sequence[date], grain: Grain) -> list[str]:
    """Names to follow "since", one for each period, oldest first.

    The year is left out where the newest period makes it plain: within the twelve months that end with it.
    """
    if not starts:
        return []
    newest = max(starts)
    return [_since_name(start, grain, newest=newest) for start in starts]


def _since_name(start: date, grain: Grain, *, newest: date) -> str:
    if grain == "year":
        return str(start.year)
    month = MONTHS[start.month - 1]
    name = f"{start.day} {month}" if grain in ("day", "week") else month
    months_ago = (newest.year - start.year) * 12 + newest.month - start.month
    return name if months_ago < 12 else f"{name} {start.year}"
