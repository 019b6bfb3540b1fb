"""Where words fit: how wide they are, how they keep apart, how they are cut.

Widths are estimates for the page's type at 12 or 13 px, on the generous side, since the server cannot
measure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LINE = 14.0
"""Pixels from one baseline to the next for labels at 12 px."""

# Advance widths of the page's typeface in ems, by kinds of letter.
_EMS = {
    **dict.fromkeys("ijlI.,:;' ", 0.27),
    **dict.fromkeys("ftr!|()[]{}/-", 0.37),
    **dict.fromkeys("ackesvxyzJL?", 0.57),
    **dict.fromkeys("0123456789", 0.64),
    **dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ", 0.73),
    **dict.fromkeys("mwMW%@—…", 0.97),
}
_EMS_OTHER_LATIN, _EMS_OTHER = 0.63, 1.0


def text_width(words: str, *, size: float = 12.0, bold: bool = False) -> float:
    """About how many pixels `words` take at `size` pixels."""
    ems = sum(_ems(letter) for letter in words)
    return ems * size * (1.02 if bold else 1.0)


def shorten(words: str, width: float, *, size: float = 12.0, bold: bool = False) -> str:
    """`words`, or as much of them as fits into `width` pixels with an ellipsis."""
    if text_width(words, size=size, bold=bold) <= width:
        return words
    kept = words
    while kept and text_width(kept + "…", size=size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip(" ,:;") + "…" if kept else ""


def spread(wanted: Sequence[float], *, gap: float, low: float, high: float) -> list[float]:
    """Positions as near as can be to those wanted, `gap` apart, in the same order, between `low` and `high`.

    Neighbours that clash are moved together, each group to the middle of what its members want. Where there
    is not room for all, they share it evenly.
    """
    if len(wanted) > 1 and gap * (len(wanted) - 1) > high - low:
        gap = (high - low) / (len(wanted) - 1)
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[tuple[float, list[int]]] = []
    for place in order:
        start, members = wanted[place], [place]
        start = _clamped(start, members, gap, low, high)
        while groups and start < groups[-1][0] + len(groups[-1][1]) * gap - 1e-9:
            _, before = groups.pop()
            members = before + members
            middle = sum(wanted[member] - index * gap for index, member in enumerate(members)) / len(members)
            start = _clamped(middle, members, gap, low, high)
        groups.append((start, members))
    placed = [0.0] * len(wanted)
    for start, members in groups:
        for index, member in enumerate(members):
            placed[member] = start + index * gap
    return placed


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the drawing."""

    left: float
    top: float
    right: float
    bottom: float

    def hits(self, other: "Box") -> bool:
        """Whether the two share any room."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A place a label could take: the end of its baseline, and which end that is."""

    x: float
    y: float
    anchor: str = "start"

    def box(self, width: float) -> Box:
        """The room a label of that width takes here."""
        left = self.x if self.anchor == "start" else self.x - width / (2 if self.anchor == "middle" else 1)
        return Box(left, self.y - 10, left + width, self.y + 3)


@dataclass(slots=True)
class Room:
    """What is taken inside `bounds`; labels are given the first spot that is free."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)

    def take(self, spots: Iterable[Spot], width: float) -> Spot | None:
        """The first spot where a label of that width stands free, now taken; None when there is none."""
        for spot in spots:
            box = spot.box(width)
            inside = (
                box.left >= self.bounds.left
                and box.right <= self.bounds.right
                and box.top >= self.bounds.top
                and box.bottom <= self.bounds.bottom
            )
            if inside and not any(box.hits(other) for other in self.taken):
                self.taken.append(box)
                return spot
        return None


def _ems(letter: str) -> float:
    if ord(letter) > 0x2E80:
        return _EMS_OTHER
    return _EMS.get(letter, _EMS_OTHER_LATIN)


def _clamped(start: float, members: Sequence[int], gap: float, low: float, high: float) -> float:
    return max(min(start, high - (len(members) - 1) * gap), low)
