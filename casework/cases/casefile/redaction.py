"""Blacking out: the words are taken out of the text itself and a mark of one length stands in their place.

Pure. Nothing is drawn over anything, so that nothing can be lifted off again.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

MARK = "▇▇▇▇"
NAME_MARK = "[name of staff]"
# Shorter parts of names are words of the language as often as names.
PART_LENGTH = 3


@dataclass(frozen=True)
class Staff:
    """A member of staff as texts may name them. `is_close`: had to do with the case, so that a part is enough."""

    name: str
    short_name: str
    email: str
    is_close: bool


@dataclass(frozen=True, kw_only=True)
class Redactor:
    """Takes words, numbers and names out of any text.

    - `words` are found whatever their case and accents, across line breaks, and inside longer words.
    - `numbers` are found however their digits are grouped.
    - Staff are found by whole name, short name and address; those close to the case by a part of their name too.
    """

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    staff: tuple[Staff, ...] = field(default=(), repr=False)

    def clean(self, text: str) -> str:
        """The text without what is to be left out."""
        text = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")
        for number in self.numbers:
            text = _number(number).sub(MARK, text)
        text = _without(text, self.words, MARK)
        if self.staff:
            whole = sorted(
                {n for one in self.staff for n in (one.email, one.name, one.short_name) if n}, key=_longest
            )
            text = _without(text, tuple(whole), NAME_MARK)
            parts = _parts(self.staff)
            text = parts.sub(NAME_MARK, text) if parts else text
        return text


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text


def _number(number: str) -> re.Pattern[str]:
    digits = [c for c in number if c.isdigit()]
    return re.compile(r"\+?\(?" + r"[\s().\-/]*".join(digits)) if len(digits) > 3 else re.compile(r"(?!)")


def _parts(staff: Iterable[Staff]) -> re.Pattern[str] | None:
    parts = {part for one in staff if one.is_close for part in one.name.split() if len(part) >= PART_LENGTH}
    if not parts:
        return None
    return re.compile(r"\b(" + "|".join(re.escape(part) for part in sorted(parts, key=_longest)) + r")\b")


def _without(text: str, phrases: tuple[str, ...], mark: str) -> str:
    """The text with each of the phrases replaced, compared without case, accents and the length of spaces."""
    wanted = [phrase for phrase in (_folded(each)[0].strip() for each in phrases) if phrase]
    if not wanted:
        return text
    folded, places = _folded(text)
    pattern = re.compile("|".join(re.escape(phrase) for phrase in sorted(set(wanted), key=_longest)))
    out, at = [], 0
    for match in pattern.finditer(folded):
        begin, end = places[match.start()], places[match.end() - 1] + 1
        # Marks over the last letter belong to it.
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if begin < at:
            continue
        out += [text[at:begin], mark]
        at = end
    return "".join([*out, text[at:]])


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and for each of its characters where that stood."""
    out: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        if character.isspace():
            if out and out[-1] == " ":
                continue
            folded = " "
        else:
            plain = unicodedata.normalize("NFKD", character)
            folded = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
        for one in folded:
            out.append(one)
            places.append(place)
    return "".join(out), places
