"""What a team owes beside its cases, such as letters to post: each concern says how many each handler has.

Packages above this one add theirs in reactions.py, as they do with the timeline; the board gives each a column.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from casework.cases.models import Case

# How many, by the id of the handler (None: nobody).
Counts = Mapping[int | None, int]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing owed: how it is called, how many of it belong to some cases, and the page that lists them.

    `label` heads its column and `words` follow a number when it is read out; both are translated when shown.
    `counts` is asked once for a whole board. `page` gives the address of the list for these filters of cases.
    """

    name: str
    label: Any
    words: Any
    counts: Callable[[Select[Case]], Counts]
    page: Callable[[Mapping[str, str]], str]


_duties: list[Duty] = []


def add_duty(duty: Duty) -> None:
    """Let a concern say what is owed. Adding one of the same name again takes the place of the first."""
    _duties[:] = [one for one in _duties if one.name != duty.name] + [duty]


def duties() -> tuple[Duty, ...]:
    """Everything that is owed beside cases."""
    return tuple(_duties)
