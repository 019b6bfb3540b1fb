"""The key under a control chart: it repeats the shapes and lines that the chart really shows."""

from markupsafe import Markup

from casework.measures.charts.marks import mark
from casework.measures.charts.svg import element, path
from casework.measures.charts.words import ENGLISH, Words
from casework.measures.stats.control import Chart, Meaning


def control_key(chart: Chart, *, target_words: str | None = None, words: Words = ENGLISH) -> Markup:
    """The key as a list; `target_words` names the target's line ("standard, 20 days"). Empty without
    figures."""
    if chart.newest is None:
        return Markup("")
    meanings = {point.meaning for point in chart.points if point.value is not None}
    judged = any(segment.judged for segment in chart.segments)
    named: list[tuple[Meaning, str]] = [
        ("none", words.key_noise if judged else words.key_unjudged),
        ("better", words.key_better),
        ("worse", words.key_worse),
        ("changed", words.key_changed),
    ]
    items = [
        key_item(mark(meaning, x=10, y=6, size=3.2), said) for meaning, said in named if meaning in meanings
    ]
    items.append(key_item(path("mean", "M0 6h20"), words.mean.lower()))
    if any(point.upper is not None for point in chart.points):
        items.append(key_item(path("lim", "M0 6h20"), words.limits))
    if chart.mean_before is not None:
        items.append(key_item(path("was", "M0 6h20"), words.mean_before.lower()))
    if target_words is not None:
        items.append(key_item(path("tgt", "M0 6h20"), target_words))
    return key_list(items, words)


def key_list(items: list[Markup], words: Words) -> Markup:
    """The items as one list named "Key"."""
    return element("ul", *items, class_="key", aria_label=words.key)


def key_item(sign: Markup, said: str) -> Markup:
    """One line or shape, and what it stands for."""
    return element("li", element("svg", sign, viewBox="0 0 20 12", aria_hidden="true"), said)
