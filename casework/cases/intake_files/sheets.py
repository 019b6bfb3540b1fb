"""Tables that know their types: XLSX workbooks and Parquet files."""

import io
import zipfile
from collections.abc import Generator
from datetime import date, datetime
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from casework.cases.intake_files.containers import Limits
from casework.cases.intake_files.rows import Cell, SourceError

# A workbook is held in memory while it is read, unlike a text table.
LARGEST_WORKBOOK = 512 << 20

Sheet = Generator[tuple[int, list[Cell]], None, None]


def workbook_rows(stream: IO[bytes], *, name: str, sheet: str | None, limits: Limits) -> Sheet:
    """The rows of a sheet (the first one unless named) that are not blank, with their numbers in the sheet.

    A workbook keeps no difference between a date and midnight of that date; both come as a date.
    """
    data = stream.read()
    _check_size(data, name=name, limit=min(limits.max_bytes, LARGEST_WORKBOOK))
    try:
        found = _sheet(CalamineWorkbook.from_filelike(io.BytesIO(data)), name=name, wanted=sheet)
        for number, row in enumerate(found.iter_rows(), start=1):
            cells = [to_cell(value) for value in row]
            if any(cell != "" for cell in cells):
                yield number, cells
    except CalamineError as error:
        raise SourceError(f"{name} cannot be read as a workbook ({error}); save it again as .xlsx.") from None


def _check_size(data: bytes, *, name: str, limit: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile:
        raise SourceError(f"{name} is named .xlsx but is damaged or is no workbook.") from None
    if size > limit:
        raise SourceError(
            f"{name} holds {size:,} bytes once unpacked, too many for a workbook; save it as CSV."
        )


def _sheet(workbook: CalamineWorkbook, *, name: str, wanted: str | None) -> CalamineSheet:
    names = workbook.sheet_names
    if not names:
        raise SourceError(f"{name} has no sheets.")
    if wanted is None:
        return workbook.get_sheet_by_index(0)
    if wanted not in names:
        raise SourceError(f'{name} has no sheet "{wanted}"; its sheets are: {", ".join(names)}.')
    return workbook.get_sheet_by_name(wanted)


def parquet_rows(stream: IO[bytes], *, name: str) -> Sheet:
    """The header and rows of a Parquet file, numbered as a text table's lines would be. Needs pyarrow."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise SourceError(
            f"Reading {name} needs the package pyarrow, which is not installed; "
            "install it, or save the table as CSV."
        ) from None
    try:
        table = ParquetFile(io.BytesIO(stream.read()))
        columns = list(table.schema_arrow.names)
        yield 1, list(columns)
        number = 1
        for batch in table.iter_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, [to_cell(value) for value in row]
    except ArrowException as error:
        raise SourceError(f"{name} cannot be read as a Parquet file ({error}).") from None


def to_cell(value: Any) -> Cell:
    """A typed value as a cell: whole numbers without ".0", nothing as "", dates as they are."""
    if value is None:
        return ""
    if isinstance(value, str | date | datetime):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
