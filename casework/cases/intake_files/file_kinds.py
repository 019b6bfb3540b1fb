"""What a file is by its first bytes, whatever its name says."""

import re

from casework.cases.intake_files.rows import SourceError

TEXT_SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
TABLE_SUFFIXES = (".xlsx", ".parquet")

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an Excel file of the old kind, or one with a password"),
    (b"SQLite format 3\x00", "a database"),
    (b"{\\rtf", "a word processor's document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
_MARKUP = (
    (
        re.compile(
            rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|meta|title|div|p)\b", re.I | re.S
        ),
        "a web page",
    ),
    (re.compile(rb"\s*<(\?xml|!doctype)\b", re.I), "an XML document"),
    (re.compile(rb'\s*(\[\s*)?\{\s*("|\})'), "a JSON document"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a\x1b") + b"\x7f"
_SOME = 4
_SHARE = 0.05


def looks_like(first: bytes) -> str | None:
    """What a file's first bytes are a sure sign of ("a PDF"); None for anything that may be a text table."""
    for signature, what in _SIGNATURES:
        if first.startswith(signature):
            return what
    text = first.removeprefix(b"\xef\xbb\xbf")
    for pattern, what in _MARKUP:
        if pattern.match(text):
            return what
    return None


def refuse_unless_text(name: str, suffix: str, first: bytes) -> None:
    """Raises SourceError when a file that is named as a text table is something else."""
    if not first.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise SourceError(f"{name} is empty.")
    what = looks_like(first)
    if what is None and not first.startswith((b"\xff\xfe", b"\xfe\xff")):
        controls = len(first) - len(first.translate(None, _CONTROLS))
        if controls > _SOME and controls > _SHARE * len(first):
            what = "a binary file"
    if what is not None:
        raise SourceError(
            f"{name} is named {suffix} but is {what}; nothing was read. "
            "Save or download the table itself and import that."
        )
