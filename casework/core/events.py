"""Events: something that happened, told to whoever `reactions.py` names, inside the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_followers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def follow(kind: type[E], act: Callable[[E], None]) -> None:
    """Let `act` be called for every event of this kind. Following twice changes nothing."""
    if act not in _followers[kind]:
        _followers[kind].append(act)


def publish(event: object) -> None:
    """Tell everybody who follows this kind of event, in the order they began to."""
    for act in _followers[type(event)]:
        act(event)
