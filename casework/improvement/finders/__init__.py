"""The finders: small pure functions that turn rows about cases into improvement opportunities.

Each one has a name, says on what evidence it rests, and shows its arithmetic. None reads a database or a
clock: rows and the date are arguments, so the same rows always give the same findings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.improvement.finders.findings import Finding, Names, Step, materially_more
from casework.improvement.finders.late_hot_spot import LateRow, find_late_hot_spot
from casework.improvement.finders.months import IssueRow
from casework.improvement.finders.rising_issue import find_rising_issue
from casework.improvement.finders.vital_few import find_vital_few

__all__ = [
    "FINDERS",
    "Finder",
    "Finding",
    "IssueRow",
    "LateRow",
    "Names",
    "Step",
    "find_late_hot_spot",
    "find_rising_issue",
    "find_vital_few",
    "materially_more",
]


@dataclass(frozen=True, slots=True)
class Finder:
    """A finder as the rest of Casework sees it.

    `row` is the type of the rows that `find` takes; `window_months` is how many months of them to bring.
    """

    name: str
    label: str
    row: type[LateRow] | type[IssueRow]
    window_months: int
    find: Callable[..., list[Finding]]


FINDERS: Mapping[str, Finder] = MappingProxyType(
    {
        finder.name: finder
        for finder in (
            Finder("late_hot_spot", "Late hot spot", LateRow, 6, find_late_hot_spot),
            Finder("rising_issue", "Rising issue", IssueRow, 24, find_rising_issue),
            Finder("vital_few", "Vital few", IssueRow, 12, find_vital_few),
        )
    }
)
