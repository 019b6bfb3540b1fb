"""The words of a text, as they are counted."""

import re
import unicodedata
from collections import Counter

MOST_TERMS = 200
MOST_CHARACTERS = 20_000
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,30}(?![^\W\d_])")
# Words that carry no subject: they would cost a row each and move nothing.
_SAID = (
    "the and that this with for was were had has have not are but they them their there from been being will "
    "would could should which who whom what when where why how you your our his her she him its into than then "
    "also did does done can may any all out about after before because over again only very just more most some "
    "such own too other same while both each few these those nor get got said told one two que los las una por "
    "con para del como mas pero sus les este esta son fue han sin sobre"
)
_EMPTY = frozenset(_SAID.split())


def terms_of(text: str) -> Counter[str]:
    """How often each word of a text is in it: lower case, without accents, plurals folded, no numbers.

    Only the first 20,000 characters and the first 200 different words count, so that no text is too dear to read.
    """
    plain = unicodedata.normalize("NFKD", text[:MOST_CHARACTERS]).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    counted: Counter[str] = Counter()
    for word in _WORD.findall(plain):
        if word in _EMPTY:
            continue
        term = _folded(word)
        if term in counted or len(counted) < MOST_TERMS:
            counted[term] += 1
    return counted


def _folded(word: str) -> str:
    """inspections and inspection are counted as one; no more than that is guessed about a language."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )
