"""What a file is, by its content alone."""

import io

import pytest

from casework.files.rules import NotTaken
from casework.files.sniffing import kind_of_content, text_of
from tests.files.samples import HTML, MAIL, PDF, PNG, SVG, bomb, many_members, office, ole, zipped

OPEN = b"application/vnd.oasis.opendocument."


def kind(content: bytes, name: str = "file") -> str:
    return kind_of_content(io.BytesIO(content), len(content), name).name


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpeg"),
        (b"GIF89a\x01\x00", "gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "wav"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "heic"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00", "m4a"),
        (b"\x00\x00\x00\x18ftypqt  \x00\x00", "mov"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "mp4"),
        (b"II*\x00\x08\x00", "tiff"),
        (b"OggS\x00\x02", "ogg"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x64\x00", "mp3"),
        (office("word"), "docx"),
        (office("xl"), "xlsx"),
        (office("ppt"), "pptx"),
        (zipped("content.xml", first=("mimetype", OPEN + b"text")), "odt"),
        (zipped("content.xml", first=("mimetype", OPEN + b"spreadsheet")), "ods"),
        (ole("Root Entry", "WordDocument"), "doc"),
        (ole("Root Entry", "Workbook"), "xls"),
        (ole("__nameid_version1.0"), "msg"),
        (MAIL, "mail"),
        ("Es war kalt: 3 < 5 °C".encode(), "text"),
        ("Es war kalt: 3 < 5 °C".encode("cp1252"), "text"),
        ("\ufeffKalt, 5 °C".encode("utf-16"), "text"),
        (b"<3 from all of us", "text"),
    ],
)
def test_a_kind_is_known_by_its_content(content: bytes, found: str) -> None:
    assert kind(content, "whatever.bin.pdf") == found


def test_a_name_tells_a_table_from_other_text_and_nothing_else() -> None:
    assert kind(b"a,b\n1,2\n", "table.csv") == "csv"
    assert kind(b"a,b\n1,2\n", "table.pdf") == "text"
    assert kind(PDF, "table.csv") == "pdf"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.pdf", "is empty"),
        (b" \r\n \t", "blank.txt", "nothing but blanks"),
        (HTML, "letter.pdf", "is a web page"),
        (b"\xef\xbb\xbf  \n" + HTML, "letter.txt", "is a web page"),
        ("\ufeff<HTML><BODY>".encode("utf-16"), "letter.txt", "is a web page"),
        (b"Dear all\n" * 90 + b"<script src=//evil.example></script>", "letter.txt", "is a web page"),
        (b'<?xml version="1.0"?><a/>', "data.txt", "is a web page"),
        (SVG, "photo.png", "is an SVG drawing"),
        (b'<?xml version="1.0"?>\n' + SVG, "photo.jpg", "is an SVG drawing"),
        (b"MZ\x90\x00\x03", "invoice.pdf", "is a program"),
        (b"\x7fELF\x02\x01", "invoice.pdf", "is a program"),
        (b"#!/bin/sh\nrm -rf /\n", "notes.txt", "is a script"),
        (b"@ECHO OFF\r\ndel *.*\r\n", "notes.txt", "is a script"),
        (b"<?php system($_GET[0]);", "notes.txt", "is a script"),
        (b"del *.*", "notes.bat", "is a script"),
        (b"del *.*", "notes.txt.CMD", "is a script"),
        (zipped("a.pdf"), "files.zip", "is a zip archive"),
        (zipped("a.pdf"), "letter.docx", "is a zip archive"),
        (zipped("AndroidManifest.xml", "classes.dex"), "app.docx", "is a zip archive"),
        (office("word", "word/vbaProject.bin"), "letter.docx", "holds macros"),
        (ole("WordDocument", "_VBA_PROJECT"), "letter.doc", "holds macros"),
        (ole("Installer"), "letter.doc", "is an installer"),
        (ole("EncryptedPackage"), "letter.docx", "locked with a password"),
        (bomb(), "letter.docx", "far more inside"),
        (many_members(), "letter.docx", "far more inside"),
        (office("word")[:-40], "letter.docx", "is damaged"),
        (b"PK\x03\x04", "letter.docx", "is damaged"),
        (bytes(range(256)) * 4, "data.pdf", "not a kind of file"),
        (b"\x00\x00\x00\x18ftypavif", "photo.jpg", "not a kind of file"),
    ],
)
def test_what_is_not_taken_is_told_what_it_is_and_what_to_send(content: bytes, name: str, said: str) -> None:
    with pytest.raises(NotTaken) as refusal:
        kind(content, name)
    assert said in refusal.value.reason
    assert refusal.value.reason.endswith(".")


def test_a_letter_cut_in_two_by_the_end_of_what_was_read_is_still_text() -> None:
    assert text_of("kalt é".encode()[:-1]) == "kalt "
    assert text_of(b"\x00\x01") is None
