"""What comes out of a file before anybody asks what it means: rows, problems and refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from casework.core.errors import Invalid

Cell = str | date | datetime
"""One value of a file: text, or a date or date and time where the file itself knows that it is one."""


class SourceError(Invalid):
    """The file as a whole cannot be read; nothing of it is taken."""


class SourceRow(NamedTuple):
    """One row: the physical line (or the sheet's row) on which it starts, and its values by column name."""

    line: int
    values: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be taken: where it starts, a sentence that says why, and what stood in it."""

    line: int
    sentence: str
    values: Mapping[str, Cell] = field(default_factory=dict, compare=False)
