"""What a file is, by its content. Its name decides nothing but whether plain text is called a table.

Pure functions of the bytes. What is not in the table of kinds is not taken, whatever it may be.
"""

import re
from typing import IO

from casework.files.containers import document_in_ole, document_in_zip
from casework.files.names import RUNNABLE, ending_of
from casework.files.rules import KINDS, TAKEN, FileKind, NotTaken

HEAD = 8192
# How far into a text we look for a page in disguise.
LOOKED_AT = 64 * 1024

_BEGINNINGS = (
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
    ("gif", b"GIF87a"),
    ("gif", b"GIF89a"),
    ("tiff", b"II*\x00"),
    ("tiff", b"MM\x00*"),
    ("ogg", b"OggS"),
    ("mp3", b"ID3"),
)
_BRANDS = {
    b"heic": "heic",
    b"heix": "heic",
    b"hevc": "heic",
    b"mif1": "heic",
    b"msf1": "heic",
    b"M4A ": "m4a",
    b"M4B ": "m4a",
    b"qt  ": "mov",
    b"3gp4": "3gp",
    b"3gp5": "3gp",
    b"3gp6": "3gp",
    b"isom": "mp4",
    b"iso2": "mp4",
    b"iso4": "mp4",
    b"iso5": "mp4",
    b"iso6": "mp4",
    b"mp41": "mp4",
    b"mp42": "mp4",
    b"avc1": "mp4",
    b"M4V ": "mp4",
    b"MSNV": "mp4",
    b"dash": "mp4",
}
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
)
_PROGRAM = "is a program. Programs are never kept here."
_SCRIPT = "is a script that a computer could run. Send what it says as a PDF or a picture of it."
_PAGE = "is a web page, whatever its name says. Print the page to PDF, and send that."
_DRAWING = "is an SVG drawing, which can hold scripts. Save it as PNG or PDF, and send that."
_OTHER = f"is not a kind of file that is kept here. Send one of these: {TAKEN}."

_MARKUP = re.compile(
    r"<(!doctype\s+html|html|head|body|script|iframe|object|embed|meta|style|link|base|form)\b", re.I
)
_SVG = re.compile(r"<svg\b|<!doctype\s+svg", re.I)
_XML = re.compile(r"\s*<(\?xml|!doctype|!--)", re.I)
_SCRIPTS = re.compile(r"\s*(#!|<\?php|@echo\s+off|<%|<job\b|<scriptlet\b)", re.I)
_HEADER = re.compile(r"^([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]*\S?", re.M)
_MAIL_HEADERS = frozenset(
    {"from", "to", "date", "subject", "message-id", "received", "return-path", "mime-version"}
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


def kind_of_content(file: IO[bytes], size: int, name: str | None) -> FileKind:
    """The kind of this file. `name` tells only a table from other text, and a script by its ending.

    Raises NotTaken with what it is and what to send instead.
    """
    if size == 0:
        raise NotTaken("is empty. Check that it opens on your computer, and send it again.")
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"PK\x03\x04"):
        return KINDS[document_in_zip(file, size)]
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return KINDS[document_in_ole(file)]
    found = _by_beginning(head)
    if found is not None:
        return KINDS[found]
    if head.startswith(_PROGRAMS):
        raise NotTaken(_PROGRAM)
    file.seek(0)
    return _text_kind(file.read(LOOKED_AT), name)


def _by_beginning(head: bytes) -> str | None:
    for kind, beginning in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12])
    # The frame of an MP3 without a tag: eleven bits set, layer III, a bit rate and a sample rate that exist.
    if (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] in (0xFB, 0xFA, 0xF3, 0xF2)
        and head[2] >> 4 not in (0, 15)
    ):
        return "mp3"
    return None


def _text_kind(begin: bytes, name: str | None) -> FileKind:
    text = text_of(begin)
    if text is None:
        raise NotTaken(_OTHER)
    if not text.strip():
        raise NotTaken("holds nothing but blanks. Check that it opens on your computer, and send it again.")
    if _is_mail(text):
        return KINDS["mail"]
    if _SVG.search(text):
        raise NotTaken(_DRAWING)
    if _MARKUP.search(text) or _XML.match(text):
        raise NotTaken(_PAGE)
    ending = ending_of(name)
    if _SCRIPTS.match(text) or ending in RUNNABLE:
        raise NotTaken(_SCRIPT)
    return KINDS["csv" if ending in KINDS["csv"].endings else "text"]


def text_of(content: bytes) -> str | None:
    """Bytes as text, when they are text: UTF-8, UTF-16 with its mark, or the usual Windows letters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        # An odd end is a character cut in two by where we stopped reading.
        text = content[: len(content) // 2 * 2].decode("utf-16", "replace")
        return None if any(ord(c) in _CONTROLS for c in text) else text
    if _CONTROLS.intersection(content):
        return None
    content = content.removeprefix(b"\xef\xbb\xbf")
    for cut in range(4):
        try:
            return content[: len(content) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def _is_mail(text: str) -> bool:
    """Whether it begins with the headers of a mail: at least three of them, and nothing else before the blank line."""
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    lines = head.splitlines()
    if not all(_HEADER.match(line) or line[:1] in (" ", "\t") for line in lines):
        return False
    return len({match[1].lower() for match in _HEADER.finditer(head)} & _MAIL_HEADERS) >= 3
