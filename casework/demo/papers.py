"""Small files made by code, as customers send them: a photograph, a scanned form, a list, a note of a call.

Real PNG, PDF and text, so that they open like any other; the same words give the same bytes.
"""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from casework.files.services import Taken, take_in

WIDTH, HEIGHT = 360, 240


class Paper:
    """A file as a form brings it."""

    def __init__(self, filename: str, content: bytes) -> None:
        self.filename: str | None = filename
        self.stream = BytesIO(content)


def keep(*papers: Paper) -> list[Taken]:
    """Keep the bytes of these files, as those of a form are kept."""
    taken, refused = take_in(papers)
    assert not refused, refused
    return taken


def photograph(name: str, shade: int) -> Paper:
    """A picture of a kitchen wall: tiles in the evening light, one of them broken; `shade` tells pictures apart."""
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            rows += _tile(x, y, shade)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows), 6)),
        (b"IEND", b""),
    )
    return Paper(name, b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts))


def _tile(x: int, y: int, shade: int) -> bytes:
    if x % 60 < 3 or y % 60 < 3:
        return bytes((150, 148, 140))
    column, row = x // 60, y // 60
    if (column, row) == (3 + shade % 3, 2) and abs((x % 60) - (y % 60)) < 4:
        return bytes((70, 62, 55))
    light = 214 - y // 5 + 9 * ((column * 7 + row * 3 + shade) % 4)
    return bytes((min(light + 16, 255), min(light + 6, 255), min(light - 8, 255)))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def letter(name: str, lines: Sequence[str]) -> Paper:
    """A page with these lines, as PDF."""
    shown = " ".join(f"({_escaped(line)}) Tj 0 -22 Td" for line in lines)
    drawn = f"BT /F1 13 Tf 72 740 Td {shown} ET".encode("latin-1", "replace")
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %s >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    made += end % (len(objects) + 1, table, len(objects) + 1, len(made))
    return Paper(name, bytes(made))


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def text(name: str, lines: Sequence[str]) -> Paper:
    """A plain text."""
    return Paper(name, ("\n".join(lines) + "\n").encode())
