"""Figures as CSV and JSON: the same rows as on the screen, every one of them, with what they mean at the top."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.core.sheets import guarded, line_of, lines_of
from casework.measures.definitions import Definition
from casework.measures.queries.figures import Row

COLUMNS = (
    "group", "period", "n", "closed_n", "open_n", "mean", "median", "p90", "within_n", "with_standard_n",
    "within_pct",
)  # fmt: skip
__all__ = ["COLUMNS", "UNITS", "as_data", "guarded", "header_of", "line_of", "lines_of"]
UNITS = {"days": 1.0, "hours": 24.0}


def as_data(row: Row, unit: str = "days") -> dict[str, Any]:
    """A figure as a row of JSON; times in `unit`, a key of UNITS."""
    data: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS}
    for name in ("mean", "median", "p90"):
        if data[name] is not None:
            data[name] *= UNITS[unit]
    return data


def header_of(
    definition: Definition, *, filters: str, zone: str, computed_at: datetime | None
) -> list[tuple[str, str]]:
    """What stands above the figures of an export."""
    when = computed_at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds") if computed_at else "not yet"
    return [
        ("Measure", definition.title),
        ("Definition", f"{definition.name}, version {definition.version}"),
        ("What it counts", definition.counts),
        ("Leaves out", definition.exclusions),
        ("Placed by", definition.placed_by),
        ("Unit", definition.unit),
        ("Filter", filters or "None"),
        ("Time zone", zone),
        ("Computed at", when),
    ]
