"""What was measured, and how it is shown."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number. `most` is what it should not exceed, where something was promised."""

    name: str
    value: float
    unit: str = ""
    most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the promise is kept; empty where there is none."""
        if self.most is None:
            return ""
        return "kept" if self.value <= self.most else "NOT KEPT"

    @property
    def shown(self) -> str:
        """The value with the digits that mean something."""
        if self.value == int(self.value) or self.value >= 1000:
            return f"{self.value:,.0f}"
        return f"{self.value:.3f}" if abs(self.value) < 1 else f"{self.value:.1f}"


def as_table(figures: Sequence[Figure]) -> str:
    """The figures as columns: name, value, unit, the promise, a note."""
    lines = [("what", "figure", "unit", "at most", "", "note")]
    for figure in figures:
        most = "" if figure.most is None else f"{figure.most:g}"
        lines.append((figure.name, figure.shown, figure.unit, most, figure.verdict, figure.note))
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in (1, 3) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_json(figures: Sequence[Figure], database: str, rows: int) -> str:
    """The figures as one JSON document."""
    return json.dumps(
        {
            "database": database,
            "rows": rows,
            "figures": [{**asdict(figure), "kept": figure.verdict != "NOT KEPT"} for figure in figures],
        },
        indent=1,
    )
