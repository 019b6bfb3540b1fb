"""What stands above the rows of an export: which list it is, what narrows it, on whose clock its times are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class About:
    """What an export says of itself. `filters` are the name and value of each filter that holds."""

    title: str
    filters: Sequence[tuple[str, str]]
    order: str
    zone: str
    made_at: datetime
    made_by: str

    def lines(self) -> list[tuple[str, str]]:
        """Name and words, one line each."""
        return [
            ("List", self.title),
            ("Filter", "; ".join(f"{name}: {value}" for name, value in self.filters) or "None"),
            ("Order", self.order),
            ("Time zone", self.zone),
            ("Made at", self.made_at.astimezone(ZoneInfo(self.zone)).isoformat(timespec="seconds")),
            ("Made by", self.made_by),
            ("Holds", "the cases that this person may see"),
        ]
