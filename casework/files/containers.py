"""What a container says is in it: the member list of a zip, the streams of an old Office file. Nothing is unpacked.

Pure functions of the bytes. Only the list at the end of a zip is read, within caps, so a bomb never goes off.
"""

import struct
from dataclasses import dataclass
from typing import IO

from casework.files.rules import MEGABYTE, NotTaken

# A large report has a few hundred members; this many, or this much, or squeezed this hard, is no document.
MEMBERS = 5_000
LIST_BYTES = 2 * MEGABYTE
UNPACKED_BYTES = 400 * MEGABYTE
RATIO = 150
RATIO_MATTERS_FROM = 20 * MEGABYTE

_END = struct.Struct("<4s4H2LH")
_MEMBER = struct.Struct("<4s6H3L5H2L")
_END_SEARCH = _END.size + 65_535
_DAMAGED = "is damaged or was not sent whole. Open it, save it again, and send that."
_BOMB = "holds far more inside than its size tells, which no honest document does, so it was not kept."
# Office writes data descriptors and plain members alone; a password on a member is not Office's own way.
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """One entry of the list."""

    name: str
    packed: int
    unpacked: int
    flags: int


def members_of(file: IO[bytes], size: int) -> list[Member]:
    """The member list of a zip. Raises NotTaken when it is damaged, or beyond the caps."""
    count, list_size, offset = _end_of(file, size)
    if count > MEMBERS or list_size > LIST_BYTES:
        raise NotTaken(_BOMB)
    file.seek(offset)
    listed = file.read(list_size)
    found, at = [], 0
    for _ in range(count):
        member, at = _member_at(listed, at)
        found.append(member)
    _check(found)
    return found


def _end_of(file: IO[bytes], size: int) -> tuple[int, int, int]:
    """How many members there are, how long their list is, and where it begins."""
    file.seek(max(0, size - _END_SEARCH))
    tail = file.read(_END_SEARCH)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise NotTaken(_DAMAGED)
    _, disk, _, _, count, list_size, offset, _ = _END.unpack_from(tail, at)
    # The large form of zip begins at 4 GB or 65,535 members; no file that is taken here needs it.
    if disk or count == 0xFFFF or 0xFFFFFFFF in (list_size, offset):
        raise NotTaken(_BOMB)
    if offset + list_size > size:
        raise NotTaken(_DAMAGED)
    return count, list_size, offset


def _member_at(listed: bytes, at: int) -> tuple[Member, int]:
    if len(listed) - at < _MEMBER.size:
        raise NotTaken(_DAMAGED)
    parts = _MEMBER.unpack_from(listed, at)
    if parts[0] != b"PK\x01\x02":
        raise NotTaken(_DAMAGED)
    flags, packed, unpacked = parts[3], parts[8], parts[9]
    name_size, extra_size, note_size = parts[10], parts[11], parts[12]
    begin = at + _MEMBER.size
    name = listed[begin : begin + name_size].decode("utf-8", "replace")
    return Member(name, packed, unpacked, flags), begin + name_size + extra_size + note_size


def _check(members: list[Member]) -> None:
    unpacked = sum(member.unpacked for member in members)
    packed = sum(member.packed for member in members)
    if unpacked > UNPACKED_BYTES or (unpacked > RATIO_MATTERS_FROM and unpacked > RATIO * max(packed, 1)):
        raise NotTaken(_BOMB)


def document_in_zip(file: IO[bytes], size: int) -> str:
    """Which document this zip is: docx, xlsx, pptx, odt, ods, odp. Raises NotTaken for anything else.

    A bare zip is not taken: what lies in it would pass by every check here (kinds, names, bombs, previews),
    and whoever opens it at a desk meets what nobody looked at. People can send its files one by one.
    """
    members = members_of(file, size)
    names = {member.name for member in members}
    if any(member.flags & _ENCRYPTED for member in members):
        raise NotTaken("is locked with a password. Take the password off, and send it again.")
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise NotTaken("holds macros or programs. Save it without macros, or as PDF, and send that.")
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in names):
                return kind
    file.seek(0)
    # An OpenDocument file says what it is in its first member, unpacked: 30 bytes of head, "mimetype", the type.
    head = file.read(200)
    if head[30:38] == b"mimetype":
        for kind, word in (("odt", b"text"), ("ods", b"spreadsheet"), ("odp", b"presentation")):
            if head[38:].startswith(b"application/vnd.oasis.opendocument." + word):
                return kind
    raise NotTaken("is a zip archive or an app. Take the files out of it, and send them one by one.")


_STREAMS = (
    ("doc", "WordDocument"),
    ("xls", "Workbook"),
    ("xls", "Book"),
    ("ppt", "PowerPoint Document"),
    ("msg", "__nameid_version1.0"),
)


def document_in_ole(file: IO[bytes]) -> str:
    """Which old Office file this is: doc, xls, ppt, msg. Raises NotTaken for anything else, and for macros."""
    file.seek(0)
    content = file.read()
    if _stream("_VBA_PROJECT") in content:
        raise NotTaken("holds macros. Save it without macros, or as PDF, and send that.")
    for kind, stream in _STREAMS:
        if _stream(stream) in content:
            return kind
    if _stream("EncryptedPackage") in content:
        raise NotTaken("is locked with a password. Take the password off, and send it again.")
    raise NotTaken("is an installer or another program's own file. Save it as PDF, and send that.")


def _stream(name: str) -> bytes:
    """The name as the directory of such a file writes it, with the end that keeps Book apart from Bookmark."""
    return name.encode("utf-16-le") + b"\x00\x00"
