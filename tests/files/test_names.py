"""The names of files: no tricks in what is shown, whatever they were called."""

import pytest

from casework.files.names import SHOWN_BYTES, SHOWN_LENGTH, name_to_say, original_name, shown_name
from casework.files.rules import KINDS

PDF = KINDS["pdf"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("Invoice.PDF", "Invoice.pdf"),
        ("invoice", "invoice.pdf"),
        ("invoice.pdf.exe", "invoice.pdf"),
        ("invoice.exe.pdf", "invoice.pdf"),
        ("invoice.docx", "invoice.pdf"),
        ("report.v1.2.pdf", "report.v1.2.pdf"),
        ("Rechnung\u202efdp.exe", "Rechnungfdp.pdf"),
        ("a\u200bb\u2066c\ufeff.pdf", "abc.pdf"),
        ("tab\tnew\nline\x00\x1b.pdf", "tab new line.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("<script>alert(1)</script>.pdf", "script_.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
        ('a"b:c*d?.pdf', "a_b_c_d_.pdf"),
        ("CON.pdf", "file-CON.pdf"),
        ("lpt1.txt.pdf", "file-lpt1.pdf"),
        (".pdf", "file.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        (None, "file.pdf"),
        ("  spaced   out .pdf", "spaced out.pdf"),
        ("e\u0301t\u00e9.pdf", "été.pdf"),
    ],
)
def test_a_name_is_shown_without_tricks_and_with_the_ending_of_its_content(
    name: str | None, shown: str
) -> None:
    assert shown_name(name, PDF) == shown


def test_an_ending_of_the_same_kind_stays() -> None:
    assert shown_name("scan.jpeg", KINDS["jpeg"]) == "scan.jpeg"
    assert shown_name("scan.png", KINDS["jpeg"]) == "scan.jpg"


@pytest.mark.parametrize("letter", ["a", "ก", "🙂"])
def test_a_name_of_three_hundred_characters_fits_a_file_system(letter: str) -> None:
    shown = shown_name(letter * 300 + ".pdf", PDF)
    assert len(shown) <= SHOWN_LENGTH
    assert len(shown.encode()) <= SHOWN_BYTES
    assert shown.endswith(".pdf")


def test_what_a_database_cannot_keep_is_not_kept() -> None:
    assert original_name("a\x00b\ud800c") == "ab?c"
    assert len(original_name("x" * 5000)) == 300
    assert name_to_say("\u202e\x00") == "This file"
