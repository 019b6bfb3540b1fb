"""Writing an export: CSV line by line into the answer, a workbook row by row into a file on disk.

Both are made while the person waits, however many rows there are, and neither grows in memory. A task with a link
to fetch the file later would need files of other people's names kept on the server, with a door of their own and an
end; a download that is running already shows how far it is, and ends with the person who asked for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from casework.cases.export.about import About
from casework.cases.export.rows import Cell
from casework.core.sheets import guarded, lines_of

# What one sheet of a workbook holds, less its head; what is more goes on in another sheet.
SHEET_ROWS = 1_000_000
LINES_A_BLOCK = 200
# Told so that a spreadsheet reads the bytes as what they are.
BYTE_ORDER_MARK = "\ufeff"


def csv_lines(about: About, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The export as CSV, some lines at a time: what it is, then the heads, then every row. Times carry their offset."""
    zone = ZoneInfo(about.zone)
    plain = ([_text(cell, zone) for cell in row] for row in rows)
    block = [BYTE_ORDER_MARK]
    for line in lines_of(about.lines(), heads, plain):
        block.append(line)
        if len(block) >= LINES_A_BLOCK:
            yield "".join(block)
            block = []
    yield "".join(block)


def workbook(path: Path, about: About, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The export as a workbook at `path`: the cases in one sheet (and more where one is full), what it is in the last.

    Text is written as text, which is never run; the apostrophe is there for whoever saves it as CSV later.
    """
    zone = ZoneInfo(about.zone)
    with xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet, line, number = None, SHEET_ROWS, 0
        for row in rows:
            if line >= SHEET_ROWS or sheet is None:
                number += 1
                sheet, line = _sheet(book, f"Cases {number}" if number > 1 else "Cases", heads, bold), 0
            line += 1
            for column, cell in enumerate(row):
                _write(sheet, line, column, cell, zone, when)
        if sheet is None:
            _sheet(book, "Cases", heads, bold)
        last = book.add_worksheet("About this list")
        last.set_column(0, 1, 30)
        for line, (name, words) in enumerate(about.lines()):
            last.write_string(line, 0, name, bold)
            last.write_string(line, 1, str(guarded(words)))


def _sheet(book: xlsxwriter.Workbook, name: str, heads: Sequence[str], bold: object) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 20)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    return sheet


def _write(sheet: Worksheet, line: int, column: int, cell: Cell, zone: ZoneInfo, when: object) -> None:
    if isinstance(cell, datetime):
        # A spreadsheet knows no zones: the time is that of the agency's wall, and the last sheet names it.
        sheet.write_datetime(line, column, cell.astimezone(zone).replace(tzinfo=None), when)
    elif isinstance(cell, int):
        sheet.write_number(line, column, cell)
    elif cell:
        sheet.write_string(line, column, str(guarded(cell)))


def _text(cell: Cell, zone: ZoneInfo) -> str | int | None:
    return cell.astimezone(zone).isoformat(timespec="minutes") if isinstance(cell, datetime) else cell
