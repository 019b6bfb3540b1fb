"""Writing SVG: elements with escaped content, numbers short enough to read in the page source."""

from collections.abc import Iterable
from functools import cache

from markupsafe import Markup, escape

Attribute = str | float | None


def number(value: float) -> str:
    """A coordinate: one decimal at most, and no minus before a zero."""
    written = f"{value:.1f}".removesuffix(".0")
    return "0" if written == "-0" else written


def element(name: str, *content: str | Markup, **attributes: Attribute) -> Markup:
    """One element. A trailing underscore is dropped from an attribute's name and the others become hyphens.

    Attributes that are None are left out; text and values are escaped, `Markup` content is taken as it is.
    """
    written = "".join(
        [
            f' {_name(key)}="{escape(value) if isinstance(value, str) else number(value)}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    # Every value was escaped just above and all content just here, so that the whole may be taken as it is.
    inside = "".join([part if isinstance(part, Markup) else escape(part) for part in content])
    return Markup(f"<{name}{written}>{inside}</{name}>" if content else f"<{name}{written}/>")  # noqa: S704


def path(class_: str, *commands: str) -> Markup:
    """A line of the given class; its commands are made of numbers by the callers here, never of outside
    text."""
    return element("path", class_=class_, d="".join(commands))


def text(content: str | Markup, *, x: float, y: float, class_: str, anchor: str | None = None) -> Markup:
    """A word or figure, its baseline at `y`."""
    return element("text", content, class_=class_, x=x, y=y, text_anchor=anchor)


def drawing(
    content: Iterable[Markup],
    *,
    ident: str,
    class_: str,
    size: tuple[float, float],
    title: str,
    description: str,
    role: str = "group",
) -> Markup:
    """A whole drawing with its name and description; `role` is "img" where nothing in it can be opened."""
    width, height = size
    return element(
        "svg",
        element("title", title, id=f"{ident}-t"),
        element("desc", description, id=f"{ident}-d"),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        class_=class_,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role=role,
        aria_labelledby=f"{ident}-t",
        aria_describedby=f"{ident}-d",
    )


def empty(sentence: str) -> Markup:
    """What stands where there is nothing to draw yet."""
    return element("p", sentence, class_="mute")


@cache
def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
