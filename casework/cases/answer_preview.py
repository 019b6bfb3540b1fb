"""What an answer will look like when it goes out. What writes messages stands above, and says it here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from casework.cases.models import Case


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A message before it is sent: by which way it goes and to where, its subject, and the whole text."""

    way: str
    to: str
    subject: str
    text: str


Writer = Callable[[Case, str, str, datetime], Preview]
_writers: list[Writer] = []


def set_writer(writer: Writer) -> None:
    """Let this write previews. The last one set does."""
    _writers[:] = [writer]


def preview_of(case: Case, says: str, words: str, *, now: datetime) -> Preview:
    """The message of this purpose with these words, as the customer of this case would get it."""
    for writer in _writers:
        return writer(case, says, words, now)
    return Preview(way="", to="", subject="", text=words)
