"""The marks of a point: grey circle within chance, blue diamond better, orange triangle worse, grey square
changed.

Shape says it without colour. A point is a link to its cases; its name says what a sighted reader sees.
"""

from markupsafe import Markup

from casework.measures.charts.svg import element, number, path
from casework.measures.stats.control import Meaning


def mark(meaning: Meaning, *, x: float, y: float, size: float) -> Markup:
    """The mark around (x, y). `size` is the radius a plain point has; signals are drawn larger."""
    if meaning == "better":
        half, top = number(size * 1.8), number(y - size * 1.8)
        return path("p-b", f"M{number(x)} {top}l{half} {half}-{half} {half}-{half}-{half}z")
    if meaning == "worse":
        half, tall, top = number(size * 1.9), number(size * 3.4), number(y - size * 2)
        return path("p-w", f"M{number(x)} {top}l{half} {tall}h-{number(size * 3.8)}z")
    if meaning == "changed":
        side = size * 2.6
        return element("rect", class_="p-n", x=x - side / 2, y=y - side / 2, width=side, height=side)
    return element("circle", class_="p-n", cx=x, cy=y, r=size)


def link(
    content: Markup, *, href: str | None, name: str, hint: str, in_tab_order: bool, hit: Markup | None
) -> Markup:
    """The mark as a link named `name`, with `hint` shown under the pointer; a group when it leads nowhere."""
    inside = [element("title", hint), *([hit] if hit is not None else []), content]
    if href is None:
        return element("g", *inside, role="img", aria_label=name)
    return element("a", *inside, href=href, tabindex=None if in_tab_order else "-1", aria_label=name)


def hit_area(*, x: float, y: float, width: float) -> Markup:
    """Room for a finger or a pointer around a small mark."""
    wide = min(max(width, 4.0), 24.0)
    return element("rect", x=x - wide / 2, y=y - 12, width=wide, height=24, fill="none", pointer_events="all")
