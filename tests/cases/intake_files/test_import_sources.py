"""Files as they come: packed or plain, in whatever encoding, row by row with the right line numbers."""

import gzip
import lzma
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from casework.cases.intake_files import Cell, RowProblem, Source, SourceError, SourceRow, open_source

TABLE = "id,opened,text\n1,2011-07-01,ok\n2,2011-07-02,fine\n"
ROWS = [
    SourceRow(2, {"id": "1", "opened": "2011-07-01", "text": "ok"}),
    SourceRow(3, {"id": "2", "opened": "2011-07-02", "text": "fine"}),
]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(source: Source) -> list[SourceRow | RowProblem]:
    return list(source.rows())


def pack_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/cases.csv", TABLE)
        archive.writestr("__MACOSX/._cases.csv", b"\0\1")
        archive.writestr("folder/.DS_Store", b"\0\1")
        archive.writestr("README.txt", "about this")


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("cases.csv", lambda path: path.write_text(TABLE)),
        ("CASES.CSV", lambda path: path.write_text(TABLE)),
        ("cases.txt", lambda path: path.write_text(TABLE)),
        ("cases.tsv", lambda path: path.write_text(TABLE.replace(",", "\t"))),
        ("cases.csv.gz", lambda path: path.write_bytes(gzip.compress(TABLE.encode()))),
        ("cases.csv.xz", lambda path: path.write_bytes(lzma.compress(TABLE.encode()))),
        ("cases.zip", pack_zip),
    ],
)
def test_a_table_reads_the_same_however_it_is_packed(
    tmp_path: Path, name: str, pack: Callable[[Path], object]
) -> None:
    path = tmp_path / name
    pack(path)
    source = open_source(path)
    assert source.header == ["id", "opened", "text"]
    assert rows(source) == ROWS
    assert rows(source) == ROWS, "a source can be read again"


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    text = '\r\nid,text\r\n1,"two\r\nlines"\r\n\r\n2,"say ""so"""\r\n3,last'
    found = rows(open_source(written(tmp_path, "c.csv", text)))
    assert found == [
        SourceRow(3, {"id": "1", "text": "two\r\nlines"}),
        SourceRow(6, {"id": "2", "text": 'say "so"'}),
        SourceRow(7, {"id": "3", "text": "last"}),
    ]


def test_a_row_with_too_many_fields_is_a_problem_and_the_rest_go_on(tmp_path: Path) -> None:
    found = rows(open_source(written(tmp_path, "c.csv", "id,text\n1,a,b\n2,c\n3\n")))
    assert isinstance(found[0], RowProblem)
    assert found[0].line == 2
    assert found[0].sentence.startswith("The row has 3 fields, but the header names 2")
    assert found[1:] == [SourceRow(3, {"id": "2", "text": "c"}), SourceRow(4, {"id": "3", "text": ""})]


