"""Stamps that are not ISO 8601: a strptime format turned once into something quick.

The standard library takes several times as long for a value, which over a large file is most of the time. The
common directives become one regular expression here; a format with any other goes to the standard library.
Names of months are English, whatever the machine's language.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>1[0-2]|0?[1-9])",
    "d": r"(?P<d>3[01]|[12]\d|0?[1-9])",
    "H": r"(?P<H>2[0-3]|[01]?\d)",
    "I": r"(?P<I>1[0-2]|0?[1-9])",
    "M": r"(?P<M>[0-5]?\d)",
    "S": r"(?P<S>[0-5]?\d)",
    "f": r"(?P<f>\d{1,6})",
    "p": r"(?P<p>am|pm)",
    "b": rf"(?P<b>{'|'.join(_MONTHS)})",
    "B": rf"(?P<B>{_LONG_MONTHS})",
    "z": r"(?P<z>z|[+-]\d{2}:?\d{2})",
    "%": "%",
}
_TIME_DIRECTIVES = frozenset("HIMSfpXcT")
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)

Reader = Callable[[str], datetime]


def has_time(format_: str) -> bool:
    """Whether a format says anything about the time of day."""
    return any(letter in _TIME_DIRECTIVES for letter in _DIRECTIVE.findall(format_))


def check_format(format_: str) -> str:
    """A sentence saying what is wrong with a format; "" when it gives a whole date."""
    letters = _DIRECTIVE.findall(format_)
    if not letters:
        return f'"{format_}" has no directives; write it like "%m/%d/%Y %H:%M".'
    whole = ("Y" in letters or "y" in letters) and (
        "j" in letters or ("d" in letters and any(month in letters for month in "mbB"))
    )
    if not (whole or "x" in letters or "c" in letters):
        return f'"{format_}" does not give a year, a month and a day.'
    if len(set(letters) - {"%"}) != len([letter for letter in letters if letter != "%"]):
        return f'"{format_}" names a part of the date twice.'
    try:
        datetime.strptime("", format_)  # noqa: DTZ007 - only the format itself is tried
    except ValueError as error:
        if "bad directive" in str(error) or "stray" in str(error):
            return (
                f'"{format_}" has a directive that is not known; use those of strptime, such as %Y, %m, %d.'
            )
    return ""


def reader_of(format_: str) -> Reader:
    """A function from a text to what it says: naive, or with an offset where the format has one.

    The function raises ValueError for a text that does not fit or names a day that does not exist.
    """
    letters = _DIRECTIVE.findall(format_)
    if any(letter not in _DIRECTIVES for letter in letters):
        return lambda text: datetime.strptime(text, format_)  # noqa: DTZ007 - the zone is the caller's
    match = re.compile(_pattern(format_), re.IGNORECASE | re.ASCII).fullmatch

    def read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise ValueError(f"{text!r} does not fit {format_!r}")
        return _made_of(found.groupdict())

    return read


def _pattern(format_: str) -> str:
    """The format as a regular expression. White space in it stands for any amount, as in strptime."""
    parts = []
    for piece in re.split(r"(%.|\s+)", format_):
        if piece.startswith("%"):
            parts.append(_DIRECTIVES[piece[1]])
        else:
            parts.append(r"\s+" if piece.isspace() else re.escape(piece))
    return "".join(parts)


def _made_of(parts: dict[str, str]) -> datetime:
    """A datetime of the named parts; ValueError when there is no such day."""
    get = parts.get
    return datetime(
        _year(parts),
        _month(parts),
        int(parts["d"]),
        _hour(parts),
        int(get("M", 0)),
        int(get("S", 0)),
        int(get("f", "0").ljust(6, "0")),
        tzinfo=_offset(parts["z"]) if "z" in parts else None,
    )


def _year(parts: dict[str, str]) -> int:
    if "Y" in parts:
        return int(parts["Y"])
    year = int(parts["y"])
    # The POSIX rule for years of two digits: 69 to 99 are of the last century.
    return year + (1900 if year >= 69 else 2000)


def _month(parts: dict[str, str]) -> int:
    if "m" in parts:
        return int(parts["m"])
    return 1 + _MONTHS.index((parts.get("b") or parts["B"])[:3].lower())


def _hour(parts: dict[str, str]) -> int:
    if "H" in parts:
        return int(parts["H"])
    hour = int(parts.get("I", 12)) % 12
    return hour + 12 if parts.get("p", "").lower() == "pm" else hour


def _offset(text: str) -> timezone:
    if text in "zZ":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
