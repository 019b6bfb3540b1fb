"""What can go with issues into a case of their own: messages, files. Each concern says what it has, and moves it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.cases.models import Case


@dataclass(frozen=True)
class Item:
    """One thing that can go: its number in its own table, and how a person knows it."""

    id: int
    words: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Part:
    """A concern with things that belong to a case.

    `items` are those that can go. `move` takes some of them (ids) from one case to another, in the order from, to,
    leaving out what is not in the first case.
    """

    name: str
    label: str
    items: Callable[[Case], list[Item]]
    move: Callable[[Sequence[int], Case, Case], None]


_parts: list[Part] = []


def add_part(part: Part) -> None:
    """Let a concern say what it has. Adding one of the same name again takes the place of the first."""
    _parts[:] = [one for one in _parts if one.name != part.name] + [part]


def parts() -> tuple[Part, ...]:
    """Every concern with things that can go."""
    return tuple(_parts)
