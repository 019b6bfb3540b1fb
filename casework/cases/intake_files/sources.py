"""A file as rows, whatever it is packed in: the one door to the readers beside this."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from casework.cases.intake_files.containers import Contained, Limits, open_container
from casework.cases.intake_files.delimited import Records, find_delimiter, read_records, to_rows
from casework.cases.intake_files.encodings import find_encoding
from casework.cases.intake_files.file_kinds import TEXT_SUFFIXES, looks_like, refuse_unless_text
from casework.cases.intake_files.headers import checked_header
from casework.cases.intake_files.rows import Cell, RowProblem, SourceError, SourceRow
from casework.cases.intake_files.sheets import Sheet, parquet_rows, workbook_rows

_FIRST = 1 << 16


@dataclass(frozen=True)
class Source:
    """A file that can be read: its columns, what was taken for granted, and its rows, as often as asked."""

    name: str
    header: list[str]
    notes: list[str]
    rows: Callable[[], Iterator[SourceRow | RowProblem]]


def open_source(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    limits: Limits = Limits(),
) -> Source:
    """Opens CSV, TSV, XLSX or Parquet, plain or in .zip, .gz or .xz; what is None is detected.

    Raises SourceError with a sentence when the file is not what it says, is damaged, too large, or locked.
    """
    contained = open_container(path, limits)
    if contained.suffix in TEXT_SUFFIXES:
        return _text_source(contained, encoding=encoding, delimiter=delimiter)
    if contained.suffix in (".xlsx", ".parquet"):
        return _typed_source(contained, sheet=sheet, limits=limits)
    raise SourceError(
        f"{contained.name} cannot be imported: give CSV, TSV, XLSX or Parquet, "
        "or one of these in .zip, .gz or .xz."
    )


def _text_source(contained: Contained, *, encoding: str | None, delimiter: str | None) -> Source:
    with contained.open() as stream:
        first = stream.read(_FIRST)
    refuse_unless_text(contained.name, contained.suffix, first)
    found = find_encoding(contained.open, name=contained.name, wanted=encoding)
    mark, note = find_delimiter(first.decode(found.name, errors="replace"), delimiter)

    def records() -> Records:
        return read_records(contained.open, name=contained.name, encoding=found.name, delimiter=mark)

    with closing(records()) as beginning:
        _, fields = next(beginning, (0, []))
    header, more = checked_header(fields, name=contained.name)

    def rows() -> Iterator[SourceRow | RowProblem]:
        remaining = records()
        next(remaining)
        return to_rows(remaining, header)

    return Source(contained.name, header, [found.note, note, *more], rows)


def _typed_source(contained: Contained, *, sheet: str | None, limits: Limits) -> Source:
    with contained.open() as stream:
        _refuse_unless_typed(contained, stream.read(_FIRST))

    def all_rows() -> Sheet:
        with contained.open() as stream:
            if contained.suffix == ".xlsx":
                yield from workbook_rows(stream, name=contained.name, sheet=sheet, limits=limits)
            else:
                yield from parquet_rows(stream, name=contained.name)

    with closing(all_rows()) as beginning:
        _, first_row = next(beginning, (0, []))
    header, notes = checked_header([str(cell) for cell in first_row], name=contained.name)

    def rows() -> Iterator[SourceRow | RowProblem]:
        remaining = all_rows()
        next(remaining)
        for number, cells in remaining:
            values: dict[str, Cell] = dict(zip(header, cells, strict=True))
            yield SourceRow(number, values)

    return Source(contained.name, header, notes, rows)


def _refuse_unless_typed(contained: Contained, first: bytes) -> None:
    expected = {".xlsx": "a zip archive", ".parquet": "a Parquet file"}[contained.suffix]
    found = looks_like(first)
    if found != expected:
        what = f"is {found}" if found else "is something else"
        raise SourceError(f"{contained.name} is named {contained.suffix} but {what}; nothing was read.")
