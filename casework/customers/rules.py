"""How a customer is written so that the look-up finds them: pure functions of text."""

import re
import unicodedata

_NOT_DIGIT = re.compile(r"\D+")
_NOT_WORD = re.compile(r"[^\w@.+\- ]+")
# Letters that carry their sign inside, so that taking accents off leaves them as they are.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def plain_letters(text: str) -> str:
    """Lower case and without accents; everything else stays."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    # What is spread out may be upper case again (a full-width letter, a sign made of letters).
    return "".join(c for c in spread if not unicodedata.combining(c)).casefold().translate(_LETTERS)


def searchable(text: str) -> str:
    """Lower case, without accents and brackets, single spaces: "José (Pepe) Núñez" is "jose pepe nunez"."""
    return " ".join(_NOT_WORD.sub(" ", plain_letters(text)).split())


def digits(phone: str) -> str:
    """The digits of a phone number."""
    return _NOT_DIGIT.sub("", phone)


def phone_tail(phone: str) -> str:
    """The digits backwards: the end of a number, which people say, becomes the beginning, which an index finds."""
    return digits(phone)[::-1]


def reachable_by(*, prefers: str, email: str, phone: str, address: str, do_not_contact: bool) -> str:
    """The channel by which a customer can be told something: email, phone, letter, or empty for none.

    What they prefer comes first when they left what it needs; otherwise whatever they left.
    """
    if do_not_contact:
        return ""
    left = {"email": bool(email), "phone": bool(phone), "letter": bool(address)}
    order = [prefers, "email", "phone", "letter"]
    return next((way for way in order if left.get(way)), "")
