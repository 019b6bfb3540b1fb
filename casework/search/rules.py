"""What was typed into the box, as what is looked for: pure functions of text.

- Words stand for themselves and their endings; `kitch*` for everything that begins so.
- "Words in quotes" stand next to each other; a quote that is not closed runs to the end.
- -word and -"words in quotes" must not stand anywhere.
- Something written with a sign inside (26-04107, o'brien, dana@example) is a phrase of its parts.
"""

import re
from dataclasses import dataclass
from typing import Literal

from casework.customers.rules import plain_letters

Place = Literal["title", "people", "story", "said"]
PLACES: tuple[Place, ...] = ("title", "people", "story", "said")

LONGEST = 400
MOST_TERMS = 16
LONGEST_WORD = 80
# The index takes a megabyte a case; this much of what was said, the newest first, is more than anybody reads.
LONGEST_PLACE = 60_000
ENOUGH_DIGITS = 4
MOST_STRONG = 8
SHORTEST_STRONG = 4

_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans("“”„«»", '"""""')
_NUMBER = re.compile(r"[\d\s()+./-]+")
_REFERENCE = re.compile(r"(\d\d)-(\d{1,7})")
# Words that say nothing of what a case is about.
_COMMON = """
    about above after again against also although always another anybody anyone anything around asked away
    back because been before being below between both called came cannot case come complain complained
    complaint could customer days dear does doing done down during each either else even ever every
    everybody everyone from getting give given goes going gone good have having hello help here herself
    himself hours into itself just keep know last later least less like little long look made make many
    matter maybe mean might more most much must myself need never next nobody none nothing often once only
    other ought ours over please quite rather really regards right said same says seem seems seen shall
    should since some somebody someone something sometimes soon still such take than thank thanks that their
    theirs them then there these they thing things think this those though three through time times today
    told took toward under until upon used very want wanted week weeks well went were what when where
    whether which while whom whose will with within without would wrote year years yesterday your yours
    yourself
"""
_SAYS_NOTHING = frozenset(_COMMON.split())


@dataclass(frozen=True)
class Term:
    """One thing to look for: words next to each other, mostly one. `begins`: the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True)
class Asked:
    """What to look for, and what must not be there. `cut` when more was typed than is looked for."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]
    cut: bool = False


def words_of(text: str) -> list[str]:
    """The words and numbers of a text as the index keeps them: lower case, no accents, no signs."""
    return _WORD.findall(plain_letters(text))


def plain(text: str) -> str:
    """A text as the index takes it, as much of it as it takes."""
    return " ".join(words_of(text[:LONGEST_PLACE]))[:LONGEST_PLACE]


def asked(text: str) -> Asked:
    """What somebody looks for with this text."""
    typed = text.replace("\x00", " ").translate(_QUOTES).strip()
    wanted, unwanted = list[Term](), list[Term]()
    found = 0
    for piece in _PIECE.finditer(typed[:LONGEST]):
        term = _term(piece["phrase"] if piece["word"] is None else piece["word"])
        if term is None:
            continue
        found += 1
        if found <= MOST_TERMS:
            (unwanted if piece["minus"] else wanted).append(term)
    return Asked(
        tuple(dict.fromkeys(wanted)),
        tuple(dict.fromkeys(unwanted)),
        cut=found > MOST_TERMS or len(typed) > LONGEST,
    )


def _term(text: str) -> Term | None:
    words = tuple(word[:LONGEST_WORD] for word in words_of(text))[:MOST_TERMS]
    return Term(words, begins=text.endswith("*") and len(words[-1]) > 1) if words else None


def reference_in(text: str) -> str:
    """The reference that was typed, with its zeros: 26-4107 is 26-04107. Anything else as it stands."""
    typed = text.replace("\x00", " ").strip()
    found = _REFERENCE.fullmatch(typed) if typed.isascii() else None
    return f"{found[1]}-{int(found[2]):05d}" if found else typed


def contact_part(text: str) -> str:
    """What may be a part of a phone number or an e-mail address; empty for anything else."""
    typed = text.replace("\x00", " ").strip()[:LONGEST]
    if "@" in typed and not re.search(r"\s", typed):
        return typed
    enough = sum(sign.isdigit() for sign in typed) >= ENOUGH_DIGITS
    return typed if enough and _NUMBER.fullmatch(typed) and not _REFERENCE.fullmatch(typed) else ""


def strong_words(*texts: str) -> list[str]:
    """The words of a text that say most of what it is about, the longest first: at most eight."""
    said = (word for text in texts for word in words_of(text[: LONGEST * 10]))
    strong = {
        word[:LONGEST_WORD]
        for word in said
        if len(word) >= SHORTEST_STRONG and word not in _SAYS_NOTHING and not word.isdigit()
    }
    return sorted(strong, key=lambda word: (-len(word), word))[:MOST_STRONG]
