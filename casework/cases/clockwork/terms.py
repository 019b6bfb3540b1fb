"""What a clock was started with, and the kinds of things that can happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class ClockState(StrEnum):
    """Where a clock is. A met clock was in time when it was met at or before it was due."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


LIVE = (ClockState.RUNNING, ClockState.PAUSED)


class What(StrEnum):
    """What happened to the clocks of a case.

    - PAUSED and RESUMED are about the whole case: each clock's terms say whether it takes part.
    - EXTENDED holds limit and unit; CHANGED holds what holds from now on (limit, calendar), because a standard,
      a calendar or the case itself changed.
    - MET, CANCELLED and LAPSED end a clock: done, owed no more, and a path that was not taken in time.
    - NOT_TOLD lets those run on that were met by words which have not reached the customer (yet).
    - RESTORED takes back everything that came after the entry `after`, as if it had not happened.
    - WARNED and MISSED say that a point on the way to the due date, or the due date itself, was passed.
    """

    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    CHANGED = "changed"
    MET = "met"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    NOT_TOLD = "not_told"
    RESTORED = "restored"
    WARNED = "warned"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a clock was started with. `number` counts the clocks of its case.

    Without a `limit` the due date came with an imported record, and is `fixed_at`. `calendar` is the id and the
    number of the version of the calendar it counts by. `pause_in` names the states of the process in which it may
    stand still; none means any.
    """

    number: int
    started_at: datetime
    limit: int | None
    unit: str = ""
    roll: bool = False
    may_pause: bool = False
    pause_in: tuple[str, ...] = ()
    calendar: tuple[int, int] | None = None
    fixed_at: datetime | None = None
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened. `key` orders them; `clocks` are the numbers of those it is about, none means all."""

    what: What
    at: datetime
    key: int = 0
    clocks: tuple[int, ...] = ()
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
