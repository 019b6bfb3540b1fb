"""The smallest files of each kind, and containers that lie."""

import io
import struct
import zipfile


def zipped(*names: str, filler: bytes = b"x", first: tuple[str, bytes] | None = None) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            made.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            made.writestr(name, filler)
    return out.getvalue()


def office(folder: str, *more: str) -> bytes:
    return zipped("[Content_Types].xml", f"{folder}/main.xml", *more)


def ole(*streams: str) -> bytes:
    """The head of an old Office file, with streams of these names."""
    names = b"".join(name.encode("utf-16-le") + b"\x00\x00" + b"\x01" * 8 for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + names


def bomb() -> bytes:
    """A document that says it unpacks to more than a gigabyte."""
    honest = bytearray(office("word"))
    at = honest.index(b"PK\x01\x02")
    honest[at + 24 : at + 28] = struct.pack("<L", 1 << 30)
    return bytes(honest)


def many_members() -> bytes:
    """A zip whose end says that it has sixty thousand members."""
    honest = bytearray(office("word"))
    at = honest.rindex(b"PK\x05\x06")
    honest[at + 10 : at + 12] = struct.pack("<H", 60_000)
    return bytes(honest)


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
MAIL = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Heating\r\nDate: now\r\n\r\n<html>cold</html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
