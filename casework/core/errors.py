"""Errors whose message is a sentence a person can act on: what happened, and what to do next."""

from collections.abc import Iterable


class CaseworkError(Exception):
    """Base of every error meant for a person to read."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(CaseworkError):
    """What was given is not usable as it stands."""


class Refused(CaseworkError):
    """A rule says no. `reasons` holds one sentence for each thing that is missing."""

    def __init__(self, reasons: str | Iterable[str]) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__(" ".join(self.reasons))


class NotFound(CaseworkError):
    """There is no such record, or this person may not know that there is."""


class NotAllowed(CaseworkError):
    """This person may not do this."""


class Conflict(CaseworkError):
    """Somebody else changed the record first."""
