"""Two bars for the public page: how it was, how it is."""

from markupsafe import Markup

from casework.measures.charts.labels import text_width
from casework.measures.charts.svg import drawing, element
from casework.measures.stats.control import Meaning

_WIDTH, _HEIGHT, _SIZE = 240.0, 50.0, 14.0


def before_after(
    before: float,
    now: float,
    *,
    ident: str,
    before_text: str,
    now_text: str,
    before_label: str = "Before",
    now_label: str = "Now",
    meaning: Meaning = "better",
) -> Markup:
    """The bars of two figures that are not negative, each with its words ("43 in 100").

    `meaning` says what the change from one to the other is. Raises ValueError for a negative figure.
    """
    if before < 0 or now < 0:
        raise ValueError("A bar cannot be shorter than nothing.")
    left = max(56.0, max(text_width(label, size=_SIZE) for label in (before_label, now_label)) + 12)
    words_room = max(text_width(words, size=_SIZE) for words in (before_text, now_text))
    longest = max(_WIDTH - left - 6 - words_room, 20.0)
    scale = longest / max(before, now) if max(before, now) > 0 else 0.0
    now_class = {"better": "b1", "worse": "b2"}.get(meaning, "b0")
    content = [
        *_row(before_label, before_text, left=left, width=before * scale, top=4, class_="b0"),
        *_row(now_label, now_text, left=left, width=now * scale, top=30, class_=now_class),
    ]
    return drawing(
        content,
        ident=ident,
        class_="ba",
        size=(_WIDTH, _HEIGHT),
        title=f"{before_label} {before_text}, {now_label.lower()} {now_text}",
        description=f"{before_label}: {before_text}. {now_label}: {now_text}.",
        role="img",
    )


def _row(label: str, words: str, *, left: float, width: float, top: float, class_: str) -> list[Markup]:
    wide = max(width, 1.0)
    return [
        element("text", label, x=0, y=top + 12.5),
        element("rect", class_=class_, x=left, y=top, width=wide, height=16, rx=2),
        element("text", words, x=left + wide + 6, y=top + 12.5),
    ]
