"""The one error of this package."""

from casework.core.errors import Invalid


class CalendarError(Invalid):
    """A calendar, an instant or a limit cannot be used; the message says where and what to write instead."""
