"""Pareto chart: sorted bars on one axis of 0 to 100 %, the running total as a line, 80 % marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from markupsafe import Markup

from casework.measures.charts.labels import shorten, text_width
from casework.measures.charts.svg import drawing, element, empty, number, path, text
from casework.measures.charts.words import ENGLISH, Words

_ROW, _HEAD = 30.0, 30.0
_NARROW_WIDTH, _NARROW_ROW = 328.0, 40.0


class _Room(TypedDict):
    """A rectangle's place, as attributes."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ParetoRow:
    """One bar: what it is, how many, and where its cases are shown."""

    label: str
    n: int
    href: str | None = None


@dataclass(frozen=True, slots=True)
class _Bar:
    row: ParetoRow
    share: float
    so_far: float
    is_few: bool


def pareto(
    rows: Sequence[ParetoRow],
    *,
    ident: str,
    title: str,
    few: int,
    width: int = 600,
    words: Words = ENGLISH,
) -> Markup:
    """The chart as a wide and a narrow drawing; a sentence when there is nothing to count.

    `rows` come sorted, the largest first and "other" last; the first `few` are the vital ones. `ident` begins
    every id. Raises ValueError for a negative count.
    """
    if any(row.n < 0 for row in rows):
        raise ValueError("A bar cannot count fewer than none.")
    total = sum(row.n for row in rows)
    if not total:
        return empty(words.no_rows)
    bars: list[_Bar] = []
    reached = 0
    for place, row in enumerate(rows):
        reached += row.n
        bars.append(_Bar(row, row.n / total, reached / total, is_few=place < few))
    largest = ", ".join(f"{bar.row.label} {bar.row.n:,}" for bar in bars[:3])
    return _wide(bars, ident, title, largest, width, words) + _narrow(bars, ident, title, largest, words)


def _wide(bars: Sequence[_Bar], ident: str, title: str, largest: str, width: int, words: Words) -> Markup:
    height = _HEAD + _ROW * len(bars) + 2
    label_room = min(max(text_width(bar.row.label, size=13, bold=bar.is_few) for bar in bars), width * 0.34)
    count_room = max(text_width(f"{bar.row.n:,}", size=13) for bar in bars)
    left, right = label_room + 10, width - 48 - max(count_room, 14) - 30
    content: list[Markup] = []
    for per_cent in (0, 20, 40, 60, 80, 100):
        x = left + (right - left) * per_cent / 100
        said = f"{per_cent} %" if per_cent >= 80 else str(per_cent)
        content.append(path("tgt" if per_cent == 80 else "g", f"M{number(x)} 18V{number(height - 8)}"))
        content.append(text(said, x=x, y=13, class_="ax", anchor="middle"))
    content.append(text(words.count, x=width - 50, y=13, class_="ax", anchor="end"))
    content.append(text(words.so_far, x=width - 2, y=13, class_="ax", anchor="end"))
    for place, bar in enumerate(bars):
        top = _HEAD + _ROW * place
        long = (right - left) * bar.share
        hit = _Room(x=0, y=top - 6, width=width, height=_ROW)
        content.append(_linked(bar, _Room(x=left, y=top, width=long, height=18), hit, words))
        said = shorten(bar.row.label, label_room, size=13, bold=bar.is_few)
        content.append(_words(said, x=left - 10, y=top + 13, class_=_class(bar), anchor="end"))
        content.append(_words(f"{bar.row.n:,}", x=width - 50, y=top + 13, class_="tx", anchor="end"))
        so_far = _per_cent(bar.so_far)
        content.append(_words(so_far, x=width - 2, y=top + 13, class_="ax", anchor="end"))
    content.extend(_running_total(bars, left, right))
    return drawing(
        content,
        ident=f"{ident}-w",
        class_="chart c-wide",
        size=(width, height),
        title=title,
        description=largest,
    )


def _running_total(bars: Sequence[_Bar], left: float, right: float) -> list[Markup]:
    places = [
        (left + (right - left) * bar.so_far, _HEAD + _ROW * place + 9) for place, bar in enumerate(bars)
    ]
    line = path("cum", "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places))
    return [line, *(element("circle", class_="cp", cx=x, cy=y, r=2.8) for x, y in places)]


def _narrow(bars: Sequence[_Bar], ident: str, title: str, largest: str, words: Words) -> Markup:
    content: list[Markup] = []
    for place, bar in enumerate(bars):
        top = _NARROW_ROW * place
        figures = f"{bar.row.n:,}, {words.so_far} {_per_cent(bar.so_far)}"
        room = _NARROW_WIDTH - 14 - text_width(figures, size=13)
        said = shorten(bar.row.label, room, size=13, bold=bar.is_few)
        bar_room = _Room(x=0, y=top + 20, width=_NARROW_WIDTH * bar.share, height=13)
        hit = _Room(x=0, y=top, width=_NARROW_WIDTH, height=_NARROW_ROW)
        content.append(_linked(bar, bar_room, hit, words))
        content.append(_words(said, x=0, y=top + 15, class_=_class(bar)))
        content.append(_words(figures, x=_NARROW_WIDTH - 2, y=top + 15, class_="tx", anchor="end"))
    return drawing(
        content,
        ident=f"{ident}-n",
        class_="chart c-narrow",
        size=(_NARROW_WIDTH, _NARROW_ROW * len(bars)),
        title=title,
        description=largest,
    )


def _per_cent(share: float) -> str:
    """A share in whole per cent; never 100 while something is still to come."""
    return f"{100 if share >= 1 else min(round(share * 100), 99)} %"


def _class(bar: _Bar) -> str:
    return "tx st" if bar.is_few else "tx"


def _words(said: str, *, x: float, y: float, class_: str, anchor: str | None = None) -> Markup:
    """Words that let the pointer through to the bar's link beneath them."""
    return element("text", said, class_=class_, x=x, y=y, text_anchor=anchor, pointer_events="none")


def _linked(bar: _Bar, room: _Room, hit: _Room, words: Words) -> Markup:
    """The bar with its whole name under the pointer; the row opens its cases where it has some to open."""
    drawn = [
        element("title", f"{bar.row.label}: {bar.row.n:,}"),
        element("rect", fill="none", pointer_events="all", **hit),
        element("rect", class_="bf" if bar.is_few else "bb", rx=1.5, **room),
    ]
    if bar.row.href is None:
        return element("g", *drawn)
    name = f"{bar.row.label}: {bar.row.n:,}, {_per_cent(bar.share)}. {words.open_cases}"
    return element("a", *drawn, href=bar.row.href, aria_label=name)
