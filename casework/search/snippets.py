"""Showing where the words stand: a piece of the text round them, each marked. Whatever was written is escaped first.

A word is marked when it begins like the word that was looked for; the index finds words by their stems, and this
needs to agree with it only so far that a person sees why a case was found.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from casework.customers.rules import plain_letters
from casework.search.rules import Asked, Place

LENGTH = 220
# In so much of a long text the words are looked for; what lies further back is not worth the wait.
LOOKED_THROUGH = 60_000
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?:ations?|ingly|edly|ings?|ions?|ies|ied|ed|es|ly|s|e|y)$")
_SHORTEST_STEM = 3
_LONGEST_WORD = 100
_BEFORE = 60
# Beginning, end, and which of the words it is.
Span = tuple[int, int, int]
# How a word begins, and how many letters may follow.
Stem = tuple[str, int]


def stems_of(asked: Asked) -> list[Stem]:
    """How the words begin that are to be marked, each word once."""
    stems = []
    for term in asked.wanted:
        stems += [_stem(word) for word in term.words[:-1]]
        stems.append((term.words[-1], _LONGEST_WORD) if term.begins else _stem(term.words[-1]))
    return list(dict.fromkeys(stems))


def marked(text: str, stems: Sequence[Stem]) -> Markup:
    """The whole text with the words marked."""
    return _with_marks(text, _spans(text, stems), 0, len(text))


def snippet(texts: dict[Place, str], stems: Sequence[Stem]) -> tuple[Place | None, Markup]:
    """The piece of text in which most of the words stand together, and the place it is from.

    Without any, the beginning of the story, or of the first text there is; then the place is None.
    """
    best: tuple[int, Place, int, list[Span]] | None = None
    # The title is shown anyway, so a piece of anything else says more.
    for place in ("story", "said", "people", "title"):
        spans = _spans(texts[place][:LOOKED_THROUGH], stems)
        if spans:
            different, start = _densest(spans)
            if best is None or different > best[0]:
                best = (different, place, start, spans)
    if best is None or best[1] == "title":
        words = texts["story"] or texts["said"]
        return None, _with_marks(words, [], *_around(words, 0))
    _, place, start, spans = best
    return place, _with_marks(texts[place], spans, *_around(texts[place], max(0, start - _BEFORE)))


def _stem(word: str) -> Stem:
    stem = _ENDINGS.sub("", word)
    if len(stem) < _SHORTEST_STEM:
        stem = word
    # After a short beginning a long rest is another word: car, carpet.
    return stem, 5 if len(stem) > _SHORTEST_STEM + 1 else 2


def _spans(text: str, stems: Sequence[Stem]) -> list[Span]:
    found = []
    for piece in _WORD.finditer(text):
        word = plain_letters(piece[0])
        for number, (stem, rest) in enumerate(stems):
            if word.startswith(stem) and len(word) - len(stem) <= rest:
                found.append((piece.start(), piece.end(), number))
                break
    return found


def _densest(spans: Sequence[Span]) -> tuple[int, int]:
    """How many different words stand within one snippet at best, and where that begins."""
    best, last = (0, 0), 0
    seen: dict[int, int] = {}
    for start, _end, number in spans:
        seen[number] = seen.get(number, 0) + 1
        while spans[last][0] < start - LENGTH + _BEFORE:
            seen[spans[last][2]] -= 1
            last += 1
        different = sum(1 for count in seen.values() if count)
        if different > best[0]:
            best = (different, spans[last][0])
    return best


def _around(text: str, start: int) -> tuple[int, int]:
    """Beginning and end of a snippet from about here, not in the middle of a word where that can be helped."""
    if start:
        gap = text.find(" ", start, start + _BEFORE // 2)
        start = gap + 1 if gap >= 0 else start
    end = min(len(text), start + LENGTH)
    if end < len(text):
        gap = text.rfind(" ", start, end)
        end = gap if gap > start + LENGTH // 2 else end
    return start, end


def _with_marks(text: str, spans: Sequence[Span], start: int, end: int) -> Markup:
    parts, at = [Markup("… ") if start else Markup()], start
    for begin, stop, _number in spans:
        if begin < at or stop > end:
            continue
        parts += [
            escape(_one_line(text[at:begin])),
            Markup("<mark>"),
            escape(text[begin:stop]),
            Markup("</mark>"),
        ]
        at = stop
    parts.append(escape(_one_line(text[at:end])))
    if end < len(text):
        parts.append(Markup(" …"))
    return Markup().join(parts)


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
