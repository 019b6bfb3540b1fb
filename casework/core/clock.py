"""The one place that reads the time of day; everything below routes and tasks is given the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC with its offset."""
    return datetime.now(UTC)  # noqa: TID251 - the single place where the clock is read
