"""The name of a file as it may be shown and given to a browser: no tricks in it, its ending that of the content.

Pure. What the file was called by its sender is kept beside it, as evidence, and shown nowhere.
"""

import unicodedata

from casework.files.rules import KINDS, FileKind

SHOWN_LENGTH = 120
# File systems count bytes; a name in Thai or in emoji has three or four for each character.
SHOWN_BYTES = 200
ORIGINAL_LENGTH = 300

_FORBIDDEN = frozenset('<>:"/\\|?*')
# Windows means devices by these, whatever ending follows.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{name}{number}" for name in ("com", "lpt") for number in range(10)}
)
# Endings by which a computer would run a file, or open it as a page.
_ENDINGS = (
    "app apk bat bin chm cmd com cpl dll dmg exe gadget hta htm html inf iso jar js jse lnk mht mhtml msc msi msp mjs "
    "php pif pl ps1 psm1 py rb reg scf scr sh svg svgz swf url vb vbe vbs wsf wsh xhtml xml xsl"
)
RUNNABLE = frozenset(_ENDINGS.split())
_KNOWN = RUNNABLE | {ending for kind in KINDS.values() for ending in kind.endings} | {"zip", "docm", "xlsm"}


def original_name(name: str | None) -> str:
    """The name as it came, as far as a database can keep it."""
    text = (name or "").encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return text[:ORIGINAL_LENGTH]


def ending_of(name: str | None) -> str:
    """What follows the last dot, in lower case; empty without one."""
    _, dot, ending = _plain(name or "").rpartition(".")
    return ending.lower() if dot else ""


def shown_name(name: str | None, kind: FileKind) -> str:
    """The name to show for a file of this kind.

    - Folders, control characters, characters that turn the direction of reading, and those that a file
      system forbids are taken out.
    - The ending is one of the kind's own: `invoice.pdf.exe` that is a PDF becomes `invoice.pdf`.
    - Never empty, never the name of a device, never too long for a file system.
    """
    stem = _plain(name or "")
    ending = kind.ending
    while True:
        head, dot, last = stem.rpartition(".")
        if not dot or last.lower() not in _KNOWN:
            break
        if last.lower() in kind.endings:
            ending = last.lower()
        stem = head
    stem = _shortened(stem.strip(" ."), SHOWN_LENGTH - len(ending) - 1, SHOWN_BYTES - len(ending) - 1)
    if not stem:
        stem = "file"
    if stem.split(".", 1)[0].strip().lower() in _DEVICES:
        stem = f"file-{stem}"
    return f"{stem}.{ending}"


def name_to_say(name: str | None) -> str:
    """The name in a sentence about a file that is not kept."""
    return _shortened(_plain(name or "").strip(), 80, 240) or "This file"


def _plain(name: str) -> str:
    """One line without folders, controls, turned directions and characters that no file name may have."""
    name = unicodedata.normalize("NFC", original_name(name))
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(_character(c) for c in name)
    return " ".join(kept.split())


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\r\n":
        return " "
    # Cc controls, Cf invisible formatting (directions among it), Cs and Co and Cn no characters at all.
    if category.startswith("C"):
        return ""
    return "_" if character in _FORBIDDEN else character


def _shortened(text: str, characters: int, size: int) -> str:
    text = text[:characters]
    while len(text.encode("utf-8")) > size:
        text = text[:-1]
    return text.strip(" .")
