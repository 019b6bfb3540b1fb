"""One bar cut in parts: open cases by age, and who has been told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from casework.measures.charts.key import key_list
from casework.measures.charts.labels import text_width
from casework.measures.charts.svg import drawing, element, empty
from casework.measures.charts.words import ENGLISH, Words

_GAP = 2.0
_SMALLEST = 3.0
_SHADES = 4


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Open cases of one age: how it is called, how many, and how it stands to the standard."""

    label: str
    n: int
    past: Literal["no", "past", "far_past"] = "no"
    """Past the standard is hatched, so that it survives print and colour blindness."""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    n: int
    class_: str
    text_class: str | None
    pattern: Literal["", "h", "d"] = ""
    name: str = ""
    href: str | None = None


def age_bands(
    bands: Sequence[AgeBand], *, ident: str, title: str, width: int = 420, words: Words = ENGLISH
) -> Markup:
    """Open cases by age, youngest first, as a wide and a narrow drawing; a sentence when none are open."""
    if not any(band.n for band in bands):
        return empty(words.nothing_open)
    said = ", ".join(f"{band.n:,} {band.label}" for band in bands)
    return _both(
        _age_parts(bands), ident=ident, title=title, said=said, widths=(width, 328), height=40, words=words
    )


def age_key(bands: Sequence[AgeBand], *, ident: str, words: Words = ENGLISH) -> Markup:
    """The key of the age bands with their numbers."""
    return _key(
        [(part, band.label) for part, band in zip(_age_parts(bands), bands, strict=True)], ident, words
    )


def coverage_bar(
    told: int, to_tell: int, cannot: int, *, ident: str, title: str, words: Words = ENGLISH
) -> Markup:
    """Who was told, who is still to be, who cannot be; a sentence when it is nobody."""
    if not told + to_tell + cannot:
        return empty(words.nobody)
    parts = _coverage_parts(told, to_tell, cannot, words)
    said = ", ".join(f"{part.n:,} {part.name}" for part in parts)
    return _both(parts, ident=ident, title=title, said=said, widths=(334, 334), height=28, words=words)


def coverage_key(told: int, to_tell: int, cannot: int, *, ident: str, words: Words = ENGLISH) -> Markup:
    """The key of the coverage bar with its numbers."""
    parts = _coverage_parts(told, to_tell, cannot, words)
    return _key([(part, part.name[:1].upper() + part.name[1:]) for part in parts], ident, words)


def _age_parts(bands: Sequence[AgeBand]) -> list[_Part]:
    in_time = [place for place, band in enumerate(bands) if band.past == "no"]
    parts: list[_Part] = []
    for place, band in enumerate(bands):
        if band.past == "no":
            shade = min(_SHADES, 1 + in_time.index(place) * _SHADES // max(len(in_time), _SHADES))
            parts.append(_Part(band.n, f"sg-a{shade}", f"in-a{shade}", "", band.label, band.href))
        elif band.past == "past":
            parts.append(_Part(band.n, "sg-hatch", None, "h", band.label, band.href))
        else:
            parts.append(_Part(band.n, "sg-worst", "in-worst", "", band.label, band.href))
    return parts


def _coverage_parts(told: int, to_tell: int, cannot: int, words: Words) -> list[_Part]:
    return [
        _Part(told, "sg-told", "in-told", "", words.told),
        _Part(to_tell, "sg-todo", "in-todo", "", words.to_tell),
        _Part(cannot, "sg-dots", None, "d", words.cannot),
    ]


def _both(
    parts: Sequence[_Part],
    *,
    ident: str,
    title: str,
    said: str,
    widths: tuple[int, int],
    height: int,
    words: Words,
) -> Markup:
    drawn = Markup("")
    for letter, kind, width in (("w", "c-wide", widths[0]), ("n", "c-narrow", widths[1])):
        own = f"{ident}-{letter}"
        drawn += drawing(
            [*_patterns(parts, own), *_parts(parts, own, width, height, words)],
            ident=own,
            class_=f"chart {kind}",
            size=(width, height),
            title=title,
            description=said,
            role="group" if any(part.href for part in parts) else "img",
        )
    return drawn


def _parts(parts: Sequence[_Part], ident: str, width: float, height: float, words: Words) -> list[Markup]:
    shown = [part for part in parts if part.n > 0]
    widths = _widths([part.n for part in shown], width)
    drawn: list[Markup] = []
    x = 0.0
    for part, wide in zip(shown, widths, strict=True):
        number = f"{part.n:,}"
        bar = _rect(part, ident, x=x, width=wide, height=height)
        if part.href is not None:
            name = f"{part.name}: {number}. {words.open_cases}"
            bar = element(
                "a", element("title", f"{part.name}: {number}"), bar, href=part.href, aria_label=name
            )
        drawn.append(bar)
        if part.text_class and text_width(number, bold=True) + 12 <= wide:
            at = {"x": x + 8, "y": height / 2 + 4.5}
            drawn.append(element("text", number, class_=part.text_class, pointer_events="none", **at))
        x += wide + _GAP
    return drawn


def _widths(counts: Sequence[int], width: float) -> list[float]:
    """Each part's share of the width, and no part too small to be seen."""
    room = width - _GAP * (len(counts) - 1)
    total = sum(counts)
    widths = [max(room * count / total, _SMALLEST) for count in counts]
    excess = sum(widths) - room
    spare = sum(wide - _SMALLEST for wide in widths)
    return [wide - excess * (wide - _SMALLEST) / spare if spare else wide for wide in widths]


def _rect(part: _Part, ident: str, *, x: float, width: float, height: float, y: float = 0) -> Markup:
    fill = f"url(#{ident}-p{part.pattern})" if part.pattern else None
    return element("rect", class_=part.class_, x=x, y=y, width=width, height=height, rx=2, fill=fill)


def _patterns(parts: Sequence[_Part], ident: str) -> list[Markup]:
    """The fillings the parts need, inside each drawing: one in a hidden drawing would not be painted."""
    needed = {part.pattern for part in parts if part.pattern}
    size = {"width": 6.0, "height": 6.0}
    made: list[Markup] = []
    if "h" in needed:
        strokes = [element("rect", class_="h0", **size), element("rect", class_="h1", width="2.5", height=6)]
        turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
        made.append(element("pattern", *strokes, id=f"{ident}-ph", **size, **turned))
    if "d" in needed:
        dots = [element("rect", class_="d0", **size), element("circle", class_="d1", cx=3, cy=3, r=1.1)]
        made.append(element("pattern", *dots, id=f"{ident}-pd", patternUnits="userSpaceOnUse", **size))
    return [element("defs", *made)] if made else []


def _key(named: Sequence[tuple[_Part, str]], ident: str, words: Words) -> Markup:
    items: list[Markup] = []
    for place, (part, name) in enumerate(named):
        own = f"{ident}-k{place}"
        inset = 1.0 if part.class_ == "sg-todo" else 0.0
        swatch = _rect(part, own, x=inset, y=inset, width=14 - 2 * inset, height=14 - 2 * inset)
        sign = element(
            "svg", *_patterns([part], own), swatch, class_="sw", viewBox="0 0 14 14", aria_hidden="true"
        )
        items.append(element("li", sign, f"{name} ", element("b", f"{part.n:,}")))
    return key_list(items, words)
