"""What is said on the way to a due date and after it: at which points, and to whom.

A standard lists steps such as `{"at": "50%", "tell": ["owner"]}`. A point is a share of the time ("75%"), so many
working days before the end or after it ("2 before", "5 after"), or the end itself ("due").
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from casework.calendars import Calendar, local_day_of, working_day_before, working_day_close
from casework.core.errors import CaseworkError

WHO = ("owner", "supervisor", "manager")
DUE = "due"
MOST_STEPS = 8
_SHARE = re.compile(r"(\d{1,2})%")
_DAYS = re.compile(r"(\d{1,3}) (before|after)")


class StepError(CaseworkError):
    """A step that cannot be read."""


@dataclass(frozen=True, slots=True)
class Step:
    """A point of a clock, and who is told when it is passed."""

    at: str
    tell: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Whether the point lies at the end or after it: the promise is missed then."""
        return self.at == DUE or self.at.endswith("after")


# What holds where a standard says nothing: the owner two days before, the line when it is late.
USUAL = (
    Step("2 before", ("owner",)),
    Step(DUE, ("owner", "supervisor")),
    Step("5 after", ("supervisor", "manager")),
)


def parse_steps(data: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps from plain data; nothing gives the usual ones. Raises StepError with a sentence."""
    if not data:
        return USUAL
    if len(data) > MOST_STEPS:
        raise StepError(f"A standard has at most {MOST_STEPS} points at which something is said.")
    found = tuple(_step(each) for each in data)
    if len({each.at for each in found}) < len(found):
        raise StepError("The same point is listed twice; list it once with everybody who is told.")
    return found


def points_of(steps: Sequence[Step], *, lapses: bool = False) -> tuple[Step, ...]:
    """The points of a clock: those of its standard and the due date, whether or not somebody is told of that.

    A path that `lapses` when it was not taken in time ends at its due date: nobody is told that it is late.
    """
    if lapses:
        return (*(step for step in steps if not step.is_late), Step(DUE, ()))
    return tuple(steps) if any(step.at == DUE for step in steps) else (*steps, Step(DUE, ()))


def who_is_told(passed: Sequence[Step]) -> tuple[str, ...]:
    """Of several points that were passed at once only the last is told: to everybody whom it, or one like it, names.

    `passed` are in the order in which they were passed; a warning and the end of the time are not alike.
    """
    if not passed or not passed[-1].tell:
        return ()
    alike = {who for step in passed if step.is_late == passed[-1].is_late for who in step.tell}
    return tuple(who for who in WHO if who in alike)


def _step(data: Mapping[str, Any]) -> Step:
    at, tell = str(data.get("at", "")).strip(), tuple(data.get("tell", ()))
    share = _SHARE.fullmatch(at)
    if not (at == DUE or _DAYS.fullmatch(at) or (share and 0 < int(share[1]) < 100)):
        raise StepError(
            f'"{at}" is not a point of a clock; write a share of the time ("50%"), working days '
            '("2 before", "5 after") or "due".'
        )
    if not tell or set(tell) - set(WHO):
        raise StepError(f'At "{at}", say who is told: {", ".join(WHO)}.')
    return Step(at, tell)


def step_times(
    steps: Iterable[Step], calendar: Calendar, *, started_at: datetime, due_at: datetime
) -> list[tuple[datetime, Step]]:
    """When each point is passed, the earliest first. A point before the start is at the start.

    Working days are those of the calendar: "2 before" is the close of the second working day before the due day.
    """
    found = [(max(_time(step, calendar, started_at, due_at), started_at), step) for step in steps]
    return sorted(found, key=lambda pair: (pair[0], pair[1].is_late))


def next_step_at(times: Iterable[tuple[datetime, Step]], done: Iterable[str]) -> datetime | None:
    """When the next point is passed of which nothing was said yet; `done` names the points."""
    over = set(done)
    return min((at for at, step in times if step.at not in over), default=None)


def _time(step: Step, calendar: Calendar, started_at: datetime, due_at: datetime) -> datetime:
    if step.at == DUE:
        return due_at
    if share := _SHARE.fullmatch(step.at):
        return started_at + max(due_at - started_at, timedelta()) * int(share[1]) / 100
    days = _DAYS.fullmatch(step.at)
    assert days is not None  # parse_steps lets nothing else pass
    on = local_day_of(calendar, due_at)
    if days[2] == "after":
        return max(working_day_close(calendar, on, int(days[1])), due_at)
    return min(working_day_before(calendar, on, int(days[1])), due_at)
