"""Each measure, defined once. Pages, exports and `measures list` all print from here."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from casework.core.errors import NotFound
from casework.measures.stats import Direction

DIMENSIONS = {
    "service": "Service",
    "category": "Category",
    "team": "Team",
    "channel": "Channel",
    "kind": "Kind",
}
COHORTS = ("answered", "received")
Shape = Literal["time", "share", "count", "level"]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a measure counts and how.

    `shape`: "time" (days from start to end), "share" (of those with a standard, in time), "count" (cases in a
    period), "level" (cases at the end of a period). `figures_of` names the measure whose figures it reads.
    `end` begins the names of the fact's columns: `<end>_days`, and `month` is the column that places a case.
    """

    name: str
    title: str
    short: str
    group: str
    shape: Shape
    unit: str
    better: Direction
    counts: str
    numerator: str
    denominator: str
    exclusions: str
    placed_by: str
    figures_of: str
    end: str = ""
    month: str = ""
    target: float | None = None
    owner: str = ""
    version: int = 1

    def as_data(self) -> dict[str, Any]:
        """For `measures list --json`: everything a reader needs, without where the figures are kept."""
        data = asdict(self)
        return {key: value for key, value in data.items() if key not in ("end", "month")}


_WALL_CLOCK = (
    "Days and parts of days on the wall clock of the agency's zone; working time is not counted yet."
)
_NOT_OWED = "Cases that ended without it being owed: withdrawn, passed on, or a duplicate."
_NO_STANDARD = "Cases without a standard that applied, and those not yet done."
_NONE = "None."


def _time(
    end: str, *, title: str, doing: str, done: str, month: str, exclusions: str = _NOT_OWED
) -> Definition:
    name = f"time_to_{end}"
    return Definition(
        name=name, title=title, short=f"{title}, median", group="Time", shape="time", unit="days", better="down",
        counts=f"Days from receiving a case to {doing}. {_WALL_CLOCK}",
        numerator=f"The days of each case {done}: median, 90th percentile and mean.",
        denominator=f"Cases {done}.",
        exclusions=exclusions,
        placed_by=f"The month in which it was {done}, or received where the figures say so.",
        figures_of=name, end=end, month=month,
    )  # fmt: skip


def _share(end: str, *, name: str, title: str, done: str, month: str) -> Definition:
    return Definition(
        name=name, title=title, short=title, group="Time", shape="share", unit="%", better="up",
        counts=f"The share of cases {done} in time; done at the due instant is in time.",
        numerator=f"Cases {done} at or before the earliest date due.",
        denominator=f"Cases {done} that had a date due.",
        exclusions=_NO_STANDARD,
        placed_by=f"The month in which it was {done}.",
        figures_of=f"time_to_{end}", end=end, month=month,
    )  # fmt: skip


def _flow(
    name: str, *, title: str, shape: Shape, better: Direction, counts: str, placed_by: str, month: str = "",
    exclusions: str = _NONE,
) -> Definition:  # fmt: skip
    return Definition(
        name=name, title=title, short=title, group="Flow", shape=shape, unit="cases", better=better, counts=counts,
        numerator="Cases.", denominator="None: a count.", exclusions=exclusions, placed_by=placed_by,
        figures_of=name, month=month,
    )  # fmt: skip


_ALL = (
    _time(
        "acknowledge", title="Time to acknowledge", doing="acknowledging it", done="acknowledged",
        month="acknowledged_month",
    ),
    _share(
        "acknowledge", name="acknowledged_within_standard", title="Acknowledged within the standard",
        done="acknowledged", month="acknowledged_month",
    ),
    _time(
        "respond", title="Time to respond", doing="telling the customer what was decided", done="answered",
        month="answered_month",
    ),
    _share(
        "respond", name="responded_within_standard", title="Answered within the standard", done="answered",
        month="answered_month",
    ),
    _time("close", title="Time to close", doing="closing it", done="closed", month="closed_month", exclusions=_NONE),
    _flow(
        "received", title="Received", shape="count", better="none", counts="Cases received.",
        placed_by="The month in which it was received.", month="received_month",
    ),
    _flow(
        "closed", title="Closed", shape="count", better="none", counts="Cases closed, and not open again since.",
        placed_by="The month in which it was closed.", month="closed_month",
    ),
    _flow(
        "open_at_end", title="Open at the end", shape="level", better="down",
        counts="Cases received, and not closed by the end of the period.",
        placed_by="The end of the period, or now for the one that runs.",
    ),
    _flow(
        "overdue_now", title="Overdue", shape="level", better="down",
        counts="Open cases whose answer was due and is not given.",
        placed_by="Now; for a month gone by, its end.",
        exclusions="Cases without a standard, and those paused while the customer is asked.",
    ),
)  # fmt: skip

DEFINITIONS: dict[str, Definition] = {definition.name: definition for definition in _ALL}
# Those whose days are summed up; every other figure is counted from these or from the facts.
# The names under which the figures of counts are kept.
COUNTS = frozenset(definition.figures_of for definition in _ALL if definition.shape == "count")
TIMES = tuple(definition for definition in _ALL if definition.shape == "time")


def definition_of(name: str) -> Definition:
    """The definition of a measure. Raises NotFound with the names that there are."""
    if name not in DEFINITIONS:
        raise NotFound(f"There is no measure {name!r}. The measures are {', '.join(DEFINITIONS)}.")
    return DEFINITIONS[name]


def check_dimension(name: str) -> str:
    """The name of a dimension, or nothing for the whole. Raises NotFound with those that there are."""
    if name and name not in DIMENSIONS:
        raise NotFound(f"Cases cannot be grouped by {name!r}. They can be by {', '.join(DIMENSIONS)}.")
    return name
