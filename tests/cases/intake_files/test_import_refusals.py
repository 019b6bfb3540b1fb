"""Files that are not what they say, damaged, locked or too large are refused whole, with a sentence."""

import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest

from casework.cases.intake_files import Limits, SourceError, open_source

TABLE = "id,opened\n" + "".join(f"{i},2011-07-01 09:00:00\n" for i in range(2000))
PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>id,opened</body></html>"


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def locked() -> bytes:
    """An archive whose one member is marked as encrypted, in both of its headers."""
    content = bytearray(zipped(("cases.csv", TABLE.encode())))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


CSV = TABLE.encode()
TWO_TABLES = zipped(("a.csv", CSV), ("b.xlsx", b"PK\x03\x04"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cases.csv", PAGE.encode(), "cases.csv is named .csv but is a web page; nothing was read."),
        ("cases.csv", b"\xef\xbb\xbf  \n<html>", "is a web page"),
        ("cases.csv", b"<!-- a --><!-- b -->\n<HTML>", "is a web page"),
        ("cases.csv", b'<?xml version="1.0"?><cases/>', "is an XML document"),
        ("cases.csv", b'{"error": "not found"}', "is a JSON document"),
        ("cases.csv", b'[{"id": 1}]', "is a JSON document"),
        ("cases.csv", zipped(("a", b"b")), "is named .csv but is a zip archive"),
        ("cases.csv", gzip.compress(CSV), "is named .csv but is a gzip file"),
        ("cases.csv", b"%PDF-1.7\n", "is named .csv but is a PDF"),
        ("cases.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "is an Excel file of the old kind"),
        ("cases.csv", bytes(range(256)) * 20, "is a binary file"),
        ("cases.csv", b"", "cases.csv is empty."),
        ("cases.csv", b"\xef\xbb\xbf \r\n\n", "cases.csv is empty."),
        ("cases.csv", b",,\n1,2,3\n", "has no header"),
        ("cases.csv", b"id,opened, id \n1,2,3\n", 'more than one column named "id"'),
        ("cases.xlsx", PAGE.encode(), "is named .xlsx but is a web page"),
        ("cases.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1", "or one with a password"),
        ("cases.xlsx", b"id,opened\n", "is named .xlsx but is something else"),
        ("cases.xlsx", zipped(("a", b"b")), "cannot be read as a workbook"),
        ("cases.xlsx", zipped(("a", b"b"))[:40], "is damaged or is no workbook"),
        ("cases.parquet", b"id,opened\n", "is named .parquet but is something else"),
        ("cases.zip", CSV, "is named .zip but is not a zip archive"),
        ("cases.csv.gz", CSV, "is named .gz but is not a gzip file"),
        ("cases.csv.xz", CSV, "is named .xz but is not an xz file"),
        ("cases.doc", b"words", "cases.doc cannot be imported: give CSV, TSV, XLSX or Parquet"),
        ("cases", CSV, "cases cannot be imported"),
        ("cases.zip", TWO_TABLES, "holds 2 data files (a.csv, b.xlsx); pack the one to import alone"),
        ("cases.zip", zipped(("x.db", b"y")), "holds no CSV, XLSX or Parquet file, but x.db"),
        ("cases.zip", zipped(), "holds no CSV, XLSX or Parquet file, but nothing"),
        ("cases.zip", zipped(("cases.csv", PAGE.encode())), "is a web page"),
        ("cases.zip", zipped(("cases.csv", b"")), "cases.csv is empty"),
        ("cases.zip", locked(), "is locked with a password"),
        ("cases.zip", zipped(("cases.csv", CSV))[:-200], "is damaged or cut short"),
        ("cases.csv.gz", gzip.compress(CSV)[:-60], "is damaged or cut short"),
        ("cases.csv.gz", gzip.compress(CSV)[:-8] + b"\0" * 8, "is damaged or cut short"),
        ("cases.csv.xz", lzma.compress(CSV)[:-60], "is damaged or cut short"),
    ],
    # Packed files hold the time at which they were packed, and names of tests must not.
    ids=lambda value: None if isinstance(value, str) else "bytes",
)
def test_a_file_that_is_not_what_it_says_is_refused(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError) as refused:
        open_source(path)
    assert sentence in refused.value.message


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        open_source(tmp_path / "none.csv")


def test_a_damaged_member_is_refused_before_the_first_row(tmp_path: Path) -> None:
    content = bytearray(zipped(("cases.csv", CSV)))
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "cases.zip").write_bytes(content)
    with pytest.raises(SourceError, match=r"cases\.csv in cases\.zip is damaged"):
        open_source(tmp_path / "cases.zip")


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.csv.gz").write_bytes(gzip.compress(CSV))
    assert open_source(tmp_path / "cases.csv.gz", limits=Limits(max_bytes=len(CSV))).header
    with pytest.raises(SourceError, match=r"holds more than [\d,]+ bytes once unpacked"):
        open_source(tmp_path / "cases.csv.gz", limits=Limits(max_bytes=len(CSV) - 1))


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.csv.gz", "bomb.csv.xz"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path, name: str) -> None:
    content = b"id,opened\n" + b"1,a\n" * 2_000_000
    packers = {
        "bomb.zip": lambda: zipped(("bomb.csv", content)),
        "bomb.csv.gz": lambda: gzip.compress(content),
        "bomb.csv.xz": lambda: lzma.compress(content),
    }
    (tmp_path / name).write_bytes(packers[name]())
    limits = Limits(ratio_matters_from=1_000_000)
    with pytest.raises(SourceError, match="unpacks to more than 200 times its size"):
        open_source(tmp_path / name, limits=limits)
    assert open_source(tmp_path / name).header == ["id", "opened"], "a small file may be as dense as it likes"


def test_a_workbook_that_swells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.xlsx").write_bytes(zipped(("xl/workbook.xml", b"\0" * 3_000_000)))
    with pytest.raises(SourceError, match="too many for a workbook"):
        open_source(tmp_path / "c.xlsx", limits=Limits(max_bytes=2_000_000))


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_quotation_mark_that_is_never_closed_is_refused_and_not_swallowed(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / "c.csv"
    path.write_text('id,text\n1,fine\n2,"oh no\n3,lost\n4,lost' + ending, encoding="utf-8")
    rows = open_source(path).rows()
    assert next(rows).line == 2
    with pytest.raises(SourceError, match="the row that starts on line 3 and never closes it"):
        list(rows)


def test_quotation_marks_inside_plain_text_are_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('id,text\n1,a 5" pipe\n2,"odd"ly quoted', encoding="utf-8")
    assert [row.values["text"] for row in open_source(path).rows()] == ['a 5" pipe', "oddly quoted"]