@pytest.mark.parametrize(
    ("delimiter", "said"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")]
)
def test_the_delimiter_is_detected_and_said(tmp_path: Path, delimiter: str, said: str) -> None:
    text = f'id{delimiter}text\n1{delimiter}"a, b; c|d"\n2{delimiter}e\n'
    source = open_source(written(tmp_path, "c.csv", text))
    assert f"Fields are separated by {said} (detected)." in source.notes
    assert [row.values["id"] for row in source.rows()] == ["1", "2"]


def test_a_delimiter_that_is_told_is_taken(tmp_path: Path) -> None:
    source = open_source(written(tmp_path, "c.csv", "id#text,more\n1#a,b\n"), delimiter="#")
    assert rows(source) == [SourceRow(2, {"id": "1", "text,more": "a,b"})]


GERMAN = "id,name\n" + "".join(f"{i},Jürgen Größe aus Köln, schön\n".replace(", ", " ") for i in range(9))
SPANISH = "id,name\n" + "".join(f"{i},El señor Núñez pidió la reparación de la calle\n" for i in range(9))
FRENCH = "id,name\n" + "".join(
    f"{i},Près de l'école, à côté de la fenêtre\n".replace(", à", " à") for i in range(9)
)
POLISH = "id,name\n" + "".join(f"{i},Proszę o naprawę chodnika który został źle położony\n" for i in range(9))
RUSSIAN = "id,name\n" + "".join(f"{i},Жалоба на уборку снега во дворе дома\n" for i in range(9))


@pytest.mark.parametrize(
    ("text", "encoding", "note"),
    [
        (GERMAN, "utf-8", "Read as UTF-8 (detected)."),
        (GERMAN, "utf-8-sig", "Read as UTF-8, as its first bytes say."),
        (GERMAN, "utf-16", "Read as UTF-16, as its first bytes say."),
        (GERMAN, "cp1252", "Read as Windows-1252 (detected; it is not UTF-8)."),
        (SPANISH, "cp1252", "Read as Windows-1252 (detected; it is not UTF-8)."),
        (FRENCH, "cp1252", "Read as Windows-1252 (detected; it is not UTF-8)."),
        (POLISH, "cp1250", "Read as cp1250 (detected; it is not UTF-8)."),
        (RUSSIAN, "cp1251", "Read as cp1251 (detected; it is not UTF-8)."),
        (TABLE, "ascii", "Read as UTF-8 (detected)."),
    ],
)
def test_the_encoding_is_detected_and_said(tmp_path: Path, text: str, encoding: str, note: str) -> None:
    source = open_source(written(tmp_path, "c.csv", text.encode(encoding)))
    assert source.notes[0].startswith(note)
    expected = open_source(written(tmp_path, "same.csv", text))
    assert source.header == expected.header
    assert rows(source) == rows(expected)


def test_an_encoding_that_is_told_is_taken_or_refused_with_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", "id,name\n1,ok\n2,Café\n".encode("cp1252"))
    (_, second) = rows(open_source(path, encoding="cp1252"))
    assert isinstance(second, SourceRow)
    assert second.values["name"] == "Café"
    with pytest.raises(SourceError, match=r"not in utf-8, which the mapping says: line 3"):
        open_source(path, encoding="utf-8")


def test_bytes_beyond_every_code_page_do_not_stop_the_file(tmp_path: Path) -> None:
    content = b"id,name\n" + b"".join(b"%d,\x81\x8d\x8f\x90\x9d\n" % i for i in range(5))
    source = open_source(written(tmp_path, "c.csv", content))
    assert len(rows(source)) == 5


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = written(tmp_path, "c.csv", TABLE.encode("utf-8-sig"))
    assert open_source(path, encoding="utf-8").header[0] == "id"


def test_a_column_without_a_name_is_left_out_and_said(tmp_path: Path) -> None:
    source = open_source(written(tmp_path, "c.csv", " id ,,text,\n1,x,a,\n"))
    assert source.header == ["id", "", "text", ""]
    assert "Columns without a name are left out: number 2, 4." in source.notes


def workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Notes").write(0, 0, "nothing here")
    sheet = book.add_worksheet("Cases")
    day, moment = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    sheet.write_row(2, 1, ["id", "opened", "closed", "amount", "open"])
    sheet.write(3, 1, 101000295613)
    sheet.write_datetime(3, 2, datetime(2011, 7, 1), day)
    sheet.write_datetime(3, 3, datetime(2011, 7, 2, 9, 30), moment)
    sheet.write(3, 4, 12.5)
    sheet.write(3, 5, True)
    sheet.write(5, 1, "000123")
    book.close()


@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_keeps_dates_and_whole_numbers(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "cases.xlsx"
    workbook(path)
    if packed:
        with zipfile.ZipFile(tmp_path / "cases.zip", "w") as archive:
            archive.write(path, "cases.xlsx")
        path = tmp_path / "cases.zip"
    source = open_source(path, sheet="Cases")
    assert source.header == ["id", "opened", "closed", "amount", "open"]
    first: list[Cell] = ["101000295613", date(2011, 7, 1), datetime(2011, 7, 2, 9, 30), "12.5", "True"]
    assert rows(source) == [
        SourceRow(4, dict(zip(source.header, first, strict=True))),
        SourceRow(6, dict(zip(source.header, ["000123", "", "", "", ""], strict=True))),
    ]


def test_the_first_sheet_is_taken_unless_another_is_named(tmp_path: Path) -> None:
    workbook(tmp_path / "c.xlsx")
    assert open_source(tmp_path / "c.xlsx").header == ["nothing here"]
    with pytest.raises(SourceError, match='no sheet "Case"; its sheets are: Notes, Cases'):
        open_source(tmp_path / "c.xlsx", sheet="Case")


def test_parquet_is_read_where_pyarrow_is_installed(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"id": [1, 2], "opened": [datetime(2011, 7, 1, 9), None], "text": ["a", None]})
    parquet.write_table(table, tmp_path / "c.parquet")
    assert rows(open_source(tmp_path / "c.parquet")) == [
        SourceRow(2, {"id": "1", "opened": datetime(2011, 7, 1, 9), "text": "a"}),
        SourceRow(3, {"id": "2", "opened": "", "text": ""}),
    ]


def test_parquet_without_pyarrow_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(
        SourceError, match="needs the package pyarrow, which is not installed; install it, or save"
    ):
        open_source(written(tmp_path, "c.parquet", b"PAR1rest"))
