"""Ways to break a small process, as functions that change its data."""

from collections.abc import Callable
from typing import Any

Data = dict[str, Any]


def add_state(name: str, **extra: Any) -> Callable[[Data], None]:
    state = {"name": name, "label": name, "public_label": name, "step": "Open", **extra}
    return lambda data: data["state"].append(state)


def add_move(name: str, source: str, target: str, **extra: Any) -> Callable[[Data], None]:
    move = {"name": name, "label": name, "from": [source], "to": target, "roles": ["frontline"], **extra}
    return lambda data: data["move"].append(move)


def change(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data.update(changes)


def change_move(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data["move"][0].update(changes)


def change_state(number: int, **changes: Any) -> Callable[[Data], None]:
    return lambda data: data["state"][number].update(changes)


def both(*changes: Callable[[Data], None]) -> Callable[[Data], None]:
    def make(data: Data) -> None:
        for change in changes:
            change(data)

    return make
