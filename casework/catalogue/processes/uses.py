"""How many open cases each version has. Cases stand above this package, so they say how to count them."""

from collections.abc import Callable, Mapping

from casework.accounts.models import User

Counter = Callable[[User], Mapping[int, int]]
_counters: list[Counter] = []


def count_with(counter: Counter) -> None:
    """Let this function say how many open cases each version has, as far as somebody may know of them."""
    _counters[:] = [counter]


def open_cases(user: User) -> Mapping[int, int]:
    """Open cases by the id of their version, without those that this person may not know of."""
    return _counters[0](user) if _counters else {}
